public import Hydromet

/// Puts one cycle into `products/<T>/`, whole or not at all.
///
/// A cycle is written to `products/.staging-<T>` on the same file system, flushed, and then takes its
/// name in one step: by `rename` where the name is free, by an exchange of the two names where an
/// earlier computation of the same time has it. `products/latest` is a symbolic link that is replaced
/// by `rename`, and only moves forward in time. So whoever follows `products/<T>` or `products/latest`
/// finds one whole cycle at any moment, also after the process was killed between two steps; what it
/// then leaves behind (`.staging-…`, `.replaced-…`, `.latest-new`, and `.removed-…` of a cycle that was
/// being forgotten) is removed by `recover` and by the next `publish`. A replaced folder stays as
/// `.replaced-<T>` until then, so that a reader who opened it can finish.
public struct CyclePublisher: Sendable {
  public let productsFolder: String
  /// Whether files and folders are brought to the disk before they take their names. Without it a
  /// power cut may lose the newest cycles: right for replays only.
  public let isDurable: Bool

  public init(productsFolder: String, isDurable: Bool) {
    self.productsFolder = productsFolder
    self.isDurable = isDurable
  }

  /// Writes and publishes one cycle.
  ///
  /// - Parameter write: puts the files into the staging folder; a fault from it publishes nothing.
  /// - Returns: the path of the published folder.
  /// - Throws: a fault of the file system (full disk, no right); readers then still see what they saw.
  public func publish(
    _ time: Timestamp, write: (StagingFolder) throws(Fault) -> Void
  ) throws(Fault) -> String {
    try FileSystem.makeFolder(productsFolder)
    let lock = try FolderLock(path(".lock"))
    defer { withExtendedLifetime(lock) {} }
    try removeLeftovers()
    let staging = path(".staging-" + time.compact)
    do throws(Fault) {
      try FileSystem.makeFolder(staging)
      let folder = StagingFolder(path: staging, isDurable: isDurable)
      try write(folder)
      try folder.flush()
      try take(name: time.compact, from: staging)
    } catch {
      // The first fault is the one to tell; what cannot be removed now goes at the next start.
      try? FileSystem.remove(staging)
      throw error
    }
    try moveLatest(to: time.compact)
    return path(time.compact)
  }

  /// Removes what an interrupted process left behind and moves `latest` to the newest whole cycle if
  /// it had no time to.
  ///
  /// - Returns: the names of what was removed.
  @discardableResult
  public func recover() throws(Fault) -> [String] {
    guard FileSystem.exists(productsFolder) else { return [] }
    let lock = try FolderLock(path(".lock"))
    defer { withExtendedLifetime(lock) {} }
    let removed = try removeLeftovers()
    let newest = try FileSystem.names(in: productsFolder).last {
      CyclePublisher.isCycleName($0) && FileSystem.exists(path($0) + "/" + Manifest.fileName)
    }
    if let newest { try moveLatest(to: newest) }
    return removed
  }

  /// Takes `latest` back to the newest whole cycle at or before a time, where it is later: a clock
  /// that was wrong for a moment must not hide every cycle that comes after.
  public func retractLatest(beyond time: Timestamp) throws(Fault) {
    guard let current = FileSystem.target(ofLink: path("latest")),
      CyclePublisher.isCycleName(current), current > time.compact
    else { return }
    let lock = try FolderLock(path(".lock"))
    defer { withExtendedLifetime(lock) {} }
    let newest = try FileSystem.names(in: productsFolder).last {
      CyclePublisher.isCycleName($0) && $0 <= time.compact
        && FileSystem.exists(path($0) + "/" + Manifest.fileName)
    }
    guard let newest else { return }
    try pointLatest(to: newest)
  }

  private func path(_ name: String) -> String { productsFolder + "/" + name }

  /// The one step in which readers change from the old cycle to the new one.
  private func take(name: String, from staging: String) throws(Fault) {
    if FileSystem.exists(path(name)) {
      try FileSystem.exchange(staging, path(name))
      try FileSystem.rename(staging, to: path(".replaced-" + name))
    } else {
      try FileSystem.rename(staging, to: path(name))
    }
    if isDurable { try FileSystem.flush(productsFolder) }
  }

  private func moveLatest(to name: String) throws(Fault) {
    let link = path("latest")
    if let current = FileSystem.target(ofLink: link), CyclePublisher.isCycleName(current),
      current >= name, FileSystem.exists(path(current))
    {
      return
    }
    try pointLatest(to: name)
  }

  private func pointLatest(to name: String) throws(Fault) {
    let link = path("latest")
    let temporary = path(".latest-new")
    try FileSystem.remove(temporary)
    try FileSystem.makeLink(temporary, to: name)
    try FileSystem.rename(temporary, to: link)
    if isDurable { try FileSystem.flush(productsFolder) }
  }

  @discardableResult
  private func removeLeftovers() throws(Fault) -> [String] {
    let names = try FileSystem.names(in: productsFolder).filter {
      $0.hasPrefix(".staging-") || $0.hasPrefix(".replaced-") || $0.hasPrefix(".removed-")
        || $0 == ".latest-new"
    }
    for name in names { try FileSystem.remove(path(name)) }
    return names
  }

  /// Whether a folder among the products is a cycle by its name: `20260701T120000Z`. Names of this form
  /// sort like the times they name; whatever else lies there is not ours.
  public static func isCycleName(_ name: String) -> Bool {
    name.utf8.count == 16 && Timestamp(iso8601: name)?.compact == name
  }
}

/// The folder in which a cycle is put together, and the record of what is in it.
public final class StagingFolder {
  /// A file of a cycle with its size and hash.
  public struct Output: Sendable, Hashable {
    /// Path within the folder.
    public let name: String
    public let byteCount: Int
    /// SHA-256, lower-case hexadecimal.
    public let hash: String
  }

  public let path: String
  private let isDurable: Bool
  private var folders: [String] = []
  public private(set) var outputs: [Output] = []

  init(path: String, isDurable: Bool) {
    self.path = path
    self.isDurable = isDurable
  }

  public func makeFolder(_ name: String) throws(Fault) {
    try FileSystem.makeFolder(path + "/" + name)
    folders.append(name)
  }

  public func write(_ bytes: [UInt8], to name: String) throws(Fault) {
    try FileSystem.write(bytes, to: path + "/" + name, flushing: isDurable)
    outputs.append(Output(name: name, byteCount: bytes.count, hash: Hash.hexadecimal(bytes)))
  }

  public func write(_ text: String, to name: String) throws(Fault) {
    try write(Array(text.utf8), to: name)
  }

  /// Takes in a file that a library wrote by itself under `path`.
  public func adopt(_ name: String) throws(Fault) {
    let bytes = try FileSystem.read(path + "/" + name)
    if isDurable { try FileSystem.flush(path + "/" + name) }
    outputs.append(Output(name: name, byteCount: bytes.count, hash: Hash.hexadecimal(bytes)))
  }

  func flush() throws(Fault) {
    guard isDurable else { return }
    for name in folders { try FileSystem.flush(path + "/" + name) }
    try FileSystem.flush(path)
  }
}
