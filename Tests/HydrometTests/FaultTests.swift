import Hydromet
import Testing

@Suite("Faults")
struct FaultTests {
  @Test("a fault is one line of bounded length, whatever a file holds")
  func line() {
    let fault = Fault(
      "bad_time", at: .init("a\nb", line: 3, item: "x\u{7F}\ty"), "\"1\r\n2\" is no time",
      remedy: String(repeating: "雨", count: 10_000))
    #expect(fault.problem == "\"1··2\" is no time")
    #expect(fault.description.hasPrefix("a·b:3 (x··y): \"1··2\" is no time; 雨雨"))
    #expect(fault.description.utf8.count < 1200 && fault.description.hasSuffix("雨…"))
    #expect(Fault("x", "a — 雨", remedy: "b").description == "a — 雨; b")
  }
}
