import Glibc
import Synchronization

/// What curl has brought of one answer so far.
final class HTTPTransfer {
  /// Where the bytes go.
  enum Sink {
    case memory
    case file(Int32)
    /// Says whether there may be more.
    case receiver((UnsafeRawBufferPointer) -> Bool)
  }

  private let sink: Sink
  private let largestBytes: Int
  private let isCancelled: @Sendable () -> Bool
  private(set) var body: [UInt8] = []
  private(set) var byteCount = 0
  private(set) var headers: [HTTPHeader] = []
  private var headBytes = 0
  private(set) var isTooLarge = false
  /// Why the file could not be written.
  private(set) var writeError: Int32?

  init(_ sink: Sink, largestBytes: Int, isCancelled: @escaping @Sendable () -> Bool) {
    self.sink = sink
    self.largestBytes = largestBytes
    self.isCancelled = isCancelled
  }

  var wantsToStop: Bool { isCancelled() }

  /// - Returns: whether there may be more.
  fileprivate func take(_ bytes: UnsafeRawBufferPointer) -> Bool {
    let (total, overflows) = byteCount.addingReportingOverflow(bytes.count)
    guard !overflows, total <= largestBytes else {
      isTooLarge = true
      return false
    }
    byteCount = total
    switch sink {
    case .memory: body.append(contentsOf: bytes)
    case .file(let descriptor): return write(bytes, to: descriptor)
    case .receiver(let take): return take(bytes)
    }
    return true
  }

  private func write(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32) -> Bool {
    var rest = bytes
    while !rest.isEmpty {
      let count = Glibc.write(descriptor, rest.baseAddress, rest.count)
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else {
        writeError = errno
        return false
      }
      rest = UnsafeRawBufferPointer(rebasing: rest[count...])
    }
    return true
  }

  /// A line of the head. Each answer begins with its status, so redirects start over.
  fileprivate func takeHead(_ bytes: UnsafeRawBufferPointer) -> Bool {
    headBytes += bytes.count
    guard headBytes <= HTTPTransfer.largestHead else {
      isTooLarge = true
      return false
    }
    let line = String(decoding: bytes, as: UTF8.self)
    if line.hasPrefix("HTTP/") {
      headers.removeAll()
      return true
    }
    guard let colon = line.firstIndex(of: ":") else { return true }
    let value = line[line.index(after: colon)...]
    headers.append(HTTPHeader(String(line[..<colon]), HTTPTransfer.trimmed(value)))
    return true
  }

  private static let largestHead = 262_144

  private static func trimmed(_ text: Substring) -> String {
    let isSpace: (Character) -> Bool = { $0.isWhitespace || $0.isNewline }
    let start = text.drop(while: isSpace)
    guard let last = start.lastIndex(where: { !isSpace($0) }) else { return "" }
    return String(start[...last])
  }
}

/// Called by curl with a piece of the body. Free and not isolated: curl knows no actors.
func takeBody(
  _ bytes: UnsafeMutablePointer<CChar>?, _ size: Int, _ count: Int, _ data: UnsafeMutableRawPointer?
) -> Int {
  hand(bytes, size, count, to: data) { transfer, piece in transfer.take(piece) }
}

/// Called by curl with a line of the head.
func takeHead(
  _ bytes: UnsafeMutablePointer<CChar>?, _ size: Int, _ count: Int, _ data: UnsafeMutableRawPointer?
) -> Int {
  hand(bytes, size, count, to: data) { transfer, line in transfer.takeHead(line) }
}

/// Hands what curl brings to its transfer.
///
/// - Returns: the number of bytes; any other ends the transfer.
private func hand(
  _ bytes: UnsafeMutablePointer<CChar>?, _ size: Int, _ count: Int,
  to data: UnsafeMutableRawPointer?, _ take: (HTTPTransfer, UnsafeRawBufferPointer) -> Bool
) -> Int {
  guard let data, let bytes else { return 0 }
  let transfer = Unmanaged<HTTPTransfer>.fromOpaque(data).takeUnretainedValue()
  let (length, overflows) = size.multipliedReportingOverflow(by: count)
  guard !overflows else { return 0 }
  let isGoing = take(transfer, UnsafeRawBufferPointer(start: bytes, count: length))
  return isGoing ? length : (length == 0 ? 1 : 0)
}

/// Called by curl about once a second and at each piece; anything but 0 ends the transfer.
func watchTransfer(
  _ data: UnsafeMutableRawPointer?, _ downTotal: Int, _ down: Int, _ upTotal: Int, _ up: Int
) -> Int32 {
  guard let data else { return 1 }
  return Unmanaged<HTTPTransfer>.fromOpaque(data).takeUnretainedValue().wantsToStop ? 1 : 0
}
