import Hydromet
import Risk
import Testing

/// The yearly score of a threshold, from a history that can be counted by hand.
struct ThresholdRecordTests {
  static let start = Timestamp(secondsSince1970: 1_767_196_800)  // 2026-01-01 00:00 Beijing time

  static func event(day: Int) -> HarmEvent {
    HarmEvent(
      unitKind: .basin, unit: "B1", hazard: .flashFlood, start: start + day * 86_400,
      end: start + day * 86_400 + 7200)
  }

  /// Hourly cycles of 400 days; on the given days the rain peaks at a ratio.
  static func record(_ peaks: [Int: Double], gapDays: Set<Int> = []) -> ThresholdRecord {
    var record = ThresholdRecord()
    for hour in 0..<400 * 24 {
      let ratio = hour % 24 == 0 ? peaks[hour / 24] ?? 0 : 0
      let isGap = gapDays.contains(hour / 24)
      record.add(
        start + hour * 3600, ratio: isGap ? nil : ratio, isComplete: !isGap)
    }
    return record
  }

  @Test("hits, false alarms and misses of a year are counted, an untested event apart")
  func counted() {
    let record = ThresholdRecordTests.record(
      [10: 1.2, 20: 1.0, 30: 0.9, 50: 1.5, 380: 1.1], gapDays: [60])
    let events = [10, 30, 60, 390].map { ThresholdRecordTests.event(day: $0) }
    let years = record.years(events)
    #expect(years.map(\.year) == [2026, 2027])
    #expect(years[0].score == Contingency(hits: 1, falseAlarms: 2, misses: 1))
    #expect(years[0].untested == 1)
    #expect(years[1].score == Contingency(hits: 0, falseAlarms: 1, misses: 1))
  }

  @Test("the best factor is the one that parts harmful from harmless rain")
  func best() throws {
    let record = ThresholdRecordTests.record([10: 0.8, 20: 0.85, 30: 0.6, 40: 0.7])
    let events = [10, 20].map { ThresholdRecordTests.event(day: $0) }
    let best = try #require(record.bestFactor(events))
    #expect(best.factor == 0.8)
    #expect(best.score == Contingency(hits: 2))
    #expect(record.bestFactor([]) == nil)
  }

  @Test("a threshold that is right already keeps factor 1")
  func right() throws {
    let record = ThresholdRecordTests.record([10: 1.3, 30: 0.6])
    #expect(record.bestFactor([ThresholdRecordTests.event(day: 10)])?.factor == 1)
  }
}
