import Formats
import Hydromet

/// The bytes of a text format with what every reader of one needs: lines, blanks, digits, places.
///
/// Ranges are of bytes; nothing becomes a `String` before it is kept.
struct StationText {
  let file: String
  let bytes: [UInt8]

  static let linefeed = UInt8(ascii: "\n")
  static let carriageReturn = UInt8(ascii: "\r")
  static let blank = UInt8(ascii: " ")
  static let slash = UInt8(ascii: "/")

  /// Takes ASCII formats as they are: bytes beyond ASCII belong to texts that are not read.
  init(_ bytes: [UInt8], file: String) {
    self.file = file
    self.bytes = bytes
  }

  /// The end of the line that holds `start`, without its line end.
  func endOfLine(from start: Int) -> Int {
    var end = start
    while end < bytes.count, bytes[end] != StationText.linefeed { end += 1 }
    return end
  }

  /// The next line from `start`, without CR, LF or blanks at its ends, and where the line after it
  /// begins; nil at the end of the file.
  func line(from start: Int) -> (content: Range<Int>, next: Int)? {
    guard start < bytes.count else { return nil }
    let end = endOfLine(from: start)
    return (trimmed(start..<end), end + 1)
  }

  func trimmed(_ range: Range<Int>) -> Range<Int> {
    var low = range.lowerBound
    var high = range.upperBound
    while low < high, StationText.isBlank(bytes[low]) { low += 1 }
    while high > low, StationText.isBlank(bytes[high - 1]) { high -= 1 }
    return low..<high
  }

  static func isBlank(_ byte: UInt8) -> Bool {
    byte == 32 || (byte >= 9 && byte <= 13)
  }

  static func isDigit(_ byte: UInt8) -> Bool {
    byte >= 48 && byte <= 57
  }

  /// Parts of a line between runs of blanks.
  ///
  /// - Parameter limit: the most parts that are told; the rest of the line is passed over.
  func words(in line: Range<Int>, limit: Int = 4096) -> [Range<Int>] {
    var words: [Range<Int>] = []
    self.words(in: line, limit: limit, into: &words)
    return words
  }

  /// The same into an array that is used again.
  func words(in line: Range<Int>, limit: Int, into words: inout [Range<Int>]) {
    words.removeAll(keepingCapacity: true)
    var place = line.lowerBound
    while words.count < limit, let word = word(in: line, from: place) {
      words.append(word)
      place = word.upperBound
    }
  }

  /// The next part of a line between blanks; nil behind the last.
  func word(in line: Range<Int>, from place: Int) -> Range<Int>? {
    var start = place
    while start < line.upperBound, StationText.isBlank(bytes[start]) { start += 1 }
    guard start < line.upperBound else { return nil }
    var end = start
    while end < line.upperBound, !StationText.isBlank(bytes[end]) { end += 1 }
    return start..<end
  }

  /// A number as `Double(_:)` reads it from a text; nil for anything else.
  func double(_ range: Range<Int>) -> Double? { Double(bytes, in: range) }

  /// A number of digits alone, at most 15 of them, so that tenths and seconds of it can be counted;
  /// nil for anything else. No format has a longer number than a time of 14 digits.
  func digits(_ range: Range<Int>) -> Int? {
    guard !range.isEmpty, range.count <= 15 else { return nil }
    var value = 0
    for i in range {
      let byte = bytes[i]
      guard StationText.isDigit(byte) else { return nil }
      value = value * 10 + Int(byte - 48)
    }
    return value
  }

  /// A whole number with an optional sign.
  func integer(_ range: Range<Int>) -> Int? {
    guard let first = range.first else { return nil }
    switch bytes[first] {
    case UInt8(ascii: "-"): return digits(first + 1..<range.upperBound).map { -$0 }
    case UInt8(ascii: "+"): return digits(first + 1..<range.upperBound)
    default: return digits(range)
    }
  }

  /// Whether every byte of a field, which must have some, is this one.
  func isFilled(_ range: Range<Int>, with byte: UInt8) -> Bool {
    !range.isEmpty && bytes[range].allSatisfy { $0 == byte }
  }

  func equals(_ range: Range<Int>, _ word: StaticString) -> Bool {
    guard range.count == word.utf8CodeUnitCount else { return false }
    return word.withUTF8Buffer { buffer in
      zip(range, buffer).allSatisfy { bytes[$0] == $1 }
    }
  }

  /// Whether two places hold the same bytes.
  func isEqual(_ a: Range<Int>, _ b: Range<Int>) -> Bool {
    guard a.count == b.count else { return false }
    for offset in 0..<a.count
    where bytes[a.lowerBound + offset] != bytes[b.lowerBound + offset] { return false }
    return true
  }

  /// Whether a place holds a word of small letters, in letters of any case.
  func isEqual(_ range: Range<Int>, lowercased word: StaticString) -> Bool {
    guard range.count == word.utf8CodeUnitCount else { return false }
    return word.withUTF8Buffer { buffer in
      zip(range, buffer).allSatisfy { bytes[$0] | 0x20 == $1 }
    }
  }

  func string(_ range: Range<Int>) -> String {
    String(decoding: bytes[range], as: UTF8.self)
  }

  /// Lines and columns of places, in whatever order they are asked for.
  ///
  /// Line ends are counted once for each block, so that a thousand faults of a large file are cheap.
  func locator() -> (Int) -> Fault.Location {
    let block = 65_536
    var linesBefore: [Int] = []
    return { [bytes, file] place in
      if linesBefore.isEmpty {
        var lines = 0
        for start in stride(from: 0, through: bytes.count, by: block) {
          linesBefore.append(lines)
          for i in start..<Swift.min(start + block, bytes.count)
          where bytes[i] == StationText.linefeed { lines += 1 }
        }
      }
      let place = Swift.min(Swift.max(place, 0), bytes.count)
      let start = place / block * block
      var line = linesBefore[place / block] + 1
      for i in start..<place where bytes[i] == StationText.linefeed { line += 1 }
      var lineStart = place
      while lineStart > 0, bytes[lineStart - 1] != StationText.linefeed, place - lineStart < block {
        lineStart -= 1
      }
      return Fault.Location(file, line: line, column: place - lineStart + 1)
    }
  }

  /// A place outside the collector's order.
  func location(_ place: Int) -> Fault.Location { locator()(place) }

  /// `yyyymmddhhMMss` or `yyyymmddhhMM` in a zone.
  func compactTime(_ range: Range<Int>, zone: Int = 0) -> Timestamp? {
    guard range.count == 14 || range.count == 12 || range.count == 10 else { return nil }
    let start = range.lowerBound
    guard let year = digits(start..<start + 4), let month = digits(start + 4..<start + 6),
      let day = digits(start + 6..<start + 8), let hour = digits(start + 8..<start + 10),
      let minute = range.count > 10 ? digits(start + 10..<start + 12) : 0,
      let second = range.count > 12 ? digits(start + 12..<start + 14) : 0
    else { return nil }
    return CivilTime(
      year: year, month: month, day: day, hour: hour, minute: minute, second: second
    ).timestamp(offsetSeconds: zone)
  }
}
