import Formats
import Hydromet

/// MICAPS 4 binary stations (`mdfs`), little-endian.
///
/// 288 bytes: `mdfs`, type (2), description (100), level (float 4), text of the level (50), year,
/// month, day, hour, minute, second, zone in hours (7 × 4), reserved (100). Then the number of stations
/// (4) and of elements (2), for each element its id and type (2 + 2), and for each station id (4),
/// longitude and latitude (floats), the number of its values (2) and the values, each behind its
/// element's id (2). Types: 1 one byte, 2 two, 3 four, 4 eight bytes, 5 float, 6 double, 7 text.
///
/// Element ids: 1001 rain of the feed's step, 1003, 1005, 1007, 1009, 1011 rain of 1, 3, 6, 12, 24 h,
/// 1015 and 1017 of 12, 1019 and 1021 of 24 hours that end at the header's time, 209 to 215 wind of 2
/// and 10 minutes, 407 station pressure, 601 temperature, 805 humidity. An even id is the quality of
/// the id before it. 9999 and beyond is missing. The ids of rain are those of a public document of
/// MICAPS 4; those of the other elements and the numbers of the types follow public readers and are
/// said as an assumption. Station ids of six digits stand for a letter and four digits.
enum MDFSStations {
  private static let stationLimit = 2_000_000

  private static let elements: [Int: (element: Element, seconds: Int?)] = [
    1001: (.rain, nil), 1003: (.rain, 3600), 1005: (.rain, 10_800), 1007: (.rain, 21_600),
    1009: (.rain, 43_200), 1011: (.rain, 86_400), 1015: (.rain, 43_200), 1017: (.rain, 43_200),
    1019: (.rain, 86_400), 1021: (.rain, 86_400), 209: (.windDirection, 120),
    211: (.windSpeed, 120), 213: (.windDirection, 600), 215: (.windSpeed, 600), 407: (.pressure, 0),
    601: (.temperature, 0), 805: (.humidity, 0),
  ]

  static func read(
    _ bytes: [UInt8], file: String, statement: StationStatement
  ) throws(Fault) -> StationFile.Result {
    var reader = LittleEndianReader(bytes, file: file)
    let type = try reader.header()
    guard type != 4, type != 11 else {
      throw Fault(
        "not_stations", at: .init(file, item: "byte 4"),
        "type \(type) is a grid, a station file is expected",
        remedy: "give it to a feed of kind: grid")
    }
    let end = try reader.time(statement)
    let stations = try reader.count(4, "stations", 0...stationLimit, at: 288)
    let kinds = try reader.count(2, "elements", 0...10_000, at: 292)
    var types: [Int: Int] = [:]
    for _ in 0..<kinds { types[try reader.whole(2)] = try reader.whole(2) }
    var collector = ReadingCollector(file: file)
    collector.assume("ids of wind, pressure, temperature and humidity are those of public readers")
    for _ in 0..<stations {
      let place = reader.position
      do throws(Fault) {
        try take(&reader, types, end, statement, &collector)
      } catch {
        collector.refuse(error.code, at: place, error.problem, remedy: error.remedy)
        break
      }
    }
    return try collector.finish(.mdfs) { Fault.Location(file, item: "byte \($0)") }
  }

  private static func take(
    _ reader: inout LittleEndianReader, _ types: [Int: Int], _ end: Timestamp,
    _ statement: StationStatement, _ collector: inout ReadingCollector
  ) throws(Fault) {
    let place = reader.position
    let number = try reader.whole(4)
    let (x, y) = (try reader.float(4), try reader.float(4))
    let count = try reader.whole(2)
    guard (0...10_000).contains(count) else {
      throw reader.broken("station \(number) has \(count) values")
    }
    var values: [(id: Int, value: Double)] = []
    for _ in 0..<count {
      let id = try reader.whole(2)
      guard let type = types[id] else {
        throw reader.broken("station \(number) has a value of element \(id), which is not listed")
      }
      if let value = try reader.value(type) { values.append((id, value)) }
    }
    guard let station = collector.station(StationID.decoded(cmaNumber: number)) else {
      collector.refuse(
        "bad_station", at: place, "\(number) is no station", remedy: "fetch the file again")
      return
    }
    collector.stand(station, longitude: x, latitude: y)
    for (id, value) in values {
      guard let meaning = elements[id] else { continue }
      let code = values.first { $0.id == id + 1 }.flatMap { Int(exactly: $0.value) }
      add(
        meaning.element, meaning.seconds ?? statement.stepSeconds, value,
        code.flatMap { QualityCode(rawValue: $0) } ?? .unchecked, station, end, place, &collector)
    }
  }

  private static func add(
    _ element: Element, _ seconds: Int?, _ value: Double, _ quality: QualityCode, _ station: Int,
    _ end: Timestamp, _ place: Int, _ collector: inout ReadingCollector
  ) {
    guard let seconds else {
      collector.refuse(
        "unknown_period", at: place, item: "rain", "element 1001 is rain of no stated length",
        remedy: "state the step of the feed")
      return
    }
    let field: FieldValue
    if !value.isFinite || value.magnitude > 1e7 {
      field = .failed
    } else if value >= 9999 || value <= -9999 {
      field = value == 999_990 && element == .rain ? .trace : .missing
    } else {
      field = .amount(binary: value * 10, of: element)
    }
    collector.add(
      station, element, end: end, seconds: seconds, field, quality: quality, at: place)
  }
}

/// Reads little-endian numbers from the front of bytes.
struct LittleEndianReader {
  private let bytes: [UInt8]
  private let file: String
  private(set) var position = 0

  init(_ bytes: [UInt8], file: String) {
    self.bytes = bytes
    self.file = file
  }

  func broken(_ problem: String) -> Fault {
    Fault(
      "bad_mdfs", at: .init(file, item: "byte \(position)"), problem, remedy: "fetch the file again"
    )
  }

  private mutating func bits(_ width: Int) throws(Fault) -> UInt64 {
    guard bytes.count - position >= width else { throw broken("the file is cut at its end") }
    var value: UInt64 = 0
    for i in 0..<width { value |= UInt64(bytes[position + i]) << UInt64(8 * i) }
    position += width
    return value
  }

  mutating func whole(_ width: Int) throws(Fault) -> Int {
    let value = try bits(width)
    switch width {
    case 1: return Int(Int8(truncatingIfNeeded: value))
    case 2: return Int(Int16(truncatingIfNeeded: value))
    case 4: return Int(Int32(truncatingIfNeeded: value))
    default: return Int(Int64(truncatingIfNeeded: value))
    }
  }

  mutating func float(_ width: Int) throws(Fault) -> Double {
    let value = try bits(width)
    return width == 4
      ? Double(Float(bitPattern: UInt32(truncatingIfNeeded: value))) : Double(bitPattern: value)
  }

  /// A value of a type; nil for texts, whose length stands in front of them in two bytes.
  mutating func value(_ type: Int) throws(Fault) -> Double? {
    switch type {
    case 1: return Double(try whole(1))
    case 2: return Double(try whole(2))
    case 3: return Double(try whole(4))
    case 4: return Double(try whole(8))
    case 5: return try float(4)
    case 6: return try float(8)
    case 7:
      let length = try whole(2)
      guard (0...bytes.count - position).contains(length) else {
        throw broken("a text of \(length) bytes is cut")
      }
      position += length
      return nil
    default: throw broken("\(type) is no type of a value")
    }
  }

  /// The type of the file; the position is behind the 150 bytes of texts and the level.
  mutating func header() throws(Fault) -> Int {
    guard bytes.starts(with: "mdfs".utf8), bytes.count >= 294 else {
      throw broken("the header of 294 bytes is cut")
    }
    position = 4
    let type = try whole(2)
    position = 160
    return type
  }

  mutating func time(_ statement: StationStatement) throws(Fault) -> Timestamp {
    var parts: [Int] = []
    for _ in 0..<7 { parts.append(try whole(4)) }
    let hours = (-12...14).contains(parts[6]) ? parts[6] : 8
    let zone = statement.layout.zoneOffsetSeconds ?? hours * 3600
    let moment = CivilTime(
      year: parts[0], month: parts[1], day: parts[2], hour: parts[3], minute: parts[4],
      second: parts[5]
    ).timestamp(offsetSeconds: zone)
    guard let moment else { throw broken("the header holds no time") }
    return moment
  }

  mutating func count(
    _ width: Int, _ what: String, _ range: ClosedRange<Int>, at place: Int
  ) throws(Fault) -> Int {
    position = place
    let count = try whole(width)
    guard range.contains(count) else { throw broken("the header says \(count) \(what)") }
    return count
  }
}
