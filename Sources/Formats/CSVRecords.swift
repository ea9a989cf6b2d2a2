import Hydromet

/// The rows and cells of delimited text, as places in its bytes.
struct CSVRecords {
  /// A cell: its bytes, with the quotes where it has them. Half the size of a range: a file may hold
  /// tens of millions.
  struct Cell: Sendable {
    private let first: UInt32
    private let behind: UInt32

    /// - Parameter start: at most `CSVTable.largestFile`, as is `end`.
    init(start: Int, end: Int) {
      first = UInt32(truncatingIfNeeded: start)
      behind = UInt32(truncatingIfNeeded: end)
    }

    var start: Int { Int(first) }
    var end: Int { Int(behind) }
  }

  struct Record: Sendable {
    /// The first byte of the row.
    let start: Int
    /// The line on which the row begins, counted from 1.
    let line: Int
    let firstCell: Int
    let cellCount: Int
  }

  private(set) var cells: [Cell] = []
  /// The header, then every row with content.
  private(set) var records: [Record] = []

  private let source: [UInt8]
  private let delimiter: UInt8
  private let file: String
  private let limits: CSVTable.Limits
  private var position = 0
  private var line = 1

  private static let quote = UInt8(ascii: "\"")
  private static let linefeed = UInt8(ascii: "\n")
  private static let carriageReturn = UInt8(ascii: "\r")

  init(_ source: [UInt8], delimiter: UInt8, file: String, limits: CSVTable.Limits) throws(Fault) {
    self.source = source
    self.delimiter = delimiter
    self.file = file
    self.limits = limits
    cells.reserveCapacity(min(source.count / 6, 1_000_000))
    records.reserveCapacity(min(source.count / 48, 100_000))
    while position < source.count {
      if source[position] == UInt8(ascii: "#") {
        skipLine()
      } else {
        try readRecord()
      }
    }
  }

  /// Whether a line ends with the byte at a place; a CR before an LF does not end it yet.
  static func endsLine(_ source: [UInt8], at i: Int) -> Bool {
    if source[i] == linefeed { return true }
    return source[i] == carriageReturn && !(i + 1 < source.count && source[i + 1] == linefeed)
  }

  /// The first byte of the first line that is neither blank nor a comment.
  static func startOfHeader(in source: [UInt8]) -> Int {
    var start = 0
    while start < source.count {
      var end = start
      while end < source.count, !endsLine(source, at: end) { end += 1 }
      let line = source[start..<end]
      if line.first != UInt8(ascii: "#"), line.contains(where: { !isBlank($0) }) { return start }
      start = end + 1
    }
    return source.count
  }

  /// The content of a cell.
  static func text(_ cell: Cell, in source: [UInt8]) -> String {
    let bytes = source[cell.start..<cell.end]
    guard bytes.first == quote, bytes.count >= 2 else {
      return String(decoding: bytes, as: UTF8.self)
    }
    let inner = bytes.dropFirst().dropLast()
    guard inner.contains(quote) else { return String(decoding: inner, as: UTF8.self) }
    var content: [UInt8] = []
    content.reserveCapacity(inner.count)
    var skipsNext = false
    for byte in inner {
      if byte == quote, !skipsNext {
        skipsNext = true
        content.append(byte)
      } else if !(byte == quote && skipsNext) {
        content.append(byte)
        skipsNext = false
      } else {
        skipsNext = false
      }
    }
    return String(decoding: content, as: UTF8.self)
  }

  private static func isBlank(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") || byte == carriageReturn
  }

  private mutating func skipLine() {
    while position < source.count, !CSVRecords.endsLine(source, at: position) { position += 1 }
    passLineEnd()
  }

  private mutating func passLineEnd() {
    guard position < source.count else { return }
    position += 1
    line += 1
  }

  /// Reads one row up to and including its line end, and keeps it where it has content.
  private mutating func readRecord() throws(Fault) {
    let start = position
    let startLine = line
    let firstCell = cells.count
    var hasContent = false
    repeat {
      let cell = try readCell(recordStart: start)
      if cell.end > cell.start { hasContent = true }
      cells.append(cell)
      guard cells.count - firstCell <= limits.columns else {
        throw fault(
          "too_many_columns", "the row has more than \(limits.columns) cells",
          remedy: "check the delimiter or split the table")
      }
    } while passDelimiter()
    if position < source.count, source[position] == CSVRecords.carriageReturn,
      !CSVRecords.endsLine(source, at: position)
    {
      position += 1
    }
    passLineEnd()
    guard hasContent else {
      cells.removeSubrange(firstCell...)
      return
    }
    records.append(
      Record(
        start: start, line: startLine, firstCell: firstCell, cellCount: cells.count - firstCell))
  }

  private mutating func passDelimiter() -> Bool {
    guard position < source.count, source[position] == delimiter else { return false }
    position += 1
    return true
  }

  /// Reads one cell and stops at the delimiter or line end behind it.
  private mutating func readCell(recordStart: Int) throws(Fault) -> Cell {
    skipBlanks()
    if position < source.count, source[position] == CSVRecords.quote {
      return try readQuotedCell(recordStart: recordStart)
    }
    let start = position
    let stop = min(source.count, recordStart + limits.rowBytes + 1)
    var end = start
    var i = start
    while i < stop {
      let byte = source[i]
      if byte == delimiter || byte == CSVRecords.linefeed || byte == CSVRecords.carriageReturn {
        break
      }
      guard byte != CSVRecords.quote else {
        position = i
        throw fault(
          "stray_quote", "a quote stands inside a cell that does not begin with one",
          remedy: "put the whole cell into quotes and double the quotes inside")
      }
      i += 1
      if byte != UInt8(ascii: " "), byte != UInt8(ascii: "\t") { end = i }
    }
    position = i
    try checkLength(from: recordStart)
    return Cell(start: start, end: end)
  }

  private mutating func readQuotedCell(recordStart: Int) throws(Fault) -> Cell {
    let start = position
    let startLine = line
    position += 1
    while true {
      guard position < source.count, position - recordStart < limits.rowBytes else {
        (position, line) = (start, startLine)
        throw fault(
          "unclosed_quote", "a quote is opened here and not closed",
          remedy: "close the quote; a quote inside the cell is written twice")
      }
      if source[position] == CSVRecords.quote {
        position += 1
        guard position < source.count, source[position] == CSVRecords.quote else { break }
      } else if CSVRecords.endsLine(source, at: position) {
        line += 1
      }
      position += 1
    }
    let end = position
    skipBlanks()
    guard
      position == source.count || source[position] == delimiter
        || source[position] == CSVRecords.linefeed || source[position] == CSVRecords.carriageReturn
    else {
      throw fault(
        "stray_quote", "text follows the closing quote of a cell",
        remedy: "double the quotes inside the cell or end the cell at its closing quote")
    }
    return Cell(start: start, end: end)
  }

  private mutating func skipBlanks() {
    while position < source.count, source[position] != delimiter,
      source[position] == UInt8(ascii: " ") || source[position] == UInt8(ascii: "\t")
    {
      position += 1
    }
  }

  private func checkLength(from start: Int) throws(Fault) {
    guard position - start <= limits.rowBytes else {
      throw fault(
        "row_too_long", "the row has more than \(limits.rowBytes) bytes",
        remedy: "check that the file is a table of text with line ends")
    }
  }

  /// A fault at the place that is being read.
  private func fault(_ code: String, _ problem: String, remedy: String) -> Fault {
    var lineStart = position
    while lineStart > 0, !CSVRecords.endsLine(source, at: lineStart - 1) { lineStart -= 1 }
    let column = source[lineStart..<position].lazy.filter { $0 & 0xC0 != 0x80 }.count + 1
    return Fault(code, at: .init(file, line: line, column: column), problem, remedy: remedy)
  }
}
