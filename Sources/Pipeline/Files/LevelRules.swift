import Formats
import Hydromet

/// Critical rainfall of many regions, for a province or a country: `unit,duration_min,level,mm`.
///
/// A unit `*` stands for every region; a row of a region's own goes before it. The mean over the region
/// is held against it. One table is for one hazard.
struct LevelRules {
  /// One row of the table.
  struct Row {
    let unit: String
    let duration: TimeSpan
    let level: RiskLevel
    let depth: Depth
    let location: Fault.Location
  }

  static let columns = ["unit", "duration_min", "level", "mm"]
  /// Columns that say where a row is from.
  private static let remarks = ["source", "author", "note"]

  let rows: [Row]
  /// Each once, shortest first.
  let durations: [TimeSpan]

  /// - Throws: `missing_column`, `unknown_column` for one that would have to change the judgement,
  ///   `bad_rule` for the first row that is not whole, `repeated_rule`, `no_rules`.
  init(path: String) throws(Fault) {
    let table = try CSVTable(bytes: try FileBytes.read(path: path, limit: 1 << 30), file: path)
    var places: [Int] = []
    for name in LevelRules.columns {
      guard let column = table.column(named: name) else {
        throw Fault(
          "missing_column", at: table.headerLocation(column: 0), "there is no column \(name)",
          remedy: "write the header \(LevelRules.columns.joined(separator: ","))")
      }
      places.append(column)
    }
    for (column, name) in table.header.enumerated() where !places.contains(column) {
      guard LevelRules.remarks.contains(name.lowercased()) else {
        throw Fault(
          "unknown_column", at: table.headerLocation(column: column),
          "a column \(name) is not looked at",
          remedy:
            "keep \(LevelRules.columns.joined(separator: ", ")); a district with hazards, seasons "
            + "and wetness is judged by freshet run")
      }
    }
    var rows: [Row] = []
    var seen: Set<[String]> = []
    for row in table.rows {
      let rule = try LevelRules.row(table, row, places)
      guard seen.insert([rule.unit, "\(rule.duration.seconds)", rule.level.name]).inserted else {
        throw Fault(
          "repeated_rule", at: rule.location,
          "\(rule.unit) has a second depth for \(rule.duration.text) and \(rule.level.name)",
          remedy: "keep one of the two rows")
      }
      rows.append(rule)
    }
    guard !rows.isEmpty else {
      throw Fault(
        "no_rules", at: .init(path), "the table holds no row", remedy: "give critical rainfall")
    }
    self.rows = rows
    durations = Set(rows.map(\.duration)).sorted()
  }

  private static func row(_ table: CSVTable, _ row: Int, _ places: [Int]) throws(Fault) -> Row {
    func fault(_ index: Int, _ expected: String) -> Fault {
      Fault(
        "bad_rule", at: table.location(row: row, column: places[index]),
        "\(columns[index]) is “\(table.text(row: row, column: places[index]))”, expected \(expected)",
        remedy: "correct the row or remove it")
    }
    let unit = table.text(row: row, column: places[0])
    guard !unit.isEmpty else { throw fault(0, "the name of a region, or *") }
    guard let minutes = Int(table.text(row: row, column: places[1])),
      (1...527_040).contains(minutes)
    else { throw fault(1, "minutes from 1 to 527040") }
    guard let level = RiskLevel(name: table.text(row: row, column: places[2])), level != .none
    else {
      throw fault(2, "blue, yellow, orange or red")
    }
    guard let number = Double(table.text(row: row, column: places[3])),
      let depth = Depth(millimetres: number), depth > .zero
    else { throw fault(3, "millimetres above 0") }
    return Row(
      unit: unit, duration: .minutes(minutes), level: level, depth: depth,
      location: table.location(row: row, column: places[3]))
  }
}
