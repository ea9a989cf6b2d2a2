import Archive
public import Districts
import Foundation
import Glibc
public import Hydromet
import Ingest
import Synchronization

/// Puts files that arrive over a network into the folders of their feeds, where they are taken in like
/// any other. A file is on the disk under its name before its sender is told so.
public final class ArrivalDesk: Sendable {
  /// What became of a file that was handed in.
  public enum Placement: String, Sendable, Hashable {
    /// It is new.
    case placed
    /// It replaces a file of its name that had other bytes; those are kept.
    case replaced
    /// The same bytes came under this name before.
    case repeated
  }

  private let workspace: Workspace
  private let clock: any Clock
  /// One file is put in its place at a time.
  private let turn = Mutex<Void>(())

  public init(_ workspace: Workspace, clock: any Clock = SystemClock()) {
    self.workspace = workspace
    self.clock = clock
  }

  /// Begins to receive a file for a feed.
  public func draft(for feed: Feed) throws(Fault) -> ArrivalDraft {
    let folder = workspace.path(feed.folder)
    do {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    } catch {
      throw ArrivalDraft.fault(folder, errno)
    }
    return try ArrivalDraft(inFolder: folder)
  }

  /// Whether the feed would take a file of this name in.
  ///
  /// - Throws: `bad_file_name`, `name_not_of_feed`.
  public func check(_ name: String, of feed: Feed) throws(Fault) {
    _ = try ArrivalName.checked(name)
    let folder = WatchedFolder(feed: feed.name, path: "", pattern: feed.pattern)
    guard folder.takes(name) else {
      throw Fault(
        "name_not_of_feed", at: .init(name),
        "the feed \(feed.name) takes \(feed.pattern) and no unfinished files",
        remedy: "name the file so, or widen `pattern` of the feed in district.yaml")
    }
  }

  /// Gives a received file its name in the feed's folder. Nothing of the draft is left afterwards, so that
  /// whoever is answered finds the folder as it stays.
  public func place(
    _ draft: ArrivalDraft, named name: String, of feed: Feed
  ) throws(Fault) -> Placement {
    defer { draft.discard() }
    try check(name, of: feed)
    try draft.flush()
    let target = "\(workspace.path(feed.folder))/\(name)"
    let fingerprint = Fingerprint(size: Int64(draft.byteCount), sha256: draft.sha256)
    let result = turn.withLock { _ in
      Result { () throws(Fault) in try put(draft, fingerprint, target, name, feed) }
    }
    return try result.get()
  }

  // MARK: Inside

  private func put(
    _ draft: ArrivalDraft, _ fingerprint: Fingerprint, _ target: String, _ name: String,
    _ feed: Feed
  ) throws(Fault) -> Placement {
    var placement = Placement.placed
    if access(target, F_OK) == 0 {
      let old = try Fingerprint(ofFile: target)
      if old == fingerprint { return .repeated }
      try keepEarlier(target, old, newer: fingerprint, name, feed)
      placement = .replaced
    } else if let known = try workspace.ledger.file(feed: feed.name, sha256: fingerprint.sha256),
      known.name == name, known.fate != .claimed
    {
      // Its original was moved away after it had been read.
      return .repeated
    }
    guard rename(draft.path, target) == 0 else { throw ArrivalDraft.fault(target, errno) }
    draft.keep()
    try ArrivalDesk.flushFolder(workspace.path(feed.folder))
    return placement
  }

  /// Keeps the bytes that a newer version of a file replaces, and writes their fate down where nobody
  /// has read them yet.
  private func keepEarlier(
    _ path: String, _ old: Fingerprint, newer: Fingerprint, _ name: String, _ feed: Feed
  ) throws(Fault) {
    let folder = "\(workspace.stateFolder)/earlier/\(feed.name)"
    do {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    } catch {
      throw ArrivalDraft.fault(folder, errno)
    }
    let kept = "\(folder)/\(old.sha256)"
    guard link(path, kept) == 0 || errno == EEXIST else { throw ArrivalDraft.fault(kept, errno) }
    let ledger = workspace.ledger
    let earlier = try ledger.claim(
      feed: feed.name, name: name, fingerprint: old, known: clock.now, identity: .nameAndContent)
    if earlier.file.fate == .claimed {
      let replacement = try ledger.claim(
        feed: feed.name, name: name, fingerprint: newer, known: clock.now,
        identity: .nameAndContent)
      do throws(Fault) {
        try ledger.supersede(earlier.file.id, by: replacement.file.id, known: clock.now)
      } catch  where error.code == "already_decided" {
        // It was read in this very moment and is in the ledger with its own fate.
      }
    }
    try ledger.recordOriginal(of: earlier.file.id, at: kept)
  }

  static func flushFolder(_ path: String) throws(Fault) {
    let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw ArrivalDraft.fault(path, errno) }
    defer { close(descriptor) }
    guard fsync(descriptor) == 0 else { throw ArrivalDraft.fault(path, errno) }
  }
}
