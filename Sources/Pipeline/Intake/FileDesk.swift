public import Archive
import Districts
public import Hydromet

/// What became of every file that arrived, for people: the list, one file whole, and reading again what
/// was refused. Works beside a service that runs.
public struct FileDesk: Sendable {
  private let workspace: Workspace

  public init(_ workspace: Workspace) {
    self.workspace = workspace
  }

  /// Which files are meant; nil means any.
  public struct Selection: Sendable, Hashable {
    public var feed: String?
    public var fate: Fate?
    /// The code of the reason for which it was refused.
    public var reason: String?
    /// First seen at this moment or later.
    public var since: Timestamp?
    public var limit = 1000

    public init() {}
  }

  /// Where the bytes of a file are now.
  public enum Original: Sendable, Hashable {
    case kept(at: String)
    /// A file stands where they should be; that they are the same could not be told.
    case perhaps(at: String)
    case gone
    /// The district has no such feed any more.
    case unknown
  }

  /// One file with what was noticed in it.
  public struct Account: Sendable, Hashable {
    public let record: FileRecord
    /// Readings that were left out, stations that say they stand elsewhere, and the like, in words.
    public let remarks: [String]
    public let original: Original
  }

  /// The newest first.
  ///
  /// - Throws: `unknown_feed`, or a fault of the ledger.
  public func files(_ selection: Selection) throws(Fault) -> [FileRecord] {
    if let feed = selection.feed { _ = try workspace.knownFeed(feed) }
    return try workspace.ledger.files(
      feed: selection.feed, fate: selection.fate, reason: selection.reason,
      since: selection.since, limit: selection.limit)
  }

  /// - Throws: `unknown_file`, or a fault of the ledger.
  public func account(of id: Int64) throws(Fault) -> Account {
    let record = try workspace.ledger.file(id)
    return Account(
      record: record, remarks: try workspace.ledger.remarks(of: id), original: original(of: record))
  }

  private func original(of record: FileRecord) -> Original {
    guard let feed = workspace.feed(named: record.feed) else { return .unknown }
    do throws(Fault) {
      return .kept(at: try KeptOriginal(of: record, feed, workspace).path)
    } catch {
      guard error.code != "original_gone",
        let path = KeptOriginal.candidate(for: record, feed, workspace)
      else { return .gone }
      return .perhaps(at: path)
    }
  }

  /// Has a refused file read once more: at once where the service runs, else by the next `freshet run`,
  /// `cycle` or `replay`. It replaces nothing that a file brought which was written later.
  ///
  /// - Throws: `not_quarantined`, `unknown_feed`, `never_hashed`, `original_gone`, or a fault of the
  ///   ledger.
  public func readAgain(_ id: Int64) throws(Fault) {
    let record = try workspace.ledger.file(id)
    guard record.fate == .quarantined else {
      throw Fault(
        "not_quarantined", at: .init(record.name),
        "the file \(id) is \(record.fate.rawValue); only quarantined files are read again",
        remedy: "find their numbers with `freshet arrivals --fate quarantined`")
    }
    _ = try KeptOriginal(of: record, try workspace.knownFeed(record.feed), workspace)
    try workspace.ledger.requeue(id, decided: .quarantined, forgivesAttempts: true)
  }
}
