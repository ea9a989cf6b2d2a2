import Formats
import Hydromet
import Testing

@Suite("Delimited text")
struct CSVTableTests {
  private func table(
    _ text: String, raggedRows: CSVTable.RaggedRows = .refuseFile,
    limits: CSVTable.Limits = .init()
  ) throws -> CSVTable {
    try CSVTable(bytes: Array(text.utf8), file: "t.csv", raggedRows: raggedRows, limits: limits)
  }

  private func cells(_ table: CSVTable) -> [[String]] {
    table.rows.map { row in
      table.header.indices.map { table.text(row: row, column: $0) }
    }
  }

  private func fault(_ text: String, limits: CSVTable.Limits = .init()) -> Fault? {
    do {
      _ = try table(text, limits: limits)
      return nil
    } catch {
      return error as? Fault
    }
  }

  @Test("cells in quotes keep delimiters, doubled quotes and line ends")
  func quotes() throws {
    let t = try table("id,name\n1,\"a, \"\"b\"\"\nc\"\n2,\"\"\"\"\n3,\"\"\n")
    #expect(cells(t) == [["1", "a, \"b\"\nc"], ["2", "\""], ["3", ""]])
  }

  @Test("LF, CR LF and CR end lines alike, and the last line needs no end")
  func lineEnds() throws {
    for end in ["\n", "\r\n", "\r"] {
      let t = try table(["a,b", "1,2", "", "3,4"].joined(separator: end))
      #expect(cells(t) == [["1", "2"], ["3", "4"]])
      #expect(t.line(ofRow: 1) == 4)
    }
  }

  @Test("blanks around cells, blank lines, comments and empty rows do not count")
  func blanks() throws {
    let t = try table("# a table; of gauges; here\n\n a , b \n# note\n 1 ,\t2\n , \n")
    #expect(t.header == ["a", "b"])
    #expect(t.delimiter == UInt8(ascii: ","))
    #expect(cells(t) == [["1", "2"]])
  }

  @Test(
    "the delimiter is what the header holds most of",
    arguments: [("a;b;c", ";"), ("a\tb,c\td", "\t"), ("a", ","), ("\"a;b;c\",d", ",")])
  func delimiter(header: String, expected: String) throws {
    #expect(try table(header + "\n").delimiter == expected.utf8.first)
  }

  @Test("a byte order mark is no part of the first name")
  func byteOrderMark() throws {
    #expect(try table("\u{FEFF}id,name\n1,x\n").header == ["id", "name"])
  }

  @Test("GB18030 text is recognised and converted")
  func chinese() throws {
    // 站号,名称 / 1,綦江
    let bytes: [UInt8] =
      [0xD5, 0xBE, 0xBA, 0xC5, 0x2C, 0xC3, 0xFB, 0xB3, 0xC6, 0x0A, 0x31, 0x2C]
      + [0xF4, 0xEB, 0xBD, 0xAD, 0x0A]
    let t = try CSVTable(bytes: bytes, file: "t.csv")
    #expect(t.encoding == .gb18030)
    #expect(t.header == ["站号", "名称"])
    #expect(cells(t) == [["1", "綦江"]])
  }

  @Test("text that is neither UTF-8 nor GB18030 is refused with its line")
  func unknownEncoding() {
    #expect(throws: Fault.self) {
      try CSVTable(bytes: Array("a\n".utf8) + [0x81, 0x0A, 0xFF, 0x0A], file: "t.csv")
    }
  }

  @Test("a cell's place counts lines and characters, not bytes")
  func places() throws {
    let t = try table("站号,名称,高度\n\"一\n二\",三, 四\n")
    let place = t.location(row: 0, column: 2)
    #expect(place == Fault.Location("t.csv", line: 3, column: 7, item: "高度"))
    #expect(t.headerLocation(column: 1) == Fault.Location("t.csv", line: 1, column: 4))
  }

  @Test(
    "a broken table is refused with its place",
    arguments: [
      ("a,b\n1\n", "ragged_row", 2, nil), ("a,b\n1,2,3\n", "ragged_row", 2, nil),
      ("a,b\n1,\"2\n3,4\n", "unclosed_quote", 2, 3), ("a,b\n1,2\"3\n", "stray_quote", 2, 4),
      ("a,b\n1,\"2\" 3\n", "stray_quote", 2, 7), ("a,b\n1,\u{0}\n", "nul_byte", 2, nil),
      ("a,A\n", "duplicate_column", 1, 3), ("# only a note\n\n", "no_header", 1, nil),
      ("", "no_header", 1, nil),
    ] as [(String, String, Int, Int?)])
  func broken(text: String, code: String, line: Int, column: Int?) throws {
    let found = try #require(fault(text))
    #expect(found.code == code)
    #expect(found.location?.line == line)
    #expect(found.location?.column == column)
    #expect(!found.remedy.isEmpty)
  }

  @Test("ragged rows can be left out and named one by one")
  func raggedRows() throws {
    let t = try table("a,b\n1,2\n3\n4,5\n6,7,8\n", raggedRows: .report)
    #expect(cells(t) == [["1", "2"], ["4", "5"]])
    #expect(t.raggedRows.map(\.location?.line) == [3, 5])
  }

  @Test("a row, a header and a file have their limits")
  func limits() {
    let limits = CSVTable.Limits(fileBytes: 200, rowBytes: 50, columns: 3)
    #expect(
      fault("a\n" + String(repeating: "x", count: 60), limits: limits)?.code == "row_too_long")
    #expect(fault("a,b,c,d\n", limits: limits)?.code == "too_many_columns")
    #expect(fault(String(repeating: "a\n", count: 101), limits: limits)?.code == "file_too_large")
    let open = fault("a\n\"" + String(repeating: "x\n", count: 60), limits: limits)
    #expect(open?.code == "unclosed_quote")
  }

  @Test("whatever is written is read back")
  func roundTrip() throws {
    let rows = [
      ["#id", "a,b", "say \"no\"", " blank ", "两行\r\n字", "", "tab\t", "; "],
      ["1", "", "x", "y", "z", "w", "v", "u"],
      // Marks that combine with what stands before them: blank, number sign and byte order mark.
      ["#\u{0301}no comment", " \u{0820}re", "\u{FEFF}\u{0301}", "", "", "", "", "z"],
    ]
    let header = CSVWriter.row((1...8).map { "c\($0)" })
    let text = rows.reduce(header) { $0 + CSVWriter.row($1) }
    #expect(cells(try table(text)) == rows)
  }

  @Test("a file cut at any byte is read or refused and never stops the program")
  func truncation() throws {
    let whole = Array("\u{FEFF}站号,\"名\"\"称\"\r\n\"1\n2\",綦江\r\n# x\r\n3,四".utf8)
    for length in 0..<whole.count {
      let outcome = Result { try CSVTable(bytes: Array(whole[..<length]), file: "t.csv") }
      if case .failure(let error) = outcome { #expect(error is Fault) }
    }
  }
}
