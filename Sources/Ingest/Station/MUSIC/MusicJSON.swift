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
    var reply: [MusicName.Key: Range<Int>] = [:]
    try scanner.skipToValue()
    if scanner.isAt(UInt8(ascii: "[")) {
      count = try read(&scanner, &rows)
    } else {
      try scanner.object { key, scanner throws(Fault) in
        if text.isEqual(key, lowercased: "ds"), scanner.isAt(UInt8(ascii: "[")) {
          count += try read(&scanner, &rows)
        } else if let value = try scanner.scalar(),
          case .key(let name)? = MusicName(text.string(key.prefixRange(40)))
        {
          reply[name] = value
        }
      }
    }
    try MusicRows.check(
      code: reply[.returnCode].map { text.string($0) },
      message: reply[.returnMessage].map { text.string($0.prefixRange(200)) }, file: file)
    guard count > 0 || reply[.returnCode] != nil else {
      throw Fault(
        "not_stations", at: .init(file, line: 1), "the JSON is no reply of the data service",
        remedy: "expected is an object with returnCode and DS, or an array of rows")
    }
    rows.check(rowCount: reply[.rowCount].map { text.string($0) }, rows: count)
    return try rows.collector.finish(.musicJSON, locate: text.locator())
  }

  /// The objects of an array as rows; how many there are.
  private static func read(
    _ scanner: inout JSONScanner, _ rows: inout MusicRows
  ) throws(Fault) -> Int {
    var count = 0
    try scanner.elements { scanner throws(Fault) in
      guard scanner.isAt(UInt8(ascii: "{")) else {
        _ = try scanner.scalar()
        return
      }
      let start = scanner.position
      rows.row.removeAll()
      try scanner.object { key, scanner throws(Fault) in
        if let value = try scanner.scalar() { rows.row.add(key, value) }
      }
      count += 1
      if count <= MusicRows.rowLimit { rows.take(at: start) }
    }
    return count
  }
}

/// Walks over JSON (RFC 8259) and keeps scalars as ranges of the text. What is nested deeper than a
/// row is passed over, however deep it is.
struct JSONScanner {
  private let text: StationText
  private(set) var position: Int

  /// - Parameter place: where to begin.
  init(_ text: StationText, at place: Int = 0) {
    self.text = text
    position = place
  }

  func isAt(_ byte: UInt8) -> Bool {
    position < text.bytes.count && text.bytes[position] == byte
  }

  mutating func skipToValue() throws(Fault) {
    if text.bytes.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
    skipBlanks()
    guard position < text.bytes.count else { throw broken("ends where a value is expected") }
  }

  /// - Throws: where something follows.
  mutating func end() throws(Fault) {
    skipBlanks()
    guard position >= text.bytes.count else { throw broken("goes on behind its end") }
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

  /// Members of an object: `body` is called at each value, with what stands between the quotes of its
  /// name, and passes over it.
  mutating func object(
    _ body: (Range<Int>, inout JSONScanner) throws(Fault) -> Void
  ) throws(Fault) {
    guard pass(UInt8(ascii: "{")) else { throw broken("has no object where one is expected") }
    if pass(UInt8(ascii: "}")) { return }
    repeat {
      skipBlanks()
      let key = try stringRange()
      guard pass(UInt8(ascii: ":")) else { throw broken("has a name without a value") }
      skipBlanks()
      try body(key, &self)
    } while pass(UInt8(ascii: ","))
    guard pass(UInt8(ascii: "}")) else { throw broken("has an object that is not closed") }
  }

  /// Elements of an array: `body` is called at each and passes over it.
  mutating func elements(_ body: (inout JSONScanner) throws(Fault) -> Void) throws(Fault) {
    guard pass(UInt8(ascii: "[")) else { throw broken("has no array where one is expected") }
    if pass(UInt8(ascii: "]")) { return }
    repeat {
      skipBlanks()
      try body(&self)
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
