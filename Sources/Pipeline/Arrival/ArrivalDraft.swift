import Crypto
import Glibc
public import Hydromet

/// A file that is being received: written beside the feed's files under a name that no feed takes.
/// It is gone with this object unless it is put in its place.
public final class ArrivalDraft {
  let path: String
  private let descriptor: Int32
  private var hasher = SHA256()
  private var isDiscarded = false
  public private(set) var byteCount = 0

  /// - Throws: `cannot_receive`, `disk_full`.
  init(inFolder folder: String) throws(Fault) {
    var random = SystemRandomNumberGenerator()
    path = "\(folder)/.arriving-\(getpid())-\(random.next() as UInt64).part"
    descriptor = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw ArrivalDraft.fault(path, errno) }
  }

  deinit {
    if descriptor >= 0 { close(descriptor) }
    discard()
  }

  /// Appends bytes.
  public func write(_ bytes: UnsafeRawBufferPointer) throws(Fault) {
    hasher.update(bufferPointer: bytes)
    var rest = bytes
    while !rest.isEmpty {
      let count = Glibc.write(descriptor, rest.baseAddress, rest.count)
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { throw ArrivalDraft.fault(path, errno) }
      rest = UnsafeRawBufferPointer(rebasing: rest[count...])
    }
    byteCount += bytes.count
  }

  public func write(_ bytes: [UInt8]) throws(Fault) {
    let result = bytes.withUnsafeBytes { buffer in
      Result { () throws(Fault) in try write(buffer) }
    }
    try result.get()
  }

  /// SHA-256 of what was written so far, lower-case hexadecimal.
  public var sha256: String { hexadecimal(hasher.finalize()) }

  /// Makes sure that every byte is on the disk.
  func flush() throws(Fault) {
    guard fsync(descriptor) == 0 else { throw ArrivalDraft.fault(path, errno) }
  }

  func discard() {
    guard !isDiscarded else { return }
    isDiscarded = true
    unlink(path)
  }

  /// The file has its place and name now.
  func keep() { isDiscarded = true }

  static func fault(_ path: String, _ number: Int32) -> Fault {
    Fault(
      number == ENOSPC || number == EDQUOT ? "disk_full" : "cannot_receive", at: .init(path),
      "cannot be written: \(String(cString: strerror(number)))",
      remedy: "check the free space and who may write in the feed's folder")
  }
}

/// Two lower-case digits a byte.
func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
  var text: [UInt8] = []
  for byte in bytes {
    for digit in [byte >> 4, byte & 15] { text.append(digit < 10 ? 48 + digit : 87 + digit) }
  }
  return String(decoding: text, as: UTF8.self)
}
