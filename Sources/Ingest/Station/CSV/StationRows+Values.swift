import Formats
import Hydromet

/// What the cells of a table say.
extension StationRows {
  /// The CMA code that the file gives a value; unchecked where it gives none; nil where it is no
  /// code.
  mutating func statedQuality(_ cell: Cell) -> QualityCode? {
    guard let column = cell.quality else { return .unchecked }
    let range = table.range(row: cell.row, column: column)
    if range.isEmpty { return .unchecked }
    if range.count == 1, let code = QualityCode(rawValue: Int(bytes[range.lowerBound]) - 48) {
      return code
    }
    let text = text(cell.row, column).trimmingBlanks()
    if text.isEmpty { return .unchecked }
    if let code = Int(text).flatMap({ QualityCode(rawValue: $0) }) { return code }
    refuse(
      "bad_quality", row: cell.row, column: column, "\"\(text)\" is no CMA quality code",
      remedy: "write 0, 1, 2, 3, 4, 7, 8 or 9, or leave the cell empty")
    return nil
  }

  /// What a cell says; nil where it is refused.
  mutating func value(_ cell: Cell, _ stated: QualityCode) -> FieldValue? {
    if stated == .notInstalled || stated == .missing { return .missing }
    let range = table.range(row: cell.row, column: cell.column)
    if let first = range.first, bytes[first] >= 48, bytes[first] <= 57,
      statement.missingValues.isEmpty,
      let number = ExactDecimal(plain: bytes, in: range), bytes[first] < 57 || number.isBelow(9999),
      let tenths = cell.factor.tenths(of: number)
    {
      return .amount(Int(tenths), of: cell.element, isPositive: number.isPositive)
    }
    return unusualValue(cell, stated)
  }

  private mutating func unusualValue(_ cell: Cell, _ stated: QualityCode) -> FieldValue? {
    let text = text(cell.row, cell.column).trimmingBlanks()
    // A value that failed leaves its cell empty in a table of readings.
    if text.isEmpty, stated == .wrong { return .failed }
    if statement.missingValues.contains(text) { return .missing }
    switch SpecialValue(text, of: cell.element, in: cell.factor) {
    case .missing: return .missing
    case .notInstalled: return .notInstalled
    case .trace: return .trace
    case .none: break
    }
    guard let number = ExactDecimal(text, allowsComma: allowsComma),
      let tenths = cell.factor.tenths(of: number)
    else {
      let symbol = symbol(of: cell)
      refuse(
        "not_a_number", row: cell.row, column: cell.column,
        "\"\(text)\" is no value of \(cell.element.rawValue) in \(symbol)",
        remedy: "write a plain number, or leave the cell empty where there is none")
      return nil
    }
    guard cell.element != .rain || !number.isNegative else {
      refuse(
        "negative_rain", row: cell.row, column: cell.column, "the rain is negative: \(text)",
        remedy: "correct the value at its source, or leave the cell empty where there is none")
      return nil
    }
    return .amount(Int(tenths), of: cell.element, isPositive: number.isPositive)
  }

  /// The value of a row of the long layout; nil where the row is refused or holds another element.
  mutating func longCell(_ row: Int, _ long: StationHeader.Long) -> Cell? {
    let name = text(row, long.element)
    guard let parts = StationColumnName(name), case .value(let element) = parts.column else {
      refuse(
        "unknown_element", row: row, column: long.element, "\"\(name)\" is no element",
        remedy: "write one of " + Element.allCases.map(\.rawValue).joined(separator: ", "))
      return nil
    }
    let texts = [
      long.unit.map { text(row, $0) }, parts.qualifier, long.statedUnit,
      statement.units[element.rawValue],
    ]
    let stated = texts.lazy.compactMap { $0 }.first { !$0.isEmpty }
    guard
      let unit = stated.map({ ElementUnit($0, of: element) }) ?? ElementUnit.onlyUnit(of: element)
    else {
      let fault = StationHeader.unknownUnit(of: element, qualifier: stated, at: .init(table.file))
      refuse(
        fault.code, row: row, column: long.unit ?? long.value, fault.problem, remedy: fault.remedy)
      return nil
    }
    return Cell(
      element: element, row: row, column: long.value, factor: unit.factor, quality: header.quality)
  }
}
