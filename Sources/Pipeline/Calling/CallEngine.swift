public import Archive
public import Hydromet
public import Warn

/// How many messages a channel takes.
public struct CallLimit: Sendable, Hashable {
  /// Messages a minute; nil for as many as it takes.
  public var perMinute: Int?
  /// Messages that it may have in hand at a time.
  public var parallel: Int

  public init(perMinute: Int? = nil, parallel: Int = 4) {
    self.perMinute = perMinute
    self.parallel = parallel
  }
}

/// Carries orders to calls: opens chains, lets time pass, hands out messages, notes what became of them.
///
/// Everything it knows is in the ledger: an engine can be dropped at any moment and another one, in this
/// or another process, goes on. It waits for nothing; whoever drives it delivers the messages. One thread
/// at a time.
public final class CallEngine {
  private let ledger: Ledger
  private let book: CallBook
  private let limits: [String: CallLimit]
  private let clock: any Clock
  private let holder: String
  private let boot: String
  private let series: String
  private var lease: CallLease?
  private var callClock: CallClock?
  private var nextRenewal = -Double.infinity
  private var inHand: [String: Int] = [:]
  private var channelOf: [Int64: String] = [:]
  private var allowance: [String: (tokens: Double, at: Double)] = [:]
  /// Chains of one transaction: few at first, so that the first calls leave at once, then more, so that
  /// the disk is seldom waited for.
  private var openAtOnce = CallEngine.fewestOpened
  private static let fewestOpened = 400
  private static let mostOpened = 6400
  /// Whether this process has the lock that the system takes away when a process ends.
  public var hasLock: () -> Bool = { false }
  /// Called between the steps of the work, for tests that end an engine there.
  public var onStage: ((String) throws(Fault) -> Void)?

  /// - Parameters:
  ///   - limits: every channel that messages are handed to. What is queued for others waits.
  ///   - holder: a name that no other engine has.
  ///   - boot: the identity of this start of the machine.
  ///   - series: marks a new ledger.
  public init(
    ledger: Ledger, book: CallBook, limits: [String: CallLimit], clock: any Clock, holder: String,
    boot: String, series: String
  ) {
    self.ledger = ledger
    self.book = book
    self.limits = limits
    self.clock = clock
    self.holder = holder
    self.boot = boot
    self.series = series
  }

  /// Whether this engine, and no other, calls.
  public var isCalling: Bool { lease != nil }

  /// Does what is due and hands out messages. Empty while another process calls.
  ///
  /// - Parameter isEnding: hands out nothing new.
  public func step(isEnding: Bool = false) throws(Fault) -> (calls: [ClaimedCall], isBusy: Bool) {
    do throws(Fault) {
      guard try holdLease(), let lease, let moment = moment() else { return ([], false) }
      try onStage?("open")
      var isBusy = try ledger.openCallOrders(lease, at: moment, book, limit: openAtOnce)
      openAtOnce = isBusy ? min(openAtOnce * 4, CallEngine.mostOpened) : CallEngine.fewestOpened
      try onStage?("tick")
      if try ledger.tickCalls(lease, at: moment, book) { isBusy = true }
      guard !isEnding else { return ([], isBusy) }
      var calls: [ClaimedCall] = []
      for (channel, limit) in limits.sorted(by: { $0.key < $1.key }) {
        do throws(Fault) {
          calls += try claim(channel, limit, lease, moment)
        } catch {
          // What other channels have claimed is handed out; the fault comes again if it stays.
          if calls.isEmpty { throw error }
          break
        }
      }
      return (calls, isBusy)
    } catch {
      throw lost(error)
    }
  }

  private func claim(
    _ channel: String, _ limit: CallLimit, _ lease: CallLease, _ moment: CallMoment
  ) throws(Fault) -> [ClaimedCall] {
    try onStage?("claim")
    let room = room(channel, limit)
    let claimed = try ledger.claimCalls(lease, at: moment, channel: channel, limit: room, book)
    for call in claimed { channelOf[call.id] = channel }
    inHand[channel, default: 0] += claimed.count
    allowance[channel]?.tokens -= Double(claimed.count)
    return claimed
  }

  /// Notes what became of messages. After a fault the same may be noted again.
  public func settle(_ outcomes: [DeliveryOutcome]) throws(Fault) {
    for outcome in outcomes {
      guard let channel = channelOf.removeValue(forKey: outcome.id) else { continue }
      inHand[channel, default: 1] -= 1
    }
    guard let lease, let moment = moment() else { return }
    do throws(Fault) {
      try onStage?("settle")
      _ = try ledger.settleCalls(outcomes, lease, at: moment, book)
    } catch {
      throw lost(error)
    }
  }

  /// Lets another process call. What is in hand and not settled is handed over with it.
  public func stop() throws(Fault) {
    guard let lease else { return }
    self.lease = nil
    try ledger.releaseCallLease(lease)
  }

  /// The moment by the clocks of this engine; nil without the right to call.
  public func moment() -> CallMoment? {
    callClock.map {
      CallMoment(call: $0.now(monotonicSeconds: clock.monotonicSeconds), wall: clock.now)
    }
  }

  private func lost(_ fault: Fault) -> Fault {
    if fault.code == "lease_lost" {
      lease = nil
      nextRenewal = -Double.infinity
    }
    return fault
  }

  private static let leaseSeconds = 10.0
  private static let renewalSeconds = 3.0

  private func holdLease() throws(Fault) -> Bool {
    let now = clock.monotonicSeconds
    guard now >= nextRenewal || lease == nil else { return true }
    let taken = try ledger.takeCallLease(
      holder: holder, boot: boot, milliseconds: Int64(now * 1000),
      lasting: Int64(CallEngine.leaseSeconds * 1000), series: series,
      callTime: lease == nil ? nil : callClock?.now(monotonicSeconds: now), isLocked: hasLock())
    nextRenewal = now + CallEngine.renewalSeconds
    guard let taken else {
      lease = nil
      return false
    }
    if taken.token != lease?.token {
      let started = CallClock(
        wall: clock.now, lastSeen: taken.lastCallTime, monotonicSeconds: now)
      lease = nil
      let moment = CallMoment(call: started.now(monotonicSeconds: now), wall: clock.now)
      _ = try ledger.recoverCalls(taken, at: moment, book)
      callClock = started
      lease = taken
      inHand = [:]
      channelOf = [:]
    }
    return true
  }

  /// How many messages a channel may be given now.
  private func room(_ channel: String, _ limit: CallLimit) -> Int {
    let free = max(0, limit.parallel - inHand[channel, default: 0])
    guard let perMinute = limit.perMinute else { return free }
    let now = clock.monotonicSeconds
    let most = Double(max(1, perMinute / 6))
    let old = allowance[channel] ?? (most, now)
    let tokens = min(most, old.tokens + (now - old.at) * Double(perMinute) / 60)
    allowance[channel] = (tokens, now)
    return min(free, Int(max(0, tokens)))
  }
}
