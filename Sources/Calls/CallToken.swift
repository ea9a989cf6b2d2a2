import Crypto
public import Hydromet

/// The words in a link by which somebody answers a message: `123.9f3c…`, the number of the message and a
/// code that only this district's key can make. Nothing of it is stored.
public struct CallToken: Sendable {
  private let key: SymmetricKey

  /// - Parameter key: at least 32 bytes of chance that nobody else has.
  public init(key: [UInt8]) throws(Fault) {
    guard key.count >= 32 else {
      throw Fault(
        "short_key", "the key of answer links has \(key.count) bytes, 32 are needed",
        remedy: "remove the file; a new one is made at the next start")
    }
    self.key = SymmetricKey(data: key)
  }

  public func text(for delivery: Int64) -> String {
    "\(delivery).\(Hexadecimal.text(code(delivery).prefix(20)))"
  }

  /// The message of a token; nil for one that this district did not make. Takes the same time wherever a
  /// wrong code differs.
  public func delivery(of text: String) -> Int64? {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 2, parts[0].utf8.count <= 18, let delivery = Int64(parts[0]), delivery > 0
    else { return nil }
    let expected = Hexadecimal.text(code(delivery).prefix(20))
    return CallToken.isEqual(Array(parts[1].utf8), Array(expected.utf8)) ? delivery : nil
  }

  private func code(_ delivery: Int64) -> [UInt8] {
    Array(
      HMAC<SHA256>.authenticationCode(for: Array("freshet answer \(delivery)".utf8), using: key))
  }

  /// Compares every byte, whatever the first ones say.
  static func isEqual(_ a: [UInt8], _ b: [UInt8]) -> Bool {
    guard a.count == b.count else { return false }
    var difference: UInt8 = 0
    for (x, y) in zip(a, b) { difference |= x ^ y }
    return difference == 0
  }
}

enum Hexadecimal {
  static func text(_ bytes: some Sequence<UInt8>) -> String {
    let digits = Array("0123456789abcdef".utf8)
    var text: [UInt8] = []
    for byte in bytes {
      text.append(digits[Int(byte >> 4)])
      text.append(digits[Int(byte & 15)])
    }
    return String(decoding: text, as: UTF8.self)
  }
}

/// What a server signs and checks with a shared secret: `t=<seconds since 1970>,v1=<code>`.
public enum CallSignature {
  /// How far the clock of the other side may be off, seconds.
  public static let tolerance: Int64 = 300

  /// HMAC-SHA-256 of `time.body`, hexadecimal.
  static func text(secret: String, time: Int64, body: [UInt8]) -> String {
    let key = SymmetricKey(data: Array(secret.utf8))
    return Hexadecimal.text(
      HMAC<SHA256>.authenticationCode(for: Array("\(time).".utf8) + body, using: key))
  }

  /// The header that a body is sent with.
  public static func header(secret: String, time: Int64, body: [UInt8]) -> String {
    "t=\(time),v1=\(text(secret: secret, time: time, body: body))"
  }

  /// Whether a header signs this body now. Takes the same time wherever a wrong code differs.
  public static func isValid(
    _ header: String, secret: String, body: [UInt8], at now: Timestamp
  ) -> Bool {
    guard !secret.isEmpty, header.utf8.count <= 200 else { return false }
    var time: Int64?
    var code: Substring?
    for part in header.split(separator: ",") {
      if part.hasPrefix("t=") { time = Int64(part.dropFirst(2)) }
      if part.hasPrefix("v1=") { code = part.dropFirst(3) }
    }
    guard let time, let code,
      (now.secondsSince1970 - tolerance...now.secondsSince1970 + tolerance).contains(time)
    else { return false }
    return CallToken.isEqual(
      Array(code.utf8), Array(text(secret: secret, time: time, body: body).utf8))
  }

  /// Whether somebody shows the secret itself. Takes the same time wherever they differ.
  public static func isSame(_ shown: String, _ secret: String) -> Bool {
    let key = SymmetricKey(size: .bits256)
    let first = HMAC<SHA256>.authenticationCode(for: Array(shown.utf8), using: key)
    let second = HMAC<SHA256>.authenticationCode(for: Array(secret.utf8), using: key)
    return !secret.isEmpty && CallToken.isEqual(Array(first), Array(second))
  }
}
