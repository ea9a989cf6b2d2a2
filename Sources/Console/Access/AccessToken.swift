import Crypto
import Foundation
import Hydromet

/// A token as it is kept: never the token itself, only its hash.
public struct TokenRecord: Sendable, Hashable, Codable {
  /// Eight hexadecimal digits, also part of the token: by them it is found and spoken of.
  public let id: String
  /// Whom it was given to.
  public let label: String
  public let role: Role
  /// The feeds that it may push to; all of them where empty.
  public let feeds: [String]
  /// SHA-256 of the token, lower-case hexadecimal.
  public let sha256: String
  /// ISO 8601.
  public let made: String
  /// When it was revoked; nil while it holds.
  public var revoked: String?
}

/// The words that prove who asks: `frt_`, the id, 256 random bits.
public enum AccessToken {
  /// Makes a new token.
  ///
  /// - Returns: the token, to be shown once, and what is kept of it.
  static func make(
    role: Role, feeds: [String], label: String, at time: Timestamp
  ) -> (token: String, record: TokenRecord) {
    var random = SystemRandomNumberGenerator()
    let id = hexadecimal((0..<4).map { _ in UInt8.random(in: 0...255, using: &random) })
    let secret = (0..<32).map { _ in UInt8.random(in: 0...255, using: &random) }
    let text = Data(secret).base64EncodedString().replacing("+", with: "-").replacing(
      "/", with: "_"
    )
    .replacing("=", with: "")
    let token = "frt_\(id)_\(text)"
    let record = TokenRecord(
      id: id, label: label, role: role, feeds: feeds, sha256: hash(of: token), made: time.iso8601,
      revoked: nil)
    return (token, record)
  }

  static func hash(of token: String) -> String { hexadecimal(SHA256.hash(data: Data(token.utf8))) }

  /// The id that a token names; nil for what is no token.
  static func id(of token: String) -> String? {
    let parts = token.split(separator: "_", maxSplits: 2, omittingEmptySubsequences: false)
    guard token.utf8.count <= 200, parts.count == 3, parts[0] == "frt", parts[1].utf8.count == 8
    else {
      return nil
    }
    return String(parts[1])
  }

  /// Compares two texts in a time that does not tell where they differ.
  static func isSame(_ a: String, _ b: String) -> Bool {
    let first = Array(a.utf8)
    let second = Array(b.utf8)
    guard first.count == second.count else { return false }
    var difference: UInt8 = 0
    for (x, y) in zip(first, second) { difference |= x ^ y }
    return difference == 0
  }

  /// Two lower-case digits a byte.
  private static func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
    let digits = Array("0123456789abcdef".utf8)
    var text: [UInt8] = []
    for byte in bytes {
      text.append(digits[Int(byte >> 4)])
      text.append(digits[Int(byte & 15)])
    }
    return String(decoding: text, as: UTF8.self)
  }
}
