import Hydromet
import Testing

@Suite struct `Verdicts on readings` {
  @Test(
    arguments: [
      (.correct, .trusted), (.corrected, .trusted), (.modified, .trusted),
      (.unchecked, .provisional), (.suspect, .doubted), (.wrong, .refused),
      (.notInstalled, .refused), (.missing, .refused),
    ] as [(QualityCode, ReadingVerdict.Use)])
  func `how far a value may be used follows from its code`(
    code: QualityCode, use: ReadingVerdict.Use
  ) {
    #expect(ReadingVerdict(unseen: code).use == use)
    #expect(ReadingVerdict(unseen: code).isFitForMerging == (use > .doubted))
  }

  @Test func `reasons keep the order of their declaration and survive a table`() {
    let reasons = QualityReasons([.place, .limit, .radarSupport])
    #expect(reasons.text == "limit;place;radar_support")
    #expect(QualityReasons(text: reasons.text) == reasons)
    #expect(QualityReasons(text: "") == QualityReasons())
    #expect(QualityReasons(text: "limit;moon") == nil)
    #expect(reasons.against == [.limit, .place])
  }

  @Test func `every reason has a bit, a name and words of its own`() {
    let all = QualityReason.allCases
    #expect(Set(all.map { QualityReasons($0).rawValue }).count == all.count)
    #expect(Set(all.map(\.chineseName)).count == all.count)
    #expect(Set(all.map(\.englishName)).count == all.count)
    #expect(QualityReasons(all).list == all)
  }

  @Test func `an untestable reading is neither right nor wrong`() {
    let verdict = ReadingVerdict(
      code: .unchecked, indexHundredths: 50, reasons: QualityReasons([.isolated, .untestable]))
    #expect(verdict.isUntestable)
    #expect(verdict.use == .provisional)
    #expect(!ReadingVerdict(unseen: .unchecked).isUntestable)
  }

  @Test(arguments: [(0, "0.00"), (7, "0.07"), (85, "0.85"), (100, "1.00"), (140, "1.00")])
  func `the index has two decimals`(hundredths: Int, text: String) {
    #expect(ReadingVerdict(code: .correct, indexHundredths: hundredths).indexText == text)
  }

  @Test func `a verdict does not touch the reading`() {
    let reading = GaugeReading(
      station: "57612", element: .rain,
      period: Period(end: Timestamp(secondsSince1970: 3600), seconds: 3600), tenths: 420)
    let judged = JudgedReading(
      reading: reading, verdict: ReadingVerdict(code: .suspect, indexHundredths: 30))
    #expect(judged.reading == reading)
    #expect(judged.graded.tenths == 420)
    #expect(judged.graded.quality == .suspect)
  }
}
