public import Hydromet

extension ContactDirectory {
  /// The chains that an alert or upgrade opens, in the order in which they should ring: those who must
  /// act for each place, then the helpers of single households, then the households.
  ///
  /// A place without anybody becomes a chain for the people of the district, so that the lack is theirs
  /// to answer for.
  public func openings(
    of order: CallOrder, plan: CallPlan, at moment: Timestamp
  ) -> [CallOpening] {
    var openings: [CallOpening] = []
    var seen: Set<String> = []
    var places: [(root: String, place: String)] = []
    for root in order.places {
      for place in parts(of: root) where seen.insert(place).inserted {
        places.append((root, place))
      }
    }
    for (root, place) in places {
      let ladder = ladder(
        plan, place: place, hazard: order.hazard, level: order.level, at: moment,
        fallsToDistrict: place == root)
      guard !ladder.isEmpty || place == root else { continue }
      openings.append(
        CallOpening(
          key: place, root: root, place: place, person: nil, goal: .answer, ladder: ladder))
    }
    for list in [Contact.List.helper, .household] {
      for (root, place) in places {
        let called = people(
          of: place, list: list, hazard: order.hazard, level: order.level, at: moment)
        for contact in called {
          openings.append(
            CallOpening(
              key: "\(place)/\(contact.id)", root: root, place: place, person: contact.id,
              goal: list == .helper ? .answer : .delivery,
              ladder: list == .helper
                ? ladder(plan, person: contact.id, at: moment) : [notice(contact)]))
        }
      }
    }
    let called = Set(openings.compactMap(\.person) + openings.flatMap { $0.ladder.map(\.person) })
    for person in order.audience where !called.contains(person) {
      guard let contact = contact(person), let root = order.places.first else { continue }
      openings.append(
        CallOpening(
          key: "audience/\(person)", root: root, place: root, person: person, goal: .delivery,
          ladder: [notice(contact)]))
    }
    return openings
  }

  /// One rung that only has to be delivered: what was told is told by every channel that works.
  ///
  /// - Parameter first: the channel by which the person was reached before.
  public func notice(_ contact: Contact, first: String? = nil) -> CallRung {
    let own = channels(of: contact)
    let channels =
      first.map { name in
        own.contains(name) ? [name] + own.filter { $0 != name } : own
      } ?? own
    return CallRung(person: personID(contact), channels: channels, waitSeconds: 60, tries: 1)
  }

  /// The people of the district who are told that nobody answers.
  public func desk(_ plan: CallPlan, at moment: Timestamp) -> [Contact] {
    let all = people(of: "*", list: .duty, hazard: .rainstorm, level: .red, at: moment)
    let named = all.filter { $0.role == plan.tells }
    return plan.tells == nil || named.isEmpty ? all : named
  }
}
