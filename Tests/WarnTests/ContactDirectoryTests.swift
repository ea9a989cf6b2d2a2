import Hydromet
import Testing
import Warn

struct ContactDirectoryTests {
  /// Tuesday 9 July 2024, 10:00 Beijing time.
  private let tuesday = Timestamp(secondsSince1970: 1_720_490_400)
  private let town = "990110001000"

  private func contact(
    _ id: String, order: Int, level: RiskLevel = .blue, deputy: String? = nil,
    shift: Contact.Shift = .any, list: Contact.List = .duty, place: String? = nil
  ) -> Contact {
    var contact = Contact(
      id: id, name: id, role: id.lowercased(), address: "139000000\(order)", channel: "voice",
      place: place ?? town, hazard: nil, minimumLevel: level, order: order, deputy: deputy)
    contact.shift = shift
    contact.list = list
    return contact
  }

  private func persons(_ directory: ContactDirectory, _ level: RiskLevel, _ moment: Timestamp)
    -> [String]
  {
    directory.ladder(.usual, place: town, hazard: .flashFlood, level: level, at: moment)
      .map(\.person)
  }

  @Test
  func `people are called by order, each followed by the deputies, from their level on`() {
    let directory = ContactDirectory(
      contacts: [
        contact("MAYOR", order: 2, level: .orange, deputy: "VICE"),
        contact("DUTY", order: 1), contact("VICE", order: 3, level: .red, deputy: "MAYOR"),
      ], channels: ["voice"])
    #expect(persons(directory, .yellow, tuesday) == ["DUTY"])
    #expect(persons(directory, .orange, tuesday) == ["DUTY", "MAYOR", "VICE"])
  }

  @Test
  func `the night shift is called at night, and whoever exists where no shift is on duty`() {
    let both = ContactDirectory(
      contacts: [contact("D", order: 1, shift: .day), contact("N", order: 2, shift: .night)],
      channels: ["voice"])
    #expect(persons(both, .red, tuesday) == ["D"])
    #expect(persons(both, .red, tuesday + 12 * 3600) == ["N"])
    let dayOnly = ContactDirectory(
      contacts: [contact("D", order: 1, shift: .day)], channels: ["voice"])
    #expect(persons(dayOnly, .red, tuesday + 12 * 3600) == ["D"])
  }

  @Test(arguments: [(0, false), (3, false), (4, true), (5, true), (6, false)])
  func `Saturday and Sunday are holidays`(days: Int, isHoliday: Bool) {
    #expect(Roster().isOn(.holiday, at: tuesday + days * 86_400) == isHoliday)
    #expect(Roster().isOn(.workday, at: tuesday + days * 86_400) == !isHoliday)
  }

  @Test
  func `an entry that is not valid is not called`() {
    var old = contact("OLD", order: 1)
    old.validTo = tuesday
    let directory = ContactDirectory(contacts: [old, contact("B", order: 2)], channels: ["voice"])
    #expect(persons(directory, .red, tuesday) == ["B"])
  }

  @Test
  func `a place without anybody falls to the people of the district`() {
    let directory = ContactDirectory(
      contacts: [contact("DESK", order: 1, place: "*")], channels: [])
    #expect(persons(directory, .blue, tuesday) == ["DESK"])
  }

  @Test
  func `a channel that the district does not have is left out and the call sheet is the last`() {
    let directory = ContactDirectory(contacts: [contact("A", order: 1)], channels: [])
    let ladder = directory.ladder(
      .usual, place: town, hazard: .river, level: .red, at: tuesday)
    #expect(ladder.map(\.channels) == [["sheet"]])
  }

  @Test
  func `helpers have to answer each, households are only told`() {
    let directory = ContactDirectory(
      contacts: [
        contact("D", order: 1), contact("H1", order: 2, list: .helper),
        contact("H2", order: 3, list: .helper), contact("F", order: 4, list: .household),
      ], channels: ["voice"])
    let order = CallOrder(
      id: "1", warning: "w", kind: .alert, hazard: .flashFlood, level: .red, places: [town, town],
      headline: "", text: "", issued: tuesday, expires: tuesday + 3600, isRehearsal: false)
    let openings = directory.openings(of: order, plan: .usual, at: tuesday)
    #expect(openings.map(\.key) == [town, "\(town)/H1", "\(town)/H2", "\(town)/F"])
    #expect(openings.map(\.goal) == [.answer, .answer, .answer, .delivery])
  }

  @Test
  func `an address is masked wherever it is shown`() {
    let contact = contact("A", order: 1)
    var dumped = ""
    dump(contact, to: &dumped)
    for text in [dumped, "\(contact)", String(reflecting: contact), "\(contact.ways)"] {
      #expect(!text.contains("1390000001"))
    }
    #expect(Address("13900000001").masked == "*********01")
    #expect(Address("119").masked == "****")
  }

  @Test(arguments: [
    ("13900000001", "+86 139-0000-0001", true), ("13900000001", "008613900000001", true),
    ("13900000001", "13900000002", false), ("a@b.cn", "A@B.CN", true), ("110", "119", false),
  ])
  func `two ways of writing a number are the same number`(a: String, b: String, same: Bool) {
    #expect(Address(a).matches(Address(b)) == same)
  }

  @Test
  func `names and texts cannot break a line, a header or a command`() {
    let matter = CallWording.Matter(
      kind: .alert, headline: "橙色预警\r\nBcc: all@example.org", text: "撤离\u{1B}[2J\u{2028}",
      placeName: "东镇\n\u{202E}")
    let wording = CallWording(isChinese: true)
    for text in [
      wording.text([matter], needsAnswer: true, isRehearsal: true),
      wording.subject([matter], isRehearsal: true),
    ] {
      #expect(text.hasPrefix("【演练】"))
      #expect(
        text.unicodeScalars.allSatisfy {
          $0.value >= 0x20 && $0.value != 0x2028 && $0.value != 0x202E
        })
    }
  }
}
