import Archive
import Hydromet
import Warn

/// What must hold at the end of a crisis, whatever happened.
extension Crisis {
  func check(_ tally: inout CrisisSimulation.Tally) throws(Fault) {
    for order in given { try check(order, &tally) }
    let counts = try ledger.callTally()
    for state in ["queued", "sending"] where counts.deliveries[state, default: 0] > 0 {
      violations.append("\(name): \(counts.deliveries[state, default: 0]) messages stay \(state)")
    }
    try checkAttempts(&tally)
    tally.kills += kills
    tally.clockSteps += clockSteps
    tally.takeovers += takeovers
    tally.violations += violations
  }

  func check(
    _ order: CallOrder, _ tally: inout CrisisSimulation.Tally
  ) throws(Fault) {
    tally.orders += 1
    let chains = try ledger.callChains(
      openOnly: false, warning: order.warning, needingAnswer: false, limit: 10_000
    ).filter { $0.orderID == order.id }
    tally.chains += chains.count
    for chain in chains {
      switch chain.ending {
      case nil: violations.append("\(name): chain \(chain.id) never ended")
      case .answered: tally.answered += 1
      case .expired: tally.expired += 1
      default: break
      }
      if closedChains.contains(chain.id), chain.goal == .answer, chain.ending != .answered,
        ![.calledOff, .superseded, .expired, .nobody].contains(chain.ending)
      {
        violations.append("\(name): chain \(chain.id) was answered and ended otherwise")
      }
      try checkReached(chain, order)
    }
    guard order.kind == .alert || order.kind == .upgrade else { return }
    let opened = Set(chains.map(\.place))
    for place in order.places where !opened.contains(place) {
      if downSeconds < 1700 && clockSteps == 0 {
        violations.append("\(name): no call was opened for \(place)")
      }
    }
  }

  /// A chain that was not over at once has got a message through: there is always the call sheet.
  func checkReached(_ chain: CallSummary, _ order: CallOrder) throws(Fault) {
    guard chain.goal == .answer, let ended = chain.endedAt, chain.kind != .cancel else { return }
    let lived = ended.seconds(since: chain.openedAt)
    guard Double(lived) > downSeconds + 1500, clockSteps == 0 else { return }
    let sent = try ledger.callDeliveries(ofChain: chain.id).contains {
      ["sent", "uncertain"].contains($0.state)
    }
    if !sent { violations.append("\(name): chain \(chain.id) lived \(lived) s and reached nobody") }
  }

  /// Each message stands once in the audit ledger, and what arrived stands there.
  func checkAttempts(_ tally: inout CrisisSimulation.Tally) throws(Fault) {
    for (key, count) in received {
      tally.messages += 1
      if count > 1 { tally.repeatedKeys += 1 }
      guard let id = key.split(separator: "-").last.flatMap({ Int64($0) }) else { continue }
      var lines = 0
      try ledger.eachAuditRow(of: "delivery:\(id)") { _ in lines += 1 }
      if lines != 1 {
        violations.append("\(name): message \(id) stands \(lines) times in the ledger")
      }
      guard let record = try ledger.callDelivery(id)?.record else {
        violations.append("\(name): message \(id) arrived and is not in the ledger")
        continue
      }
      if !["sent", "failed", "uncertain"].contains(record.state) {
        violations.append("\(name): message \(id) arrived and is \(record.state)")
      }
    }
    try checkCancels()
  }

  /// Everybody who got an alert gets its cancel, or is called anew by what came after it.
  func checkCancels() throws(Fault) {
    for cancel in given where cancel.kind == .cancel {
      let chains = try ledger.callChains(
        openOnly: false, warning: cancel.warning, needingAnswer: false, limit: 10_000)
      var told = Set(
        try persons(of: chains.filter { $0.orderID == cancel.id && $0.ending == .delivered }))
      for chain in chains where chain.orderID == cancel.id && chain.ending == .superseded {
        for delivery in try ledger.callDeliveries(ofChain: chain.id) {
          told.insert(delivery.person)
        }
      }
      let before = chains.filter { chain in
        guard let order = given.first(where: { $0.id == chain.orderID }) else { return false }
        return order.kind != .cancel && order.issued <= cancel.issued
      }
      let alerted = try persons(of: before.filter { $0.place != "" }, sentBefore: cancel)
      for person in alerted where !told.contains(person) {
        violations.append("\(name): \(person) was told of \(cancel.warning) and not of its end")
      }
    }
  }

  func persons(
    of chains: [CallSummary], sentBefore cancel: CallOrder? = nil
  ) throws(Fault) -> [String] {
    var people: [String] = []
    for chain in chains {
      for delivery in try ledger.callDeliveries(ofChain: chain.id) where delivery.state == "sent" {
        if cancel != nil, clockSteps > 0 { continue }
        if let cancel, let begun = delivery.begunAt, begun >= cancel.issued { continue }
        people.append(delivery.person)
      }
    }
    return people
  }
}
