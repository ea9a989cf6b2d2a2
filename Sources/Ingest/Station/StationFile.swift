import Formats
public import Hydromet

/// Reads station files of delimited text: one row for each station and time, with one column for
/// each element, or one row for each value (`station,time,element,value[,unit]`).
///
/// Columns may stand in any order and are known by their names, in English or Chinese, with the unit
/// in brackets or behind the name: `station`, `time` (the end of the period), optionally
/// `period_start` or `period`, `rain [mm]`, `temperature [degC]`, …, `quality` and
/// `rain_quality` (CMA codes). Rain becomes whole tenths of a millimetre by decimal arithmetic on its
/// digits. What is missing, a trace or not installed is told apart; a value that cannot be right is
/// refused with its place and does not touch the others.
public enum StationFile {
  /// What a file holds.
  public struct Result: Sendable, Equatable {
    /// In the order of the rows, and of `Element` within a row. No two readings share station,
    /// element and period.
    public let readings: [GaugeReading]
    /// Why rows or values were refused, in the order of the rows; at most `refusalLimit` of them.
    public let refusals: [Fault]
    /// How many rows and values were refused.
    public let refusalCount: Int
    /// Columns that were left out and why.
    public let notes: [Fault]
    /// Where the stations say they stand, each once, where the file has columns for it.
    public let places: [StatedPlace]
  }

  /// The refusals that are kept in words.
  public static let refusalLimit = 1000

  /// The name of the form in messages and descriptions.
  public static let formatName = "station CSV"

  /// Reads the bytes of a file.
  ///
  /// - Parameter file: the name for messages.
  /// - Throws: a fault where the table or its header is wrong, a zone, period or unit of rain is
  ///   neither in the file nor stated, or no row is usable.
  public static func read(
    bytes: [UInt8], file: String, statement: StationStatement = StationStatement()
  ) throws(Fault) -> Result {
    let table = try CSVTable(bytes: bytes, file: file, raggedRows: .report)
    let header = try StationHeader(table, statement: statement)
    var rows = StationRows(table, header: header, statement: statement)
    try rows.readAll()
    let (readings, conflicts) = rows.settled()
    let faults = (table.raggedRows + rows.refusals + conflicts).sorted {
      ($0.location?.line ?? 0, $0.location?.column ?? 0)
        < ($1.location?.line ?? 0, $1.location?.column ?? 0)
    }
    guard !readings.isEmpty else {
      let reason = faults.first.map { "; the first refusal: \($0)" } ?? ""
      throw Fault(
        "no_usable_rows", at: .init(file), "the file has no usable row\(reason)",
        remedy: "check that the file was written whole and that its values are plain numbers")
    }
    return Result(
      readings: readings, refusals: Array(faults.prefix(refusalLimit)), refusalCount: faults.count,
      notes: header.notes, places: StatedPlace.places(in: table, header))
  }

  /// Reads a file.
  public static func read(
    path: String, statement: StationStatement = StationStatement()
  ) throws(Fault) -> Result {
    let bytes = try FileBytes.read(path: path, limit: CSVTable.Limits().fileBytes)
    return try read(bytes: bytes, file: path, statement: statement)
  }
}
