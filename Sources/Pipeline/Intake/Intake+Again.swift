import Archive
import Districts
import Glibc
import Hydromet
import Logging

/// Reading once more what has a fate already: what people asked for, and originals of damaged frames.
extension Intake {
  /// Offers some of the files that are to be read once more, from where their originals are. They count
  /// as old ones: those that still lie in their feed's folder must be offered here first.
  ///
  /// - Returns: how many there were at the most; 0 when none is left that can be read now.
  func takeUpAgain() throws(Fault) -> Int {
    guard pendingCount < Engine.jobsAhead else { return 0 }
    let inHand = inHand
    let records = try workspace.ledger.requeuedFiles().filter { !inHand.contains($0.id) }
    var arrivals: [Arrival] = []
    var refused = 0
    for record in records.prefix(Engine.offersTogether) {
      guard let feed = workspace.feed(named: record.feed) else { continue }
      do throws(Fault) {
        let original = try KeptOriginal(of: record, feed, workspace)
        arrivals.append(
          Arrival(
            path: original.path, name: record.name, feed: feed,
            written: original.modifiedNanoseconds, isFromBacklog: true))
      } catch  where KeptOriginal.isGone(error) {
        try settleGone(record, error, feed)
        refused += 1
      } catch {
        // A disk that is away for a moment: at the next look.
        log.info("not read once more yet: \(error)", metadata: ["feed": "\(feed.name)"])
      }
    }
    if !arrivals.isEmpty { try offer(arrivals) }
    return arrivals.count + refused
  }

  private func settleGone(_ record: FileRecord, _ fault: Fault, _ feed: Feed) throws(Fault) {
    do throws(Fault) {
      try refuse(record.id, fault, feed)
    } catch  where error.code == "already_decided" {
      // Its sender has replaced it in this very moment.
    }
  }
}

/// The bytes of a file that arrived before.
struct KeptOriginal {
  let path: String
  /// Time of the last write, nanoseconds since 1970.
  let modifiedNanoseconds: Int64

  /// - Throws: `never_hashed` where its bytes were never read to their end; `original_gone` where they
  ///   are neither in the feed's folder nor where originals are put; a fault of the disk where that
  ///   cannot be told.
  init(of record: FileRecord, _ feed: Feed, _ workspace: Workspace) throws(Fault) {
    guard !record.fingerprint.sha256.isEmpty else {
      throw Fault(
        "never_hashed", at: .init(record.name), "its bytes could not be read when it arrived",
        remedy: "put the reason right and let it arrive again, or start the service anew")
    }
    let places = KeptOriginal.places(of: record, feed, workspace)
    for path in places {
      guard let written = KeptOriginal.lastWrite(of: path) else { continue }
      if try Fingerprint(ofFile: path) == record.fingerprint {
        self.path = path
        modifiedNanoseconds = written
        return
      }
    }
    throw Fault(
      "original_gone", at: .init(places.last ?? record.name),
      "the bytes that arrived under this name are no longer there",
      remedy: "let it be sent again")
  }

  /// Whether a fault says that waiting is of no use.
  static func isGone(_ fault: Fault) -> Bool {
    ["never_hashed", "original_gone"].contains(fault.code)
  }

  /// The first file where the bytes may be, whatever is in it; nil where there is none.
  static func candidate(
    for record: FileRecord, _ feed: Feed, _ workspace: Workspace
  ) -> String? {
    places(of: record, feed, workspace).first { lastWrite(of: $0) != nil }
  }

  /// Where the bytes may be: where they were put, which was written down as the district was named then;
  /// in the folder of originals; where they arrived.
  private static func places(
    of record: FileRecord, _ feed: Feed, _ workspace: Workspace
  ) -> [String] {
    var places: [String] = []
    if let kept = record.originalKeptAt {
      places.append(kept)
      if let folder = feed.originalsFolder, let name = kept.split(separator: "/").last {
        places.append("\(workspace.path(folder))/\(name)")
      }
    }
    return places + ["\(workspace.path(feed.folder))/\(record.name)"]
  }

  private static func lastWrite(of path: String) -> Int64? {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    return Int64(status.st_mtim.tv_sec) &* 1_000_000_000 &+ Int64(status.st_mtim.tv_nsec)
  }
}
