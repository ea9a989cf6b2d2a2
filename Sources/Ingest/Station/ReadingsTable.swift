import Formats
public import Hydromet

/// Readings as a CSV table: the long layout of station files, so that what is written can be read
/// again.
///
/// `station,time,period,element,value,unit,quality,correction,state`: the time is the end of the period,
/// UTC; the period is a length, `0s` for a value of one moment; a trace of rain is `T`; a reading
/// without a value has an empty cell and its `state` says why (`missing`, `not installed`, `failed`).
public enum ReadingsTable {
  public static let header = "station,time,period,element,value,unit,quality,correction,state"

  /// The rows below the header, in the order of the readings.
  public static func csv(_ readings: [GaugeReading]) -> [UInt8] {
    var bytes = Array(header.utf8)
    bytes.append(10)
    bytes.reserveCapacity(readings.count * 64)
    var lastEnd: Timestamp?
    var time: [UInt8] = []
    var stations: [String: [UInt8]] = [:]
    for reading in readings {
      if reading.period.end != lastEnd {
        lastEnd = reading.period.end
        time = Array(reading.period.end.iso8601.utf8)
      }
      if stations[reading.station] == nil {
        stations[reading.station] = Array(CSVWriter.field(reading.station).utf8)
      }
      bytes += stations[reading.station] ?? []
      bytes.append(44)
      bytes += time
      bytes.append(44)
      bytes +=
        TimeSpan(seconds: reading.period.seconds).seconds == 0
        ? Array("0s".utf8) : Array(TimeSpan(seconds: reading.period.seconds).text.utf8)
      bytes.append(44)
      bytes += reading.element.rawValue.utf8
      bytes.append(44)
      if let tenths = reading.tenths {
        bytes += (reading.isTrace ? "T" : ReadingCollector.decimal(tenths)).utf8
      }
      bytes.append(44)
      bytes += unit(of: reading.element).utf8
      bytes += ",\(reading.quality.rawValue),\(reading.correction),".utf8
      if reading.tenths == nil { bytes += word(for: reading.quality).utf8 }
      bytes.append(10)
    }
    return bytes
  }

  /// Why a reading has no value.
  public static func word(for quality: QualityCode) -> String {
    switch quality {
    case .notInstalled: "not installed"
    case .wrong: "failed"
    case .missing, .unchecked, .correct, .suspect, .corrected, .modified: "missing"
    }
  }

  private static func unit(of element: Element) -> String {
    switch element {
    case .rain: "mm"
    case .temperature: "degC"
    case .humidity: "%"
    case .pressure: "hPa"
    case .windSpeed: "m/s"
    case .windDirection: "deg"
    }
  }
}
