import Foundation
public import Hydromet
public import Ingest
import Publish

/// What a file holds, whatever its name says: `freshet inspect`.
public enum InspectFiles {
  /// The description as one JSON object, keys sorted.
  ///
  /// A file is a grid where its content says so, else a station file. The notes tell statements that
  /// its format does not use.
  public static func json(
    of path: String, _ stated: GridStatement, stations: StationStatement
  ) throws(Fault) -> String {
    if let alert = try alert(path) { return try encode(alert, path) }
    if try isGrid(path) {
      let grid = try GriddedRain(path: path, statement: stated)
      var summary = try grid.summary()
      summary.notes += grid.unusedOptions(of: stated, stations: stations)
      return try encode(summary, path)
    }
    var summary = try StationSummary.inspect(path: path, statement: stations)
    if let format = StationFormat(rawValue: summary.format) {
      summary.notes += format.unusedOptions(of: stations, grids: stated)
    }
    return try encode(summary, path)
  }

  /// What a CAP alert says and which rules it breaks; nil for any other file.
  private static func alert(_ path: String) throws(Fault) -> AlertSummary? {
    guard let file = FileHandle(forReadingAtPath: path) else { return nil }
    defer { try? file.close() }
    let head = (try? file.read(upToCount: 2048)).flatMap { $0 } ?? Data()
    guard CAPReader.recognises(head) else { return nil }
    let rest = (try? file.read(upToCount: AlertSummary.largest)).flatMap { $0 } ?? Data()
    return AlertSummary(try CAPReader.read([UInt8](head + rest), name: path), file: path)
  }

  /// Whether a file holds a grid: binary stations are known by their own first bytes.
  public static func isGrid(_ path: String) throws(Fault) -> Bool {
    if StationFile.isBinary(path) { return false }
    return try GridFormat.recognises(path)
  }

  private static func encode(_ summary: some Encodable, _ path: String) throws(Fault) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    do {
      return String(decoding: try encoder.encode(summary), as: UTF8.self)
    } catch {
      throw Fault(
        "not_finite", at: .init(path), "the description holds a number that JSON cannot: \(error)",
        remedy: "report the file as a defect of the reader")
    }
  }
}
