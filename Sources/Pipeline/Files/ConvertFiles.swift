public import Hydromet
public import Ingest

/// Files in another format: `freshet convert`. Station files become one table of readings.
public enum ConvertFiles {
  /// What came out of the files.
  public struct Readings {
    /// CSV, as `ReadingsTable` describes it, with one header.
    public let table: [UInt8]
    public let count: Int
    /// What was assumed, doubted, refused and stated to no purpose, file by file.
    public let remarks: [String]
  }

  /// Reads station files of any format and writes their readings, file by file in their order.
  ///
  /// - Parameter grids: what the same options state of grids: the remarks tell that it is of no use.
  /// - Throws: what `StationFile.read` throws; `not_stations` for a grid.
  public static func readings(
    of paths: [String], statement: StationStatement, grids: GridStatement = GridStatement()
  ) throws(Fault) -> Readings {
    var table: [UInt8] = []
    var count = 0
    var remarks: [String] = []
    for path in paths {
      if try InspectFiles.isGrid(path) {
        throw Fault(
          "not_stations", at: .init(path), "the file is no station file",
          remedy: "look at it with `freshet inspect`; give station files alone to this command")
      }
      let result = try StationFile.read(path: path, statement: statement)
      let csv = ReadingsTable.csv(result.readings)
      table += table.isEmpty ? csv : Array(csv.dropFirst(ReadingsTable.header.utf8.count + 1))
      count += result.readings.count
      remarks.append(
        "\(path): \(result.format.rawValue), \(result.readings.count) readings, "
          + "\(result.refusalCount) refused")
      remarks += result.assumptions.map { "\(path): assumed: \($0)" }
      remarks += result.format.unusedOptions(of: statement, grids: grids).map { "\(path): \($0)" }
      remarks += (result.refusals + result.notes).prefix(20).map(\.description)
    }
    return Readings(table: table, count: count, remarks: remarks)
  }
}
