import Formats
import Hydromet
import Ingest

/// One of the tables of a district, with typed access to its cells that notes a fault for each cell
/// that is not what it should be.
struct DistrictTable {
  /// Larger tables are no tables of a district.
  private static let limits = CSVTable.Limits(fileBytes: 67_108_864, columns: 256)

  private let table: CSVTable
  private let columns: [String: Int]

  var rows: Range<Int> { table.rows }

  /// Reads the table; nil with faults where it cannot be read or lacks a column.
  init?(path: String, required: [String], optional: [String], _ findings: inout Findings) {
    do throws(Fault) {
      let bytes = try FileBytes.read(path: path, limit: DistrictTable.limits.fileBytes)
      table = try CSVTable(
        bytes: bytes, file: path, raggedRows: .report, limits: DistrictTable.limits)
    } catch {
      findings.add(error)
      return nil
    }
    findings.add(contentsOf: table.raggedRows)
    var columns: [String: Int] = [:]
    for name in required + optional { columns[name] = table.column(named: name) }
    self.columns = columns
    let missing = required.filter { columns[$0] == nil }
    for name in missing {
      let nearest = NearestName.of(name, among: table.header).map { "; \($0) comes near" } ?? ""
      findings.fault(
        "missing_column", at: table.headerLocation(column: 0),
        "the table has no column \(name)\(nearest)", remedy: "add the column \(name) to the header")
    }
    let known = Set(columns.values)
    for (place, name) in table.header.enumerated() where !known.contains(place) {
      let nearest = NearestName.of(name, among: (required + optional).filter { columns[$0] == nil })
      findings.warn(
        "unknown_column", at: table.headerLocation(column: place),
        "the column \(name) is not known and not read",
        remedy: nearest.map { "rename it to \($0) if that is meant" }
          ?? "remove it, or leave it for people")
    }
    guard missing.isEmpty else { return nil }
  }

  func line(_ row: Int) -> Int { table.line(ofRow: row) }

  func location(_ row: Int, _ name: String) -> Fault.Location {
    table.location(row: row, column: columns[name] ?? 0)
  }

  /// The cell without blanks around it; empty where the table has no such column.
  func text(_ row: Int, _ name: String) -> String {
    guard let column = columns[name] else { return "" }
    var text = Substring(table.text(row: row, column: column))
    while text.first?.isWhitespace == true { text.removeFirst() }
    while text.last?.isWhitespace == true { text.removeLast() }
    return String(text)
  }

  /// A text that must be there, on one line, at most 200 characters.
  func filled(_ row: Int, _ name: String, _ findings: inout Findings) -> String? {
    let text = text(row, name)
    let isPlain = !text.unicodeScalars.contains { $0.value < 0x20 || $0.value == 0x7F }
    guard !text.isEmpty, isPlain, text.count <= 200 else {
      findings.fault(
        text.isEmpty ? "empty_cell" : "bad_text", at: location(row, name),
        text.isEmpty
          ? "\(name) is empty" : "\(name) is longer than 200 characters or has line ends in it",
        remedy: "write a short text on one line")
      return nil
    }
    return text
  }

  /// A finite number in a range.
  func number(
    _ row: Int, _ name: String, _ range: ClosedRange<Double>, _ findings: inout Findings
  ) -> Double? {
    let text = text(row, name)
    guard ExactDecimal(text) != nil, let value = Double(text), range.contains(value) else {
      findings.fault(
        "bad_number", at: location(row, name),
        text.isEmpty ? "\(name) is empty" : "\(name): \"\(text)\" is no number in the range",
        remedy: "write a number from \(range.lowerBound) to \(range.upperBound)")
      return nil
    }
    return value
  }

  func integer(
    _ row: Int, _ name: String, _ range: ClosedRange<Int>, _ findings: inout Findings
  ) -> Int? {
    let text = text(row, name)
    guard let value = Int(text), range.contains(value) else {
      findings.fault(
        "bad_number", at: location(row, name),
        text.isEmpty ? "\(name) is empty" : "\(name): \"\(text)\" is no whole number in the range",
        remedy: "write a whole number from \(range.lowerBound) to \(range.upperBound)")
      return nil
    }
    return value
  }

  /// One of the words of a type.
  func choice<Choice: RawRepresentable & CaseIterable>(
    _ row: Int, _ name: String, as type: Choice.Type, _ findings: inout Findings
  ) -> Choice? where Choice.RawValue == String {
    let text = text(row, name)
    if let choice = Choice(rawValue: text.lowercased()) { return choice }
    noteWord(row, name, text, known: Choice.allCases.map(\.rawValue), &findings)
    return nil
  }

  /// One of the four levels of a warning.
  func level(_ row: Int, _ name: String, _ findings: inout Findings) -> RiskLevel? {
    let text = text(row, name)
    if let level = RiskLevel(name: text.lowercased()), level != .none { return level }
    noteWord(row, name, text, known: RiskLevel.warnings.map(\.name), &findings)
    return nil
  }

  /// 00:00 Beijing time of a day `2026-07-05`; nil where the cell is empty or no day.
  func day(_ row: Int, _ name: String, _ findings: inout Findings) -> Timestamp? {
    let text = text(row, name)
    if text.isEmpty { return nil }
    if text.utf8.count == 10,
      let day = Timestamp(iso8601: text, defaultOffsetSeconds: BeijingTime.offsetSeconds)
    {
      return day
    }
    findings.fault(
      "bad_date", at: location(row, name), "\(name): \"\(text)\" is no day of the calendar",
      remedy: "write 2026-07-05, or leave the cell empty for an open end")
    return nil
  }

  /// A value that must not stand in the column twice: ids. Names the line of the first.
  func unique(
    _ id: String, _ row: Int, _ name: String, _ seen: inout [String: Int],
    _ findings: inout Findings
  ) -> Bool {
    guard let first = seen[id] else {
      seen[id] = row
      return true
    }
    findings.fault(
      "duplicate_id", at: location(row, name),
      "\(name) \(id) stands in line \(line(first)) already",
      remedy: "give each row an id of its own or remove one of the two")
    return false
  }

  private func noteWord(
    _ row: Int, _ name: String, _ text: String, known: [String], _ findings: inout Findings
  ) {
    let nearest = NearestName.of(text, among: known).map { "; \($0) comes near" } ?? ""
    findings.fault(
      "unknown_word", at: location(row, name),
      text.isEmpty ? "\(name) is empty" : "\(name): \"\(text)\" is not known\(nearest)",
      remedy: "write one of \(known.joined(separator: ", "))")
  }
}
