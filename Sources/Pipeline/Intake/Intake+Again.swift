import Archive
import Districts
import Glibc
import Hydromet

/// Reading once more what has a fate already: what people asked for, and originals of damaged frames.
extension Intake {
  /// Offers files once more that somebody asked to be read again, from where their originals are. Those
  /// that still lie in their feed's folder are offered here first, so that they count as old ones.
  func takeUpAgain() throws(Fault) {
    let inHand = inHand
    var arrivals: [Arrival] = []
    for record in try workspace.ledger.requeuedFiles() where !inHand.contains(record.id) {
      guard let feed = workspace.feed(named: record.feed) else { continue }
      do throws(Fault) {
        let original = try KeptOriginal(of: record, feed, workspace)
        arrivals.append(
          Arrival(
            path: original.path, name: record.name, feed: feed,
            written: original.modifiedNanoseconds, isFromBacklog: true))
      } catch {
        try refuse(record.id, error, feed)
      }
    }
    try offer(arrivals)
  }
}

/// The bytes of a file that arrived before.
struct KeptOriginal {
  let path: String
  /// Time of the last write, nanoseconds since 1970.
  let modifiedNanoseconds: Int64

  /// - Throws: `never_hashed` where its bytes were never read to their end; `original_gone` where they
  ///   are neither in the feed's folder nor where originals are put.
  init(of record: FileRecord, _ feed: Feed, _ workspace: Workspace) throws(Fault) {
    guard !record.fingerprint.sha256.isEmpty else {
      throw Fault(
        "never_hashed", at: .init(record.name), "its bytes could not be read when it arrived",
        remedy: "put the reason right and let it arrive again, or start the service anew")
    }
    let arrived = "\(workspace.path(feed.folder))/\(record.name)"
    for path in [record.originalKeptAt, arrived].compactMap(\.self) {
      guard let written = KeptOriginal.lastWrite(of: path),
        (try? Fingerprint(ofFile: path)) == record.fingerprint
      else { continue }
      self.path = path
      modifiedNanoseconds = written
      return
    }
    throw Fault(
      "original_gone", at: .init(arrived),
      "the bytes that arrived under this name are no longer there",
      remedy: "let it be sent again")
  }

  private static func lastWrite(of path: String) -> Int64? {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    return Int64(status.st_mtim.tv_sec) &* 1_000_000_000 &+ Int64(status.st_mtim.tv_nsec)
  }
}
