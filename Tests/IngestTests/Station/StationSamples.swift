import Foundation
import Hydromet
import Ingest

/// Real station files and what others read from them; see `RealStationTests`.
enum StationSamples {
  static let folder: String = {
    let stated = ProcessInfo.processInfo.environment["FRESHET_DATA"]
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    return stated ?? root.appendingPathComponent("../shared/data").standardizedFileURL.path
  }()

  static let isPresent = FileManager.default.fileExists(atPath: folder + "/aws")
  static let absence = "skipped: no real station files in \(folder); set FRESHET_DATA"

  static func path(_ name: String) -> String { "\(folder)/\(name)" }

  /// The files of a folder whose names end so, in order.
  static func files(_ folder: String, _ ending: String) -> [String] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: path(folder))) ?? []
    return names.filter { $0.hasSuffix(ending) }.sorted().map { path("\(folder)/\($0)") }
  }

  static func bytes(_ name: String) throws -> [UInt8] {
    try [UInt8](Data(contentsOf: URL(fileURLWithPath: path(name))))
  }

  /// The rows of a table of facts, quotes respected, by column.
  static func facts(_ name: String) throws -> [[String: String]] {
    let text = try String(contentsOfFile: path("facts/\(name)"), encoding: .utf8)
    let lines = text.split(whereSeparator: \.isNewline).map { cells(String($0)) }
    guard let header = lines.first else { return [] }
    return lines.dropFirst().map { Dictionary(zip(header, $0)) { a, _ in a } }
  }

  private static func cells(_ line: String) -> [String] {
    var cells = [""]
    var isQuoted = false
    for character in line {
      if character == "\"" {
        isQuoted.toggle()
      } else if character == ",", !isQuoted {
        cells.append("")
      } else {
        cells[cells.count - 1].append(character)
      }
    }
    return cells
  }
}

extension StationFile.Result {
  /// The readings of one element of a station, by the end of their period, then its length.
  func of(_ station: String, _ element: Element) -> [GaugeReading] {
    readings.filter { $0.station == station && $0.element == element }
      .sorted { ($0.period.end, $0.period.seconds) < ($1.period.end, $1.period.seconds) }
  }

  func one(_ station: String, _ element: Element, _ seconds: Int) -> GaugeReading? {
    readings.first {
      $0.station == station && $0.element == element && $0.period.seconds == seconds
    }
  }
}

/// Reads text as a file of a name, 2024-07-10 the day of its arrival.
func stations(
  _ text: String, _ name: String = "f", _ change: (inout StationStatement) -> Void = { _ in }
) throws -> StationFile.Result {
  var statement = StationStatement()
  statement.arrival = Timestamp(iso8601: "2024-07-10T00:00:00Z")
  change(&statement)
  Seeds.keep(Array(text.utf8))
  return try StationFile.read(bytes: Array(text.utf8), file: name, statement: statement)
}

func time(_ text: String) throws -> Timestamp {
  guard let moment = Timestamp(iso8601: text) else {
    throw Fault("bad_time", "the test has a wrong time: \(text)", remedy: "correct the test")
  }
  return moment
}
