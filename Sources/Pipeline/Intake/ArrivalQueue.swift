import Hydromet
import Ingest

/// Files that have arrived and were not handed out yet.
///
/// A handful is read in the order of their names, as they come. Where many wait, after a day without the
/// service or at the first start, the newest data come first, so that cycles can be published at once;
/// then the gaps are filled backwards.
struct ArrivalQueue {
  /// Ordered so that the next file stands last.
  private var files: [ArrivedFile] = []
  /// Files of this backlog that were handed out already; 0 where there is none.
  private(set) var handedOut = 0
  private(set) var isBacklog = false

  /// From so many on, files wait in the order of importance.
  static let backlogFrom = 500

  var count: Int { files.count }
  var isEmpty: Bool { files.isEmpty }
  /// Files of the present backlog, those handed out among them.
  var backlogSize: Int { handedOut + files.count }

  mutating func add(_ arrived: [ArrivedFile]) {
    guard !arrived.isEmpty else { return }
    if isBacklog || files.count + arrived.count >= ArrivalQueue.backlogFrom {
      isBacklog = true
      files = ArrivalQueue.byImportance(files + arrived)
    } else {
      files = arrived.reversed() + files
    }
  }

  /// The files to be read next, in their order.
  func next(_ count: Int) -> [ArrivedFile] { files.suffix(count).reversed() }

  /// The next files are handed out.
  mutating func take(_ count: Int) {
    files.removeLast(min(count, files.count))
    if isBacklog { handedOut += count }
    if files.isEmpty {
      isBacklog = false
      handedOut = 0
    }
  }

  /// The least important first: by the time that the name holds, or where it holds none the time of the
  /// last write; of equal times the later name.
  private static func byImportance(_ files: [ArrivedFile]) -> [ArrivedFile] {
    let keyed = files.map { file in
      let written = Timestamp(secondsSince1970: file.modifiedNanoseconds / 1_000_000_000)
      return (time: NameMoment.of(file.name) ?? written, file: file)
    }
    return keyed.sorted { a, b in
      if a.time != b.time { return a.time < b.time }
      return (b.file.name, b.file.feed) < (a.file.name, a.file.feed)
    }.map(\.file)
  }
}
