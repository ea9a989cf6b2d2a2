import Hydromet
import Ingest

/// Station files of text, from bytes in memory to readings, on one processor: tables of rain alone and of
/// six elements, and the CMA's hourly file of many stations.
struct StationTextBenchmark: Benchmark {
  private let stations: Int
  private static let iterations = 7

  init(_ size: BenchSize) {
    stations = size == .full ? 2000 : 400
  }

  private struct Sample {
    let line: BenchLine
    let text: String
  }

  private var rainTable: BenchLine { line("text_rain", "a table of rain") }
  private var elementTable: BenchLine { line("text_elements", "a table of six elements") }
  private var hourly: BenchLine {
    line("text_hourly", "the CMA's hourly file, with minutes of rain")
  }

  var lines: [BenchLine] { [rainTable, elementTable, hourly] }

  private func line(_ key: String, _ what: String) -> BenchLine {
    BenchLine(
      key: key, title: "Text of \(grouped(stations)) stations is read on one processor: \(what)",
      asked: "100 MB/s")
  }

  func measure() throws -> [Measurement] {
    var statement = StationStatement(zoneOffsetSeconds: 0, stepSeconds: 600)
    statement.units = ["rain": "mm"]
    let samples = [
      Sample(line: rainTable, text: table(elements: false)),
      Sample(line: elementTable, text: table(elements: true)),
      Sample(line: hourly, text: hourlyFile()),
    ]
    return try samples.map { sample in
      let bytes = Array(sample.text.utf8)
      let read = try Stopwatch.runs(StationTextBenchmark.iterations) {
        try StationFile.read(bytes: bytes, file: sample.line.key, statement: statement).readings
      }
      var input = Checksum()
      input.add(bytes: bytes)
      var result = Checksum()
      for reading in read.value {
        result.add(bytes: reading.station.utf8)
        result.add(reading.period.end.secondsSince1970)
        result.add(reading.tenths ?? -1)
      }
      return Measurement(
        line: sample.line, seconds: read.seconds, input: input.text, result: result.text,
        bytes: bytes.count)
    }
  }

  private func table(elements: Bool) -> String {
    var text = "station,time,rain [mm]"
    if elements {
      text +=
        ",temperature [degC],humidity [%],pressure [hPa],wind_speed [m/s],wind_direction [deg]"
    }
    text += "\n"
    for step in 0..<24 {
      let time = "2024-07-09 \(padded(step / 6, 2)):\(padded(step % 6 * 10, 2))"
      for station in 0..<stations {
        text += "A\(padded(station, 4)),\(time),\(station % 7).\(step % 10)"
        if elements {
          text += ",2\(step % 10).3,\(40 + station % 60),97\(step % 10).5,3.4,27\(step % 10)"
        }
        text += "\n"
      }
    }
    return text
  }

  /// Widths of the fields of a record's second line, behind the time.
  private static let widths =
    [3, 3, 3, 3, 3, 3, 4, 3, 3, 3, 3, 4, 4, 4, 4, 4, 4, 4, 3, 3, 4, 3, 4, 5, 5, 4, 5, 4]
    + Array(repeating: 4, count: 18) + [4, 5, 5, 5, 4]

  private func hourlyFile() -> String {
    let known = [
      0: "123", 1: "034", 2: "125", 3: "030", 12: "0036", 13: "0253", 18: "087", 23: "09765",
    ]
    let fields = StationTextBenchmark.widths.enumerated().map { index, width in
      known[index] ?? String(repeating: "/", count: width)
    }.joined(separator: " ")
    let minutes = String(repeating: "03", count: 12) + String(repeating: "00", count: 48)
    var text = ""
    for hour in 0..<4 {
      for station in 0..<stations {
        text += "A\(padded(station, 4)) 285630 1063912 03456 1 1 000\r\n"
        text += "202407091\(hour)0000 \(fields)\r\n\(minutes)=\r\n"
      }
    }
    return text + "NNNN\r\n"
  }
}
