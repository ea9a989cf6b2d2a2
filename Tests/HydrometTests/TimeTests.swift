import Hydromet
import Testing

struct TimestampTests {
  @Test(
    "ISO 8601 in its common forms is one moment",
    arguments: [
      "2020-10-31T04:20:00Z", "2020-10-31T04:20Z", "20201031T042000Z", "2020-10-31 04:20:00",
      "2020-10-31T12:20:00+08:00", "2020-10-31T12:20+0800", "2020-10-31T12:20:00.250+08",
      "2020-10-30T23:50:00-04:30", " 2020-10-31T04:20:00Z ",
    ])
  func forms(text: String) throws {
    let moment = try #require(Timestamp(iso8601: text))
    #expect(moment == Timestamp(secondsSince1970: 1_604_118_000))
    #expect(moment.iso8601 == "2020-10-31T04:20:00Z")
    #expect(moment.compact == "20201031T042000Z")
  }

  @Test("moments beyond every calendar are written as what they are nearest to")
  func beyond() {
    let last = Timestamp(secondsSince1970: .max)
    let first = Timestamp(secondsSince1970: .min)
    #expect(CivilTime(last, offsetSeconds: 28_800) == CivilTime(last))
    #expect(CivilTime(first, offsetSeconds: -28_800) == CivilTime(first))
    #expect(first.floored(toSeconds: 600) == first)
    #expect(last.floored(toSeconds: 600) < last)
  }

  @Test(
    "what is no time is refused",
    arguments: [
      "", "2020", "2020-13-01", "2021-02-29T00:00Z", "2020-10-31T24:01Z", "2020-10-31T12:60Z",
      "2020-10-31T12:20:61Z", "2020-10-31T12:20:00+8", "2020-10-31T12:20:00X", "31.10.2020",
      "2020-10-31T12:", "2020-10-31T1220:", "2020-10-31T12:20:00Zz", "2020-10-3",
      "0001-01-01T07:59:00+08:00", "9999-12-31T20:01:00-04:00",
    ])
  func refused(text: String) {
    #expect(Timestamp(iso8601: text) == nil)
  }

  @Test("a text without a zone is refused where no zone is stated")
  func zoneRequired() {
    #expect(Timestamp(iso8601: "2020-10-31T04:20:00", defaultOffsetSeconds: nil) == nil)
    #expect(
      Timestamp(iso8601: "2020-10-31T12:20:00", defaultOffsetSeconds: BeijingTime.offsetSeconds)
        == Timestamp(secondsSince1970: 1_604_118_000))
  }

  @Test("the first and the last moment of the years 1 to 9999 are moments in every zone")
  func ends() {
    #expect(
      Timestamp(iso8601: "0001-01-01T08:00:00+08:00") == Timestamp(iso8601: "0001-01-01T00:00:00Z"))
    #expect(
      Timestamp(iso8601: "9999-12-31T20:00:00-04:00") == Timestamp(iso8601: "9999-12-31T24:00:00Z"))
  }

  @Test("hour 24 is the end of the day")
  func hour24() {
    #expect(
      Timestamp(iso8601: "2020-10-31T24:00Z") == Timestamp(iso8601: "2020-11-01T00:00Z"))
  }

  @Test("every day of 400 years goes to seconds and back")
  func calendar() throws {
    var moment = try #require(Timestamp(iso8601: "1850-01-01T00:00:00Z"))
    var days = 0
    while days < 146_097 {
      let civil = CivilTime(moment)
      #expect(civil.timestamp() == moment)
      moment = moment + 86_400
      days += 1
    }
    #expect(moment.iso8601 == "2250-01-01T00:00:00Z")
  }

  @Test("steps count from 1970 also before it")
  func floors() {
    #expect(Timestamp(secondsSince1970: -1).floored(toSeconds: 600).secondsSince1970 == -600)
    #expect(Timestamp(secondsSince1970: 1199).floored(toSeconds: 600).secondsSince1970 == 600)
  }
}

struct PeriodTests {
  @Test("the hydrological day ends at 08:00 and the meteorological day at 20:00 Beijing time")
  func days() throws {
    let noon = try #require(Timestamp(iso8601: "2020-06-14T12:00:00+08:00"))
    #expect(Period.hydrologicalDay(endingAtOrBefore: noon).end.iso8601 == "2020-06-14T00:00:00Z")
    #expect(Period.meteorologicalDay(endingAtOrBefore: noon).end.iso8601 == "2020-06-13T12:00:00Z")
  }

  @Test("at its very end a day has ended")
  func boundary() throws {
    let eight = try #require(Timestamp(iso8601: "2020-06-14T08:00:00+08:00"))
    #expect(Period.hydrologicalDay(endingAtOrBefore: eight).end == eight)
    #expect(Period.hydrologicalDay(endingAtOrBefore: eight - 1).end == eight - 86_400)
  }

  @Test("Chinese texts of times and spans are those of warnings")
  func chinese() throws {
    let moment = try #require(Timestamp(iso8601: "2020-07-05T06:20:00Z"))
    #expect(BeijingTime.chinese(moment) == "7月5日14时20分")
    #expect(BeijingTime.iso8601(moment) == "2020-07-05T14:20:00+08:00")
    #expect(TimeSpan.hours(3).chineseText == "3小时")
    #expect(TimeSpan("30min")?.chineseText == "30分钟")
  }

  @Test("spans are read with their unit and never without")
  func spans() {
    #expect(TimeSpan("3h") == .hours(3))
    #expect(TimeSpan("10min") == .minutes(10))
    #expect(TimeSpan("1d")?.text == "24h")
    for text in ["", "3", "h", "0h", "-1h", "3 h", "99999999999999999999h", "3weeks"] {
      #expect(TimeSpan(text) == nil)
    }
  }
}

struct DepthTests {
  @Test("a year of adding and subtracting gauge tips leaves nothing")
  func exactSums() {
    var sum = Depth.zero
    for _ in 0..<52_560 { sum = sum + Depth(tenthsOfMillimetre: 1) }
    #expect(sum.text == "5256.000")
    for _ in 0..<52_560 { sum = sum + Depth(tenthsOfMillimetre: -1) }
    #expect(sum == .zero)
  }

  @Test("texts are exact or cut, never rounded up over a threshold")
  func texts() throws {
    #expect(try #require(Depth(millimetres: 49.9996)).text == "50.000")
    #expect(try #require(Depth(millimetres: 49.999)).shortText == "49.9")
    #expect(Depth(micrometres: -50).shortText == "0.0")
    #expect(Depth(micrometres: 7).text == "0.007")
  }

  @Test("what is no depth is refused", arguments: [Double.nan, .infinity, -.infinity, 3e6])
  func refused(millimetres: Double) {
    #expect(Depth(millimetres: millimetres) == nil)
  }

  @Test(
    "a sum with gaps can reach a threshold but cannot clear it",
    arguments: [
      (50_000, 36, .reached), (49_900, 36, .notReached), (50_000, 28, .reached),
      (49_900, 28, .unknown),
    ] as [(Int32, Int, ThresholdVerdict)])
  func verdict(micrometres: Int32, received: Int, expected: ThresholdVerdict) {
    let sum = Accumulation(
      period: Period(end: Timestamp(secondsSince1970: 0), seconds: 21_600),
      depth: Depth(micrometres: micrometres), coverage: Coverage(received: received, expected: 36))
    #expect(sum.verdict(against: Depth(tenthsOfMillimetre: 500)) == expected)
  }
}
