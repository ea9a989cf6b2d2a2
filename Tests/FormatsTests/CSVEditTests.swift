import Formats
import Testing

@Suite("Changes of a table that people write too")
struct CSVEditTests {
  private func edited(_ text: String, _ change: (inout CSVEdit) -> Void) throws -> String {
    var edit = try CSVEdit(Array(text.utf8), file: "t.csv")
    change(&edit)
    return String(decoding: edit.bytes(), as: UTF8.self)
  }

  @Test("only the cell that is meant changes, and a new row stands behind the one it is made of")
  func inPlace() throws {
    let lines = [
      "\u{FEFF}# 1", #"name ; "to" ; mm"#, "# 2", #" a ; "" ; 5"#, "",
      #""b;""x""" ;; 7 # not a comment"#, "",
    ]
    let result = try edited(lines.joined(separator: "\n")) { edit in
      edit.set("TO", ofRow: 0, to: "x\"y")
      edit.set("to", ofRow: 1, to: "2027;")
      edit.set("colour", ofRow: 1, to: "red")
      edit.addRow(after: 0, with: ["mm": "6", "colour": "red"])
    }
    let wanted = [
      "\u{FEFF}# 1", #"name ; "to" ; mm"#, "# 2", #" a ; "x""y" ; 5"#, "a;;6", "",
      #""b;""x""" ;"2027;"; 7 # not a comment"#, "",
    ]
    #expect(result == wanted.joined(separator: "\n"))
  }

  @Test("a missing column is added to every row, whatever ends the lines")
  func columns() throws {
    for end in ["\n", "\r\n", "\r"] {
      let text = ["a,b", "1,2 ", "# c", "3,\"4\""].joined(separator: end)
      let result = try edited(text) { edit in
        edit.addColumn("b")
        edit.addColumn("to")
        edit.set("to", ofRow: 0, to: "9")
        edit.addRow(after: 1, with: ["to": "8"])
      }
      #expect(result == ["a,b,to", "1,2 ,9", "# c", "3,\"4\",", "3,4,8"].joined(separator: end))
    }
  }

  @Test("a table in GB 18030 or UTF-16 stays in its encoding")
  func encodings() throws {
    // 站号,名称 and 1,綦江, with a comment 县.
    let head: [UInt8] = [0xD5, 0xBE, 0xBA, 0xC5, 0x2C, 0xC3, 0xFB, 0xB3, 0xC6, 0x0A]
    let comment: [UInt8] = [0x23, 0xCF, 0xD8, 0x0A]
    let name: [UInt8] = [0xF4, 0xEB, 0xBD, 0xAD]
    let row: [UInt8] = [0x31, 0x2C] + name
    var edit = try CSVEdit(head + comment + row, file: "t.csv")
    edit.addRow(after: 0, with: ["站号": "县"])
    #expect(
      edit.bytes() == head + comment + row + [0x0A, 0xCF, 0xD8, 0x2C] + name)

    for isLittle in [true, false] {
      func bytes(_ text: String) -> [UInt8] {
        text.utf16.flatMap { unit -> [UInt8] in
          let parts = [UInt8(unit & 0xFF), UInt8(unit >> 8)]
          return isLittle ? parts : parts.reversed()
        }
      }
      var wide = try CSVEdit(bytes("\u{FEFF}站号,to\n# 县\n𠮷,\n"), file: "t.csv")
      wide.set("to", ofRow: 0, to: "名")
      #expect(wide.bytes() == bytes("\u{FEFF}站号,to\n# 县\n𠮷,名\n"))
    }
  }
}
