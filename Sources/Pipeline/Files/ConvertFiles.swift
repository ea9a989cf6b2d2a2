public import Hydromet
public import Ingest

/// Station files as one table of readings: `freshet convert`.
public enum ConvertFiles {
  /// What came out of the files.
  public struct Readings {
    /// CSV, as `ReadingsTable` describes it, with one header.
    public let table: [UInt8]
    public let count: Int
    /// What was assumed, doubted and refused, file by file.
    public let remarks: [String]
  }

  /// Reads station files of any format and writes their readings, file by file in their order.
  ///
  /// - Throws: what `StationFile.read` throws; `not_stations` for a grid.
  public static func readings(
    of paths: [String], statement: StationStatement
  ) throws(Fault) -> Readings {
    var table: [UInt8] = []
    var count = 0
    var remarks: [String] = []
    for path in paths {
      if try InspectFiles.isGrid(path) {
        throw Fault(
          "not_stations", at: .init(path), "the file is no station file",
          remedy: "write a grid to a name that ends with .nc or .tif; give station files alone")
      }
      let result = try StationFile.read(path: path, statement: statement)
      let csv = ReadingsTable.csv(result.readings)
      table += table.isEmpty ? csv : Array(csv.dropFirst(ReadingsTable.header.utf8.count + 1))
      count += result.readings.count
      remarks.append(
        "\(path): \(result.format.rawValue), \(result.readings.count) readings, "
          + "\(result.refusalCount) refused")
      remarks += result.assumptions.map { "\(path): assumed: \($0)" }
      remarks += (result.refusals + result.notes).prefix(20).map(\.description)
    }
    return Readings(table: table, count: count, remarks: remarks)
  }
}
