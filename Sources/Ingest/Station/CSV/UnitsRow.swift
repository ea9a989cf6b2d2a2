import Formats
import Hydromet

/// The row below the names of columns in which some programs write units: `,UTC,mm,degC`.
///
/// It is one where at least one cell is a unit and none is a number or a time.
struct UnitsRow {
  private let cells: [String]
  /// What was taken for granted, in words.
  let words = "the row below the names of the columns holds units"

  init?(_ table: CSVTable) {
    guard table.rows.count >= 2 else { return nil }
    let cells = table.header.indices.map {
      UnitsRow.plain(table.text(row: 0, column: $0))
    }
    var units = 0
    for cell in cells where !cell.isEmpty {
      if UnitsRow.isUnit(cell) {
        // `1` is a unit of humidity, and more often a value.
        units += ExactDecimal(cell, allowsComma: false) == nil ? 1 : 0
      } else if ExactDecimal(cell, allowsComma: false) != nil || UnitsRow.isTime(cell) {
        return nil
      }
    }
    guard units > 0 else { return nil }
    self.cells = cells
  }

  /// What stands below a name; nil where nothing does.
  func text(_ column: Int) -> String? {
    guard cells.indices.contains(column), !cells[column].isEmpty else { return nil }
    return cells[column]
  }

  /// `[mm]`, `(mm)`, `mm` and `-` as `mm`, `mm`, `mm` and nothing.
  private static func plain(_ text: String) -> String {
    let inner = StationColumnName.bracketed(text) ?? text.trimmingBlanks()
    return ["-", "--", "—", "/", "1/1"].contains(inner) ? "" : inner
  }

  private static func isUnit(_ text: String) -> Bool {
    Element.allCases.contains { ElementUnit(text, of: $0) != nil }
  }

  private static func isTime(_ text: String) -> Bool {
    switch StationTime(text, zoneOffsetSeconds: 0) {
    case .moment, .withoutZone: true
    case .malformed: false
    }
  }
}
