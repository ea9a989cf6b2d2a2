import Foundation
import Glibc
public import Hydromet

/// A frame in the store, as the ledger is told of it.
public struct FrameDescription: Sendable, Hashable, Codable {
  public let period: Period
  /// Path of the frame below the store's folder.
  public let storeName: String
  /// SHA-256 of period, geometry and cells, lower-case hexadecimal.
  public let contentHash: String
  public let geometry: GridGeometry
  /// Cells that are not missing.
  public let validCells: Int

  public var geometryHash: String { geometry.hash }

  public init(
    period: Period, storeName: String, contentHash: String, geometry: GridGeometry, validCells: Int
  ) {
    self.period = period
    self.storeName = storeName
    self.contentHash = contentHash
    self.geometry = geometry
    self.validCells = validCells
  }
}

/// A folder of frames: `<feed>/<end of period>-<8 digits of the content's hash>.frame`.
///
/// The name follows from the contents, so writing a frame twice makes one file, several processes may
/// write at once, and a frame that no ledger refers to is only a file to sweep away.
public struct FrameStore: Sendable {
  public let folder: String
  /// Whether every frame is on the disk before `write` returns. A store that can be filled again from
  /// the originals may do without.
  public let isDurable: Bool

  public init(folder: String, isDurable: Bool = true) {
    self.folder = folder
    self.isDurable = isDurable
  }

  /// Stores a frame: under a temporary name, flushed, then renamed, so that a reader sees all of it
  /// or nothing.
  ///
  /// - Throws: `bad_frame` (cells that do not fit their geometry), `bad_feed_name`, `disk_full`,
  ///   `unwritable_folder`.
  public func write(_ field: DepthField, feed: String) throws(Fault) -> FrameDescription {
    let geometry = field.geometry
    guard
      (1...65_535).contains(geometry.rows), (1...65_535).contains(geometry.columns),
      geometry.cellCount == field.cellCount
    else {
      throw Fault(
        "bad_frame",
        "a frame has \(field.cellCount) cells, its grid has \(geometry.summary)",
        remedy: "check the reader of the feed \(feed)")
    }
    guard FrameStore.isFolderName(feed) else {
      throw Fault(
        "bad_feed_name", "the feed's name “\(feed)” cannot name a folder",
        remedy: "use Latin letters, digits, - and _ for names of feeds")
    }
    let (bytes, hashBytes, valid) = FrameFile.encode(field)
    let hash = hexadecimal(hashBytes)
    let name = "\(feed)/\(field.period.end.compact)-\(hash.prefix(8)).frame"
    try makeFolder(path(feed))
    try replace(path(name), with: bytes)
    return FrameDescription(
      period: field.period, storeName: name, contentHash: hash, geometry: geometry,
      validCells: valid)
  }

  /// Reads a frame back and checks every byte of it.
  ///
  /// - Parameter geometry: the grid that the frame was stored with (`Ledger.geometry(hash:)`).
  /// - Throws: `frame_missing`, `frame_damaged`: requeue its file (`Ledger.requeue`).
  public func read(_ storeName: String, geometry: GridGeometry) throws(Fault) -> DepthField {
    let path = try path(checked: storeName)
    let bytes: [UInt8]
    do {
      bytes = Array(try Data(contentsOf: URL(fileURLWithPath: path)))
    } catch {
      throw Fault(
        "frame_missing", at: .init(path), "the stored frame cannot be read",
        remedy: "nothing needs to be done where its original is kept: the service reads that again")
    }
    do throws(FrameDamage) {
      let (field, hash) = try FrameFile.decode(bytes, geometry: geometry)
      guard storeName.hasSuffix("-\(hexadecimal(hash).prefix(8)).frame") else {
        throw FrameDamage("its name belongs to other contents")
      }
      return field
    } catch {
      throw Fault(
        "frame_damaged", at: .init(path), "the stored frame is damaged: \(error.clause)",
        remedy: "nothing needs to be done where its original is kept: the service reads that again")
    }
  }

  /// What tells that the file of a frame is another one than before.
  public struct Stamp: Sendable, Hashable {
    let inode: UInt64
    let seconds: Int
    let nanoseconds: Int
  }

  /// - Returns: nil where there is no such file.
  public func stamp(of storeName: String) -> Stamp? {
    guard let path = try? path(checked: storeName) else { return nil }
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    return Stamp(
      inode: UInt64(status.st_ino), seconds: status.st_ctim.tv_sec,
      nanoseconds: status.st_ctim.tv_nsec)
  }

  /// Removes frames; those that are gone already count as removed.
  public func remove(_ storeNames: some Sequence<String>) throws(Fault) {
    for name in storeNames {
      let path = try path(checked: name)
      guard unlink(path) == 0 || errno == ENOENT else { throw unwritable(path) }
    }
  }

  /// Removes everything that the ledger does not refer to: temporary files and frames that were
  /// written but never noted. Call it only while nothing writes into the store.
  ///
  /// - Returns: names that were removed, in their order.
  public func sweep(keeping names: Set<String>) throws(Fault) -> [String] {
    var removed: [String] = []
    for feed in FrameStore.entries(of: folder) {
      for entry in FrameStore.entries(of: path(feed)) {
        let name = "\(feed)/\(entry)"
        let isOurs = entry.hasSuffix(".frame") || entry.hasSuffix(".tmp")
        guard isOurs, !names.contains(name) else { continue }
        guard unlink(path(name)) == 0 || errno == ENOENT else { throw unwritable(path(name)) }
        removed.append(name)
      }
    }
    return removed
  }

  // MARK: Names

  private func path(_ name: String) -> String { "\(folder)/\(name)" }

  /// The path of a name that is one of ours, or the fault `frame_missing`.
  private func path(checked storeName: String) throws(Fault) -> String {
    let parts = storeName.split(separator: "/", omittingEmptySubsequences: false)
    guard
      parts.count == 2, parts.allSatisfy(FrameStore.isFolderName), storeName.hasSuffix(".frame")
    else {
      throw Fault(
        "frame_missing", at: .init(folder), "“\(storeName)” is not the name of a frame",
        remedy: "run `freshet doctor`")
    }
    return path(storeName)
  }

  static func isFolderName(_ name: some StringProtocol) -> Bool {
    !name.isEmpty && name.utf8.count <= 200 && !name.hasPrefix(".")
      && name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "-_.".contains($0)) }
  }

  private static func entries(of folder: String) -> [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).sorted()
  }

  // MARK: Bytes

  private func makeFolder(_ path: String) throws(Fault) {
    do {
      try FileManager.default.createDirectory(
        atPath: path, withIntermediateDirectories: true)
    } catch {
      throw unwritable(path)
    }
  }

  private func replace(_ path: String, with bytes: [UInt8]) throws(Fault) {
    let temporary = "\(path).\(getpid()).tmp"
    let file = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard file >= 0 else { throw unwritable(path) }
    var isWritten = FrameStore.writeAll(bytes, to: file)
    if isWritten && isDurable { isWritten = fsync(file) == 0 }
    let failure = errno
    isWritten = close(file) == 0 && isWritten
    guard isWritten, rename(temporary, path) == 0 else {
      if !isWritten { errno = failure }
      let fault = unwritable(path)
      unlink(temporary)
      throw fault
    }
    if isDurable { FrameStore.flushFolder(of: path) }
  }

  private static func writeAll(_ bytes: [UInt8], to file: Int32) -> Bool {
    bytes.withUnsafeBytes { buffer in
      var rest = buffer[...]
      while !rest.isEmpty {
        let count = Glibc.write(
          file, UnsafeRawBufferPointer(rebasing: rest).baseAddress, rest.count)
        if count < 0 && errno == EINTR { continue }
        guard count > 0 else { return false }
        rest = rest.dropFirst(count)
      }
      return true
    }
  }

  /// Makes the new name itself outlive a power cut.
  private static func flushFolder(of path: String) {
    let folder = String(path.prefix(upTo: path.lastIndex(of: "/") ?? path.startIndex))
    let handle = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard handle >= 0 else { return }
    fsync(handle)
    close(handle)
  }

  private func unwritable(_ path: String) -> Fault {
    if errno == ENOSPC || errno == EDQUOT {
      return Fault(
        "disk_full", at: .init(path), "there is no room left for the frame",
        remedy: "free space on its disk; the file is read again")
    }
    return Fault(
      "unwritable_folder", at: .init(path), "the frame cannot be written: \(Fault.systemError)",
      remedy: "check that the service may write into the folder")
  }
}
