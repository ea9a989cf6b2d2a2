import Hydromet

/// MICAPS diamond 1: plotted surface reports, 24 or 26 values a station.
///
/// `diamond 1 text`, year month day hour count, then a station each: id, longitude, latitude, altitude,
/// grade, cloud, wind direction, wind speed, sea level pressure, 3 h tendency, past weather 1 and 2,
/// rain of 6 hours, low cloud, its amount and height, dew point, visibility, weather, temperature,
/// middle cloud, high cloud, flag 1, flag 2 and, where the line of the station has 26 words, 24 h
/// changes of temperature and pressure. 9999 and its kin (99999, -9999) are missing.
///
/// Kept are wind, temperature and rain; the pressure is that of the sea level and is left out. In doubt
/// and settable: the zone (Beijing time; `layout: {zone}`), and 0.0 in rain (dry;
/// `layout: {zero_rain: trace}` as the definition of MICAPS 3.2 has it).
enum Diamond1 {
  private static let stationLimit = 500_000

  static func read(
    _ bytes: [UInt8], file: String, statement: StationStatement
  ) throws(Fault) -> StationFile.Result {
    var words = DiamondWords(bytes, file: file)
    let end = try words.time(statement)
    let count = try words.whole("the number of stations", 0...stationLimit)
    var collector = ReadingCollector(file: file)
    if statement.layout.zoneOffsetSeconds == nil { collector.assume("times are Beijing time") }
    collector.assume("0.0 mm is \(statement.layout.zeroRain.rawValue)")
    collector.assume("the wind is the mean of 10 minutes; sea level pressure is left out")
    var record: [Range<Int>] = []
    for number in 0..<count {
      guard words.nextRecord(&record, width: 24, number: number, of: count, &collector) else {
        break
      }
      if isWide(record, words) { for _ in 24..<26 { _ = words.next() } }
      take(record, words, end, statement, &collector)
    }
    return try collector.finish(.diamond1, locate: words.text.locator())
  }

  /// Whether a record of 24 words has 26: it stands on one line, and two more end that line. The
  /// flags, which are to say the same, are not asked.
  private static func isWide(_ record: [Range<Int>], _ words: DiamondWords) -> Bool {
    words.restOfLine(limit: 3) == 2
      && words.isOneLine(record[0].lowerBound..<record[23].upperBound)
  }

  private static func take(
    _ record: [Range<Int>], _ words: DiamondWords, _ end: Timestamp, _ statement: StationStatement,
    _ collector: inout ReadingCollector
  ) {
    guard let station = words.station(of: record, &collector) else { return }
    let fields: [(Int, Element, Int)] = [
      (6, .windDirection, 600), (7, .windSpeed, 600), (12, .rain, 21_600), (19, .temperature, 0),
    ]
    for (index, element, seconds) in fields {
      words.add(
        record[index], element, station: station, end: end, seconds: seconds, statement, &collector)
    }
  }
}
