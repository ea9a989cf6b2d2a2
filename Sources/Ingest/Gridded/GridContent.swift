import Formats
import Glibc
import Hydromet

/// The bytes of a grid file, expanded where it arrived compressed.
///
/// Readers of bytes take `bytes()`. Libraries that want a file take `libraryPath()`: the file itself,
/// or an unnamed temporary file that holds the expanded content.
final class GridContent {
  /// The file as it arrived: every fault names it.
  let path: String
  /// The first bytes of the content.
  let head: [UInt8]
  let compression: Compression?
  /// Bytes of the file as it arrived.
  let size: Int
  private var expanded: [UInt8]?
  private var descriptor: Int32 = -1

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
    let content = try compression.expanded(
      raw, limit: GridContent.largestContent, place: Fault.Location(path))
    head = Array(content.prefix(GridContent.headLength))
    if let inner = Compression(head: head) {
      throw Fault(
        "nested_compression", at: Fault.Location(path),
        "the \(compression.rawValue) file holds a \(inner.rawValue) file, expected a grid",
        remedy: "expand it once before it is handed in")
    }
    expanded = content
  }

  deinit {
    if descriptor >= 0 { close(descriptor) }
  }

  /// What was found around the content, in words.
  var notes: [String] { compression.map { ["compressed with \($0.rawValue)"] } ?? [] }

  /// All bytes of the content.
  func bytes() throws(Fault) -> [UInt8] {
    if let expanded { return expanded }
    return try FileBytes.read(path: path, limit: GridContent.largestFile)
  }

  /// A path under which the content can be opened as long as this object lives.
  func libraryPath() throws(Fault) -> String {
    guard let content = expanded else { return path }
    if descriptor < 0 {
      descriptor = try GridContent.unnamedFile(with: content, place)
      expanded = nil
    }
    return "/proc/self/fd/\(descriptor)"
  }

  private static func unnamedFile(
    with bytes: [UInt8], _ place: Fault.Location
  ) throws(Fault) -> Int32 {
    var name = Array("/tmp/freshet-XXXXXX".utf8CString)
    let descriptor = mkstemp(&name)
    guard descriptor >= 0 else { throw unwritable(place) }
    unlink(name)
    var written = 0
    while written < bytes.count {
      let count = bytes.withUnsafeBytes { buffer in
        write(descriptor, buffer.baseAddress.map { $0 + written }, buffer.count - written)
      }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else {
        close(descriptor)
        throw unwritable(place)
      }
      written += count
    }
    return descriptor
  }

  private static func unwritable(_ place: Fault.Location) -> Fault {
    Fault(
      "disk_full", at: place,
      "the expanded file cannot be kept: \(String(cString: strerror(errno)))",
      remedy: "make room in /tmp")
  }

  /// A fault of a library, at the file as it arrived.
  func located(_ fault: Fault) -> Fault {
    guard let location = fault.location, location.file.hasPrefix("/proc/self/fd/") else {
      return fault
    }
    return Fault(
      fault.code, at: Fault.Location(path, item: location.item), fault.problem,
      remedy: fault.remedy)
  }
}
