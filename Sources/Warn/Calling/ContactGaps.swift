public import Hydromet

/// Something that is missing in the lists of people: named every day until it is put right.
public struct ContactGap: Sendable, Hashable {
  public enum Kind: String, Sendable, Hashable, CaseIterable {
    /// A township, or a hazard point whose township has nobody either.
    case nobody
    /// Hazard points of a township without anybody of their own: the township's people are called.
    case nobodyOfItsOwn = "nobody_of_its_own"
    /// Nobody can be reached at night, on a holiday, …: somebody off duty would be called.
    case nobodyOnShift = "nobody_on_shift"
    /// An entry that is over, and nobody took its place.
    case expired
    case reviewOverdue = "review_overdue"
    /// None of the person's channels exists here: only the call sheet is left.
    case noChannel = "no_channel"
    /// A deputy who is not there, not valid, or stands in for himself through others.
    case deputyMissing = "deputy_missing"
    case deputyRing = "deputy_ring"
    /// Nobody of the district is there to be told that nobody answers.
    case noDesk = "no_desk"
  }

  public let kind: Kind
  /// Id of the contact or code of the place.
  public let subject: String
  public let name: String
  public let words: String
}

extension ContactDirectory {
  /// Every gap, in the order of its kinds and subjects.
  ///
  /// - Parameters:
  ///   - places: places that must have somebody, with their names.
  ///   - hasChannels: whether messages leave the district at all; those of a drill never do.
  ///   - reviewedSince: the day since which every entry must have been looked at; nil asks for none.
  public func gaps(
    contacts: [Contact], places: [(code: String, name: String)], reviewedSince: Timestamp?,
    hasChannels: Bool = true, at moment: Timestamp
  ) -> [ContactGap] {
    var gaps: [ContactGap] = []
    func note(_ kind: ContactGap.Kind, _ subject: String, _ name: String, _ words: String) {
      gaps.append(ContactGap(kind: kind, subject: subject, name: name, words: words))
    }
    func duty(_ place: String) -> [Contact] {
      self.contacts(of: place).filter { $0.list == .duty && $0.isValid(at: moment) }
    }
    let names = Dictionary(places.map { ($0.code, $0.name) }, uniquingKeysWith: { a, _ in a })
    var unattended: [String: [String]] = [:]
    for place in places {
      let own = duty(place.code)
      let township = township(of: place.code)
      guard !own.isEmpty else {
        if township != place.code, !duty(township).isEmpty {
          unattended[township, default: []].append(place.code)
        } else {
          note(.nobody, place.code, place.name, "nobody is called for it")
        }
        continue
      }
      for (word, day) in ContactDirectory.typicalMoments(moment) {
        if !own.contains(where: { roster.isOn($0.shift, at: day) }) {
          note(.nobodyOnShift, place.code, place.name, "nobody is on duty \(word)")
        }
      }
    }
    for (township, points) in unattended {
      note(
        .nobodyOfItsOwn, township, names[township] ?? township,
        "\(ContactDirectory.listed(points)): the people of the township are called")
    }
    if desk(.usual, at: moment).isEmpty {
      note(.noDesk, "*", "", "nobody of the district is told when nobody answers")
    }
    for contact in contacts { check(contact, reviewedSince: reviewedSince, at: moment, note) }
    var unreachable: [String: [String]] = [:]
    for contact in contacts where hasChannels && contact.isValid(at: moment) {
      guard !contact.ways.contains(where: { channels.contains($0.channel) }) else { continue }
      let wanted = Set(contact.ways.map(\.channel)).sorted().joined(separator: ", ")
      unreachable[wanted, default: []].append(contact.id)
    }
    for (wanted, people) in unreachable {
      note(
        .noChannel, wanted, "",
        "the district has no channel \(wanted); only the call sheet is left for \(ContactDirectory.listed(people))"
      )
    }
    return gaps.enumerated().sorted { a, b in
      let kinds = ContactGap.Kind.allCases
      let left = (kinds.firstIndex(of: a.element.kind) ?? 0, a.element.subject, a.offset)
      let right = (kinds.firstIndex(of: b.element.kind) ?? 0, b.element.subject, b.offset)
      return left < right
    }.map(\.element)
  }

  private func check(
    _ contact: Contact, reviewedSince: Timestamp?, at moment: Timestamp,
    _ note: (ContactGap.Kind, String, String, String) -> Void
  ) {
    guard contact.isValid(at: moment) else {
      if let end = contact.validTo, moment >= end {
        note(
          .expired, contact.id, contact.name, "the entry ended at \(BeijingTime.numeric(end))")
      }
      return
    }
    if let since = reviewedSince, contact.reviewed.map({ $0 < since }) ?? true {
      let last = contact.reviewed.map { "was reviewed \(BeijingTime.numeric($0).prefix(10))" }
      note(.reviewOverdue, contact.id, contact.name, last ?? "was never reviewed")
    }
    guard let first = contact.deputy else { return }
    guard let deputy = self.contact(first), deputy.isValid(at: moment) else {
      note(
        .deputyMissing, contact.id, contact.name, "the deputy \(first) is not there or not valid")
      return
    }
    var seen: Set<String> = [contact.id]
    var next: Contact? = deputy
    while let person = next {
      guard seen.insert(person.id).inserted else {
        if person.id == contact.id {
          note(.deputyRing, contact.id, contact.name, "the deputies lead back to the person")
        }
        return
      }
      next = person.deputy.flatMap { self.contact($0) }
    }
  }

  /// `3 of them: P1, P2, P3`, the first five by name.
  private static func listed(_ ids: [String]) -> String {
    let shown = ids.sorted().prefix(5).joined(separator: ", ")
    return "\(ids.count) of them: \(shown)\(ids.count > 5 ? ", …" : "")"
  }

  /// A working day and a working night, a holiday by day and by night, after `moment`.
  private static func typicalMoments(_ moment: Timestamp) -> [(String, Timestamp)] {
    let midnight = BeijingTime.latest(hour: 0, atOrBefore: moment)
    // 1970-01-01 was a Thursday; the next Tuesday and Saturday.
    let weekday = (midnight + BeijingTime.offsetSeconds).secondsSince1970 / 86_400 % 7
    let tuesday = midnight + Int((5 - weekday + 7) % 7) * 86_400
    let saturday = midnight + Int((2 - weekday + 7) % 7) * 86_400
    return [
      ("on a working day", tuesday + 10 * 3600), ("on a working night", tuesday + 23 * 3600),
      ("on a holiday", saturday + 10 * 3600), ("on the night of a holiday", saturday + 23 * 3600),
    ]
  }
}
