/// Writes the rows of a delimited table.
public enum CSVWriter {
  /// What the cells of a table have to withstand.
  public struct Style: Sendable, Hashable {
    /// Cells that `CSVTable` would read as something else stand in quotes: also those with `;` or tab,
    /// with a blank at an end, or with `#` first. Otherwise only those for which RFC 4180 asks it.
    let quotesForReader: Bool
    /// A text that a spreadsheet would take for a formula gets an apostrophe before it.
    let guardsFormulas: Bool

    /// A table that is read again as it stands: every cell comes back as it was.
    public static let exact = Style(quotesForReader: true, guardsFormulas: false)
    /// A table with text from outside that people open in a spreadsheet; `unguarded` gives the text back.
    public static let sheet = Style(quotesForReader: true, guardsFormulas: true)
    /// A sheet with quotes only where RFC 4180 asks for them.
    public static let leanSheet = Style(quotesForReader: false, guardsFormulas: true)
  }

  /// A cell, in quotes where its content asks for them.
  public static func field(
    _ text: String, delimiter: Character = ",", as style: Style = .exact
  ) -> String {
    var bytes: [UInt8] = []
    append(text, to: &bytes, delimiter: delimiter, as: style)
    return String(decoding: bytes, as: UTF8.self)
  }

  /// A row with its line end.
  public static func row(
    _ cells: [String], delimiter: Character = ",", as style: Style = .exact
  ) -> String {
    cells.map { field($0, delimiter: delimiter, as: style) }.joined(separator: String(delimiter))
      + "\n"
  }

  /// A table below its header.
  public static func text(
    _ header: [String], _ rows: [[String]], as style: Style = .exact
  ) -> String {
    rows.reduce(into: row(header, as: style)) { $0 += row($1, as: style) }
  }

  /// Adds a cell to the text of a table.
  ///
  /// - Parameter delimiter: an ASCII character.
  public static func append(
    _ text: String, to bytes: inout [UInt8], delimiter: Character = ",", as style: Style = .exact
  ) {
    let isGuarded = style.guardsFormulas && isFormula(unmarked(text))
    guard needsQuotes(text, delimiter: delimiter.asciiValue, style) else {
      if isGuarded { bytes.append(apostrophe) }
      bytes.append(contentsOf: text.utf8)
      return
    }
    bytes.append(quote)
    if isGuarded { bytes.append(apostrophe) }
    for byte in text.utf8 {
      bytes.append(byte)
      if byte == quote { bytes.append(byte) }
    }
    bytes.append(quote)
  }

  /// The text of which a sheet holds this cell.
  public static func unguarded(_ cell: String) -> String {
    guard cell.utf8.first == apostrophe, isFormula(unmarked(cell)) else { return cell }
    return String(cell.unicodeScalars.dropFirst())
  }

  private static let quote = UInt8(ascii: "\"")
  private static let apostrophe = UInt8(ascii: "'")

  /// What stands behind the apostrophes that a text begins with: a text that begins as a guarded one
  /// is guarded too, so that `unguarded` tells them apart.
  private static func unmarked(_ text: String) -> Substring.UTF8View {
    text.utf8.drop { $0 == apostrophe }
  }

  /// Whether a spreadsheet would compute what it reads. Numbers below zero and dashes are none.
  private static func isFormula(_ text: Substring.UTF8View) -> Bool {
    switch text.first {
    case UInt8(ascii: "="), UInt8(ascii: "+"), UInt8(ascii: "@"): true
    case UInt8(ascii: "\t"), UInt8(ascii: "\r"), UInt8(ascii: "\n"): true
    case UInt8(ascii: "-"): !isNumber(text.dropFirst()) && text.contains { $0 != text.first }
    default: false
    }
  }

  /// Digits, with a point and a power of ten where it has them.
  private static func isNumber(_ text: Substring.UTF8View) -> Bool {
    let sign = [UInt8(ascii: "-"), UInt8(ascii: "+")]
    let characters = Array("0123456789.eE".utf8) + sign
    return text.first.map(sign.contains) == false && text.allSatisfy(characters.contains)
      && Double(Substring(text)) != nil
  }

  private static func needsQuotes(_ text: String, delimiter: UInt8?, _ style: Style) -> Bool {
    let isParted = text.utf8.contains {
      $0 == quote || $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") || $0 == delimiter
    }
    guard style.quotesForReader, !isParted else { return isParted }
    // By bytes, as a reader sees them: a mark that combines with a blank makes it no other blank.
    let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]
    return text.utf8.first == UInt8(ascii: "#") || text.utf8.first == UInt8(ascii: " ")
      || text.utf8.last == UInt8(ascii: " ") || text.utf8.starts(with: byteOrderMark)
      // A header that holds more of another delimiter would be parted by that one.
      || text.utf8.contains { $0 == UInt8(ascii: ";") || $0 == UInt8(ascii: "\t") }
  }
}
