import Hydromet
import Ingest
import Testing

/// Writes regional Z-files to the layout of `RegionalZFile`: 34 characters, 262 characters, 120 digits.
private struct RegionalRecord {
  var id = "A8290"
  var time = "20240709120000"
  var correction = "000"
  var fields: [Int: String] = [:]
  var minutes = String(repeating: "00", count: 60)
  var fourth: String?

  /// Widths of the fields behind the time.
  static let widths =
    [3, 3, 3, 3, 3, 3, 4, 3, 3, 3, 3, 4, 4, 4, 4, 4, 4, 4, 3, 3, 4, 3, 4, 5, 5, 4, 5, 4]
    + Array(repeating: 4, count: 10) + Array(repeating: 4, count: 8) + [4, 5, 5, 5, 4]

  var text: String {
    let second =
      [time]
      + RegionalRecord.widths.enumerated().map { index, width in
        fields[index + 1] ?? String(repeating: "/", count: width)
      }
    let lines = ["\(id) 285630 1063912 03456 1 1 \(correction)", second.joined(separator: " ")]
    let last = fourth.map { "\(minutes)\r\n\($0)=" } ?? "\(minutes)="
    return (lines + [last]).joined(separator: "\r\n") + "\r\n"
  }
}

@Suite("CMA text files")
struct CMATests {
  @Test("the regional layout closes: 34, 262 and 121 characters")
  func widths() {
    let lines = RegionalRecord().text.split(whereSeparator: \.isNewline)
    #expect(lines.map(\.utf8.count) == [34, 262, 121])
    #expect(RegionalRecord.widths.count == 51 && RegionalRecord.widths.reduce(0, +) == 197)
  }

  @Test("a regional record: six elements, hour and sixty minutes of rain, UTC, ends of periods")
  func regional() throws {
    var record = RegionalRecord()
    record.fields = [
      1: "123", 2: "034", 3: "125", 4: "030", 13: "0036", 14: "0253", 19: "087", 24: "09765",
    ]
    record.minutes = String(repeating: "03", count: 12) + String(repeating: "00", count: 48)
    let result = try stations(record.text + "NNNN\r\n")
    #expect(result.format == .cmaRegional)
    #expect(result.refusalCount == 0 && result.notes.isEmpty)
    let end = try time("2024-07-09T12:00Z")
    #expect(result.one("A8290", .rain, 3600)?.tenths == 36)
    #expect(result.one("A8290", .rain, 3600)?.period.end == end)
    let minutes = result.readings.filter { $0.period.seconds == 60 }
    #expect(minutes.count == 60)
    #expect(minutes.first?.period.end == end - 59 * 60 && minutes.last?.period.end == end)
    #expect(minutes.reduce(0) { $0 + ($1.tenths ?? 0) } == 36)
    #expect(minutes.prefix(12).allSatisfy { $0.tenths == 3 })
    #expect(result.one("A8290", .temperature, 0)?.tenths == 253)
    #expect(result.one("A8290", .humidity, 0)?.tenths == 870)
    #expect(result.one("A8290", .pressure, 0)?.tenths == 9765)
    #expect(result.one("A8290", .windDirection, 120)?.tenths == 1230)
    #expect(result.one("A8290", .windSpeed, 120)?.tenths == 34)
    #expect(result.one("A8290", .windDirection, 600)?.tenths == 1250)
    #expect(result.one("A8290", .windSpeed, 600)?.tenths == 30)
    let place = try #require(result.places.first?.place)
    #expect(abs(place.latitude - (28 + 56 / 60 + 30 / 3600)) < 1e-9)
    #expect(abs(place.longitude - (106 + 39.0 / 60 + 12.0 / 3600)) < 1e-9)
    #expect(result.assumptions.contains("times are UTC"))
  }

  @Test("zero, trace, missing, no sensor and failed stay five things")
  func marks() throws {
    var all = ""
    for (id, rain) in [
      ("A0001", "0000"), ("A0002", ",,,,"), ("A0003", "////"), ("A0004", "----"), ("A0005", "00x1"),
    ] {
      var record = RegionalRecord()
      record.id = id
      record.fields[13] = rain
      all += record.text
    }
    let result = try stations(all + "NNNN")
    let rain = ["A0001", "A0002", "A0003", "A0004", "A0005"].compactMap {
      result.one($0, .rain, 3600)
    }
    #expect(rain.map(\.tenths) == [0, 0, nil, nil, nil])
    #expect(rain.map(\.isTrace) == [false, true, false, false, false])
    #expect(rain.map(\.quality) == [.unchecked, .unchecked, .missing, .notInstalled, .wrong])
    #expect(result.refusals.map(\.code) == ["bad_field"])
    #expect(result.refusals.first?.location?.line == 14)
  }

  @Test("three- and four-line stations mix; minus is a first digit 1; calm has a direction of 0")
  func mixed() throws {
    var first = RegionalRecord()
    first.fields[14] = "1140"
    first.fourth = String(repeating: "/", count: 134)
    var second = RegionalRecord()
    second.id = "a8279"
    second.correction = "CCB"
    second.fields = [1: "PPC", 2: "000", 13: "0012"]
    let result = try stations(first.text + second.text + "NNNN\n")
    #expect(result.one("A8290", .temperature, 0)?.tenths == -140)
    #expect(result.one("A8279", .rain, 3600)?.correction == 2)
    #expect(result.one("A8279", .windDirection, 120)?.tenths == 0)
    #expect(result.refusalCount == 0)
  }

  @Test("minutes of an unfinished hour are those of the clock hour, or the last sixty where stated")
  func minuteOrder() throws {
    var record = RegionalRecord()
    record.time = "20240709123000"
    record.fields[13] = "0009"
    record.minutes =
      String(repeating: "03", count: 3) + String(repeating: "00", count: 27)
      + String(repeating: "//", count: 30)
    let clock = try stations(record.text + "NNNN")
    let minutes = clock.readings.filter { $0.element == .rain && $0.period.seconds == 60 }
    #expect(minutes.count == 30)
    #expect(minutes.first?.period.end.iso8601 == "2024-07-09T12:01:00Z")
    #expect(clock.one("A8290", .rain, 1800)?.tenths == 9)
    let rolling = try stations(record.text + "NNNN") { $0.layout.minuteOrder = .rolling }
    let last = rolling.readings.filter { $0.element == .rain && $0.period.seconds == 60 }
    #expect(last.count == 60)
    #expect(last.first?.period.end.iso8601 == "2024-07-09T11:31:00Z")
    #expect(last.count { $0.tenths == nil } == 30)
  }

  @Test(
    "the correction in a file's name counts where the record has none, the higher of the two else")
  func nameCorrection() throws {
    var record = RegionalRecord()
    let name = "Z_SURF_I_A8290-REG_20240709120000_O_AWS_FTM-CCB.txt"
    #expect(try stations(record.text + "NNNN", name).readings[0].correction == 2)
    record.correction = "CCC"
    #expect(try stations(record.text + "NNNN", name).readings[0].correction == 3)
    #expect(try stations(record.text + "NNNN").readings[0].correction == 3)
  }

  @Test("a bureau whose Z-files carry Beijing time states it")
  func zone() throws {
    let result = try stations(RegionalRecord().text + "NNNN") {
      $0.layout.zoneOffsetSeconds = 28_800
    }
    #expect(result.readings.first?.period.end.iso8601 == "2024-07-09T04:00:00Z")
    #expect(!result.assumptions.contains("times are UTC"))
  }

  @Test("a record that cannot be read costs itself; a cut file is told")
  func damaged() throws {
    var second = RegionalRecord()
    second.id = "A8279"
    second.time = "20241309120000"
    var third = RegionalRecord()
    third.id = "A8280"
    third.fields[13] = "0020"
    third.minutes = "0000"
    let result = try stations(RegionalRecord().text + second.text + third.text)
    #expect(Set(result.readings.map(\.station)) == ["A8290", "A8280"])
    #expect(result.one("A8280", .rain, 3600)?.tenths == 20)
    #expect(result.refusals.map(\.code) == ["bad_record", "bad_minutes"])
    #expect(result.notes.map(\.code) == ["no_end"])
  }

  private let national = """
    57612 20240709120000 290000 1063900 04747 04756 4 111 000
    PP 09562 10045 0012 /034 09571 0105 09558 0930
    TH 0253 0301 0712 0221 2315 /012 0301 0221 0215 080 065 0712 256
    RE 00036 00041 00052 00098 ,,,,, ///// // ////
    WI 123 034 125 030 130 067 1105 120 045 128 089 1104
    MR \(String(repeating: "03", count: 12))\(String(repeating: "00", count: 48))=
    NNNN
    """

  @Test("a national record in sections, by the order that its description says it assumes")
  func nationalRecord() throws {
    let result = try stations(national, "Z_SURF_I_57612_20240709120000_O_AWS_FTM-CCA.txt")
    #expect(result.format == .cmaNational)
    #expect(result.of("57612", .pressure).map(\.tenths) == [9562])
    #expect(result.of("57612", .temperature).map(\.tenths) == [253])
    #expect(result.of("57612", .humidity).map(\.tenths) == [800])
    let rain = result.of("57612", .rain).filter { $0.period.seconds >= 3600 }
    #expect(rain.map(\.tenths) == [36, 41, 52, 98, 0])
    #expect(rain.map { $0.period.seconds / 3600 } == [1, 3, 6, 12, 24])
    #expect(rain.last?.isTrace == true)
    #expect(result.readings.count { $0.period.seconds == 60 } == 60)
    #expect(result.of("57612", .windDirection).map(\.tenths) == [1230, 1250])
    #expect(result.readings.allSatisfy { $0.correction == 1 })
    #expect(result.assumptions.contains { $0.contains("no public text") })
  }

  /// A report of 234 characters as `RegionalRainFile` describes it, broken into lines.
  private func rainReport(
    time: String, hour: String, day: String, minutes: String, quality: String, mark: String = "000"
  ) -> String {
    let report =
      "A8290" + "285630" + "1063912" + "03456" + mark + time + hour + day + minutes + "XX" + "0"
      + "1"
      + quality
    return report.prefix(100) + "\r\n " + report.dropFirst(100) + "=\r\n"
  }

  @Test("quality-checked regional rain: hour, day and sixty minutes, each with its own quality")
  func rainFile() throws {
    let minutes = String(repeating: "00", count: 57) + "//,,12"
    let quality = String(repeating: "0", count: 57) + "891"
    let text = rainReport(
      time: "20240709120000", hour: "00012", day: "00345", minutes: minutes, quality: quality)
    let result = try stations(text + "NNNN\r\n")
    #expect(result.format == .cmaRain)
    #expect(result.one("A8290", .rain, 3600)?.tenths == 12)
    #expect(result.one("A8290", .rain, 3600)?.quality == .correct)
    // 12:00 UTC is 20:00 Beijing time: a whole day.
    #expect(result.one("A8290", .rain, 86_400)?.tenths == 345)
    #expect(result.one("A8290", .rain, 86_400)?.quality == .suspect)
    let last = result.of("A8290", .rain).filter { $0.period.seconds == 60 }.suffix(3)
    #expect(last.map(\.tenths) == [nil, 0, 12])
    #expect(last.map(\.isTrace) == [false, true, false])
    #expect(last.map(\.quality) == [.missing, .unchecked, .suspect])
    let morning = try stations(text + "NNNN") { $0.layout.rainDay = .eight }
    #expect(morning.one("A8290", .rain, 43_200)?.tenths == 345)
  }

  @Test("a report of another length is refused with its place, the others are read")
  func rainDamage() throws {
    let good = rainReport(
      time: "20240709120000", hour: "00012", day: "/////",
      minutes: String(repeating: "00", count: 60), quality: String(repeating: "9", count: 60),
      mark: "CCA")
    let result = try stations(good + "A8291 short=\n" + good.replacing("A8290", with: "A8292"))
    #expect(Set(result.readings.map(\.station)) == ["A8290", "A8292"])
    #expect(result.readings.allSatisfy { $0.correction == 1 })
    #expect(result.one("A8290", .rain, 86_400)?.quality == .missing)
    #expect(result.refusals.map(\.code) == ["bad_record"])
    #expect(result.refusals.first?.location?.line == 3)
    #expect(result.notes.map(\.code) == ["no_end"])
  }

  @Test("a short A-file month: days end at 20:00, totals and hours, a section of another shape")
  func monthly() throws {
    let day = (0..<24).map { padded($0, 4) }.joined(separator: " ")
    let text = """
      57612 2900N 10639E 004747 004756 105 000 S12 1111 1 2024 02
      TB
      \(Array(repeating: day + ".", count: 28).joined(separator: "\n"))
      -012 \(day.dropFirst(5))=
      R6
      \(Array(repeating: "0000 ,,,, 0001", count: 28).joined(separator: "\n"))
      //// 0000 ////=
      \(Array(repeating: day + ".", count: 28).joined(separator: "\n"))
      \(day)=
      UB
      %% 55
      """
    let result = try stations(text)
    #expect(result.format == .cmaMonthly)
    #expect(result.of("57612", .temperature).count == 29 * 24)
    let last = result.of("57612", .temperature)[28 * 24]
    #expect(last.tenths == -12)
    #expect(last.period.end.iso8601 == "2024-02-28T13:00:00Z")
    #expect(result.of("57612", .rain).count == 29 * 24 + 29 * 3)
    let daily = result.of("57612", .rain).filter { $0.period.seconds == 86_400 }
    #expect(daily.map(\.tenths) == Array(repeating: 1, count: 28) + [nil])
    #expect(result.refusals.map(\.code) == ["bad_day"])
  }

  @Test("a direction of twenty digits in an A-file is a failed value, not the end of the program")
  func longDirection() throws {
    for digits in [15, 16, 18, 19, 40] {
      let number = String(repeating: "9", count: digits)
      let text = """
        57612 2900N 10639E 004747 004756 105 000 S12 1111 1 2024 02
        FN
        \(number)034 \(Array(repeating: "123034", count: 23).joined(separator: " ")).
        """
      let month = try stations(text).of("57612", .windDirection)
      #expect(month.map(\.tenths) == [nil] + Array(repeating: 1230, count: 23))
      #expect(month.first?.quality == .wrong)
      let record = try stations(national.replacing("WI 123", with: "WI \(number)"))
      let wind = record.of("57612", .windDirection)
      #expect(wind.map(\.tenths) == [nil, 1250] && wind.first?.quality == .wrong)
    }
  }

  /// A bundle of a centre's stations, for measuring.
  static func bundle(stations: Int, hours: Int) -> String {
    var text = ""
    for hour in 0..<hours {
      for station in 0..<stations {
        var record = RegionalRecord()
        record.id = "A\(padded(station, 4))"
        record.time = "202407091\(hour)0000"
        record.fields = [
          1: "123", 2: "034", 3: "125", 4: "030", 13: "0036", 14: "0253", 19: "087", 24: "09765",
        ]
        record.minutes = String(repeating: "03", count: 12) + String(repeating: "00", count: 48)
        text += record.text
      }
    }
    return text + "NNNN\r\n"
  }
}
