public import Hydromet

/// A table of delimited text (RFC 4180), kept as bytes, with the place of every cell for messages.
///
/// The first line that is neither blank nor a comment (`#` first) names the columns. Cells are parted
/// by `,`, `;` or tab, whichever the header holds most of. A cell in quotes may hold delimiters, line
/// ends and doubled quotes; blanks around cells without quotes do not count. Lines end with LF, CR LF
/// or CR. The text is UTF-8 (a byte order mark is skipped), UTF-16 or GB 18030. Rows without any content are
/// skipped.
public struct CSVTable: Sendable {
  /// Bounds on what is read, so that a foreign file cannot exhaust the memory.
  public struct Limits: Sendable, Hashable {
    public var fileBytes: Int
    /// Bytes of one row, all its lines together.
    public var rowBytes: Int
    public var columns: Int

    public init(fileBytes: Int = 268_435_456, rowBytes: Int = 65_536, columns: Int = 1024) {
      self.fileBytes = fileBytes
      self.rowBytes = rowBytes
      self.columns = columns
    }
  }

  /// What happens to a row that has more or fewer cells than the header.
  public enum RaggedRows: Sendable, Hashable {
    /// The file is refused.
    case refuseFile
    /// The row is left out of `rows` and named in `raggedRows`.
    case report
  }

  /// The largest file that can be read whatever its limits say, bytes.
  public static let largestFile = 1 << 31

  public let file: String
  public let encoding: TextEncoding
  /// `,`, `;` or tab.
  public let delimiter: UInt8
  /// Names of the columns, as the file has them.
  public let header: [String]
  /// Rows below the header that have as many cells as the header.
  public let rows: Range<Int>
  /// One fault for each row that was left out.
  public let raggedRows: [Fault]

  private let source: [UInt8]
  private let headerRecord: CSVRecords.Record
  private let records: [CSVRecords.Record]
  private let cells: [CSVRecords.Cell]

  /// Reads a table from the bytes of a file.
  ///
  /// - Parameter file: the name for messages.
  /// - Throws: a fault that names line and column for an unclosed or stray quote, a NUL byte, a row
  ///   that is too long, a header that is missing or names a column twice, text that is neither
  ///   UTF-8 nor GB 18030, and (with `.refuseFile`) a row with the wrong number of cells.
  public init(
    bytes: [UInt8], file: String, raggedRows: RaggedRows = .refuseFile, limits: Limits = Limits()
  ) throws(Fault) {
    let limit = min(limits.fileBytes, CSVTable.largestFile)
    guard bytes.count <= limit else {
      throw Fault(
        "file_too_large", at: .init(file),
        "the file has \(bytes.count) bytes, at most \(limit) are read",
        remedy: "split the file")
    }
    let text = try DecodedText(bytes, file: file)
    source = text.bytes
    encoding = text.encoding
    self.file = file
    delimiter = CSVTable.delimiter(of: source)
    let all = try CSVRecords(source, delimiter: delimiter, file: file, limits: limits)
    cells = all.cells
    guard let first = all.records.first else {
      throw Fault(
        "no_header", at: .init(file, line: 1), "the file has no header line",
        remedy: "put the names of the columns into the first line")
    }
    headerRecord = first
    let body = all.records.dropFirst()
    records = body.filter { $0.cellCount == first.cellCount }
    rows = 0..<records.count
    header = (0..<first.cellCount).map { [source] in
      CSVRecords.text(all.cells[first.firstCell + $0], in: source)
    }
    self.raggedRows = body.lazy.filter { $0.cellCount != first.cellCount }.map {
      Fault(
        "ragged_row", at: .init(file, line: $0.line),
        "the row has \($0.cellCount) cells, the header has \(first.cellCount)",
        remedy: "give every row as many cells as the header and put quotes around text with commas")
    }
    if raggedRows == .refuseFile, let fault = self.raggedRows.first { throw fault }
    try refuseRepeatedNames()
  }

  /// The content of a cell: what stands between its quotes, or the cell without the blanks around
  /// it. Empty outside the table.
  public func text(row: Int, column: Int) -> String {
    guard let cell = cell(row: row, column: column) else { return "" }
    return CSVRecords.text(cell, in: source)
  }

  /// The bytes that the ranges of cells are of: UTF-8.
  public var bytes: [UInt8] { source }

  /// Where the content of a cell stands in `bytes`, between its quotes where it has them. Quotes
  /// doubled inside stay doubled. Empty outside the table.
  public func range(row: Int, column: Int) -> Range<Int> {
    guard column >= 0, column < header.count, row >= 0, row < records.count else { return 0..<0 }
    let cell = cells[records[row].firstCell + column]
    if cell.end - cell.start >= 2, source[cell.start] == UInt8(ascii: "\"") {
      return cell.start + 1..<cell.end - 1
    }
    return cell.start..<cell.end
  }

  /// Where a row ends in `bytes`, before its line end; the header where `row` is nil.
  func end(ofRow row: Int?) -> Int {
    let record = row.map { records[$0] } ?? headerRecord
    var end = cells[record.firstCell + record.cellCount - 1].end
    while end < source.count, source[end] != UInt8(ascii: "\n"), source[end] != UInt8(ascii: "\r") {
      end += 1
    }
    return end
  }

  /// The line on which a row begins, counted from 1.
  public func line(ofRow row: Int) -> Int {
    records.indices.contains(row) ? records[row].line : headerRecord.line
  }

  /// The place of a cell: its line and the character in the line, both counted from 1, and the name
  /// of its column.
  public func location(row: Int, column: Int) -> Fault.Location {
    guard let cell = cell(row: row, column: column) else {
      return Fault.Location(file, line: line(ofRow: row))
    }
    return location(of: cell, in: records[row], name: header[column])
  }

  /// The place of a column's name in the header.
  public func headerLocation(column: Int) -> Fault.Location {
    guard header.indices.contains(column) else {
      return Fault.Location(file, line: headerRecord.line)
    }
    return location(of: cells[headerRecord.firstCell + column], in: headerRecord, name: nil)
  }

  /// The column with a name, ignoring the case of ASCII letters.
  public func column(named name: String) -> Int? {
    let wanted = name.lowercased()
    return header.firstIndex { $0.lowercased() == wanted }
  }

  private func cell(row: Int, column: Int) -> CSVRecords.Cell? {
    guard records.indices.contains(row), header.indices.contains(column) else { return nil }
    return cells[records[row].firstCell + column]
  }

  private func location(
    of cell: CSVRecords.Cell, in record: CSVRecords.Record, name: String?
  ) -> Fault.Location {
    var line = record.line
    var lineStart = record.start
    for i in record.start..<cell.start where CSVRecords.endsLine(source, at: i) {
      line += 1
      lineStart = i + 1
    }
    let before = source[lineStart..<cell.start].lazy.filter { $0 & 0xC0 != 0x80 }
    return Fault.Location(file, line: line, column: before.count + 1, item: name)
  }

  private func refuseRepeatedNames() throws(Fault) {
    var seen: Set<String> = []
    for (column, name) in header.enumerated() where !name.isEmpty {
      guard seen.insert(name.lowercased()).inserted else {
        throw Fault(
          "duplicate_column", at: headerLocation(column: column),
          "the column \(name) stands in the header twice",
          remedy: "rename or remove one of the two columns")
      }
    }
  }

  /// The delimiter that the header line holds most of outside quotes; a comma where it has none.
  private static func delimiter(of source: [UInt8]) -> UInt8 {
    var counts: [UInt8: Int] = [:]
    var inQuotes = false
    var position = CSVRecords.startOfHeader(in: source)
    while position < source.count, !CSVRecords.endsLine(source, at: position) || inQuotes {
      let byte = source[position]
      if byte == UInt8(ascii: "\"") {
        inQuotes.toggle()
      } else if !inQuotes {
        counts[byte, default: 0] += 1
      }
      position += 1
    }
    var best = UInt8(ascii: ",")
    for candidate in [UInt8(ascii: ";"), UInt8(ascii: "\t")]
    where counts[candidate, default: 0] > counts[best, default: 0] {
      best = candidate
    }
    return best
  }
}
