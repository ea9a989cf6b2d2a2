import Archive
import Glibc
public import Hydromet
import Synchronization
import Warn

/// Invented crises on a simulated clock: engines that die in the middle of their work, clocks that are
/// set, channels that are dead, slow or forgetful, people who answer late or never, two engines at once.
/// What must hold whatever happens is checked at the end of each.
public struct CrisisSimulation {
  /// What was seen in all crises.
  public struct Tally: Sendable, Hashable, CustomStringConvertible {
    public var crises = 0
    public var orders = 0
    public var chains = 0
    public var answered = 0
    public var expired = 0
    public var messages = 0
    /// Messages that the far end got more than once under the same key.
    public var repeatedKeys = 0
    public var kills = 0
    public var clockSteps = 0
    public var takeovers = 0
    /// What must not happen, in words; empty where all is well.
    public var violations: [String] = []

    public var description: String {
      """
      \(crises) crises, \(orders) orders, \(chains) chains (\(answered) answered, \(expired) ran out), \
      \(messages) messages; \(kills) kills, \(takeovers) take-overs, \(clockSteps) clock steps; \
      \(repeatedKeys) messages came twice under one key; violations: \(violations.count)
      """
    }
  }

  private let folder: String
  private let seed: UInt64

  /// - Parameter folder: an empty folder for the ledgers; in memory (`/dev/shm`) it is much faster.
  public init(folder: String, seed: UInt64) {
    self.folder = folder
    self.seed = seed
  }

  /// Crises that share one ledger, so that engines have a past to go through.
  public static let crisesPerLedger = 50

  /// Crises go on at the same time in groups that share a ledger; the tally is the same with any number
  /// of processors.
  ///
  /// - Parameter progress: told how many crises are over; called from several threads, one at a time.
  public func run(
    count: Int, progress: (Int) -> Void = { _ in }
  ) throws(Fault) -> Tally {
    let each = CrisisSimulation.crisesPerLedger
    let groups = stride(from: 0, to: max(0, count), by: each).map { $0..<min($0 + each, count) }
    let done = Mutex(0)
    let results = Parallel.map(groups) { group throws(Fault) in
      try run(group) {
        done.withLock {
          $0 += 1
          progress($0)
        }
      }
    }
    var tally = Tally()
    for result in results { tally.add(try result.get()) }
    return tally
  }

  private func run(_ numbers: Range<Int>, _ isOver: () -> Void) throws(Fault) -> Tally {
    var tally = Tally()
    let ledger = try Ledger(
      path: "\(folder)/crises-\(numbers.lowerBound).sqlite", isDurable: false)
    for number in numbers {
      let crisis = Crisis(ledger: ledger, seed: seed &+ UInt64(number), number: number)
      try crisis.run(&tally)
      tally.crises += 1
      isOver()
    }
    try ledger.close()
    for end in ["", "-wal", "-shm"] { unlink(ledger.path + end) }
    return tally
  }
}

extension CrisisSimulation.Tally {
  fileprivate mutating func add(_ other: Self) {
    crises += other.crises
    orders += other.orders
    chains += other.chains
    answered += other.answered
    expired += other.expired
    messages += other.messages
    repeatedKeys += other.repeatedKeys
    kills += other.kills
    clockSteps += other.clockSteps
    takeovers += other.takeovers
    violations += other.violations
  }
}

/// The same chance on every machine (SplitMix64).
struct CrisisChance {
  private var state: UInt64

  init(seed: UInt64) {
    state = seed &* 0x9e37_79b9_7f4a_7c15 &+ 0xd1b5_4a32_d192_ed03
  }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }

  mutating func below(_ count: Int) -> Int { count < 1 ? 0 : Int(next() % UInt64(count)) }

  mutating func happens(_ share: Double) -> Bool { Double(next() >> 11) * 0x1p-53 < share }
}
