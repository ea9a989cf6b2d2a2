import Archive
import Hydromet
import Runoff

/// A state that all rain up to its time makes, kept as bytes.
protocol CarriedState: Sendable {
  var time: Timestamp { get }
  var bytes: [UInt8] { get }
  init(bytes: [UInt8]) throws(Fault)
}

extension HydrologyState: CarriedState {}
extension CellSoilState: CarriedState {}

/// States of one kind with their chains, in memory and in the ledger.
///
/// A chain is the hash of the model and of the rain of every step: a state may be carried on wherever its
/// chain is that of the steps behind it, and nowhere else.
struct StateChain<State: CarriedState> {
  struct Link {
    let time: Timestamp
    let chain: String
    let state: State
  }

  private let ledger: Ledger
  private let kind: StateKind
  /// States at multiples of this are saved and remembered, seconds.
  let savedEvery: Int
  private let step: Int
  /// Whether a state that was read back belongs to the model.
  private let isOwn: (State) -> Bool
  /// States of this run, oldest first.
  private var memory: [Link] = []

  init(
    _ ledger: Ledger, _ kind: StateKind, savedEvery: Int, step: Int,
    isOwn: @escaping (State) -> Bool
  ) {
    self.ledger = ledger
    self.kind = kind
    self.savedEvery = savedEvery
    self.step = step
    self.isOwn = isOwn
  }

  /// The chains of steps from a base on.
  static func chains(of identities: some Sequence<String>, from base: Link) -> [String] {
    var chain = base.chain
    return identities.map { identity in
      chain = Fingerprint(of: "\(chain) \(identity)".utf8).sha256
      return chain
    }
  }

  /// The newest state at or before a horizon.
  func base(before horizon: Timestamp, _ known: Timestamp?) throws(Fault) -> Link? {
    if let link = memory.last(where: { $0.time <= horizon }) { return link }
    let saved = try ledger.states(kind, atOrBefore: horizon, asKnown: known, limit: 3)
    for checkpoint in saved {
      if let state = usable(checkpoint) {
        return Link(time: checkpoint.time, chain: checkpoint.chain, state: state)
      }
    }
    return nil
  }

  /// The newest known state on the way from a base, and how many steps lie before it.
  ///
  /// - Parameter limit: so many saved states are looked at.
  func newest(
    of steps: ArraySlice<BasinRains.Step>, _ chains: [String], from base: Link, limit: Int
  ) throws(Fault) -> (State, Int) {
    guard let last = steps.last else { return (base.state, 0) }
    func index(_ time: Timestamp) -> Int { time.seconds(since: base.time) / step - 1 }
    for link in memory.reversed() where link.time <= last.end && link.time > base.time {
      if chains[index(link.time)] == link.chain { return (link.state, index(link.time) + 1) }
    }
    for saved in try ledger.states(kind, atOrBefore: last.end, limit: limit)
    where saved.time > base.time && saved.time.seconds(since: base.time) % step == 0 {
      guard chains[index(saved.time)] == saved.chain, let state = usable(saved) else { continue }
      return (state, index(saved.time) + 1)
    }
    return (base.state, 0)
  }

  /// A saved state that is whole and of this model.
  private func usable(_ saved: StateCheckpoint) -> State? {
    guard let state = try? State(bytes: saved.bytes), state.time == saved.time, isOwn(state)
    else { return nil }
    return state
  }

  func isSaved(_ end: Timestamp) -> Bool { end.secondsSince1970 % Int64(savedEvery) == 0 }

  mutating func remember(_ link: Link) {
    memory.removeAll { $0.time >= link.time }
    memory.append(link)
  }

  /// Keeps the newest states, those of every sixth hour, and one from before the horizon.
  mutating func forget(before horizon: Timestamp) {
    let newest = memory.count
    var kept: [Link] = []
    for (index, link) in memory.enumerated()
    where index + 3 >= newest || link.time.secondsSince1970 % 21_600 == 0 {
      kept.append(link)
    }
    if let first = kept.lastIndex(where: { $0.time <= horizon }) { kept.removeFirst(first) }
    memory = kept
  }
}
