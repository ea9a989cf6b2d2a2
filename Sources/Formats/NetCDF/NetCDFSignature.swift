import Glibc
import Hydromet

/// What the first bytes of a file say, before any library touches it.
///
/// Classic files begin with `CDF` and a version byte (1 classic, 2 64-bit offset, 5 64-bit data).
/// netCDF-4 is HDF5: its eight-byte signature stands at byte 0, 512, 1024, 2048, …, and the superblock
/// behind it names the length that the file must have.
enum NetCDFSignature {
  case classic(version: UInt8)
  case hierarchical

  private static let hierarchicalMark: [UInt8] = [0x89, 0x48, 0x44, 0x46, 0x0D, 0x0A, 0x1A, 0x0A]

  /// - Throws: `cannot_open`, `not_netcdf` with the size and first bytes, `truncated`.
  init(path: String) throws(Fault) {
    let bytes = try FileHead(path: path)
    let head = bytes.read(at: 0, count: 8)
    if head.count >= 4, head[0..<3].elementsEqual([0x43, 0x44, 0x46]), [1, 2, 5].contains(head[3]) {
      self = .classic(version: head[3])
      return
    }
    if let start = NetCDFSignature.superblock(in: bytes) {
      try NetCDFSignature.requireComplete(bytes, superblock: start)
      self = .hierarchical
      return
    }
    if bytes.size < 8, bytes.size > 0,
      head.elementsEqual(NetCDFSignature.hierarchicalMark.prefix(head.count))
    {
      throw bytes.truncated("only part of the signature is there")
    }
    if bytes.size < 4, bytes.size > 0, head.elementsEqual([0x43, 0x44, 0x46].prefix(head.count)) {
      throw bytes.truncated("only part of the signature is there")
    }
    let shown = head.map(NetCDFSignature.hexadecimal).joined(separator: " ")
    throw Fault(
      "not_netcdf", at: Fault.Location(path),
      bytes.size == 0
        ? "the file is empty (0 bytes)"
        : "this is no netCDF file: \(bytes.size) bytes that begin with \(shown)",
      remedy: "give a netCDF file (classic, 64-bit or netCDF-4)")
  }

  private static func superblock(in bytes: FileHead) -> Int? {
    var start = 0
    while start + 8 <= bytes.size, start <= 1 << 24 {
      if bytes.read(at: start, count: 8).elementsEqual(hierarchicalMark) { return start }
      start = start == 0 ? 512 : start * 2
    }
    return nil
  }

  /// Compares the end of file that the superblock names with the size of the file.
  ///
  /// - Source: HDF5 File Format Specification 3.0, II.A. Superblock versions 0 to 3.
  private static func requireComplete(_ bytes: FileHead, superblock start: Int) throws(Fault) {
    let block = bytes.read(at: start, count: 64)
    guard block.count >= 48 else { throw bytes.truncated("the HDF5 superblock is cut off") }
    let version = block[8]
    let widthOfOffsets = version < 2 ? block[13] : block[9]
    guard version <= 3, widthOfOffsets == 8 else { return }
    let base: Int
    switch version {
    case 0: base = 24
    case 1: base = 28
    default: base = 12
    }
    guard block.count >= base + 24 else { throw bytes.truncated("the HDF5 superblock is cut off") }
    let number = { (at: Int) -> UInt64 in
      (0..<8).reduce(0) { $0 | UInt64(block[at + $1]) << UInt64(8 * $1) }
    }
    let end = number(base + 16)
    let origin = number(base)
    // Addresses in the superblock count from its base address, which may be 0 behind a user block.
    let (needed, overflow) = end.addingReportingOverflow(origin == 0 ? UInt64(start) : 0)
    guard !overflow, needed <= UInt64(Int.max) else {
      throw bytes.truncated("its superblock names an impossible length")
    }
    if needed > UInt64(bytes.size) {
      throw bytes.truncated("its superblock says \(needed) bytes")
    }
  }

  private static func hexadecimal(_ byte: UInt8) -> String {
    let digits = String(byte, radix: 16)
    return digits.count == 1 ? "0\(digits)" : digits
  }
}

/// Reads parts of a file by position.
final class FileHead {
  let path: String
  let size: Int
  private let descriptor: Int32

  init(path: String) throws(Fault) {
    let place = Fault.Location(path)
    guard !path.isEmpty, !path.utf8.contains(0) else {
      throw Fault(
        "cannot_open", at: place, "this is not the path of a file", remedy: "check the path")
    }
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw Fault(
        "cannot_open", at: place,
        "the file cannot be opened: \(String(cString: strerror(errno)))",
        remedy: "check the path and the permissions")
    }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      close(descriptor)
      throw Fault("cannot_open", at: place, "this is not a plain file", remedy: "check the path")
    }
    self.path = path
    self.descriptor = descriptor
    size = Int(status.st_size)
  }

  deinit {
    close(descriptor)
  }

  /// At most `count` bytes; fewer at the end of the file.
  func read(at offset: Int, count: Int) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      filled = max(0, pread(descriptor, buffer.baseAddress, count, off_t(offset)))
    }
  }

  func truncated(_ detail: String) -> Fault {
    Fault(
      "truncated", at: Fault.Location(path), "the file is cut off: it has \(size) bytes, \(detail)",
      remedy: "fetch the file again")
  }
}
