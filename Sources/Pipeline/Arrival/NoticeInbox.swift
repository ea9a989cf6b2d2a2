import Archive
import Districts
import Hydromet
import Ingest
import Logging
import Transport

/// Takes notifications from a broker and writes them down. A notification is in the ledger before the
/// broker is told that it has arrived; the broker keeps what comes while the service is away.
final class NoticeInbox: Sendable {
  private let feed: Feed
  private let workspace: Workspace
  private let clock: any Clock
  private let log: Logger
  /// Told that there is something to fetch.
  private let ring: @Sendable () -> Void

  init(
    _ feed: Feed, _ workspace: Workspace, clock: any Clock, log: Logger,
    ring: @escaping @Sendable () -> Void
  ) {
    self.feed = feed
    self.workspace = workspace
    self.clock = clock
    self.log = log
    self.ring = ring
  }

  /// Called on the client's thread for every message. Where the ledger cannot be written the message is
  /// not given up: the broker is held back until it can.
  func take(_ message: MQTTMessage, isStopping: () -> Bool, wait: () -> Void) {
    var told = false
    while !isStopping() {
      do throws(Fault) {
        return try write(message)
      } catch {
        if !told { log.error("a notification waits: \(error)", metadata: ["feed": "\(feed.name)"]) }
        told = true
        wait()
      }
    }
  }

  private func write(_ message: MQTTMessage) throws(Fault) {
    let notice: WIS2Notice
    do throws(Fault) {
      notice = try WIS2Notice(message.payload, topic: message.topic)
    } catch {
      return try refuse(message, error)
    }
    let isNew = try workspace.ledger.note(
      ArrivingNotice(
        notice: notice.id, dataID: notice.dataID, published: notice.published,
        integrity: notice.integrity.map { "\($0.method.rawValue):\(hexadecimal($0.hash))" },
        topic: message.topic, message: message.payload),
      feed: feed.name, at: clock.now)
    if isNew {
      ring()
    } else {
      log.debug("a notification came twice: \(notice.id)", metadata: ["feed": "\(feed.name)"])
    }
  }

  /// A message that is no notification ends here, with its reason; its hash stands for its identifier.
  private func refuse(_ message: MQTTMessage, _ fault: Fault) throws(Fault) {
    let hash = Fingerprint(of: message.payload).sha256
    let name = "sha256:\(hash)"
    let ledger = workspace.ledger
    let isNew = try ledger.note(
      ArrivingNotice(
        notice: name, dataID: name, published: clock.now, integrity: nil, topic: message.topic,
        message: []), feed: feed.name, at: clock.now, refusal: fault)
    guard isNew else { return }
    log.warning("notification refused: \(fault)", metadata: ["feed": "\(feed.name)"])
  }
}
