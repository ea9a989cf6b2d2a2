import Formats
import Foundation
public import Hydromet
public import Ingest

/// What a file holds, whatever its name says: `freshet inspect`.
public enum InspectFiles {
  /// The description as one JSON object, keys sorted.
  ///
  /// A file is a grid where its content says so, else a station file.
  public static func json(
    of path: String, _ stated: StatedGrid, stations: StationStatement
  ) throws(Fault) -> String {
    if try isGrid(path) {
      return try encode(GriddedRain.inspect(path: path, statement: stated.statement), path)
    }
    var statement = stations
    statement.stepSeconds = stated.step?.seconds
    if let unit = stated.unit { statement.units["rain"] = unit }
    return try encode(StationSummary.inspect(path: path, statement: statement), path)
  }

  /// Whether the content is that of a grid, or of nothing that can be text or a station file.
  static func isGrid(_ path: String) throws(Fault) -> Bool {
    let head = try FileBytes.head(of: path, count: 2048).bytes
    if StationFile.isBinaryStations(head) { return false }
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
