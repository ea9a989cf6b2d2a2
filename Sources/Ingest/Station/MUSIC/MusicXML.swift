import Hydromet

/// CIMISS replies in XML: `<DS returnCode="0" …>` with a row `<R name="value" …/>` each.
///
/// Only tags and attributes are read, without entities or a document type: nothing in a reply that is
/// kept needs them.
enum MusicXML {
  static func read(
    _ bytes: [UInt8], file: String, statement: StationStatement
  ) throws(Fault) -> StationFile.Result {
    let text = StationText(bytes, file: file)
    var rows = MusicRows(text, statement: statement)
    var count = 0
    var isReply = false
    var rowCount: String?
    var position = 0
    while true {
      rows.row.removeAll()
      guard let tag = MusicTag(text, from: position, { rows.row.add($0, $1) }) else { break }
      position = tag.end
      if text.isEqual(tag.name, lowercased: "r") {
        count += 1
        if count <= MusicRows.rowLimit { rows.take(at: tag.start) }
      } else if text.isEqual(tag.name, lowercased: "ds") {
        isReply = true
        rowCount = rows.row[.rowCount].map { text.string($0) }
        try MusicRows.check(
          code: rows.row[.returnCode].map { text.string($0) },
          message: rows.row[.returnMessage].map { text.string($0.prefixRange(200)) }, file: file)
      }
    }
    if let rest = MusicTag.beginning(text, from: position) {
      rows.collector.refuse(
        "cut_file", at: rest, "a tag begins here and does not end",
        remedy: "ask the data service again")
    }
    guard isReply || count > 0 else {
      throw Fault(
        "not_stations", at: .init(file, line: 1), "the XML is no reply of the data service",
        remedy: "expected is <DS …> with rows <R …/>")
    }
    rows.check(rowCount: rowCount, rows: count)
    return try rows.collector.finish(.musicXML, locate: text.locator())
  }
}

/// An opening tag.
struct MusicTag {
  let name: Range<Int>
  let start: Int
  /// Behind the tag.
  let end: Int

  /// Where the next opening tag begins.
  static func beginning(_ text: StationText, from place: Int) -> Int? {
    let bytes = text.bytes
    var i = place
    while i + 1 < bytes.count {
      if bytes[i] == UInt8(ascii: "<"), isLetter(bytes[i + 1]) { return i }
      i += 1
    }
    return nil
  }

  /// The next opening tag from a place; nil where there is none that ends.
  ///
  /// - Parameter attribute: is given the name and the value of each attribute, also of a tag that does not
  ///   end.
  init?(
    _ text: StationText, from place: Int, _ attribute: (Range<Int>, Range<Int>) -> Void
  ) {
    let bytes = text.bytes
    guard let first = MusicTag.beginning(text, from: place) else { return nil }
    start = first
    var i = first + 1
    let nameStart = i
    while i < bytes.count, MusicTag.isName(bytes[i]) { i += 1 }
    name = nameStart..<i
    while i < bytes.count, bytes[i] != UInt8(ascii: ">") {
      guard MusicTag.isName(bytes[i]) else {
        i += 1
        continue
      }
      let keyStart = i
      while i < bytes.count, MusicTag.isName(bytes[i]) { i += 1 }
      let key = keyStart..<i
      while i < bytes.count, StationText.isBlank(bytes[i]) { i += 1 }
      guard i < bytes.count, bytes[i] == UInt8(ascii: "=") else { continue }
      i += 1
      while i < bytes.count, StationText.isBlank(bytes[i]) { i += 1 }
      guard i < bytes.count, bytes[i] == UInt8(ascii: "\"") || bytes[i] == UInt8(ascii: "'") else {
        continue
      }
      let quote = bytes[i]
      i += 1
      let valueStart = i
      while i < bytes.count, bytes[i] != quote { i += 1 }
      guard i < bytes.count else { return nil }
      attribute(key, text.trimmed(valueStart..<i))
      i += 1
    }
    guard i < bytes.count else { return nil }
    end = i + 1
  }

  private static func isLetter(_ byte: UInt8) -> Bool {
    (65...90).contains(byte) || (97...122).contains(byte)
  }

  private static func isName(_ byte: UInt8) -> Bool {
    isLetter(byte) || StationText.isDigit(byte) || byte == UInt8(ascii: "_")
      || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ":")
  }
}
