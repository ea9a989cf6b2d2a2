import Archive
import Calls
import Foundation
import Glibc
public import Hydromet
public import Logging
import Synchronization
import Warn

/// Calls beside the cycles: one thread lets time pass and writes the ledger, others hand messages to
/// channels, so that a channel that hangs delays neither cycles nor other channels.
public final class CallService: @unchecked Sendable {
  private let workspace: Workspace
  private let office: CallOffice
  private let engine: CallEngine
  private let lock: CallLock
  private let clock: any Clock
  private let log: Logger
  private var crews: [String: ChannelCrew] = [:]
  private let outcomes = Mutex<[DeliveryOutcome]>([])
  private let isStopping = Atomic<Bool>(false)
  private let hasEnded = DispatchSemaphore(value: 0)
  private let bell = DispatchSemaphore(value: 0)
  private var overdue: [Int64: (at: Double, channel: String)] = [:]
  private var nextReplies = 0.0
  private var nextSheet = 0.0
  private var nextGaps = 0.0
  private var nextSilence = 0.0
  private var toldFault: (code: String, at: Double)?
  private var wasCalling = false

  public init(
    _ workspace: Workspace, clock: any Clock = SystemClock(), log: Logger
  ) throws(Fault) {
    self.workspace = workspace
    self.clock = clock
    self.log = log
    office = try CallOffice(
      workspace.district, stateFolder: workspace.stateFolder, now: { clock.now })
    var generator = SystemRandomNumberGenerator()
    engine = CallEngine(
      ledger: workspace.ledger, book: office.book, limits: office.limits, clock: clock,
      holder: "\(getpid())-\(String(generator.next(), radix: 36))", boot: CallService.boot(),
      series: String(generator.next(), radix: 36))
    let lock = CallLock("\(workspace.stateFolder)/calls/lock")
    self.lock = lock
    engine.hasLock = { lock.take() }
    for (channel, limit) in office.limits {
      crews[channel] = ChannelCrew(threads: min(limit.parallel, 16))
    }
  }

  /// Begins; returns at once.
  public func start() {
    for trouble in office.troubles { log.error("\(trouble)") }
    log.notice("calling by \(office.switchboard.channelNames.joined(separator: ", "))")
    let thread = Thread { [self] in
      while !isStopping.load(ordering: .relaxed) {
        let isBusy = turn(isEnding: false)
        if !isBusy { _ = bell.wait(timeout: .now() + CallService.turnSeconds) }
      }
      wind()
      hasEnded.signal()
    }
    thread.name = "calls"
    thread.start()
  }

  /// Lets messages in hand come to their end for a while, notes them and lets others call.
  public func stop() {
    guard !isStopping.exchange(true, ordering: .relaxed) else { return }
    bell.signal()
    _ = hasEnded.wait(timeout: .now() + CallService.graceSeconds + 5)
  }

  private static let turnSeconds = 0.05
  private static let graceSeconds = 10.0
  private static let hangingSeconds = 30.0

  /// - Returns: whether there is more to do at once.
  private func turn(isEnding: Bool) -> Bool {
    do throws(Fault) {
      let done = outcomes.withLock { outcomes in
        defer { outcomes = [] }
        return outcomes
      }
      for outcome in done { overdue[outcome.id] = nil }
      if !done.isEmpty { try settle(done) }
      let (calls, isBusy) = try engine.step(isEnding: isEnding)
      for call in calls { handOver(call) }
      noteRole()
      try endHanging()
      if !isEnding { lookAround() }
      return isBusy || !calls.isEmpty
    } catch {
      remind(of: error)
      if error.code != "lease_lost" { Thread.sleep(forTimeInterval: 1) }
      return false
    }
  }

  /// Keeps what could not be written for the next turn, unless another process has taken over.
  private func settle(_ done: [DeliveryOutcome]) throws(Fault) {
    do throws(Fault) {
      try engine.settle(done)
    } catch {
      if error.code != "lease_lost" { outcomes.withLock { $0 = done + $0 } }
      throw error
    }
  }

  private func noteRole() {
    guard engine.isCalling != wasCalling else { return }
    wasCalling = engine.isCalling
    if !wasCalling { lock.release() }
    log.notice(wasCalling ? "this process calls" : "another process calls; standing by")
  }

  private func handOver(_ call: ClaimedCall) {
    let limit = (office.timeLimits[call.channel] ?? 60) + CallService.hangingSeconds
    overdue[call.id] = (clock.monotonicSeconds + limit, call.channel)
    let envelope = office.envelope(call, at: clock.now)
    log.debug("\(call.channel): message \(call.id) for \(call.person), attempt \(call.attempt)")
    crews[call.channel]?.add { [self] in
      let outcome: DeliveryOutcome
      do throws(Fault) {
        let receipt = try office.switchboard.deliver(envelope, on: call.channel)
        outcome = DeliveryOutcome(
          id: call.id, result: receipt.answer.map { .answered(words: $0) } ?? .delivered,
          detail: receipt.detail)
      } catch {
        outcome = DeliveryOutcome(
          id: call.id, result: .failed, detail: "\(error.code): \(error.problem)")
      }
      outcomes.withLock { $0.append(outcome) }
      bell.signal()
    }
  }

  /// Gives up messages whose channel has not come back long after its own time limit.
  private func endHanging() throws(Fault) {
    let now = clock.monotonicSeconds
    let hanging = overdue.filter { $0.value.at < now }
    guard !hanging.isEmpty else { return }
    var given: [DeliveryOutcome] = []
    for (id, entry) in hanging.sorted(by: { $0.key < $1.key }) {
      overdue[id] = nil
      log.error("the channel \(entry.channel) hangs")
      crews[entry.channel]?.addThread()
      given.append(DeliveryOutcome(id: id, result: .failed, detail: "the channel hangs"))
    }
    try settle(given)
  }

  /// What is done now and then: call sheets, replies, gaps.
  private func lookAround() {
    let now = clock.monotonicSeconds
    if now >= nextSheet {
      nextSheet = now + 1
      do throws(Fault) {
        for path in try office.sheet.draw() { log.notice("call sheet: \(path)") }
      } catch {
        remind(of: error)
      }
    }
    if now >= nextReplies, !office.modems.isEmpty, engine.isCalling {
      nextReplies = now + 10
      for modem in office.modems {
        crews[modem.name]?.add { [self] in takeReplies(modem) }
      }
    }
    if now >= nextSilence, engine.isCalling {
      nextSilence = now + 60
      do throws(Fault) {
        let orders = try FeedSilence(workspace).orders(at: clock.now)
        if !orders.isEmpty { try workspace.ledger.enqueue(orders) }
      } catch {
        remind(of: error)
      }
    }
    if now >= nextGaps {
      nextGaps = now + 86_400
      let gaps = CallOffice.gaps(workspace.district, at: clock.now)
      for gap in gaps.prefix(50) {
        log.warning("contacts: \(gap.kind.rawValue) \(gap.subject) \(gap.name): \(gap.words)")
      }
      if gaps.count > 50 { log.warning("contacts: \(gaps.count - 50) more gaps") }
    }
  }

  private func takeReplies(_ modem: ModemChannel) {
    do throws(Fault) {
      for reply in try modem.takeReplies() {
        let people = office.book.directory.people(at: reply.sender)
        guard let answer = CallAnswer(reply: reply.text), let person = people.first else {
          log.notice("a message came from \(reply.sender) that answers nothing")
          continue
        }
        let answered = try workspace.ledger.answerCall(
          .people(people), person: person, way: "reply", answer, words: reply.text, at: clock.now,
          book: office.book)
        log.notice("\(person) answered by a reply: \(answered.closed) calls closed")
      }
    } catch {
      if error.code != "no_such_call" { log.warning("\(modem.name): \(error)") }
    }
  }

  /// Says what is wrong, and the same again after five minutes.
  private func remind(of fault: Fault) {
    let now = clock.monotonicSeconds
    if let told = toldFault, told.code == fault.code, now - told.at < 300 { return }
    toldFault = (fault.code, now)
    log.error("calls: \(fault)")
  }

  /// Comes to an end: nothing new goes out, what is in hand is waited for.
  private func wind() {
    let end = clock.monotonicSeconds + CallService.graceSeconds
    repeat {
      _ = turn(isEnding: true)
      if overdue.isEmpty { break }
      _ = bell.wait(timeout: .now() + 0.05)
    } while clock.monotonicSeconds < end
    _ = turn(isEnding: true)
    _ = try? office.sheet.draw()
    for crew in crews.values { crew.stop() }
    do throws(Fault) { try engine.stop() } catch { log.error("calls: \(error)") }
    lock.release()
  }

  /// The identity of this start of the machine; a word that never changes where the system has none.
  private static func boot() -> String {
    FileManager.default.contents(atPath: "/proc/sys/kernel/random/boot_id")
      .map { String(decoding: $0, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines) }
      ?? "unknown"
  }
}

/// Threads of one channel.
final class ChannelCrew: Sendable {
  private let jobs = Mutex<[@Sendable () -> Void]>([])
  private let bell = DispatchSemaphore(value: 0)
  private let isStopping = Atomic<Bool>(false)
  private let threads = Atomic<Int>(0)

  init(threads count: Int) {
    for _ in 0..<max(1, count) { addThread() }
  }

  /// One more, in place of one that hangs; at most 64.
  func addThread() {
    guard threads.wrappingAdd(1, ordering: .relaxed).newValue <= 64 else { return }
    let thread = Thread { [self] in
      while true {
        bell.wait()
        if isStopping.load(ordering: .relaxed) { return }
        let job = jobs.withLock { $0.isEmpty ? nil : $0.removeFirst() }
        job?()
      }
    }
    thread.name = "channel"
    thread.start()
  }

  func add(_ job: @escaping @Sendable () -> Void) {
    jobs.withLock { $0.append(job) }
    bell.signal()
  }

  func stop() {
    isStopping.store(true, ordering: .relaxed)
    for _ in 0..<64 { bell.signal() }
  }
}
