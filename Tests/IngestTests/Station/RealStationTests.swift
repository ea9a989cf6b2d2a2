import Foundation
import Hydromet
import Ingest
import Testing

/// Compared with what public decoders read: ecCodes 2.28 (`bufr_dump`), pymetdecoder 0.2.2, the
/// converted workbook of the A-file, and counts of Python over the bare numbers.
@Suite(
  "Real station files",
  .enabled(if: StationSamples.isPresent, Comment(rawValue: StationSamples.absence)))
struct RealStationTests {
  @Test("ten BUFR files hold the temperature, pressure and rain that ecCodes' own tool prints")
  func bufr() throws {
    let rows = try StationSamples.facts("bufr_decoded.csv")
    #expect(rows.count == 10)
    for row in rows {
      let name = try #require(row["file"])
      let result = try StationFile.read(path: StationSamples.path(name))
      #expect(result.format == .bufr)
      let station = try #require(result.readings.first?.station)
      let kelvin = try #require(row["temp_K"].flatMap { Double($0) })
      let pascal = try #require(row["pressure_Pa"].flatMap { Double($0) })
      #expect(
        result.one(station, .temperature, 0)?.tenths == Int32((kelvin * 10 - 2731.5).rounded()))
      #expect(result.one(station, .pressure, 0)?.tenths == Int32((pascal / 10).rounded()))
      let rain = result.of(station, .rain).filter { $0.tenths != nil }
      #expect(rain.allSatisfy { $0.tenths == 0 && !$0.isTrace })
      #expect(result.one(station, .rain, 86_400)?.tenths == nil)
      #expect(result.one(station, .rain, 86_400)?.quality == .missing)
      if name.contains("campbell") {
        #expect(station.hasPrefix("0-454-2-AWS"))
        #expect(rain.map(\.period.seconds) == [3600])
        #expect(rain.first?.period.end.iso8601 == "2021-11-18T09:55:00Z")
      } else {
        #expect(name.hasSuffix("/\(station).bin"))
        #expect(rain.map(\.period.seconds) == [10_800, 21_600])
        #expect(rain.first?.period.end.iso8601 == "2022-03-21T12:00:00Z")
      }
      let place = try #require(result.places.first?.place)
      #expect(row["lat"].flatMap { Double($0) }.map { abs($0 - place.latitude) < 1e-4 } == true)
      #expect(row["lon"].flatMap { Double($0) }.map { abs($0 - place.longitude) < 1e-4 } == true)
    }
  }

  @Test("a Campbell table and the BUFR that was made of it say the same to the resolution of BUFR")
  func campbell() throws {
    let tables = StationSamples.files("aws/campbell-toa5", ".csv")
    let messages = StationSamples.files("aws/campbell-toa5/bufr", ".bufr")
    #expect(tables.count == 4 && messages.count == 4)
    for (table, message) in zip(tables, messages) {
      let a = try StationFile.read(path: table)
      let b = try StationFile.read(path: message)
      #expect(a.format == .toa5)
      let station = try #require(a.readings.first?.station)
      #expect(b.readings.first?.station == station)
      // BUFR: whole percent and degrees, 10 Pa, 0.1 m/s.
      let tolerance: [Element: Int32] = [
        .rain: 0, .temperature: 0, .humidity: 5, .pressure: 1, .windDirection: 5,
      ]
      for (element, tenths) in tolerance {
        let seconds = element == .rain ? 3600 : element == .windDirection ? 600 : 0
        let x = try #require(a.one(station, element, seconds)?.tenths)
        let y = try #require(b.one(station, element, seconds)?.tenths)
        #expect(abs(x - y) <= tolerance[element] ?? tenths, "\(station) \(element)")
      }
      #expect(a.readings.map(\.period.end) == a.readings.map { _ in b.readings[0].period.end })
      #expect(a.assumptions.contains { $0.contains("UTC") })
      #expect(
        a.assumptions.contains { $0.contains("BP says no unit and its values can only be Pa") })
    }
  }

  @Test("the bulletins' sums are those of pymetdecoder, 708 values of 8 files without a difference")
  func synop() throws {
    let files =
      StationSamples.files("aws/synop-text", ".txt")
      + StationSamples.files("aws/synop-text/with-bufr", ".txt")
    #expect(files.count == 8)
    var sums: [String: Int] = [:]
    for file in files {
      let result = try StationFile.read(path: file)
      #expect(result.format == .synop)
      for reading in result.readings {
        let key = "\(reading.element.rawValue) \(TimeSpan(seconds: reading.period.seconds).text)"
        sums[key, default: 0] += Int(reading.tenths ?? 0)
      }
    }
    #expect(sums["temperature 0h"] == 8650)
    #expect(sums["pressure 0h"] == 1_135_040)
    #expect(sums["wind_speed 10min"] == 5700)
    #expect(sums["wind_direction 10min"] == 186_800)
    #expect(sums["rain 3h"] == 242 && sums["rain 6h"] == 256 && sums["rain 12h"] == 278)
  }

  @Test("a bulletin and the BUFR that synop2bufr made of six of its stations say the same")
  func synopAndBUFR() throws {
    let folder = "aws/synop-text/with-bufr"
    let bulletin = try StationFile.read(
      path: try #require(StationSamples.files(folder, ".txt").first))
    var compared = 0
    for file in StationSamples.files(folder, ".bin") {
      for reading in try StationFile.read(path: file).readings {
        guard let tenths = reading.tenths else { continue }
        let own = try #require(
          bulletin.readings.first {
            $0.station == reading.station && $0.element == reading.element
              && $0.period == reading.period
          })
        // Both derive the humidity from the dew point, each by its own formula.
        let tolerance: Int32 = reading.element == .humidity ? 10 : 0
        #expect(abs(try #require(own.tenths) - tenths) <= tolerance, "\(reading)")
        #expect(own.isTrace == reading.isTrace)
        compared += 1
      }
    }
    #expect(compared == 42)
  }

  @Test("the rain of every SYNOP report is the one that pymetdecoder reads")
  func synopRain() throws {
    let rows = try StationSamples.facts("synop_decoded.csv")
    var compared = 0
    for (file, own) in Dictionary(grouping: rows, by: { $0["file"] ?? "" }) {
      let result = try StationFile.read(path: StationSamples.path(file))
      for row in own {
        let station = try #require(row["station"])
        if let celsius = row["temp_C"].flatMap({ Double($0) }) {
          #expect(
            result.one(station, .temperature, 0)?.tenths == Int32((celsius * 10).rounded()))
          compared += 1
        }
        for name in ["precip_section1", "precip_section3"] {
          guard let group = row[name], let amount = number("amount", group),
            let hours = number("time_before_obs", group)
          else { continue }
          let reading = try #require(result.one(station, .rain, Int(hours) * 3600))
          #expect(reading.tenths == Int32((amount * 10).rounded()))
          #expect(reading.isTrace == group.contains("true"))
          compared += 1
        }
      }
    }
    #expect(compared > 300)
  }

  private func number(_ name: String, _ group: String) -> Double? {
    guard let start = group.range(of: "\(name): ") else { return nil }
    return Double(group[start.upperBound...].prefix { $0.isNumber || $0 == "." })
  }

  @Test("a month of hours of an A-file is the converted workbook's; a hole is missing, not dry")
  func monthly() throws {
    let result = try StationFile.read(
      path: StationSamples.path("aws/cma-a-file/A58237-202111.TXT"))
    #expect(result.format == .cmaMonthly && result.refusalCount == 0)
    let rows = try StationSamples.facts("cma_a_file_58237_202111_hourly_precip_mm.csv")
    #expect(rows.count == 30)
    var hours = 0
    for row in rows {
      let day = try #require(row["local_day_ending_20h"])
      let dayEnd = try time("\(day)T20:00:00+08:00")
      for (index, hour) in ((21...24).map { $0 } + (1...20).map { $0 }).enumerated() {
        let reading = try #require(
          result.readings.first {
            $0.element == .rain && $0.period.seconds == 3600
              && $0.period.end == dayEnd - (23 - index) * 3600
          })
        try expect(reading, row["h\(padded(hour, 2))"])
        hours += 1
      }
      for (name, end, seconds) in [
        ("r_20_08", dayEnd - 43_200, 43_200), ("r_08_20", dayEnd, 43_200),
        ("r_20_20", dayEnd, 86_400),
      ] {
        let reading = try #require(
          result.readings.first {
            $0.element == .rain && $0.period == Period(end: end, seconds: seconds)
          })
        try expect(reading, row[name])
      }
    }
    #expect(hours == 720)
    #expect(result.of("58237", .rain).count { $0.tenths == nil } == 5)
    #expect(result.of("58237", .temperature).count == 720)
    // By hand from the file: 21:00 on 31 October, the first value of the first day.
    #expect(result.of("58237", .temperature).first?.tenths == 118)
    #expect(result.of("58237", .pressure).first?.tenths == 10_014)
    #expect(result.of("58237", .humidity).first?.tenths == 750)
    #expect(result.of("58237", .windDirection).first?.tenths == 290)
    #expect(result.of("58237", .windSpeed).first?.tenths == 14)
    #expect(result.readings.allSatisfy { $0.quality == .correct || $0.tenths == nil })
  }

  private func expect(_ reading: GaugeReading, _ fact: String?) throws {
    let fact = try #require(fact)
    switch fact {
    case "trace": #expect(reading.isTrace && reading.tenths == 0)
    case "", "missing", "NA": #expect(reading.tenths == nil && reading.quality == .missing)
    default:
      let tenths = try #require(Double(fact)).rounded(toTenths: ())
      #expect(reading.tenths == tenths && !reading.isTrace, "\(reading.period)")
    }
  }

  @Test("the month's hours, half days and days agree; a day with a hole is no contradiction")
  func monthlyConsistency() throws {
    let result = try StationFile.read(
      path: StationSamples.path("aws/cma-a-file/A58237-202111.TXT"))
    let rain = result.of("58237", .rain)
    #expect(RainConsistency.contradictions(in: rain).isEmpty)
    // 7 November: 35.2 mm. One hour written ten times too large is found in its half day.
    let wrong = rain.map { reading in
      reading.period.seconds == 3600 && reading.tenths == 54
        ? GaugeReading(
          station: reading.station, element: .rain, period: reading.period, tenths: 540) : reading
    }
    let found = RainConsistency.contradictions(in: wrong)
    #expect(found.map(\.total.period.seconds) == [43_200])
    #expect(found.first?.isComplete == true)
  }

  @Test("22 rows of a CIMISS reply: what is not installed is not missing, what is wrong stays so")
  func cimiss() throws {
    let result = try StationFile.read(
      path: StationSamples.path("aws/cimiss-xml/SURF_CHN_MAIN_MIN_20180901160000_excerpt.xml"))
    #expect(result.format == .musicXML)
    #expect(Set(result.readings.map(\.station)).count == 22)
    let warm = result.readings.filter { $0.element == .temperature }
    #expect(warm.reduce(0) { $0 + Int($1.tenths ?? 0) } == 5073)
    let pressure = result.readings.filter { $0.element == .pressure }
    #expect(pressure.reduce(0) { $0 + Int($1.tenths ?? 0) } == 81_194)
    #expect(pressure.count { $0.quality == .notInstalled && $0.tenths == nil } == 13)
    #expect(pressure.count { $0.quality == .wrong && $0.tenths != nil } == 1)
    let wind = result.readings.filter { $0.element == .windDirection }
    #expect(wind.allSatisfy { $0.period.seconds == 60 })
    #expect(wind.reduce(0) { $0 + Int($1.tenths ?? 0) } == 36_920)
    #expect(result.readings.allSatisfy { $0.period.end.iso8601 == "2018-09-01T16:00:00Z" })
    #expect(result.notes.map(\.code) == ["row_count"])
    #expect(result.readings.contains { $0.station == "C4002" })
  }

  @Test(
    "a MICAPS plot of 6501 reports: 5052 stations; what its reports dispute is left out and told")
  func diamond1() throws {
    let result = try StationFile.read(
      path: StationSamples.path("aws/micaps/diamond1_20020402.000"))
    #expect(result.format == .diamond1)
    let by = Dictionary(grouping: result.readings, by: \.element)
    #expect(Set(result.readings.map(\.station)).count == 5052)
    #expect(by[.windDirection]?.count == 5044 && sum(by[.windDirection]) == 8_659_510)
    #expect(by[.windSpeed]?.count == 5043 && sum(by[.windSpeed]) == 134_560)
    #expect(by[.temperature]?.count == 5044 && sum(by[.temperature]) == 65_894)
    #expect(by[.temperature]?.count { $0.tenths == nil } == 41)
    #expect(by[.rain]?.count == 5052 && sum(by[.rain]) == 4538)
    #expect(by[.rain]?.count { $0.isTrace } == 25)
    #expect(by[.rain]?.count { $0.tenths == nil } == 4847)
    #expect(result.readings.allSatisfy { $0.period.end.iso8601 == "2020-02-03T18:00:00Z" })
    #expect(result.refusals.allSatisfy { $0.code == "contradicting_rows" })
  }

  private func sum(_ readings: [GaugeReading]?) -> Int {
    (readings ?? []).reduce(0) { $0 + Int($1.tenths ?? 0) }
  }

  @Test("the station lists of MICAPS hold 2411 and 19469 stations where they stand")
  func diamond3() throws {
    for (name, count) in [("sta2411_alt", 2411), ("station_1w_plus_1w", 19_469)] {
      let result = try StationFile.read(path: StationSamples.path("aws/micaps/\(name).txt"))
      #expect(result.format == .diamond3)
      #expect(result.readings.count == count)
      #expect(result.places.count == count)
      let qijiang = try #require(result.places.first { $0.station == "57612" }?.place)
      #expect(abs(qijiang.longitude - 106.65) < 0.01 && abs(qijiang.latitude - 29) < 0.01)
    }
  }

  @Test("the WMO's list for automatic stations gives five lengths of rain and the six elements")
  func awsList() throws {
    let result = try StationFile.read(path: StationSamples.path("aws/wis2box-csv/aws-example.csv"))
    #expect(result.format == .awsList)
    #expect(Set(result.readings.map(\.station)) == ["60351", "60355", "60360"])
    #expect(
      result.of("60351", .rain).map { [$0.period.seconds / 3600, Int($0.tenths ?? -1)] }
        == [[1, 47], [3, 53], [6, 79], [12, 95], [24, 114]])
    #expect(result.one("60351", .temperature, 0)?.tenths == 250)
    #expect(result.one("60351", .pressure, 0)?.tenths == 10_094)
    #expect(result.one("60351", .humidity, 0)?.tenths == 800)
    #expect(result.one("60351", .windDirection, 600)?.tenths == 300)
    #expect(result.one("60351", .windSpeed, 600)?.tenths == 30)
  }

  @Test("1142 German gauges in one table add up to what Python adds up")
  func germanGauges() throws {
    let statement = StationStatement(zoneOffsetSeconds: 0, stepSeconds: 3600, units: ["rain": "mm"])
    let result = try StationFile.read(
      path: StationSamples.path("radar/dwd-ry-20210823/radolan_rain_gauge_data.csv"),
      statement: statement)
    #expect(result.readings.count == 1142 && result.places.count == 1142)
    #expect(result.readings.reduce(0) { $0 + Int($1.tenths ?? 0) } == 3322)
    #expect(result.readings.allSatisfy { $0.period.end.iso8601 == "2021-08-23T09:50:00Z" })
  }

  @Test("a personal station's table without a station column is read by what the feed states")
  func personal() throws {
    var statement = StationStatement(
      zoneOffsetSeconds: 0, stepSeconds: 300, units: ["rain": "mm"], columns: ["rain": "ams1"])
    statement.station = "ams1"
    let result = try StationFile.read(
      path: StationSamples.path("gauges/ams-pws-csv/ams1.csv"), statement: statement)
    #expect(Set(result.readings.map(\.station)) == ["ams1"])
    #expect(result.readings.allSatisfy { $0.period.seconds == 300 })
    #expect(result.readings.first?.period.end.iso8601 == "2016-05-01T00:05:00Z")
  }
}

extension Double {
  fileprivate func rounded(toTenths _: Void) -> Int32 { Int32((self * 10).rounded()) }
}
