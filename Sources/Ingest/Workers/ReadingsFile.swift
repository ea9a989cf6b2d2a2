import Foundation
public import Hydromet

/// Readings on their way from a worker to the service.
///
/// UTF-8 text, a reading a line, fields separated by tabs: station, element, end of the period
/// (seconds since 1970 UTC), its length (seconds), tenths or `-`, `t` for trace or `-`, quality code,
/// correction number.
/// The last line is `end`, a tab and the number of readings, so that a cut file is noticed.
public enum ReadingsFile {
  public static func write(
    _ readings: [GaugeReading], to path: String
  ) throws(Fault) -> DecodedReadings {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(min(readings.count * 48, 64 << 20))
    for reading in readings {
      guard !reading.station.isEmpty, !reading.station.utf8.contains(where: { $0 < 32 }) else {
        throw Fault(
          "bad_station_id", "the station id “\(reading.station)” has control characters",
          remedy: "check the columns of the station file")
      }
      append(reading, to: &bytes)
    }
    bytes += "end\t\(readings.count)\n".utf8
    do {
      try Data(bytes).write(to: URL(fileURLWithPath: path), options: .atomic)
    } catch {
      throw Fault(
        "unwritable_folder", at: .init(path), "the decoded readings cannot be written: \(error)",
        remedy: "free space on the disk, or check who may write there")
    }
    return DecodedReadings(path: path, count: readings.count)
  }

  private static func append(_ reading: GaugeReading, to bytes: inout [UInt8]) {
    let tab = UInt8(ascii: "\t")
    bytes += reading.station.utf8
    bytes.append(tab)
    bytes += reading.element.rawValue.utf8
    bytes.append(tab)
    append(reading.period.end.secondsSince1970, to: &bytes)
    bytes.append(tab)
    append(Int64(reading.period.seconds), to: &bytes)
    bytes.append(tab)
    if let tenths = reading.tenths {
      append(Int64(tenths), to: &bytes)
    } else {
      bytes.append(UInt8(ascii: "-"))
    }
    bytes += [tab, reading.isTrace ? UInt8(ascii: "t") : UInt8(ascii: "-"), tab]
    append(Int64(reading.quality.rawValue), to: &bytes)
    bytes.append(tab)
    append(Int64(reading.correction), to: &bytes)
    bytes.append(WireFormat.lineFeed)
  }

  /// The digits of a number.
  private static func append(_ number: Int64, to bytes: inout [UInt8]) {
    if number < 0 { bytes.append(UInt8(ascii: "-")) }
    let first = bytes.count
    var rest = number.magnitude
    repeat {
      bytes.append(48 + UInt8(rest % 10))
      rest /= 10
    } while rest > 0
    bytes[first...].reverse()
  }

  /// - Throws: `bad_readings_file`, with the line.
  public static func read(_ path: String) throws(Fault) -> [GaugeReading] {
    let data: Data
    do {
      data = try Data(contentsOf: URL(fileURLWithPath: path))
    } catch {
      throw broken(path, line: nil, "cannot be read")
    }
    let text = StationText([UInt8](data), file: path)
    var readings: [GaugeReading] = []
    var last: (field: Range<Int>, name: String)?
    var number = 0
    var start = 0
    while start < text.bytes.count {
      number += 1
      let end = text.endOfLine(from: start)
      guard end < text.bytes.count else { throw broken(path, line: number, "is cut") }
      let fields = fields(text, start..<end)
      start = end + 1
      if fields.count == 2, text.equals(fields[0], "end") {
        guard text.digits(fields[1]) == readings.count else {
          throw broken(path, line: number, "does not hold the readings that it says")
        }
        guard start == text.bytes.count else {
          throw broken(path, line: number, "goes on after its end")
        }
        return readings
      }
      guard let station = fields.first, !station.isEmpty else {
        throw broken(path, line: number, "has a line that is no reading")
      }
      if last.map({ text.bytes[$0.field] != text.bytes[station] }) ?? true {
        last = (station, text.string(station))
      }
      guard let reading = reading(text, fields, last?.name ?? "") else {
        throw broken(path, line: number, "has a line that is no reading")
      }
      readings.append(reading)
    }
    throw broken(path, line: number, "is cut")
  }

  /// Parts of a line between tabs, at most nine.
  private static func fields(_ text: StationText, _ line: Range<Int>) -> [Range<Int>] {
    var fields: [Range<Int>] = []
    fields.reserveCapacity(9)
    var start = line.lowerBound
    for i in line where text.bytes[i] == UInt8(ascii: "\t") && fields.count < 8 {
      fields.append(start..<i)
      start = i + 1
    }
    fields.append(start..<line.upperBound)
    return fields
  }

  private static let elements = Dictionary(
    uniqueKeysWithValues: Element.allCases.map { (Array($0.rawValue.utf8)[...], $0) })

  private static func reading(
    _ text: StationText, _ fields: [Range<Int>], _ station: String
  ) -> GaugeReading? {
    guard
      fields.count == 8, let element = elements[text.bytes[fields[1]]],
      let end = text.integer(fields[2]), let seconds = text.digits(fields[3]),
      let quality = text.digits(fields[6]).flatMap(QualityCode.init(rawValue:)),
      let correction = text.digits(fields[7])
    else { return nil }
    let isTrace = text.equals(fields[5], "t")
    guard isTrace || text.equals(fields[5], "-") else { return nil }
    let tenths = text.integer(fields[4]).flatMap { Int32(exactly: $0) }
    guard tenths != nil || text.equals(fields[4], "-") else { return nil }
    return GaugeReading(
      station: station, element: element,
      period: Period(end: Timestamp(secondsSince1970: Int64(end)), seconds: seconds),
      tenths: tenths, isTrace: isTrace, quality: quality, correction: correction)
  }

  private static func broken(_ path: String, line: Int?, _ clause: String) -> Fault {
    Fault(
      "bad_readings_file", at: .init(path, line: line), "a worker's readings file \(clause)",
      remedy: "read the original again; if it happens again, report it")
  }
}
