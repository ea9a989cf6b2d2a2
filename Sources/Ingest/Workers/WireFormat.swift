import Foundation

/// What service and worker say to each other: one JSON object a line, UTF-8, each line ended by a
/// line feed (JSON escapes those inside its texts).
///
/// A worker first says `{"freshetWorker":1}`. Then the service writes a `DecodeJob`, the worker says
/// what it reads (`ReadingNotice`, where the format can be told) and answers with the `DecodeOutcome` of
/// the same number, and so on until the service closes the pipe.
enum WireFormat {
  static let greeting = "{\"freshetWorker\":1}"
  static let lineFeed = UInt8(ascii: "\n")

  static func encoder() -> JSONEncoder {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return encoder
  }

  static func line(_ value: some Encodable) throws -> [UInt8] {
    Array(try encoder().encode(value)) + [lineFeed]
  }

  /// Cuts the first complete line off the front of a buffer; nil where there is none yet.
  static func takeLine(from buffer: inout [UInt8]) -> [UInt8]? {
    guard let end = buffer.firstIndex(of: lineFeed) else { return nil }
    let line = Array(buffer[..<end])
    buffer.removeSubrange(...end)
    return line
  }
}
