import Formats
public import Hydromet
public import Risk

/// A table of rain, evaporation and flow of one basin.
public struct SeriesFile {
  /// How the columns of a table are called, and in what they are.
  public struct Layout: Sendable {
    public var time: String?
    public var rain: String
    public var evaporation: String?
    public var flow: String
    /// Of the steps where there is no column of times.
    public var step: TimeSpan?
    /// Millimetres of one unit of rain and evaporation: 1000 where they are in metres.
    public var scale = 1.0
    /// Steps are summed to this length; flow is averaged.
    public var sumTo: TimeSpan?

    public init(rain: String, flow: String) {
      self.rain = rain
      self.flow = flow
    }
  }

  /// Reads a series. Cells that are empty, `NA` or `NaN` are missing.
  ///
  /// - Throws: `no_such_file`, `missing_column`, `bad_number`, `uneven_steps`.
  public static func read(_ path: String, _ layout: Layout) throws(Fault) -> RainFlowSeries {
    let table = try CSVTable(bytes: FileBytes.read(path: path, limit: 1 << 30), file: path)
    let step = try step(table, layout)
    let rainColumn = try column(layout.rain, of: table)
    let flowColumn = try column(layout.flow, of: table)
    var evaporationColumn: Int?
    if let name = layout.evaporation { evaporationColumn = try column(name, of: table) }
    var rain: [Depth?] = []
    var evaporation: [Double] = []
    var flow: [Double?] = []
    for row in table.rows {
      let depth = try number(table, row, rainColumn).flatMap {
        Depth(millimetres: $0 * layout.scale)
      }
      if let depth, depth < .zero {
        throw Fault(
          "bad_number", at: table.location(row: row, column: rainColumn), "rain is below zero",
          remedy: "leave the cell empty where the rain is not known")
      }
      rain.append(depth)
      var lost = 0.0
      if let evaporationColumn {
        lost = max((try number(table, row, evaporationColumn) ?? 0) * layout.scale, 0)
      }
      evaporation.append(lost)
      flow.append(try number(table, row, flowColumn))
    }
    return try summed(
      RainFlowSeries(step: step, rain: rain, evaporation: evaporation, flow: flow), layout)
  }

  private static func column(_ name: String, of table: CSVTable) throws(Fault) -> Int {
    if let column = table.column(named: name) { return column }
    throw Fault(
      "missing_column", at: table.headerLocation(column: 0), "the table has no column \(name)",
      remedy: "name one of \(table.header.joined(separator: ", "))")
  }

  private static func number(
    _ table: CSVTable, _ row: Int, _ column: Int
  ) throws(Fault) -> Double? {
    let text = table.text(row: row, column: column)
    if ["", "NA", "NaN", "nan"].contains(text) { return nil }
    if let value = Double(text), value.isFinite { return value }
    throw Fault(
      "bad_number", at: table.location(row: row, column: column), "\"\(text)\" is no number",
      remedy: "write a number, or NA where nothing is known")
  }

  /// Every row must be one step after the row before it: a series that leaves rows out would be
  /// read as if its rain had fallen at another time.
  private static func step(_ table: CSVTable, _ layout: Layout) throws(Fault) -> TimeSpan {
    guard let name = layout.time else {
      if let step = layout.step { return step }
      throw Fault(
        "no_step", at: .init(table.file), "nothing tells how long a step is",
        remedy: "name the column of times with --time, or give --step 1h")
    }
    let column = try column(name, of: table)
    var last: Timestamp?
    var step: Int?
    for row in table.rows {
      let text = table.text(row: row, column: column)
      guard let time = Timestamp(iso8601: text, defaultOffsetSeconds: 0) else {
        throw Fault(
          "bad_time", at: table.location(row: row, column: column), "\"\(text)\" is no time",
          remedy: "write ISO 8601: 2024-07-09T12:00:00Z")
      }
      if let last {
        let length = time.seconds(since: last)
        guard length > 0, length == step ?? length else {
          throw Fault(
            "uneven_steps", at: table.location(row: row, column: column),
            "the step to this row is \(length) s and was \(step ?? 0) s before",
            remedy: "give every step a row, with NA where nothing is known")
        }
        step = length
      }
      last = time
    }
    guard let step else {
      throw Fault(
        "no_step", at: .init(table.file), "the table has fewer than two rows",
        remedy: "give a longer series")
    }
    if let stated = layout.step, stated.seconds != step {
      throw Fault(
        "uneven_steps", at: .init(table.file),
        "the times are \(TimeSpan(seconds: step).text) apart, --step says \(stated.text)",
        remedy: "leave --step away: the times tell it")
    }
    return TimeSpan(seconds: step)
  }

  private static func summed(
    _ series: RainFlowSeries, _ layout: Layout
  ) throws(Fault) -> RainFlowSeries {
    guard let sumTo = layout.sumTo, sumTo != series.step else { return series }
    let count = sumTo.seconds / max(series.step.seconds, 1)
    guard count >= 1, sumTo.seconds % series.step.seconds == 0 else {
      throw Fault(
        "uneven_steps", "\(sumTo.text) is no whole number of steps of \(series.step.text)",
        remedy: "give a multiple of the step")
    }
    var rain: [Depth?] = []
    var evaporation: [Double] = []
    var flow: [Double?] = []
    for first in stride(from: 0, through: series.rain.count - count, by: count) {
      let steps = first..<first + count
      rain.append(
        series.rain[steps].reduce(Depth.zero as Depth?) { sum, depth in
          guard let sum, let depth else { return nil }
          return sum + depth
        })
      evaporation.append(series.evaporation[steps].reduce(0, +))
      let known = series.flow[steps].compactMap { $0 }
      flow.append(known.isEmpty ? nil : known.reduce(0, +) / Double(known.count))
    }
    return RainFlowSeries(step: sumTo, rain: rain, evaporation: evaporation, flow: flow)
  }
}
