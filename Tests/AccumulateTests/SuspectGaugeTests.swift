import Accumulate
import Hydromet
import Testing

@Suite struct `Sums with readings that are doubted` {
  private static let end = Timestamp(secondsSince1970: 1_720_000_800)

  private func sum(_ readings: [(minutes: Int, tenths: Int32, quality: QualityCode)]) throws
    -> Accumulation?
  {
    let sums = try GaugeSums(stepSeconds: 600, windows: [.hours(1)])
    return sums.sums(
      of: readings.enumerated().map { index, entry in
        GaugeReading(
          station: "G", element: .rain,
          period: Period(
            end: entry.minutes == 60 ? Self.end : Self.end - 3000 + index * 600,
            seconds: entry.minutes * 60),
          tenths: entry.tenths, quality: entry.quality)
      }, at: Self.end
    ).first
  }

  @Test func `a suspect zero is a gap and clears nothing`() throws {
    var readings = [(minutes: Int, tenths: Int32, quality: QualityCode)](
      repeating: (10, 0, .correct), count: 6)
    #expect(try sum(readings)?.coverage.isComplete == true)
    readings[3].quality = .suspect
    let doubted = try #require(try sum(readings))
    #expect(!doubted.coverage.isComplete)
    #expect(doubted.verdict(against: Depth(tenthsOfMillimetre: 10)) == .unknown)
  }

  @Test func `suspect rain can raise an alarm`() throws {
    var readings = [(minutes: Int, tenths: Int32, quality: QualityCode)](
      repeating: (10, 0, .correct), count: 6)
    readings[3] = (10, 300, .suspect)
    #expect(
      try sum(readings)?.verdict(against: Depth(tenthsOfMillimetre: 200)) == .reached)
  }

  @Test func `wrong rain raises nothing and is a gap`() throws {
    var readings = [(minutes: Int, tenths: Int32, quality: QualityCode)](
      repeating: (10, 0, .correct), count: 6)
    readings[3] = (10, 3000, .wrong)
    let sum = try #require(try sum(readings))
    #expect(sum.depth == .zero)
    #expect(sum.verdict(against: Depth(tenthsOfMillimetre: 10)) == .unknown)
  }

  @Test func `where both cover the hour, the reading that nobody doubts counts`() throws {
    var readings = [(minutes: Int, tenths: Int32, quality: QualityCode)](
      repeating: (10, 50, .suspect), count: 6)
    readings.append((60, 120, .correct))
    let sum = try #require(try sum(readings))
    #expect(sum.depth == Depth(tenthsOfMillimetre: 120))
    #expect(sum.coverage.isComplete)
  }
}
