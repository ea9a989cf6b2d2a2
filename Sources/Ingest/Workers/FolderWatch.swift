import Glibc
public import Hydromet

/// A folder into which a feed's files arrive.
public struct WatchedFolder: Sendable, Hashable {
  public let feed: String
  public let path: String
  /// Shell pattern for paths below the folder: `*.nc`, `*/Z_RADR_*.bin`.
  public let pattern: String

  public init(feed: String, path: String, pattern: String) {
    self.feed = feed
    self.path = path
    self.pattern = pattern
  }

  /// Whether a file of this name, directly in the folder, would be taken in.
  public func takes(_ name: String) -> Bool {
    let pattern = FilePattern(pattern)
    return pattern.depth == 0 && pattern.matches(name, depth: 0)
  }
}

/// A complete file that has not been reported before as it is now.
public struct ArrivedFile: Sendable, Hashable {
  public let feed: String
  public let path: String
  /// Its path below the feed's folder.
  public let name: String
  public let size: Int64
  /// Time of its last write, nanoseconds since 1970 UTC.
  public let modifiedNanoseconds: Int64
}

/// Notices complete files in the folders of feeds.
///
/// A file is complete when the kernel says that its writer closed it or moved it into place, or when
/// two looks at least `settleSeconds` apart find the same size and time of writing: the rule for what
/// was there before, and for network disks that report nothing. Every `rescanSeconds` the folders are
/// listed in any case. A file that is written again is reported again.
///
/// The watch has no clock: `now` is any count of seconds that only grows.
public final class FolderWatch {
  /// What is known about one file.
  private struct Sight {
    var stamp: FileStamp
    /// When the file was first seen to look like this.
    var since: Double
    var isCompleted: Bool
    var isReported: Bool
  }

  /// A folder below a feed's folder; "" is that folder itself.
  private struct Place: Hashable {
    let folder: Int
    let subfolder: String
    let depth: Int
  }

  private let folders: [WatchedFolder]
  private let patterns: [FilePattern]
  private let settleSeconds: Double
  private let rescanSeconds: Double
  private let notices: FolderNotices?
  private var places: [Int32: Set<Place>] = [:]
  /// Files by name, for each folder.
  private var sights: [[String: Sight]]
  /// Names of the files that were seen and not reported yet, for each folder: a look costs nothing for
  /// those that were.
  private var unreported: [Set<String>]
  private var nextScan: Double?
  /// Folders that cannot be read, and names that cannot be used or are no files', as of the last
  /// listing.
  public private(set) var troubles: [Fault] = []

  /// - Parameters:
  ///   - settleSeconds: how long a file has to look the same where nobody said that it is complete;
  ///     0 takes every file at the first look.
  ///   - rescanSeconds: how often the folders are listed.
  ///   - usesNotices: whether the kernel is asked for notices; else the folders are only listed.
  public init(
    _ folders: [WatchedFolder], settleSeconds: Double = 2, rescanSeconds: Double = 30,
    usesNotices: Bool = true
  ) {
    self.folders = folders
    self.settleSeconds = settleSeconds
    self.rescanSeconds = rescanSeconds
    patterns = folders.map { FilePattern($0.pattern) }
    notices = usesNotices ? FolderNotices() : nil
    sights = folders.map { _ in [:] }
    unreported = folders.map { _ in [] }
  }

  /// Readable when the kernel has notices; nil where there are none to be had.
  public var descriptor: Int32? { notices?.descriptor }

  /// After how many seconds `candidates` should be called even if the descriptor is silent.
  public func secondsUntilNextLook(now: Double) -> Double {
    var next = nextScan ?? now
    for index in folders.indices {
      for name in unreported[index] {
        guard let sight = sights[index][name] else { continue }
        next = min(next, sight.isCompleted ? now : sight.since + settleSeconds)
      }
    }
    return max(0, next - now)
  }

  /// Complete files that have not been reported as they are now, by name and feed.
  ///
  /// - Parameter isBehind: whether more files wait already than can be read soon: the folders are then
  ///   listed seldom, for a listing takes as long as there are files in them. Notices of the kernel
  ///   are taken all the same.
  public func candidates(now: Double, isBehind: Bool = false) -> [ArrivedFile] {
    let patience = isBehind ? (notices == nil ? 1 : 9) * rescanSeconds : 0
    var mustScan = nextScan.map { now >= $0 + patience } ?? true
    for notice in notices?.take() ?? [] where take(notice, now: now) { mustScan = true }
    if mustScan {
      scan(now: now)
      let listed = max(0.5, min(settleSeconds, rescanSeconds))
      nextScan = now + (notices == nil ? listed : rescanSeconds)
    }
    var arrived: [ArrivedFile] = []
    for index in folders.indices {
      for name in unreported[index].sorted() {
        if let file = completed(name, folder: index, now: now) { arrived.append(file) }
      }
    }
    return arrived.sorted { ($0.name, $0.feed) < ($1.name, $1.feed) }
  }

  // MARK: Inside

  /// Looks at an unreported file once more.
  private func completed(_ name: String, folder: Int, now: Double) -> ArrivedFile? {
    guard var sight = sights[folder][name], !sight.isReported else {
      unreported[folder].remove(name)
      return nil
    }
    let path = "\(folders[folder].path)/\(name)"
    guard let stamp = FileStamp(path: path) else {
      sights[folder][name] = nil
      unreported[folder].remove(name)
      return nil
    }
    if stamp != sight.stamp {
      sight.stamp = stamp
      sight.since = now
      sight.isCompleted = false
    }
    sight.isReported = sight.isCompleted || now - sight.since >= settleSeconds
    sights[folder][name] = sight
    guard sight.isReported else { return nil }
    unreported[folder].remove(name)
    return ArrivedFile(
      feed: folders[folder].feed, path: path, name: name, size: stamp.size,
      modifiedNanoseconds: stamp.modified)
  }

  /// Notes what is seen of a file.
  private func see(_ name: String, folder: Int, now: Double, isCompleted: Bool? = nil) {
    guard let stamp = FileStamp(path: "\(folders[folder].path)/\(name)") else {
      sights[folder][name] = nil
      return
    }
    if var known = sights[folder][name], known.stamp == stamp {
      known.isCompleted = isCompleted ?? known.isCompleted
      sights[folder][name] = known
    } else {
      sights[folder][name] = Sight(
        stamp: stamp, since: now, isCompleted: isCompleted ?? false, isReported: false)
      unreported[folder].insert(name)
    }
  }

  /// - Returns: whether everything has to be looked at.
  private func take(_ notice: FolderNotices.Notice, now: Double) -> Bool {
    guard notice.kind != .upset, let watch = notice.watch, let places = places[watch] else {
      return true
    }
    for place in places where patterns[place.folder].depth == place.depth {
      guard patterns[place.folder].matches(notice.name, depth: place.depth) else { continue }
      see(
        place.subfolder + notice.name, folder: place.folder, now: now,
        isCompleted: notice.kind == .completed)
    }
    return false
  }

  private func scan(now: Double) {
    troubles.removeAll()
    let oldWatches = Set(places.keys)
    places.removeAll()
    for index in folders.indices {
      var seen: Set<String> = []
      list(Place(folder: index, subfolder: "", depth: 0), seen: &seen, now: now)
      sights[index] = sights[index].filter { seen.contains($0.key) }
      unreported[index].formIntersection(seen)
    }
    for watch in oldWatches where places[watch] == nil { notices?.forget(watch) }
  }

  /// Lists a folder and those below it. The watch is set before the listing: what arrives between the
  /// two is seen twice, not missed.
  private func list(_ place: Place, seen: inout Set<String>, now: Double) {
    let pattern = patterns[place.folder]
    let path = "\(folders[place.folder].path)/\(place.subfolder)"
    if let watch = notices?.watch(path) { places[watch, default: []].insert(place) }
    guard let listing = FolderListing(of: path) else {
      if place.depth == 0 { troubles.append(unreadableFolder(place.folder)) }
      return
    }
    for name in listing.unreadable { troubles.append(unreadableName(name, in: path)) }
    guard place.depth == pattern.depth else {
      for name in listing.folders where pattern.matches(name, depth: place.depth) {
        let below = Place(
          folder: place.folder, subfolder: "\(place.subfolder)\(name)/", depth: place.depth + 1)
        list(below, seen: &seen, now: now)
      }
      return
    }
    if !pattern.takesEverything {
      for name in listing.folders where pattern.matches(name, depth: place.depth) {
        troubles.append(noFile("\(path)\(name)"))
      }
    }
    for name in listing.others where pattern.matches(name, depth: place.depth) {
      seen.insert(place.subfolder + name)
      see(place.subfolder + name, folder: place.folder, now: now)
      if sights[place.folder][place.subfolder + name] == nil {
        troubles.append(noFile("\(path)\(name)"))
      }
    }
  }

  private func noFile(_ path: String) -> Fault {
    Fault(
      "not_a_file", at: .init(path),
      "this is a folder, a pipe, a device or a link that leads nowhere, a file is expected",
      remedy: "remove it, or give it a name that the feed's pattern does not match")
  }

  private func unreadableFolder(_ index: Int) -> Fault {
    Fault(
      "feed_folder_missing", at: .init(folders[index].path),
      "the folder of the feed \(folders[index].feed) cannot be read: \(String(cString: strerror(errno)))",
      remedy: "make the folder or mount its disk; it is looked for again")
  }

  private func unreadableName(_ name: String, in path: String) -> Fault {
    Fault(
      "name_not_utf8", at: .init(path), "the name of the file “\(name)” is not UTF-8",
      remedy: "let its sender use UTF-8 or ASCII for names; until then the file is not read")
  }
}
