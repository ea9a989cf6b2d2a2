import Foundation
import Hydromet

/// The JSON of a reply: its texts and numbers, and where its cells stand.
struct MusicReply {
  private let source: StationText
  private let location: Fault.Location
  private var members: [String: Range<Int>] = [:]
  /// Where the array of cells begins.
  private var cells: Int?

  /// - Throws: `truncated` for what is no whole JSON object, `no_data` where the reply says that it has none.
  init(_ bytes: [UInt8], _ location: Fault.Location) throws(Fault) {
    source = StationText(bytes, file: location.file)
    self.location = location
    do throws(Fault) {
      try read()
    } catch {
      throw Fault(
        "truncated", at: location, "the reply is no whole JSON object: \(error.problem)",
        remedy: "fetch the reply again")
    }
    if let code = text("returnCode"), code != "0" {
      throw Fault(
        "no_data", at: location,
        "the reply says \(code): \(text("returnMessage") ?? "no reason")",
        remedy: "ask again, or for another time")
    }
  }

  private mutating func read() throws(Fault) {
    var scanner = JSONScanner(source)
    var members: [String: Range<Int>] = [:]
    var cells: Int?
    try scanner.skipToValue()
    try scanner.object { key, scanner throws(Fault) in
      let name = source.string(key.prefixRange(64))
      if scanner.isAt(UInt8(ascii: "[")) {
        if name == "DS" { cells = scanner.position }
        var list: [Range<Int>?] = []
        try scanner.elements { scanner throws(Fault) in
          let value = try scanner.scalar()
          if list.count < 2 { list.append(value) }
        }
        members[name] = list.count == 1 ? list[0] : nil
      } else {
        members[name] = try scanner.scalar()
      }
    }
    try scanner.end()
    self.members = members
    self.cells = cells
  }

  /// A text or a number, or a list of one.
  func text(_ key: String) -> String? {
    guard let range = members[key], !range.isEmpty, !source.equals(range, "null") else {
      return nil
    }
    let written = source.string(range)
    guard written.utf8.contains(UInt8(ascii: "\\")) else { return written }
    let quoted = Data("\"\(written)\"".utf8)
    return try? JSONSerialization.jsonObject(with: quoted, options: .fragmentsAllowed) as? String
  }

  func number(_ key: String) throws(Fault) -> Double {
    guard let text = text(key), let value = Double(text), value.isFinite, abs(value) < 1e9 else {
      throw Fault(
        "no_grid", at: location, "the reply has no number \(key)", remedy: "fetch the reply again")
    }
    return value
  }

  func count(_ key: String) throws(Fault) -> Int {
    let value = try number(key)
    guard let whole = Int(exactly: value) else {
      throw Fault(
        "no_grid", at: location, "\(key) is \(value)", remedy: "fetch the reply again")
    }
    return whole
  }

  /// Rows of numbers, or one list of all.
  ///
  /// - Returns: fewer than rows · columns where rows are missing or of another length.
  func values(rows: Int, columns: Int) throws(Fault) -> [Float] {
    guard let cells else {
      throw Fault(
        "no_grid", at: location, "the reply has no DS", remedy: "fetch the reply again")
    }
    var values: [Float] = []
    values.reserveCapacity(min(rows * columns, source.bytes.count / 2 + 1))
    var isWhole = true
    var scanner = JSONScanner(source, at: cells)
    try scanner.elements { scanner throws(Fault) in
      if scanner.isAt(UInt8(ascii: "[")) {
        let before = values.count
        try scanner.elements { scanner throws(Fault) in
          values.append(try value(try scanner.scalar()))
        }
        if values.count - before != columns { isWhole = false }
      } else {
        values.append(try value(try scanner.scalar()))
      }
      if values.count > rows * columns { isWhole = false }
    }
    return isWhole ? values : []
  }

  /// Not a number for `null` and for what is nested.
  private func value(_ cell: Range<Int>?) throws(Fault) -> Float {
    guard let cell, !source.equals(cell, "null") else { return .nan }
    guard let value = Double(source.bytes, in: cell) else {
      throw Fault(
        "bad_number", at: location,
        "DS holds “\(source.string(cell.prefixRange(40)))”, a number is expected",
        remedy: "fetch the reply again")
    }
    return Float(value)
  }

  /// The time of the request; nil where the reply does not repeat it.
  func time(_ statement: GridStatement) throws(Fault) -> Timestamp? {
    guard let parameters = text("requestParams") else { return nil }
    for part in parameters.split(whereSeparator: { "&,{} \"".contains($0) }) {
      guard part.lowercased().hasPrefix("times="), part.count >= 20 else { continue }
      let digits = part.dropFirst(6).prefix(14)
      guard
        let moment = Timestamp(iso8601: "\(digits.prefix(8))T\(digits.dropFirst(8).prefix(6))Z")
      else { throw FieldPeriod.bad("the request was for “\(part)”", location) }
      return moment - (statement.zoneOffsetSeconds ?? 0)
    }
    return nil
  }
}
