import Archive
import Dispatch
import Districts
import Foundation
public import Hydromet
import Logging
import Synchronization
import Transport

/// Listens to the notifications of one feed and fetches what they announce, on threads of its own.
public final class NoticeListener: Sendable {
  private let feed: Feed
  private let workspace: Workspace
  private let client: MQTTClient
  private let courier: NoticeCourier
  private let clock: any Clock
  private let log: Logger
  private let isStopping: Flag
  private let bell: DispatchSemaphore
  private let hasEnded = DispatchSemaphore(value: 0)

  /// Something that has happened, for closures that are made before the listener is.
  private final class Flag: Sendable {
    let isSet = Atomic<Bool>(false)
  }

  private let isSubscribed: Flag

  /// Whether the broker has agreed to send: from then on it keeps what comes while nobody listens.
  public var isListening: Bool { isSubscribed.isSet.load(ordering: .relaxed) }

  /// - Throws: `mqtt_bad_settings` and its like where the broker of the feed cannot be spoken to at all.
  init(
    _ feed: Feed, _ source: NoticeSource, _ workspace: Workspace, desk: ArrivalDesk,
    clock: any Clock, log: Logger
  ) throws(Fault) {
    self.feed = feed
    self.workspace = workspace
    self.clock = clock
    self.log = log
    courier = NoticeCourier(feed, source, workspace, desk: desk, clock: clock, log: log)
    let bell = DispatchSemaphore(value: 0)
    let flag = Flag()
    let inbox = NoticeInbox(feed, workspace, clock: clock, log: log) { bell.signal() }
    self.bell = bell
    isStopping = flag
    let subscribed = Flag()
    isSubscribed = subscribed
    let name = feed.name
    client = try MQTTClient(
      NoticeListener.settings(source, feed, workspace),
      subscriptions: source.topics.map { MQTTSubscription($0, group: source.group) },
      onMessage: { message in
        inbox.take(
          message, isStopping: { flag.isSet.load(ordering: .relaxed) },
          wait: { Thread.sleep(forTimeInterval: 1) })
      },
      onEvent: { event in
        if case .subscribed = event { subscribed.isSet.store(true, ordering: .relaxed) }
        NoticeListener.tell(event, name, log)
      })
  }

  private static func settings(
    _ source: NoticeSource, _ feed: Feed, _ workspace: Workspace
  ) throws(Fault) -> MQTTSettings {
    let district = workspace.district.configuration.code
    var settings = try MQTTSettings(
      address: source.broker, clientID: source.client ?? "freshet-\(district)-\(feed.name)")
    settings.username = source.user
    settings.password = source.password
    if let file = source.passwordFile { settings.password = try password(workspace.path(file)) }
    settings.security?.authorities = source.authorities.map { workspace.path($0) }
    settings.largestMessage = 262_144
    return settings
  }

  private static func password(_ path: String) throws(Fault) -> String {
    guard let data = FileManager.default.contents(atPath: path), data.count <= 4096,
      let line = String(data: data, encoding: .utf8)?.split(separator: "\n").first
    else {
      throw Fault(
        "no_password", at: .init(path), "the file of the password cannot be read",
        remedy: "write the password as its first line; let the service's user read it")
    }
    return String(line)
  }

  private static func tell(_ event: MQTTEvent, _ feed: String, _ log: Logger) {
    let metadata: Logger.Metadata = ["feed": "\(feed)"]
    switch event {
    case .connected(let wasKept):
      let words = wasKept ? "what came meanwhile is delivered now" : "a new session"
      log.notice("connected to the broker; \(words)", metadata: metadata)
    case .disconnected(let fault): log.warning("\(fault)", metadata: metadata)
    case .subscribed(let filter): log.info("subscribed to \(filter)", metadata: metadata)
    case .subscriptionRefused(let fault): log.error("\(fault)", metadata: metadata)
    }
  }

  /// Begins to listen and to fetch; returns at once.
  func start() {
    client.start()
    let thread = Thread { [self] in
      fetch()
      hasEnded.signal()
    }
    thread.name = "wis2"
    thread.start()
  }

  /// Ends both; what was not fetched is fetched after the next start.
  public func stop() {
    guard !isStopping.isSet.exchange(true, ordering: .relaxed) else { return }
    courier.cancel()
    bell.signal()
    client.stop()
    _ = hasEnded.wait(timeout: .now() + 5)
  }

  /// Files that are fetched at a time.
  private static let atOnce = 4

  private func fetch() {
    var told: Fault?
    while !isStopping.isSet.load(ordering: .relaxed) {
      do throws(Fault) {
        let waiting = try workspace.ledger.waitingNotices(
          feed: feed.name, at: clock.now, limit: NoticeListener.atOnce)
        if waiting.isEmpty { rest(seconds: 1) }
        if let fault = deliver(waiting) { throw fault }
        told = nil
      } catch {
        if error.code != told?.code, error.code != "http_cancelled" {
          log.error("\(error)", metadata: ["feed": "\(feed.name)"])
        }
        told = error
        rest(seconds: 2)
      }
    }
  }

  /// Waits until something comes in or the time is over.
  private func rest(seconds: Double) {
    _ = bell.wait(timeout: .now() + seconds)
    while bell.wait(timeout: .now()) == .success {}
  }

  /// - Returns: a fault of this machine; what it left undone is taken up again.
  private func deliver(_ waiting: [NoticeRecord]) -> Fault? {
    // Two versions of the same data are dealt with one after the other.
    var names: Set<String> = []
    let distinct = waiting.filter { names.insert($0.dataID).inserted }
    let first = Mutex<Fault?>(nil)
    let courier = courier
    DispatchQueue.concurrentPerform(iterations: distinct.count) { index in
      do throws(Fault) {
        try courier.deliver(distinct[index])
      } catch {
        first.withLock { $0 = $0 ?? error }
      }
    }
    return first.withLock { $0 }
  }
}

extension Engine {
  /// Begins to listen to the notifications of every feed that has some.
  public func listenToNotices() throws(Fault) -> [NoticeListener] {
    var listeners: [NoticeListener] = []
    for feed in workspace.district.configuration.feeds {
      guard let source = feed.notices else { continue }
      listeners.append(
        try NoticeListener(feed, source, workspace, desk: desk, clock: clock, log: log))
    }
    for listener in listeners { listener.start() }
    return listeners
  }
}
