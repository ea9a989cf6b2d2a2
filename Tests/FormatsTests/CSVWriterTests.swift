import Formats
import Testing

@Suite("Tables for spreadsheets")
struct CSVWriterTests {
  @Test(
    "in a sheet no text from outside is a formula",
    arguments: [
      "=HYPERLINK(\"http://example.org\")", "=1+1", "+86-139", "@SUM(A1)", "-2+3", "-cmd", "\t=1",
      "\r=1", "\n=1", "--1a",
    ])
  func guarded(text: String) {
    for style in [CSVWriter.Style.sheet, .leanSheet] {
      let cell = CSVWriter.field(text, as: style)
      #expect(cell.hasPrefix("'") || cell.hasPrefix("\"'"))
    }
    #expect(!CSVWriter.field(text).contains("'"))
  }

  @Test(
    "numbers below zero, dashes, names and notes stand in a sheet as they are",
    arguments: [
      "-12.3", "-0.5", "-.5", "-1e-7", "-", "--", "0", "石角镇", "A8000", "第1号", "a=b", "'沟", "",
      "2024-07-09T00:00:00Z", "two bridges",
    ])
  func ordinary(text: String) {
    #expect(CSVWriter.field(text, as: .sheet) == text)
    #expect(CSVWriter.field(text, as: .leanSheet) == text)
    #expect(CSVWriter.unguarded(text) == text)
  }

  @Test("quotes stand where a reader needs them, in a lean sheet where RFC 4180 asks for them")
  func quotes() {
    let cells = ["a; b", "#1", " c", "d,e", "say \"no\"", "two\nlines"]
    #expect(
      cells.map { CSVWriter.field($0, as: .sheet) } == [
        "\"a; b\"", "\"#1\"", "\" c\"", "\"d,e\"", "\"say \"\"no\"\"\"", "\"two\nlines\"",
      ])
    #expect(
      cells.map { CSVWriter.field($0, as: .leanSheet) } == [
        "a; b", "#1", " c", "\"d,e\"", "\"say \"\"no\"\"\"", "\"two\nlines\"",
      ])
  }

  @Test("what a sheet holds is read back as it was, also what looks guarded by itself")
  func roundTrip() throws {
    let rows = [
      ["=1+1", "'=1+1", "''-2+3", "-2", "'", "'沟"],
      ["@a,b", "+\"c\"", "\t=1", "=\u{0338}", "\r\n=1", "'\u{0301}=1"],
    ]
    let header = ["=a", "b", "c", "d", "e", "f"]
    for style in [CSVWriter.Style.exact, .sheet, .leanSheet] {
      let text = CSVWriter.text(header, rows, as: style)
      let table = try CSVTable(bytes: Array(text.utf8), file: "t.csv")
      let isSheet = style != .exact
      let cells = table.rows.map { row in
        table.header.indices.map { column in
          let cell = table.text(row: row, column: column)
          return isSheet ? CSVWriter.unguarded(cell) : cell
        }
      }
      #expect(cells == rows)
      #expect(table.header[0] == (isSheet ? "'=a" : "=a"))
    }
  }
}
