public import Hydromet

/// Changes of a table that people write too: comments, blanks, quotes, line ends, the encoding and every
/// cell that is not meant stay as they are, byte for byte.
public struct CSVEdit: Sendable {
  /// The table before the changes.
  public let table: CSVTable
  private let raw: [UInt8]
  private var header: [String]
  /// New contents of cells by row and column.
  private var contents: [Int: [Int: String]] = [:]
  /// The cells of new rows, by the row that each follows.
  private var newRows: [Int: [String]] = [:]

  /// - Throws: as `CSVTable`.
  public init(_ raw: [UInt8], file: String) throws(Fault) {
    self.raw = raw
    table = try CSVTable(bytes: raw, file: file)
    header = table.header
  }

  /// Adds a column with empty cells behind the others, where the table has none of this name.
  public mutating func addColumn(_ name: String) {
    guard column(name) == nil else { return }
    header.append(name)
    for row in Array(newRows.keys) { newRows[row]?.append("") }
  }

  private func column(_ name: String) -> Int? {
    header.firstIndex { $0.lowercased() == name.lowercased() }
  }

  /// Writes a cell; nothing happens where the table has no such column.
  public mutating func set(_ name: String, ofRow row: Int, to text: String) {
    if let column = column(name) { contents[row, default: [:]][column] = text }
  }

  /// Puts a row behind another that has its contents but for some columns.
  public mutating func addRow(after row: Int, with changes: [String: String]) {
    var cells = header.indices.map { table.text(row: row, column: $0) }
    for (name, text) in changes {
      if let column = column(name) { cells[column] = text }
    }
    newRows[row] = cells
  }

  /// The changed file. It is UTF-8 only where the encoding of the file lacks a new character, or has
  /// several codes for one of the old.
  public func bytes() -> [UInt8] {
    let text = text()
    guard DecodedText.encoded(table.bytes, like: raw, table.encoding) == raw else { return text }
    return DecodedText.encoded(text, like: raw, table.encoding) ?? text
  }

  private func text() -> [UInt8] {
    let source = table.bytes
    let delimiter = Character(Unicode.Scalar(table.delimiter))
    var text: [UInt8] = []
    var position = 0
    func copy(until end: Int) {
      text += source[position..<end]
      position = end
    }
    func add(_ words: some StringProtocol) { text += Array(words.utf8) }
    let addedColumns = header.indices.dropFirst(table.header.count)
    copy(until: table.end(ofRow: nil))
    for column in addedColumns {
      add("\(delimiter)" + CSVWriter.field(header[column], delimiter: delimiter))
    }
    let lineEnd = lineEnd(at: position)
    for row in table.rows {
      let changes = contents[row] ?? [:]
      for column in table.header.indices {
        guard let content = changes[column] else { continue }
        let range = table.range(row: row, column: column)
        copy(until: range.lowerBound)
        position = range.upperBound
        let isQuoted = position < source.count && source[position] == UInt8(ascii: "\"")
        add(
          isQuoted
            ? content.replacing("\"", with: "\"\"") : CSVWriter.field(content, delimiter: delimiter)
        )
      }
      copy(until: table.end(ofRow: row))
      for column in addedColumns {
        add("\(delimiter)" + CSVWriter.field(changes[column] ?? "", delimiter: delimiter))
      }
      if let cells = newRows[row] {
        add(lineEnd)
        add(CSVWriter.row(cells, delimiter: delimiter).dropLast())
      }
    }
    copy(until: source.count)
    return text
  }

  /// How the line ends whose end is at a place of the text.
  private func lineEnd(at place: Int) -> String {
    let rest = table.bytes[place...].prefix(2)
    if rest.first == UInt8(ascii: "\r") { return rest.last == UInt8(ascii: "\n") ? "\r\n" : "\r" }
    return "\n"
  }
}
