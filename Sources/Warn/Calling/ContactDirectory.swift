public import Hydromet

/// When day, night and holidays are.
public struct Roster: Sendable, Hashable {
  /// Starts of the days (Beijing time) that are holidays besides Saturday and Sunday.
  public var holidays: Set<Timestamp>
  /// Starts of the Saturdays and Sundays on which people work.
  public var workdays: Set<Timestamp>
  /// Hours at which day and night begin, Beijing time.
  public var dayHour = 8
  public var nightHour = 20

  public init(holidays: Set<Timestamp> = [], workdays: Set<Timestamp> = []) {
    self.holidays = holidays
    self.workdays = workdays
  }

  public func isOn(_ shift: Contact.Shift, at moment: Timestamp) -> Bool {
    switch shift {
    case .any: return true
    case .day: return isDay(moment)
    case .night: return !isDay(moment)
    case .holiday: return isHoliday(moment)
    case .workday: return !isHoliday(moment)
    }
  }

  private func isDay(_ moment: Timestamp) -> Bool {
    (dayHour..<nightHour).contains(BeijingTime.civil(moment).hour)
  }

  private func isHoliday(_ moment: Timestamp) -> Bool {
    let day = BeijingTime.latest(hour: 0, atOrBefore: moment)
    if holidays.contains(day) { return true }
    if workdays.contains(day) { return false }
    // 1970-01-01 was a Thursday.
    let weekday =
      (day + BeijingTime.offsetSeconds).floored(toSeconds: 86_400)
      .secondsSince1970 / 86_400 % 7
    return weekday == 2 || weekday == 3
  }
}

/// Who is called for a place, and by which channels that this district has.
public struct ContactDirectory: Sendable {
  /// The channel that always works: a line on the printed call sheet of the duty officer.
  public static let sheetChannel = "sheet"

  private let contacts: [Contact]
  private let byID: [String: Int]
  private let byPlace: [String: [Int]]
  /// Channels that the district has.
  public let channels: Set<String>
  public let roster: Roster
  /// The first entry of the same person: same name and addresses. Calls are grouped by it.
  private let sameAs: [String: String]
  /// Places inside a township for which somebody is called: villages and hazard points, sorted.
  private let inside: [String: [String]]
  private let townships: [String: String]

  /// - Parameter townships: the township of each hazard point; that of a village is its code's first
  ///   nine digits.
  public init(
    contacts: [Contact], channels: Set<String>, roster: Roster = Roster(),
    townships: [String: String] = [:]
  ) {
    self.contacts = contacts
    self.channels = channels
    self.roster = roster
    self.townships = townships
    var byID: [String: Int] = [:]
    var byPlace: [String: [Int]] = [:]
    for (index, contact) in contacts.enumerated() {
      byID[contact.id] = index
      byPlace[contact.place, default: []].append(index)
    }
    struct Person: Hashable {
      let name: String
      let ways: [Contact.Way]
    }
    var first: [Person: String] = [:]
    var sameAs: [String: String] = [:]
    for contact in contacts {
      let person = Person(name: contact.name, ways: contact.ways)
      if let known = first[person] {
        if known != contact.id { sameAs[contact.id] = known }
      } else {
        first[person] = contact.id
      }
    }
    self.sameAs = sameAs
    var inside: [String: [String]] = [:]
    for place in byPlace.keys.sorted() {
      guard let township = townships[place] ?? ContactDirectory.township(ofVillage: place) else {
        continue
      }
      inside[township, default: []].append(place)
    }
    self.inside = inside
    self.byID = byID
    self.byPlace = byPlace.mapValues { indexes in
      indexes.sorted {
        (contacts[$0].order, contacts[$0].id) < (contacts[$1].order, contacts[$1].id)
      }
    }
  }

  /// `500110108000` of the village `500110108203`; nil for anything but a village's code.
  public static func township(ofVillage code: String) -> String? {
    guard code.utf8.count == 12, code.utf8.allSatisfy({ (48...57).contains($0) }),
      !code.hasSuffix("000")
    else { return nil }
    return code.prefix(9) + "000"
  }

  /// The township of a village or hazard point; of anything else the place itself.
  public func township(of place: String) -> String {
    townships[place] ?? ContactDirectory.township(ofVillage: place) ?? place
  }

  /// The id under which a person is called, whichever of the person's entries is meant.
  public func personID(_ contact: Contact) -> String { sameAs[contact.id] ?? contact.id }

  /// Ids of the people who have an address.
  public func people(at address: Address) -> [String] {
    contacts.filter { $0.ways.contains { $0.address.matches(address) } }.map(\.id)
  }

  /// Everybody of a place, by order.
  public func contacts(of place: String) -> [Contact] {
    (byPlace[place] ?? []).map { contacts[$0] }
  }

  /// A place and, inside a township, its villages and points that have people of their own.
  public func parts(of place: String) -> [String] { [place] + (inside[place] ?? []) }

  public func contact(_ id: String) -> Contact? { byID[id].map { contacts[$0] } }

  /// The people of a list who are called for a place, by order; those of its township where a hazard
  /// point or village has nobody of its own, of the district (`*`) where nobody is left. Those on duty at `moment`, or all of them where nobody is: somebody off
  /// duty is better than nobody.
  public func people(
    of place: String, list: Contact.List, hazard: Hazard, level: RiskLevel, at moment: Timestamp,
    fallsToDistrict: Bool = true
  ) -> [Contact] {
    var all = called(of: place, list: list, hazard: hazard, level: level, at: moment)
    if all.isEmpty, list == .duty, fallsToDistrict {
      for wider in [township(of: place), "*"] where all.isEmpty && wider != place {
        all = called(of: wider, list: list, hazard: hazard, level: level, at: moment)
      }
    }
    let present = all.filter { roster.isOn($0.shift, at: moment) }
    return present.isEmpty ? all : present
  }

  private func called(
    of place: String, list: Contact.List, hazard: Hazard, level: RiskLevel, at moment: Timestamp
  ) -> [Contact] {
    (byPlace[place] ?? []).map { contacts[$0] }.filter {
      $0.list == list && $0.isValid(at: moment) && $0.isCalled(for: hazard, level: level)
    }
  }

  /// The channels by which a contact can be reached here, the call sheet last.
  ///
  /// - Parameter wanted: channels in the order of a plan; empty for the contact's own.
  public func channels(of contact: Contact, wanted: [String] = []) -> [String] {
    let own = contact.ways.map(\.channel).filter { channels.contains($0) }
    let chosen = wanted.isEmpty ? own : wanted.filter { own.contains($0) }
    var seen: Set<String> = []
    let unique = chosen.filter { seen.insert($0).inserted }
    return (unique.isEmpty ? own : unique) + [ContactDirectory.sheetChannel]
  }

  /// The ladder of a plan for the duty people of a place; empty where there is nobody at all.
  public func ladder(
    _ plan: CallPlan, place: String, hazard: Hazard, level: RiskLevel, at moment: Timestamp,
    fallsToDistrict: Bool = true
  ) -> [CallRung] {
    let people = people(
      of: place, list: .duty, hazard: hazard, level: level, at: moment,
      fallsToDistrict: fallsToDistrict)
    var ladder: [CallRung] = []
    for step in plan.steps {
      let called = people.filter { contact in
        switch step.who {
        case .everybody: true
        case .role(let role): contact.role == role
        case .order(let order): contact.order == order
        }
      }
      for contact in called { ladder += rungs(contact, step, at: moment) }
    }
    // A plan that names nobody of this place must not leave it without a call.
    if ladder.isEmpty, let step = plan.steps.last {
      for contact in people { ladder += rungs(contact, step, at: moment) }
    }
    return ladder
  }

  /// The ladder for one person and their deputies.
  public func ladder(_ plan: CallPlan, person: String, at moment: Timestamp) -> [CallRung] {
    guard let contact = contact(person), let step = plan.steps.first else { return [] }
    return rungs(contact, step, at: moment)
  }

  private func rungs(_ contact: Contact, _ step: CallPlan.Step, at moment: Timestamp) -> [CallRung]
  {
    var rungs: [CallRung] = []
    var next: Contact? = contact
    var seen: Set<String> = []
    while let person = next, seen.insert(person.id).inserted {
      if person.isValid(at: moment) {
        rungs.append(
          CallRung(
            person: sameAs[person.id] ?? person.id,
            channels: channels(of: person, wanted: step.channels),
            waitSeconds: step.waitSeconds, tries: step.tries))
      }
      next = step.callsDeputies ? person.deputy.flatMap { self.contact($0) } : nil
    }
    return rungs
  }
}
