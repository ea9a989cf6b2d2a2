import Hydromet

/// MUSIC replies in JSON: `{"returnCode":"0", …, "DS":[{"Station_Id_C":"57612", …}, …]}`, or the array
/// of rows alone. Numbers arrive as numbers or as strings; both are read from their digits.
enum MusicJSON {
  static func read(
    _ bytes: [UInt8], file: String, statement: StationStatement
  ) throws(Fault) -> StationFile.Result {
    let text = StationText(bytes, file: file)
    var rows = MusicRows(text, statement: statement)
    var scanner = JSONScanner(text)
    var count = 0
    var reply: MusicRow = [:]
    try scanner.skipToValue()
    if scanner.isAt(UInt8(ascii: "[")) {
      try scanner.objects { row, place in
        count += 1
        if count <= MusicRows.rowLimit { rows.take(row, at: place) }
      }
    } else {
      try scanner.object { key, scanner throws(Fault) in
        if key == "ds", scanner.isAt(UInt8(ascii: "[")) {
          try scanner.objects { row, place in
            count += 1
            if count <= MusicRows.rowLimit { rows.take(row, at: place) }
          }
        } else if let value = try scanner.scalar() {
          reply[key] = value
        }
      }
    }
    try MusicRows.check(
      code: reply["returncode"].map { text.string($0) },
      message: reply["returnmessage"].map { text.string($0.prefixRange(200)) }, file: file)
    guard count > 0 || reply["returncode"] != nil else {
      throw Fault(
        "not_stations", at: .init(file, line: 1), "the JSON is no reply of the data service",
        remedy: "expected is an object with returnCode and DS, or an array of rows")
    }
    rows.check(rowCount: reply["rowcount"].map { text.string($0) }, rows: count)
    return try rows.collector.finish(.musicJSON, locate: text.locator())
  }
}

/// Walks over JSON (RFC 8259) and keeps scalars as ranges of the text. What is nested deeper than a
/// row is passed over, however deep it is.
struct JSONScanner {
  private let text: StationText
  private(set) var position = 0
  private static let keyLimit = 1024

  init(_ text: StationText) {
    self.text = text
  }

  func isAt(_ byte: UInt8) -> Bool {
    position < text.bytes.count && text.bytes[position] == byte
  }

  mutating func skipToValue() throws(Fault) {
    if text.bytes.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
    skipBlanks()
    guard position < text.bytes.count else { throw broken("ends where a value is expected") }
  }

  private mutating func skipBlanks() {
    while position < text.bytes.count, StationText.isBlank(text.bytes[position]) { position += 1 }
  }

  private mutating func pass(_ byte: UInt8) -> Bool {
    skipBlanks()
    guard isAt(byte) else { return false }
    position += 1
    return true
  }

  private func broken(_ clause: String) -> Fault {
    Fault(
      "bad_json", at: text.location(min(position, max(0, text.bytes.count - 1))),
      "the JSON \(clause)", remedy: "ask the data service again")
  }

  /// Members of an object: `body` is called at each value and passes over it.
  mutating func object(
    _ body: (String, inout JSONScanner) throws(Fault) -> Void
  ) throws(Fault) {
    guard pass(UInt8(ascii: "{")) else { throw broken("has no object where one is expected") }
    if pass(UInt8(ascii: "}")) { return }
    repeat {
      skipBlanks()
      let key = try stringRange()
      guard pass(UInt8(ascii: ":")) else { throw broken("has a name without a value") }
      skipBlanks()
      try body(text.string(key.prefixRange(JSONScanner.keyLimit)).lowercased(), &self)
    } while pass(UInt8(ascii: ","))
    guard pass(UInt8(ascii: "}")) else { throw broken("has an object that is not closed") }
  }

  /// The objects of an array, each with its scalars.
  mutating func objects(_ body: (MusicRow, Int) -> Void) throws(Fault) {
    guard pass(UInt8(ascii: "[")) else { throw broken("has no array where one is expected") }
    if pass(UInt8(ascii: "]")) { return }
    repeat {
      skipBlanks()
      let start = position
      var row: MusicRow = [:]
      if isAt(UInt8(ascii: "{")) {
        try object { key, scanner throws(Fault) in
          if let value = try scanner.scalar(), row.count < JSONScanner.keyLimit { row[key] = value }
        }
        body(row, start)
      } else {
        _ = try scalar()
      }
    } while pass(UInt8(ascii: ","))
    guard pass(UInt8(ascii: "]")) else { throw broken("has an array that is not closed") }
  }

  /// Passes over a value; the range of a scalar, of a string without its quotes; nil for what is
  /// nested.
  mutating func scalar() throws(Fault) -> Range<Int>? {
    skipBlanks()
    guard position < text.bytes.count else { throw broken("ends where a value is expected") }
    switch text.bytes[position] {
    case UInt8(ascii: "\""): return text.trimmed(try stringRange())
    case UInt8(ascii: "{"), UInt8(ascii: "["):
      try skipNested()
      return nil
    default:
      let start = position
      while position < text.bytes.count, !JSONScanner.endsScalar(text.bytes[position]) {
        position += 1
      }
      guard position > start else { throw broken("has no value where one is expected") }
      return start..<position
    }
  }

  private static func endsScalar(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: ",") || byte == UInt8(ascii: "}") || byte == UInt8(ascii: "]")
      || StationText.isBlank(byte)
  }

  /// What stands between quotes.
  private mutating func stringRange() throws(Fault) -> Range<Int> {
    guard isAt(UInt8(ascii: "\"")) else { throw broken("has no string where one is expected") }
    position += 1
    let start = position
    while position < text.bytes.count, text.bytes[position] != UInt8(ascii: "\"") {
      position += text.bytes[position] == UInt8(ascii: "\\") ? 2 : 1
    }
    guard position < text.bytes.count else { throw broken("has a string that is not closed") }
    position += 1
    return start..<position - 1
  }

  private mutating func skipNested() throws(Fault) {
    var depth = 0
    repeat {
      guard position < text.bytes.count else { throw broken("has a value that is not closed") }
      switch text.bytes[position] {
      case UInt8(ascii: "\""):
        _ = try stringRange()
        continue
      case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
      case UInt8(ascii: "}"), UInt8(ascii: "]"): depth -= 1
      default: break
      }
      position += 1
    } while depth > 0
  }
}
