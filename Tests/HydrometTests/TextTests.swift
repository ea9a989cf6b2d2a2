import Hydromet
import Testing

@Suite("Text inside other languages")
struct TextTests {
  @Test(
    "no bracket or quote gets into markup, not even under a mark that combines with it",
    arguments: ["<", ">", "\"", "'", "&"])
  func markup(_ dangerous: String) {
    for text in [dangerous, "a\(dangerous)b", dangerous + "\u{338}", dangerous + "\u{301}x"] {
      let safe = MarkupText.escaped(text)
      let scalars = safe.unicodeScalars.filter { "<>\"'".unicodeScalars.contains($0) }
      #expect(scalars.isEmpty)
      #expect(safe.unicodeScalars.filter { $0 == "&" }.count == 1)
      #expect(safe.unicodeScalars.contains(";"))
    }
  }

  @Test("what XML forbids is marked; ends of lines, Chinese and rare signs stay")
  func forbidden() {
    #expect(MarkupText.escaped("a\u{0}\u{1B}\u{FFFF}b") == "a\u{FFFD}\u{FFFD}\u{FFFD}b")
    #expect(MarkupText.escaped("麻柳沟\t𠅤\r\n") == "麻柳沟\t𠅤\r\n")
  }

  @Test("JSON is shallow where its brackets, not those in its strings, close soon enough")
  func nesting() {
    func nested(_ count: Int) -> [UInt8] {
      Array((String(repeating: "[{\"a\":", count: count / 2) + "1").utf8)
    }
    #expect(JSONText.isShallow(nested(JSONText.deepest)))
    #expect(!JSONText.isShallow(nested(JSONText.deepest + 2)))
    #expect(JSONText.isShallow(String(repeating: "[{}],", count: 1000).utf8))
    #expect(JSONText.isShallow("\"\\\"\(String(repeating: "[", count: 1000))\"".utf8))
    #expect(!JSONText.isShallow("\"\\\\\"\(String(repeating: "[", count: 1000))\"".utf8))
    // Brackets and a quote in UTF-16.
    #expect(!JSONText.isShallow([0x5B, 0, 0x22, 0]))
  }

  @Test("a JSON string is what RFC 8259 says")
  func json() {
    #expect(JSONText.quoted("周\"禾\\丰\n\t\r") == #""周\"禾\\丰\n\t\r""#)
    #expect(JSONText.quoted("\u{0}\u{1F}\u{2028}\u{2029}") == #""\u0000\u001f\u2028\u2029""#)
    #expect(JSONText.quoted("\"\u{301}") == "\"\\\"\u{301}\"")
  }
}
