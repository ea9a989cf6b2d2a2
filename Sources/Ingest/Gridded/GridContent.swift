import Formats
import Glibc
import Hydromet

/// The bytes of a grid file, expanded where it arrived compressed.
///
/// Readers of bytes take `bytes()`. Libraries that want a file take `libraryPath()`: the file itself,
/// or a temporary file that holds the expanded content as long as this object lives.
final class GridContent {
  /// The file as it arrived: every fault names it.
  let path: String
  /// The first bytes of the content.
  let head: [UInt8]
  let compression: Compression?
  /// Bytes of the file as it arrived.
  let size: Int
  private var expanded: [UInt8]?
  private var temporary: String?

  /// Files that are read as bytes are held in memory whole.
  static let largestFile = 1 << 29
  /// What a compressed file may hold.
  static let largestContent = 1 << 30
  private static let headLength = 4096

  var place: Fault.Location { Fault.Location(path) }

  init(path: String) throws(Fault) {
    self.path = path
    let (first, size) = try FileBytes.head(of: path, count: GridContent.headLength)
    self.size = size
    compression = Compression(head: first)
    guard let compression else {
      head = first
      return
    }
    let raw = try FileBytes.read(path: path, limit: GridContent.largestFile)
    let content = try GridContent.expanded(raw, compression, path)
    head = Array(content.prefix(GridContent.headLength))
    expanded = content
  }

  /// A file whose bytes are there already.
  ///
  /// - Parameter name: for messages.
  init(bytes: [UInt8], name: String) throws(Fault) {
    path = name
    size = bytes.count
    compression = Compression(head: bytes.prefix(GridContent.headLength))
    var content = bytes
    if let compression { content = try GridContent.expanded(bytes, compression, name) }
    head = Array(content.prefix(GridContent.headLength))
    expanded = content
  }

  private static func expanded(
    _ raw: [UInt8], _ compression: Compression, _ path: String
  ) throws(Fault) -> [UInt8] {
    let content = try compression.expanded(
      raw, limit: largestContent, place: Fault.Location(path))
    if let inner = Compression(head: content.prefix(headLength)) {
      throw Fault(
        "nested_compression", at: Fault.Location(path),
        "the \(compression.rawValue) file holds a \(inner.rawValue) file, expected the file itself",
        remedy: "expand it once before it is handed in")
    }
    return content
  }

  deinit {
    if let temporary { unlink(temporary) }
  }

  /// What was found around the content, in words.
  var notes: [String] { compression.map { ["compressed with \($0.rawValue)"] } ?? [] }

  /// All bytes of the content.
  func bytes() throws(Fault) -> [UInt8] {
    if let expanded { return expanded }
    return try FileBytes.read(path: path, limit: GridContent.largestFile)
  }

  /// A path under which the content can be opened as long as this object lives. (HDF5 asks for the
  /// real path of a file, so that it cannot be one without a name.)
  func libraryPath() throws(Fault) -> String {
    if let temporary { return temporary }
    guard let content = expanded else { return path }
    let written = try GridContent.temporaryFile(with: content, place)
    temporary = written
    expanded = nil
    return written
  }

  private static let folder = "/tmp"
  private static let prefix = "freshet-grid-"
  /// What `mkstemp` fills in.
  private static let freeLetters = String(repeating: "X", count: 6)

  private static func temporaryFile(
    with bytes: [UInt8], _ place: Fault.Location
  ) throws(Fault) -> String {
    _ = orphansRemoved
    var name = Array("\(folder)/\(prefix)\(getpid())-\(freeLetters)".utf8CString)
    let descriptor = mkstemp(&name)
    guard descriptor >= 0 else { throw unwritable(place) }
    let path = String(
      decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    defer { close(descriptor) }
    var written = 0
    while written < bytes.count {
      let count = bytes.withUnsafeBytes { buffer in
        write(descriptor, buffer.baseAddress.map { $0 + written }, buffer.count - written)
      }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else {
        let fault = unwritable(place)
        unlink(path)
        throw fault
      }
      written += count
    }
    return path
  }

  /// Once a process: what others left behind that ended while they read is removed. A library may crash on
  /// a file.
  private static let orphansRemoved: Void = removeOrphans()

  private static func removeOrphans() {
    guard let listing = opendir(folder) else { return }
    defer { closedir(listing) }
    // An entry is only as long as its name: the 256 bytes of the type would reach behind the last one.
    let offset = MemoryLayout<dirent>.offset(of: \.d_name) ?? 19
    while let entry = readdir(listing) {
      let start = UnsafeRawPointer(entry) + offset
      let name = String(cString: start.assumingMemoryBound(to: CChar.self))
      guard name.hasPrefix(prefix),
        let process = Int32(
          name.dropFirst(prefix.count).prefix {
            $0 != "-"
          }), kill(process, 0) != 0, errno == ESRCH
      else { continue }
      unlink("\(folder)/\(name)")
    }
  }

  private static func unwritable(_ place: Fault.Location) -> Fault {
    Fault(
      "disk_full", at: place,
      "the expanded file cannot be kept: \(String(cString: strerror(errno)))",
      remedy: "make room in /tmp")
  }

  /// A fault of a library, at the file as it arrived.
  func located(_ fault: Fault) -> Fault {
    guard let location = fault.location, let temporary, location.file == temporary else {
      return fault
    }
    return Fault(
      fault.code, at: Fault.Location(path, item: location.item), fault.problem,
      remedy: fault.remedy)
  }
}
