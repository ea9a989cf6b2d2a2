import Hydromet
import Ingest

/// Files that have arrived and were not handed out yet.
///
/// A handful is read in the order of their names, as they come. Where many wait, after a day without the
/// service or at the first start, the newest data come first, so that cycles can be published at once;
/// then the gaps are filled backwards.
struct ArrivalQueue {
  /// A file and the time of its data, as far as its name tells it.
  private struct Entry {
    let time: Timestamp
    let file: ArrivedFile

    init(_ file: ArrivedFile) {
      time =
        NameMoment.of(file.name)
        ?? Timestamp(secondsSince1970: file.modifiedNanoseconds / 1_000_000_000)
      self.file = file
    }

    /// Whether this one is read later: by the time that the name holds, or where it holds none the time
    /// of the last write; of equal times the later name.
    func isLessImportant(than other: Entry) -> Bool {
      if time != other.time { return time < other.time }
      return (other.file.name, other.file.feed) < (file.name, file.feed)
    }
  }

  /// Ordered so that the next file stands last.
  private var entries: [Entry] = []
  /// Files of this backlog that were handed out already; 0 where there is none.
  private(set) var handedOut = 0
  private(set) var isBacklog = false

  /// From so many on, files wait in the order of importance.
  static let backlogFrom = 500

  var count: Int { entries.count }
  var isEmpty: Bool { entries.isEmpty }
  /// Files of the present backlog, those handed out among them.
  var backlogSize: Int { handedOut + entries.count }

  mutating func add(_ arrived: [ArrivedFile]) {
    guard !arrived.isEmpty else { return }
    let new = arrived.map { Entry($0) }
    if isBacklog {
      entries = ArrivalQueue.merged(entries, new.sorted { $0.isLessImportant(than: $1) })
    } else if entries.count + arrived.count >= ArrivalQueue.backlogFrom {
      isBacklog = true
      entries = (entries + new).sorted { $0.isLessImportant(than: $1) }
    } else {
      entries = new.reversed() + entries
    }
  }

  /// The files to be read next, in their order.
  func next(_ count: Int) -> [ArrivedFile] { entries.suffix(count).reversed().map(\.file) }

  /// The next files are handed out.
  mutating func take(_ count: Int) {
    entries.removeLast(min(count, entries.count))
    if isBacklog { handedOut += count }
    if entries.isEmpty {
      isBacklog = false
      handedOut = 0
    }
  }

  /// One order of two: what arrives while many wait must not have them all compared again.
  private static func merged(_ waiting: [Entry], _ new: [Entry]) -> [Entry] {
    var all: [Entry] = []
    all.reserveCapacity(waiting.count + new.count)
    var rest = new[...]
    for entry in waiting {
      while let first = rest.first, first.isLessImportant(than: entry) {
        all.append(first)
        rest.removeFirst()
      }
      all.append(entry)
    }
    return all + rest
  }
}
