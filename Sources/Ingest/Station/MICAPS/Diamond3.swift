import Hydromet

/// MICAPS diamond 3: stations with one element.
///
/// `diamond 3 text`, year month day hour level, the number of contours and their values, smoothing,
/// bold, the number of border points and their places, the number of elements and of stations, then
/// for each station id, longitude, latitude, altitude and the elements, of which the first is read.
/// 9999 and its kin (99999, -9999) are missing.
///
/// Level −1 is rain of 6 hours, −2 of 24 hours, −3 temperature; any other level needs
/// `layout: {element}`, and rain then has the feed's step. In doubt and settable: the zone (Beijing
/// time), 0.0 in rain (dry). The definition of MICAPS 3.2 calls 0.0 a trace; real files write it for
/// no rain.
enum Diamond3 {
  private static let stationLimit = 2_000_000

  static func read(
    _ bytes: [UInt8], file: String, statement: StationStatement
  ) throws(Fault) -> StationFile.Result {
    var words = DiamondWords(bytes, file: file)
    let end = try words.time(statement)
    let level = try words.number("the level")
    for (what, width) in [("contours", 1), ("border points", 2)] {
      let count = try words.whole("the number of \(what)", 0...100_000)
      for _ in 0..<(count * width) { _ = try words.number("one of the \(what)") }
      if what == "contours" {
        _ = try words.number("the smoothing")
        _ = try words.number("the bold contour")
      }
    }
    let elements = try words.whole("the number of elements", 1...100)
    let count = try words.whole("the number of stations", 0...stationLimit)
    var collector = ReadingCollector(file: file)
    let (element, seconds) = try meaning(level, statement, file, &collector)
    if statement.layout.zoneOffsetSeconds == nil { collector.assume("times are Beijing time") }
    if element == .rain { collector.assume("0.0 mm is \(statement.layout.zeroRain.rawValue)") }
    var record: [Range<Int>] = []
    for number in 0..<count {
      guard
        words.nextRecord(&record, width: 4 + elements, number: number, of: count, &collector)
      else { break }
      guard let station = words.station(of: record, &collector) else { continue }
      words.add(
        record[4], element, station: station, end: end, seconds: seconds, statement, &collector)
    }
    return try collector.finish(.diamond3, locate: words.text.locator())
  }

  /// What the level says that the values are.
  private static func meaning(
    _ level: Double, _ statement: StationStatement, _ file: String,
    _ collector: inout ReadingCollector
  ) throws(Fault) -> (Element, Int) {
    switch level {
    case -1: return (.rain, 21_600)
    case -2: return (.rain, 86_400)
    case -3: return (.temperature, 0)
    default: break
    }
    guard let element = statement.layout.element else {
      throw Fault(
        "unknown_element", at: .init(file, line: 2, item: "level"),
        "level \(level) does not say what the values are",
        remedy: "state layout: {element: rain} of the feed")
    }
    guard element == .rain else { return (element, 0) }
    guard let step = statement.stepSeconds else {
      throw Fault(
        "unknown_period", at: .init(file, line: 2, item: "level"),
        "level \(level) does not say over which time the rain fell",
        remedy: "state the step of the feed, or give --step")
    }
    collector.assume("the rain is that of the feed's step")
    return (.rain, step)
  }
}
