import Crypto
import Foundation
import Glibc
public import Hydromet

/// What makes the bytes of a file the same bytes: their number and their SHA-256.
public struct Fingerprint: Sendable, Hashable, Codable {
  public let size: Int64
  /// Lower-case hexadecimal, 64 characters.
  public let sha256: String

  public init(size: Int64, sha256: String) {
    self.size = size
    self.sha256 = sha256
  }

  public init(of bytes: some Sequence<UInt8>) {
    var hasher = SHA256()
    var size: Int64 = 0
    var block: [UInt8] = []
    block.reserveCapacity(65_536)
    for byte in bytes {
      block.append(byte)
      if block.count == 65_536 {
        hasher.update(data: block)
        size += 65_536
        block.removeAll(keepingCapacity: true)
      }
    }
    hasher.update(data: block)
    self.init(size: size + Int64(block.count), sha256: hexadecimal(hasher.finalize()))
  }

  /// Reads a file once from its beginning to its end, in pieces of 256 KiB.
  ///
  /// - Throws: `unreadable_file`; `file_is_changing` where the file grew, shrank or was written to
  ///   while it was read, for then these are the bytes of no version of it.
  public init(ofFile path: String) throws(Fault) {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { throw Fault.unreadable(path) }
    defer { close(file) }
    var before = stat()
    guard fstat(file, &before) == 0, before.st_mode & S_IFMT == S_IFREG else {
      throw Fault(
        "unreadable_file", at: .init(path), "this is not an ordinary file",
        remedy: "put files, not folders or devices, into the feed's folder")
    }
    var hasher = SHA256()
    var size: Int64 = 0
    let block = UnsafeMutableRawBufferPointer.allocate(byteCount: 262_144, alignment: 16)
    defer { block.deallocate() }
    while true {
      let count = read(file, block.baseAddress, block.count)
      if count < 0 && errno == EINTR { continue }
      guard count >= 0 else { throw Fault.unreadable(path) }
      if count == 0 { break }
      hasher.update(bufferPointer: UnsafeRawBufferPointer(rebasing: block[..<count]))
      size += Int64(count)
    }
    var after = stat()
    guard
      fstat(file, &after) == 0, after.st_size == size, before.st_size == size,
      before.st_mtim.tv_sec == after.st_mtim.tv_sec,
      before.st_mtim.tv_nsec == after.st_mtim.tv_nsec
    else {
      throw Fault(
        "file_is_changing", at: .init(path), "the file changed while it was read",
        remedy: "wait until its sender has finished; it is looked at again")
    }
    self.init(size: size, sha256: hexadecimal(hasher.finalize()))
  }
}

/// Two lower-case digits a byte.
func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
  let digits = Array("0123456789abcdef".utf8)
  var text: [UInt8] = []
  for byte in bytes {
    text.append(digits[Int(byte >> 4)])
    text.append(digits[Int(byte & 15)])
  }
  return String(decoding: text, as: UTF8.self)
}

extension Fault {
  /// The words of the system for its last error.
  static var systemError: String { String(cString: strerror(errno)) }

  static func unreadable(_ path: String) -> Fault {
    Fault(
      "unreadable_file", at: .init(path), "cannot be read: \(systemError)",
      remedy: "check that the file exists and that the service may read it")
  }
}
