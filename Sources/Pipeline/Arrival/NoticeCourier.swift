import Archive
import Districts
import Hydromet
import Ingest
import Logging
import Synchronization
import Transport

/// Fetches the data that notifications announce, proves that they are what was announced, and hands
/// them to the feed.
final class NoticeCourier: Sendable {
  private let feed: Feed
  private let source: NoticeSource
  private let workspace: Workspace
  private let desk: ArrivalDesk
  private let client: HTTPClient
  private let clock: any Clock
  private let log: Logger

  init(
    _ feed: Feed, _ source: NoticeSource, _ workspace: Workspace, desk: ArrivalDesk,
    clock: any Clock, log: Logger
  ) {
    self.feed = feed
    self.source = source
    self.workspace = workspace
    self.desk = desk
    self.clock = clock
    self.log = log
    var settings = HTTPClient.Settings()
    settings.largestBytes = source.megabytes << 20
    settings.limits = TransferLimits(
      connectSeconds: min(15, Double(source.seconds)), totalSeconds: Double(source.seconds),
      stallSeconds: min(20, Double(source.seconds)))
    settings.security.authorities = source.authorities.map { workspace.path($0) }
    client = HTTPClient(settings)
  }

  /// Ends what is being fetched; it waits for the next start.
  func cancel() { client.cancel() }

  /// Deals with one notification. What fails for a passing reason is tried again, later each time.
  ///
  /// - Throws: faults of this machine; the notification stays as it was.
  func deliver(_ record: NoticeRecord) throws(Fault) {
    let notice: WIS2Notice
    do throws(Fault) {
      notice = try WIS2Notice(record.message ?? [], topic: record.topic)
    } catch {
      return try finish(record, .refused, reason: error)
    }
    for remark in notice.remarks { say(.info, "\(remark)", record) }
    if notice.kind == .deletion {
      let reason = Fault(
        "withdrawn_by_producer", at: .init(record.dataID), "the producer has taken the data back",
        remedy: "what was taken in stays; judge by hand whether it was wrong")
      say(.notice, "\(reason)", record)
      return try finish(record, .withdrawn, reason: reason)
    }
    if let reason = try repeatReason(record, notice) {
      return try finish(record, .repeated, reason: reason)
    }
    do throws(Fault) {
      try fetchAndPlace(record, notice)
    } catch {
      try settle(error, record, notice)
    }
  }

  // MARK: What came before

  /// Several caches announce the same data, each with a notification of its own.
  private func repeatReason(_ record: NoticeRecord, _ notice: WIS2Notice) throws(Fault) -> Fault? {
    guard let earlier = try workspace.ledger.deliveredNotice(feed: feed.name, dataID: record.dataID)
    else { return nil }
    if earlier.published > record.published {
      return Fault(
        "later_data_came", at: .init(record.dataID), "later data of this name came before",
        remedy: "nothing needs to be done")
    }
    let isSame =
      record.integrity != nil
      ? record.integrity == earlier.integrity
      : earlier.integrity == nil && record.published == earlier.published
    guard isSame else { return nil }
    return Fault(
      "same_data", at: .init(record.dataID), "the same data were announced before",
      remedy: "nothing needs to be done")
  }

  // MARK: Getting the bytes

  private func fetchAndPlace(_ record: NoticeRecord, _ notice: WIS2Notice) throws(Fault) {
    let name = fileName(of: record.dataID)
    try desk.check(name, of: feed)
    if notice.integrity == nil, source.requiresIntegrity {
      throw Fault(
        "no_hash", at: .init(record.dataID), "the notification states no hash of its data",
        remedy: "set `wis2: {integrity: optional}` of the feed if such data are to be taken")
    }
    let inline = try inline(notice, record)
    let draft = if let inline { inline } else { try fetched(notice, record) }
    let placement = try desk.place(draft, named: name, of: feed)
    say(.info, "\(placement.rawValue): \(name)", record)
    try finish(record, .delivered, fileName: name)
  }

  private func fileName(of dataID: String) -> String {
    ArrivalName.made(from: dataID, mark: String(Fingerprint(of: dataID.utf8).sha256.prefix(16)))
  }

  /// The data that came along; nil where there are none, or they are not what the notification says.
  private func inline(_ notice: WIS2Notice, _ record: NoticeRecord) throws(Fault) -> ArrivalDraft? {
    guard let content = notice.content else { return nil }
    let draft = try desk.draft(for: feed)
    try draft.write(content.bytes)
    if let integrity = notice.integrity {
      var check = IntegrityCheck(integrity)
      content.bytes.withUnsafeBytes { check.add($0) }
      if check.holds { return draft }
      say(.info, "the inline content has another hash, the link is followed", record)
      return nil
    }
    if content.statedSize == content.bytes.count { return draft }
    say(.info, "the inline content has another length, the link is followed", record)
    return nil
  }

  private func fetched(_ notice: WIS2Notice, _ record: NoticeRecord) throws(Fault) -> ArrivalDraft {
    try checkHost(notice.link.address)
    let draft = try desk.draft(for: feed)
    let receiver = Receiver(draft, notice.integrity.map(IntegrityCheck.init))
    let response: HTTPResponse
    do throws(Fault) {
      response = try client.stream(HTTPRequest(.get, notice.link.address)) { receiver.take($0) }
    } catch {
      throw receiver.fault ?? error
    }
    let place = Fault.Location(record.dataID)
    guard response.isSuccess else {
      throw Fault(
        response.isPassing || response.status == 404 ? "link_not_ready" : "link_refused", at: place,
        "the server of the link answers \(response.status)",
        remedy: "it is asked again where that may help; tell the centre that sent the notification")
    }
    if let length = notice.link.length, length != draft.byteCount {
      throw Fault(
        "wrong_length", at: place,
        "\(draft.byteCount) bytes came, the notification states \(length)",
        remedy: "wait for the producer's correction, or fetch the file again by hand")
    }
    if let check = receiver.check, !check.holds {
      throw check.fault(at: place)
    }
    guard draft.byteCount > 0 else {
      throw Fault(
        "empty_file", at: place, "the link leads to no bytes",
        remedy: "tell the centre that sent it")
    }
    return draft
  }

  private func checkHost(_ address: String) throws(Fault) {
    guard !source.hosts.isEmpty else { return }
    let rest = address.drop { $0 != ":" }.dropFirst(3)
    var host = rest.prefix { !"/?#".contains($0) }
    if let at = host.lastIndex(of: "@") { host = host[host.index(after: at)...] }
    if let colon = host.lastIndex(of: ":"), !host.hasSuffix("]") { host = host[..<colon] }
    guard source.hosts.contains(host.lowercased()) else {
      throw Fault(
        "host_not_listed", at: .init(String(host.prefix(255))),
        "the link leads to a host that is not listed",
        remedy: "add it to `wis2: {hosts}` of the feed if it is to be trusted")
    }
  }

  /// Where curl's bytes go.
  private final class Receiver: @unchecked Sendable {
    private let draft: ArrivalDraft
    private(set) var check: IntegrityCheck?
    private(set) var fault: Fault?

    init(_ draft: ArrivalDraft, _ check: IntegrityCheck?) {
      self.draft = draft
      self.check = check
    }

    /// - Returns: whether there may be more.
    func take(_ bytes: UnsafeRawBufferPointer) -> Bool {
      do throws(Fault) {
        try draft.write(bytes)
        check?.add(bytes)
        return true
      } catch {
        fault = error
        return false
      }
    }
  }

  // MARK: How it ends

  /// Faults of this machine, which say nothing about the notification.
  private static let ofTheMachine: Set<String> = [
    "disk_full", "cannot_receive", "ledger_busy", "ledger_unreachable", "ledger_failed",
    "ledger_damaged", "http_cancelled",
  ]

  private func settle(
    _ fault: Fault, _ record: NoticeRecord, _ notice: WIS2Notice
  ) throws(Fault) {
    if NoticeCourier.ofTheMachine.contains(fault.code) { throw fault }
    let isPassing =
      HTTPClient.isPassing(fault)
      || ["link_not_ready", "wrong_hash", "wrong_length", "empty_file"].contains(fault.code)
    if isPassing, NoticeCourier.waits.indices.contains(record.attempts) {
      let wait = NoticeCourier.waits[record.attempts]
      say(.info, "tried again in \(wait) s: \(fault)", record)
      return try workspace.ledger.postpone(
        notice: record.id, until: clock.now + wait, reason: fault)
    }
    say(.warning, "quarantined: \(fault)", record)
    try quarantine(record, fault)
    try finish(record, .refused, reason: fault)
  }

  /// Waits between attempts, seconds: three hours in all, the time that caches need after a fault.
  private static let waits = [5, 30, 120, 600, 1800, 7200]

  /// The announced file, which never came, among the quarantined ones: that is where people look.
  private func quarantine(_ record: NoticeRecord, _ fault: Fault) throws(Fault) {
    let ledger = workspace.ledger
    let claim = try ledger.claim(
      feed: feed.name, name: fileName(of: record.dataID),
      fingerprint: Fingerprint(size: 0, sha256: "notice \(record.notice)"), known: clock.now)
    if case .claimed(let file) = claim {
      try ledger.quarantine(file.id, fault, known: clock.now)
    }
  }

  private func finish(
    _ record: NoticeRecord, _ fate: NoticeFate, fileName: String? = nil, reason: Fault? = nil
  ) throws(Fault) {
    try workspace.ledger.decide(
      notice: record.id, fate, fileName: fileName, reason: reason, at: clock.now)
  }

  private func say(_ level: Logger.Level, _ words: String, _ record: NoticeRecord) {
    log.log(
      level: level, "\(words)", metadata: ["feed": "\(feed.name)", "notice": "\(record.notice)"])
  }
}
