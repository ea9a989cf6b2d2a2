import Formats
public import Hydromet
public import Runoff

/// A table of rain, evaporation or temperature and measured flow of one catchment: `freshet runoff`.
public struct RunoffTable {
  /// What the table does not say of itself.
  public struct Statement: Sendable {
    /// Names of the columns; found by their customary names where nil.
    public var timeColumn: String?
    public var rainColumn: String?
    public var evaporationColumn: String?
    public var temperatureColumn: String?
    public var flowColumn: String?
    public var rainUnit: String?
    public var evaporationUnit: String?
    public var flowUnit: String?
    /// For tables that count steps instead of naming times.
    public var step: TimeSpan?
    /// km², for flow in m³/s or l/s.
    public var area: Double?
    /// Degrees, for evaporation from temperature.
    public var latitude: Double?

    public init() {}
  }

  public let series: CatchmentSeries
  /// What was read as what, in words.
  public let notes: [String]

  /// - Throws: `unit_not_stated`, `mixed_units`, `missing_column`, `bad_number`, `uneven_steps`, and
  ///   the faults of the table's text.
  public static func read(
    path: String, _ statement: Statement, sumTo sum: TimeSpan? = nil
  ) throws(Fault) -> RunoffTable {
    let bytes = try FileBytes.read(path: path, limit: 1 << 30)
    let table = try CSVTable(bytes: bytes, file: path)
    var reader = RunoffTableReader(table: table, path: path, statement: statement)
    var series = try reader.series()
    if let sum {
      guard sum.seconds % series.step.seconds == 0 else {
        throw Fault(
          "wrong_step", at: .init(path),
          "steps of \(series.step.text) cannot be summed to \(sum.text)",
          remedy: "give a multiple of the table's step")
      }
      series = series.summed(over: sum.seconds / series.step.seconds)
      reader.notes.append("summed to steps of \(sum.text)")
    }
    return RunoffTable(series: series, notes: reader.notes)
  }
}
