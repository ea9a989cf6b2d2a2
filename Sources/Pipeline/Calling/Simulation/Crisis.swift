import Archive
import Hydromet
import Synchronization
import Warn

/// A wall clock that can be set, and one that cannot.
final class CrisisClock: Clock {
  let state: Mutex<(wall: Int64, monotonic: Double)>

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
  let ledger: Ledger
  var chance: CrisisChance
  let name: String
  let clock: CrisisClock
  let started: Timestamp
  var book: CallBook
  var contacts: [Contact] = []
  let places: [String]
  let channels: [String]
  var channelIsDead: [String: Bool] = [:]
  var channelFails: [String: Double] = [:]
  var channelDelay: [String: Int] = [:]
  /// Nil for those who never answer.
  var answerDelay: [String: Int] = [:]

  var engines: [CallEngine?] = [nil, nil]
  var engineCount = 0
  var sleepsUntil: [Double] = [0, 0]
  var underway: [(call: ClaimedCall, engine: Int, ends: Double, succeeds: Bool)] = []
  var answers: [(at: Double, call: ClaimedCall)] = []
  var orders: [(at: Double, order: CallOrder)] = []
  var given: [CallOrder] = []

  /// The far end: how often each key came, and to whom.
  var received: [String: Int] = [:]
  var receivedBy: [Int64: String] = [:]
  var closedChains: Set<Int64> = []
  var downSeconds = 0.0
  var violations: [String] = []
  var kills = 0
  var clockSteps = 0
  var takeovers = 0

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

  func pass() {
    let isUp = engines.contains { $0?.isCalling == true }
    let longest = underway.isEmpty ? (answers.isEmpty ? 150 : 60) : 12
    let step = 1 + chance.below(longest)
    clock.pass(step)
    if !isUp { downSeconds += Double(step) }
    guard clock.monotonicSeconds < 20_000, chance.happens(0.004) else { return }
    clock.set(by: chance.below(20_000) - 10_000)
    clockSteps += 1
  }

  func giveOrders() throws(Fault) {
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
}
