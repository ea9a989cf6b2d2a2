import Foundation
public import Hydromet
public import Ingest

/// What a file holds, whatever its name says: `freshet inspect`.
public enum InspectFiles {
  /// The description as one JSON object, keys sorted.
  ///
  /// A file is a grid where its first bytes say so, else a station file.
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

  /// Whether the first bytes are those of netCDF classic or HDF5 (which may stand behind a user
  /// block), or of nothing that can be text.
  static func isGrid(_ path: String) throws(Fault) -> Bool {
    guard let file = FileHandle(forReadingAtPath: path) else {
      throw Fault(
        "unreadable_file", at: .init(path), "the file cannot be opened",
        remedy: "check its name and who may read it")
    }
    defer { try? file.close() }
    let head = (try? file.read(upToCount: 2048)).flatMap { $0 } ?? Data()
    if StationFile.isBinaryStations([UInt8](head)) { return false }
    return head.isEmpty || head.starts(with: Array("CDF".utf8)) || head.contains(0)
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
