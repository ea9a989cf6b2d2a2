import Archive
import Hydromet
import Synchronization
import Warn

/// A wall clock that can be set, and one that cannot.
final class CrisisClock: Clock {
  private let state: Mutex<(wall: Int64, monotonic: Double)>

  init(wall: Int64) {
    state = Mutex((wall, 1000))
  }

  var now: Timestamp { state.withLock { Timestamp(secondsSince1970: $0.wall) } }
  var monotonicSeconds: Double { state.withLock { $0.monotonic } }

  func pass(_ seconds: Int) {
    state.withLock {
      $0.wall += Int64(seconds)
      $0.monotonic += Double(seconds)
    }
  }

  func set(by seconds: Int) { state.withLock { $0.wall += Int64(seconds) } }
}

/// One crisis: an invented district, its people and channels, and everything that goes wrong.
final class Crisis {
  private let ledger: Ledger
  private var chance: CrisisChance
  private let name: String
  private let clock: CrisisClock
  private let started: Timestamp
  private var book: CallBook
  private var contacts: [Contact] = []
  private let places: [String]
  private let channels: [String]
  private var channelIsDead: [String: Bool] = [:]
  private var channelFails: [String: Double] = [:]
  private var channelDelay: [String: Int] = [:]
  /// Nil for those who never answer.
  private var answerDelay: [String: Int] = [:]

  private var engines: [CallEngine?] = [nil, nil]
  private var engineCount = 0
  private var sleepsUntil: [Double] = [0, 0]
  private var underway: [(call: ClaimedCall, engine: Int, ends: Double, succeeds: Bool)] = []
  private var answers: [(at: Double, call: ClaimedCall)] = []
  private var orders: [(at: Double, order: CallOrder)] = []
  private var given: [CallOrder] = []

  /// The far end: how often each key came, and to whom.
  private var received: [String: Int] = [:]
  private var receivedBy: [Int64: String] = [:]
  private var closedChains: Set<Int64> = []
  private var downSeconds = 0.0
  private var violations: [String] = []
  private var kills = 0
  private var clockSteps = 0
  private var takeovers = 0

  init(ledger: Ledger, seed: UInt64, number: Int) {
    self.ledger = ledger
    var chance = CrisisChance(seed: seed)
    name = "crisis-\(number)"
    // Each crisis is later than the one before it: engines meet the past of the ledger.
    let start = 1_700_000_000 + Int64(number) * 200_000 + Int64(chance.below(86_400))
    clock = CrisisClock(wall: start)
    started = Timestamp(secondsSince1970: start)
    let name = name
    places = (0...chance.below(4)).map { "\(name)-place-\($0)" }
    channels = ["voice", "sms", "mail"]
    book = CallBook(directory: ContactDirectory(contacts: [], channels: []))
    self.chance = chance
    invent()
  }

  private func invent() {
    var plan = CallPlan(
      name: "crisis",
      steps: [
        .init(who: .everybody, waitSeconds: 60 + chance.below(240), tries: 1 + chance.below(3))
      ], pauseSeconds: 30 + chance.below(120))
    if chance.happens(0.2) { plan.rounds = 1 + chance.below(3) }
    if chance.happens(0.2) {
      plan.steps.append(.init(who: .role("chief"), waitSeconds: 90, tries: 2))
    }
    for place in places {
      for order in 0...chance.below(3) { invent(place, order) }
    }
    contacts.append(contact("\(name)-desk", place: "*", order: 1))
    // One person for several places: a storm of calls meets them.
    if chance.happens(0.5) {
      for place in places { contacts.append(contact("\(name)-leader", place: place, order: 9)) }
    }
    for channel in channels {
      channelIsDead[channel] = chance.happens(0.2)
      channelFails[channel] = chance.happens(0.5) ? 0.4 : 0.02
      channelDelay[channel] = chance.happens(0.3) ? 1 + chance.below(100) : 1
    }
    channelDelay[ContactDirectory.sheetChannel] = 0
    book = CallBook(
      directory: ContactDirectory(contacts: contacts, channels: Set(channels)), plan: plan)
    inventOrders()
  }

  private func invent(_ place: String, _ order: Int) {
    let id = "\(place)-\(order)"
    var made = contact(
      id, place: place, order: order + 1,
      deputy: chance.happens(0.3) ? "\(place)-\(chance.below(3))" : nil)
    if chance.happens(0.1) { made.list = .helper }
    if chance.happens(0.1) { made.list = .household }
    if chance.happens(0.2) { made.shift = chance.happens(0.5) ? .day : .night }
    contacts.append(made)
  }

  private func contact(_ id: String, place: String, order: Int, deputy: String? = nil) -> Contact {
    let ways = (0...chance.below(3)).map { _ in
      Contact.Way(channel: channels[chance.below(channels.count)], address: Address("10000000000"))
    }
    if answerDelay[id] == nil, chance.happens(0.6) { answerDelay[id] = 5 + chance.below(1500) }
    return Contact(
      id: id, name: id, role: order == 1 ? "chief" : "duty", ways: ways, place: place, hazard: nil,
      minimumLevel: .blue, order: order, deputy: deputy)
  }

  private func inventOrders() {
    for warning in 0...chance.below(2) {
      let begins = Double(chance.below(1200))
      let seconds = 1800 + chance.below(14_400)
      let chosen = places.filter { _ in chance.happens(0.8) }
      order(warning, .alert, chosen.isEmpty ? places : chosen, at: begins, lasts: seconds)
      if chance.happens(0.3) {
        order(warning, .upgrade, places, at: begins + Double(chance.below(3600)), lasts: seconds)
      }
      if chance.happens(0.2) {
        order(warning, .inform, places, at: begins + Double(chance.below(3600)), lasts: seconds)
      }
      if chance.happens(0.4) {
        order(warning, .cancel, places, at: begins + Double(chance.below(seconds)), lasts: seconds)
      }
    }
    orders.sort { $0.at < $1.at }
  }

  private func order(
    _ warning: Int, _ kind: CallOrder.Kind, _ places: [String], at: Double, lasts seconds: Int
  ) {
    let issued = started + Int(at)
    orders.append(
      (
        1000 + at,
        CallOrder(
          id: "\(name)-\(warning)-\(kind.rawValue)-\(orders.count)", warning: "\(name)-\(warning)",
          kind: kind, hazard: .flashFlood, level: kind == .upgrade ? .red : .orange,
          places: places, headline: "测试", text: "测试", issued: issued, expires: issued + seconds,
          isRehearsal: false)
      ))
  }

  // MARK: Time passes

  func run(_ tally: inout CrisisSimulation.Tally) throws(Fault) {
    let end = clock.monotonicSeconds + 60_000
    var idle = 0
    while clock.monotonicSeconds < end, idle < 3 {
      try giveOrders()
      try deliver()
      try answer()
      for index in engines.indices { try drive(index) }
      let quiet = orders.isEmpty && underway.isEmpty && answers.isEmpty
      let next = try ledger.nextCallDue()
      let tallyNow = quiet && next == nil ? try ledger.callTally() : nil
      let isOver =
        tallyNow.map {
          $0.waitingOrders == 0 && $0.deliveries["queued", default: 0] == 0
            && $0.deliveries["sending", default: 0] == 0
        } ?? false
      idle = isOver ? idle + 1 : 0
      pass()
    }
    for engine in engines { try? engine?.stop() }
    try check(&tally)
  }

  private func pass() {
    let isUp = engines.contains { $0?.isCalling == true }
    let longest = underway.isEmpty ? (answers.isEmpty ? 150 : 60) : 12
    let step = 1 + chance.below(longest)
    clock.pass(step)
    if !isUp { downSeconds += Double(step) }
    guard clock.monotonicSeconds < 20_000, chance.happens(0.004) else { return }
    clock.set(by: chance.below(20_000) - 10_000)
    clockSteps += 1
  }

  private func giveOrders() throws(Fault) {
    while let next = orders.first, next.at <= clock.monotonicSeconds {
      orders.removeFirst()
      let order = next.order
      // The warning states its times by the wall clock of its hour.
      let lasts = order.expires.seconds(since: order.issued)
      let now = CallOrder(
        id: order.id, warning: order.warning, kind: order.kind, hazard: order.hazard,
        level: order.level, places: order.places, headline: order.headline, text: order.text,
        issued: clock.now, expires: clock.now + lasts, isRehearsal: false)
      given.append(now)
      try ledger.enqueue([now])
      // The same decision written again must not call twice.
      if chance.happens(0.1) { try ledger.enqueue([now]) }
    }
  }

  /// Starts, drives and kills one of the two engines.
  private func drive(_ index: Int) throws(Fault) {
    let now = clock.monotonicSeconds
    guard now >= sleepsUntil[index] else { return }
    if engines[index] == nil {
      engineCount += 1
      engines[index] = engine("\(name)-\(engineCount)")
    }
    guard let engine = engines[index] else { return }
    let wasCalling = engine.isCalling
    do throws(Fault) {
      let claimed = try engine.step().calls
      if engine.isCalling && !wasCalling { takeovers += 1 }
      for call in claimed { handOver(call, engine: index) }
      if chance.happens(0.006) { kill(index) }
    } catch {
      switch error.code {
      case "sudden_death": kill(index)
      case "lease_lost": break
      default: throw error
      }
    }
  }

  private func engine(_ holder: String) -> CallEngine {
    var limits = Dictionary(
      uniqueKeysWithValues: channels.map { ($0, CallLimit(perMinute: nil, parallel: 3)) })
    limits["sms"] = CallLimit(perMinute: 20, parallel: 2)
    limits[ContactDirectory.sheetChannel] = CallLimit(parallel: 50)
    let engine = CallEngine(
      ledger: ledger, book: book, limits: limits, clock: clock, holder: holder, boot: "boot",
      series: "S")
    engine.onStage = { [unowned self] stage throws(Fault) in
      guard self.clock.monotonicSeconds < 20_000, self.chance.happens(0.0015) else { return }
      throw Fault("sudden_death", "at \(stage)", remedy: "none")
    }
    return engine
  }

  private func kill(_ index: Int) {
    kills += 1
    engines[index] = nil
    sleepsUntil[index] =
      clock.monotonicSeconds + Double(chance.below(chance.happens(0.1) ? 2400 : 40))
    // What the dead process had in hand may still arrive; nobody hears of it.
    for (place, item) in underway.enumerated().reversed() where item.engine == index {
      if item.succeeds, chance.happens(0.5) { arrive(item.call) }
      underway.remove(at: place)
    }
  }

  private func handOver(_ call: ClaimedCall, engine: Int) {
    let matters = Set(call.chains)
    if call.needsAnswer, matters.isSubset(of: closedChains) {
      violations.append("\(name): message \(call.id) was handed out after its answer")
    }
    let channel = call.channel
    let succeeds =
      channel == ContactDirectory.sheetChannel
      || !(channelIsDead[channel] ?? false) && !chance.happens(channelFails[channel] ?? 0)
    let seconds = Double(channelDelay[channel] ?? 0)
    underway.append((call, engine, clock.monotonicSeconds + seconds, succeeds))
  }

  private func deliver() throws(Fault) {
    let now = clock.monotonicSeconds
    var due = underway.filter { $0.ends <= now }
    underway.removeAll { $0.ends <= now }
    while let item = due.popLast() {
      // A channel may take a message and say that it did not.
      if item.succeeds || chance.happens(0.05) { arrive(item.call) }
      guard let engine = engines[item.engine] else { continue }
      let outcome = DeliveryOutcome(
        id: item.call.id, result: item.succeeds ? .delivered : .failed, detail: "simulated")
      do throws(Fault) {
        try engine.settle([outcome])
      } catch {
        guard error.code == "sudden_death" || error.code == "lease_lost" else { throw error }
        if error.code == "sudden_death" { kill(item.engine) }
      }
    }
  }

  private func arrive(_ call: ClaimedCall) {
    received[call.key, default: 0] += 1
    receivedBy[call.id] = call.person
    guard call.needsAnswer, received[call.key] == 1, let delay = answerDelay[call.person],
      chance.happens(0.7)
    else { return }
    answers.append((clock.monotonicSeconds + Double(delay), call))
  }

  private func answer() throws(Fault) {
    let now = clock.monotonicSeconds
    let due = answers.filter { $0.at <= now }
    answers.removeAll { $0.at <= now }
    for (_, call) in due {
      _ = try ledger.answerCall(
        .delivery(call.id), person: call.person, way: "link", words: "收到", at: clock.now)
      closedChains.formUnion(call.chains)
    }
  }

  // MARK: What must hold

  private func check(_ tally: inout CrisisSimulation.Tally) throws(Fault) {
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

  private func check(
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
  private func checkReached(_ chain: CallSummary, _ order: CallOrder) throws(Fault) {
    guard chain.goal == .answer, let ended = chain.endedAt, chain.kind != .cancel else { return }
    let lived = ended.seconds(since: chain.openedAt)
    guard Double(lived) > downSeconds + 1500, clockSteps == 0 else { return }
    let sent = try ledger.callDeliveries(ofChain: chain.id).contains {
      ["sent", "uncertain"].contains($0.state)
    }
    if !sent { violations.append("\(name): chain \(chain.id) lived \(lived) s and reached nobody") }
  }

  /// Each message stands once in the audit ledger, and what arrived stands there.
  private func checkAttempts(_ tally: inout CrisisSimulation.Tally) throws(Fault) {
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

  /// Everybody who got an alert gets its cancel.
  private func checkCancels() throws(Fault) {
    for cancel in given where cancel.kind == .cancel {
      let chains = try ledger.callChains(
        openOnly: false, warning: cancel.warning, needingAnswer: false, limit: 10_000)
      let told = Set(
        try persons(of: chains.filter { $0.orderID == cancel.id && $0.ending == .delivered }))
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

  private func persons(
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
