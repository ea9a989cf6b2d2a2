import Hydromet
import Testing
import Warn

@Suite struct ContactGapTests {
  /// 2024-07-09 10:00 in Beijing, a Tuesday.
  private static let tuesday = Timestamp(secondsSince1970: 1_720_490_400)

  private func contact(
    _ id: String, place: String = "T1", channel: String = "voice", shift: Contact.Shift = .any,
    deputy: String? = nil
  ) -> Contact {
    var contact = Contact(
      id: id, name: id, role: "duty",
      ways: [.init(channel: channel, address: Address("13900000001\(id)"))], place: place,
      hazard: nil, minimumLevel: .blue, order: 1, deputy: deputy)
    contact.shift = shift
    return contact
  }

  private func gaps(
    _ contacts: [Contact], reviewedSince: Timestamp? = nil, hasChannels: Bool = true
  ) -> [ContactGap] {
    let directory = ContactDirectory(
      contacts: contacts, channels: ["voice"], townships: ["P1": "T1", "P2": "T1", "P3": "T2"])
    return directory.gaps(
      contacts: contacts,
      places: [("T1", "东镇"), ("T2", "西镇"), ("P1", "沟口"), ("P2", "后山"), ("P3", "河湾")],
      reviewedSince: reviewedSince, hasChannels: hasChannels, at: ContactGapTests.tuesday)
  }

  private func kinds(_ gaps: [ContactGap]) -> [String] {
    gaps.map { "\($0.kind.rawValue) \($0.subject)" }
  }

  @Test func `a point without a person is named, with its township where that has people`() {
    let found = gaps([contact("A"), contact("D", place: "*")])
    #expect(kinds(found) == ["nobody P3", "nobody T2", "nobody_of_its_own T1"])
    #expect(found.last?.words.contains("2 of them: P1, P2") == true)
  }

  @Test func `an entry that is over, was not reviewed or cannot be reached is named`() {
    var over = contact("OVER")
    over.validTo = ContactGapTests.tuesday
    var old = contact("OLD")
    old.reviewed = ContactGapTests.tuesday + -400 * 86_400
    var fresh = contact("FRESH", place: "T2")
    fresh.reviewed = ContactGapTests.tuesday
    var fax = contact("FAX", channel: "fax")
    fax.reviewed = ContactGapTests.tuesday
    var desk = contact("DESK", place: "*")
    desk.reviewed = ContactGapTests.tuesday
    let found = gaps(
      [over, old, fresh, fax, desk], reviewedSince: ContactGapTests.tuesday + -366 * 86_400)
    #expect(
      kinds(found) == [
        "nobody_of_its_own T1", "nobody_of_its_own T2", "expired OVER", "review_overdue OLD",
        "no_channel fax",
      ])
  }

  @Test func `a drill needs no channels`() {
    let contacts = [contact("A", channel: "fax"), contact("D", place: "*")]
    #expect(kinds(gaps(contacts)).contains("no_channel fax"))
    #expect(!kinds(gaps(contacts, hasChannels: false)).contains("no_channel fax"))
  }

  @Test func `hours without anybody, missing deputies and a missing desk are named`() {
    let found = kinds(
      gaps([
        contact("A", shift: .day), contact("B", place: "T2", deputy: "NOBODY"),
        contact("X", place: "T2", deputy: "Y"), contact("Y", place: "T2", deputy: "X"),
      ]))
    #expect(found.filter { $0 == "nobody_on_shift T1" }.count == 2)
    #expect(found.contains("deputy_missing B"))
    #expect(found.contains("deputy_ring X") && found.contains("no_desk *"))
  }

  @Test func `no gap tells a number`() {
    for gap in gaps([contact("A", channel: "fax", deputy: "B"), contact("B", deputy: "A")]) {
      #expect(!"\(gap)".contains("13900000001"))
    }
  }

  @Test
  func `a hazard point without people of its own is called at its township, not the district`() {
    let directory = ContactDirectory(
      contacts: [contact("A"), contact("D", place: "*"), contact("OWN", place: "P2")],
      channels: ["voice"], townships: ["P1": "T1", "P2": "T1", "P3": "T2"])
    func people(_ place: String) -> [String] {
      directory.people(
        of: place, list: .duty, hazard: .flashFlood, level: .red, at: ContactGapTests.tuesday
      ).map(\.id)
    }
    #expect(people("P1") == ["A"])
    #expect(people("P2") == ["OWN"])
    #expect(people("P3") == ["D"])
  }
}

@Suite struct CallAnswerTests {
  @Test(arguments: [
    ("收到", CallAnswer.received), (" 收到！", .received), ("1", .received), ("OK.", .received),
    ("2", .acting), ("已转移", .evacuated), ("3", .evacuated), ("需要支援", .needsHelp),
    ("HELP", .needsHelp),
    ("9", .cannotAct),
  ])
  func `a reply is understood whatever its case and marks`(text: String, answer: CallAnswer) {
    #expect(CallAnswer(reply: text) == answer)
  }

  @Test(arguments: ["没有收到", "收到了吗", "", "12", "不", "11", String(repeating: "1", count: 500)])
  func `words that could mean something else answer nothing`(text: String) {
    #expect(CallAnswer(reply: text) == nil)
  }

  @Test func `every answer has a key of its own and is understood by it`() {
    #expect(Set(CallAnswer.allCases.map(\.key)).count == CallAnswer.allCases.count)
    for answer in CallAnswer.allCases { #expect(CallAnswer(reply: "\(answer.key)") == answer) }
  }

  @Test
  func `who declines is not called again in the round, and only the one whose turn it is can`() {
    let start = Timestamp(secondsSince1970: 0)
    var chain = CallChain(
      goal: .answer,
      ladder: ["A", "B"].map {
        CallRung(person: $0, channels: ["voice"], waitSeconds: 60, tries: 3)
      },
      opened: start, deadline: start + 36_000, rounds: 0, pauseSeconds: 60)
    _ = chain.handle(.tick, at: start)
    _ = chain.handle(.delivered(number: 1), at: start + 1)
    #expect(chain.handle(.declined(person: "B"), at: start + 2).isEmpty)
    let actions = chain.handle(.declined(person: "A"), at: start + 3)
    #expect(actions == [.withdraw, .ring(number: 2, person: "B", channel: "voice")])
    _ = chain.handle(.delivered(number: 2), at: start + 4)
    // A late report that the second message did not arrive goes on at once, the same again does not.
    _ = chain.handle(.failed(number: 2), at: start + 5)
    #expect(chain.ending == nil && chain.handle(.failed(number: 2), at: start + 6).isEmpty)
  }
}
