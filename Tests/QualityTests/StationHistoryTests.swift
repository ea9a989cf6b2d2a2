import Foundation
import Hydromet
import Quality
import Testing

@Suite("The memory of a station as it is saved") struct StationHistoryTests {
  private static let start = Timestamp(secondsSince1970: 1_720_483_200)

  private static func history() -> StationHistory {
    var history = StationHistory()
    for hour in 1...30 {
      history.add(
        StationHistory.Hour(
          end: start + hour * 3600, gauge: Int32(hour % 4 * 5), neighbours: Int32(hour % 3),
          radar: -1))
    }
    return history
  }

  @Test func `what is written is read back`() throws {
    let history = Self.history()
    let read = try JSONDecoder().decode(
      StationHistory.self, from: JSONEncoder().encode(history))
    #expect(read == history)
  }

  @Test(
    "what no station can have measured is no memory",
    arguments: [
      ("\"gauge\":5", "\"gauge\":2147483647"), ("\"neighbours\":2", "\"neighbours\":-2"),
      ("\"radar\":-1", "\"radar\":2147483647"), ("\"until\":1720591200", "\"until\":1720483200"),
      ("\"since\":1720486800", "\"since\":-9223372036854775808"),
      ("\"tenths\":0", "\"tenths\":9223372036854775807"),
      ("\"confirmedHours\":0", "\"confirmedHours\":-1"),
    ])
  func impossible(old: String, new: String) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    let text = String(decoding: try encoder.encode(Self.history()), as: UTF8.self)
    let changed = text.replacingOccurrences(of: old, with: new)
    try #require(changed != text, "\(text.prefix(200)) … \(text.suffix(80))")
    #expect(throws: DecodingError.self) {
      try JSONDecoder().decode(StationHistory.self, from: Data(changed.utf8))
    }
  }
}
