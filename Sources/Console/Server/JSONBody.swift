import Foundation
import Hummingbird
import Hydromet

/// The body of an order: one JSON object of known words. A word that is misspelt is refused, for what it
/// was meant to say would be lost without anybody noticing.
enum JSONBody {
  /// Bytes. Orders are a few hundred, texts of a warning a few thousand.
  static let largest = 65_536

  /// - Parameter words: what the object may say, as it is spelt in JSON.
  /// - Throws: `body_too_large`, `unknown_word`, `bad_body`.
  static func read<Body: Decodable>(
    _ request: Request, words: Set<String>, remedy: String
  ) async throws -> Body {
    let buffer: ByteBuffer
    do {
      buffer = try await request.body.collect(upTo: largest)
    } catch {
      throw ConsoleFault(
        .contentTooLarge, "body_too_large", "the body has more than \(largest) bytes",
        remedy: "send less")
    }
    let data = Data(buffer.readableBytesView)
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    guard JSONText.isShallow(data), let body = try? decoder.decode(Body.self, from: data),
      let object = try? JSONSerialization.jsonObject(with: data) as? [String: Any]
    else {
      throw ConsoleFault(
        .badRequest, "bad_body", "the body is no JSON object with values of their kinds",
        remedy: remedy)
    }
    if let strange = object.keys.sorted().first(where: { !words.contains($0) }) {
      throw ConsoleFault(
        .badRequest, "unknown_word", "\"\(strange.prefix(60))\" means nothing here",
        remedy: "say only \(words.sorted().joined(separator: ", "))")
    }
    return body
  }
}
