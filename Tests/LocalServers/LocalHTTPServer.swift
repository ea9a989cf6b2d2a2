import Foundation
import Glibc
import Synchronization

/// An HTTP server on a free port of the loopback, for tests: it answers what a function says, and can
/// misbehave. Each connection carries one request.
public final class LocalHTTPServer: Sendable {
  public struct Request: Sendable {
    public let method: String
    public let path: String
    public let headers: [String: String]
    public let body: [UInt8]
  }

  public struct Reply: Sendable {
    public var status: Int
    public var headers: [(String, String)]
    public var body: [UInt8]
    /// The length that is announced; nil for the true one.
    public var announcedLength: Int?
    /// Says nothing for so long before it answers.
    public var silentSeconds: Double

    public init(
      _ status: Int = 200, headers: [(String, String)] = [], body: [UInt8] = [],
      announcedLength: Int? = nil, silentSeconds: Double = 0
    ) {
      self.status = status
      self.headers = headers
      self.body = body
      self.announcedLength = announcedLength
      self.silentSeconds = silentSeconds
    }
  }

  public let port: Int
  private let listener: Int32
  private let answer: @Sendable (Request) -> Reply
  private let seen = Mutex<[Request]>([])

  /// - Returns: nil where no port can be had.
  public init?(_ answer: @escaping @Sendable (Request) -> Reply) {
    self.answer = answer
    guard let (socket, port) = LocalPort.listen() else { return nil }
    listener = socket
    self.port = port
    Thread.detachNewThread { [self] in accept() }
  }

  public var address: String { "http://127.0.0.1:\(port)" }

  /// What was asked so far.
  public var requests: [Request] { seen.withLock { $0 } }

  public func stop() {
    shutdown(listener, Int32(SHUT_RDWR))
    close(listener)
  }

  private func accept() {
    while true {
      let connection = Glibc.accept(listener, nil, nil)
      if connection < 0 && errno == EINTR { continue }
      guard connection >= 0 else { return }
      Thread.detachNewThread { [self] in
        serve(connection)
        close(connection)
      }
    }
  }

  private func serve(_ connection: Int32) {
    guard let request = read(connection) else { return }
    seen.withLock { $0.append(request) }
    let reply = answer(request)
    if reply.silentSeconds > 0 { usleep(UInt32(reply.silentSeconds * 1_000_000)) }
    var head = "HTTP/1.1 \(reply.status) Answer\r\nConnection: close\r\n"
    head += "Content-Length: \(reply.announcedLength ?? reply.body.count)\r\n"
    for (name, value) in reply.headers { head += "\(name): \(value)\r\n" }
    send(Array((head + "\r\n").utf8) + reply.body, to: connection)
  }

  private func send(_ bytes: [UInt8], to connection: Int32) {
    var sent = 0
    while sent < bytes.count {
      let count = bytes[sent...].withUnsafeBytes {
        Glibc.send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
      guard count > 0 else { return }
      sent += count
    }
  }

  private func read(_ connection: Int32) -> Request? {
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    let end = Array("\r\n\r\n".utf8)
    var headEnd: Int?
    var length = 0
    while true {
      if headEnd == nil, let range = bytes.firstRange(of: end) {
        headEnd = range.upperBound
        let head = String(decoding: bytes[..<range.lowerBound], as: UTF8.self)
        for line in head.components(separatedBy: "\r\n")
        where line.lowercased().hasPrefix("content-length:") {
          length = Int(line.dropFirst(15).trimmingCharacters(in: .whitespaces)) ?? 0
        }
      }
      if let headEnd, bytes.count >= headEnd + length { return parse(bytes, headEnd, length) }
      let count = recv(connection, &buffer, buffer.count, 0)
      guard count > 0 else { return nil }
      bytes += buffer[..<count]
    }
  }

  private func parse(_ bytes: [UInt8], _ headEnd: Int, _ length: Int) -> Request? {
    let lines = String(decoding: bytes[..<headEnd], as: UTF8.self).components(separatedBy: "\r\n")
    let words = lines.first?.split(separator: " ").map(String.init) ?? []
    guard words.count >= 2 else { return nil }
    var headers: [String: String] = [:]
    for line in lines.dropFirst() {
      let parts = line.split(separator: ":", maxSplits: 1)
      guard parts.count == 2 else { continue }
      headers[parts[0].lowercased()] = parts[1].trimmingCharacters(in: .whitespaces)
    }
    return Request(
      method: words[0], path: words[1], headers: headers,
      body: Array(bytes[headEnd..<headEnd + length]))
  }
}

/// Ports of the loopback.
public enum LocalPort {
  /// A socket that listens on a free port.
  public static func listen() -> (socket: Int32, port: Int)? {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    guard descriptor >= 0 else { return nil }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let isBound = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, length) == 0 && Glibc.listen(descriptor, 128) == 0
          && getsockname(descriptor, $0, &length) == 0
      }
    }
    guard isBound else {
      close(descriptor)
      return nil
    }
    return (descriptor, Int(UInt16(bigEndian: address.sin_port)))
  }

  /// A port that was free a moment ago.
  public static func free() -> Int? {
    guard let (socket, port) = listen() else { return nil }
    close(socket)
    return port
  }
}

/// Waits until something holds, looking fifty times a second.
public func eventually(within seconds: Double = 20, _ condition: () -> Bool) -> Bool {
  let end = Date().addingTimeInterval(seconds)
  while Date() < end {
    if condition() { return true }
    usleep(20_000)
  }
  return condition()
}
