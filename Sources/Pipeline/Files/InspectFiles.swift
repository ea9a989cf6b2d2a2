import Foundation
public import Hydromet
import Ingest

/// What a file holds, whatever its name says: `freshet inspect`.
public enum InspectFiles {
  /// The description as one JSON object, keys sorted.
  ///
  /// A file is a grid where its content says so, else a station table.
  public static func json(of path: String, _ stated: StatedGrid) throws(Fault) -> String {
    if try GridFormat.recognises(path) {
      return try encode(GriddedRain.inspect(path: path, statement: stated.statement), path)
    }
    var statement = StationStatement()
    statement.zoneOffsetSeconds = stated.zone
    statement.stepSeconds = stated.step?.seconds
    if let unit = stated.unit { statement.units["rain"] = unit }
    return try encode(StationSummary.inspect(path: path, statement: statement), path)
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
