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
    var text = ""
    for reading in readings {
      guard !reading.station.isEmpty, !reading.station.utf8.contains(where: { $0 < 32 }) else {
        throw Fault(
          "bad_station_id", "the station id “\(reading.station)” has control characters",
          remedy: "check the columns of the station file")
      }
      text += "\(reading.station)\t\(reading.element.rawValue)\t"
      text += "\(reading.period.end.secondsSince1970)\t\(reading.period.seconds)\t"
      text += reading.tenths.map(String.init) ?? "-"
      text += reading.isTrace ? "\tt\t" : "\t-\t"
      text += "\(reading.quality.rawValue)\t\(reading.correction)\n"
    }
    text += "end\t\(readings.count)\n"
    do {
      try Data(text.utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
    } catch {
      throw Fault(
        "unwritable_folder", at: .init(path), "the decoded readings cannot be written: \(error)",
        remedy: "free space on the disk, or check who may write there")
    }
    return DecodedReadings(path: path, count: readings.count)
  }

  /// - Throws: `bad_readings_file`, with the line.
  public static func read(_ path: String) throws(Fault) -> [GaugeReading] {
    let data: Data
    do {
      data = try Data(contentsOf: URL(fileURLWithPath: path))
    } catch {
      throw broken(path, line: nil, "cannot be read")
    }
    var readings: [GaugeReading] = []
    var number = 0
    var isComplete = false
    for line in data.split(separator: WireFormat.lineFeed, omittingEmptySubsequences: false) {
      number += 1
      let fields = String(decoding: line, as: UTF8.self)
        .split(separator: "\t", omittingEmptySubsequences: false)
      if isComplete {
        guard line.isEmpty else { throw broken(path, line: number, "goes on after its end") }
      } else if fields.count == 2, fields[0] == "end" {
        guard Int(fields[1]) == readings.count else {
          throw broken(path, line: number, "holds \(readings.count) readings, not \(fields[1])")
        }
        isComplete = true
      } else {
        guard let reading = reading(fields) else {
          throw broken(path, line: number, "has a line that is no reading")
        }
        readings.append(reading)
      }
    }
    guard isComplete else { throw broken(path, line: number, "is cut") }
    return readings
  }

  private static func reading(_ fields: [Substring]) -> GaugeReading? {
    guard
      fields.count == 8, !fields[0].isEmpty, let element = Element(rawValue: String(fields[1])),
      let end = Int64(fields[2]), let seconds = Int(fields[3]), seconds >= 0,
      let quality = Int(fields[6]).flatMap(QualityCode.init(rawValue:)),
      let correction = Int(fields[7]), correction >= 0, fields[5] == "t" || fields[5] == "-"
    else { return nil }
    let tenths = Int32(fields[4])
    guard tenths != nil || fields[4] == "-" else { return nil }
    return GaugeReading(
      station: String(fields[0]), element: element,
      period: Period(end: Timestamp(secondsSince1970: end), seconds: seconds), tenths: tenths,
      isTrace: fields[5] == "t", quality: quality, correction: correction)
  }

  private static func broken(_ path: String, line: Int?, _ clause: String) -> Fault {
    Fault(
      "bad_readings_file", at: .init(path, line: line), "a worker's readings file \(clause)",
      remedy: "read the original again; if it happens again, report it")
  }
}
