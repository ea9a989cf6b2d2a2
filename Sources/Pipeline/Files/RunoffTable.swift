import Formats
public import Hydromet
import Ingest
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

/// A unit of water per time or per step.
private enum WaterUnit: String {
  case millimetresPerStep = "mm"
  case metresPerStep = "m"
  case millimetresPerHour = "mm/h"
  case millimetresPerDay = "mm/d"
  case cubicMetresPerSecond = "m3/s"
  case litresPerSecond = "l/s"

  static let words: [(String, WaterUnit)] = [
    ("mm/h", .millimetresPerHour), ("mm_h", .millimetresPerHour), ("mm h-1", .millimetresPerHour),
    ("mm_per_h", .millimetresPerHour), ("mm/hour", .millimetresPerHour),
    ("mm/d", .millimetresPerDay), ("mm_d", .millimetresPerDay), ("mm/day", .millimetresPerDay),
    ("mm_per_day", .millimetresPerDay), ("m3/s", .cubicMetresPerSecond),
    ("m3s", .cubicMetresPerSecond), ("m³/s", .cubicMetresPerSecond), ("l/s", .litresPerSecond),
    ("ls", .litresPerSecond), ("_mm", .millimetresPerStep), ("mm", .millimetresPerStep),
    ("_m", .metresPerStep),
  ]

  init?(stated text: String) {
    let text = text.lowercased()
    if let exact = WaterUnit(rawValue: text) {
      self = exact
    } else {
      guard let found = WaterUnit.words.first(where: { $0.0 == text }) else { return nil }
      self = found.1
    }
  }

  /// The unit at the end of a column's name: `rain_mm`, `P [mm/h]`, `Qls`.
  init?(inName name: String) {
    var text = name.lowercased()
    while let last = text.last, "])} ".contains(last) { text.removeLast() }
    guard let found = WaterUnit.words.first(where: { text.hasSuffix($0.0) }) else { return nil }
    self = found.1
  }

  /// What kind of time the number is for: mixing the first two is refused.
  var basis: String? {
    switch self {
    case .millimetresPerStep, .metresPerStep: "per step"
    case .millimetresPerHour, .millimetresPerDay: "per hour or day"
    case .cubicMetresPerSecond, .litresPerSecond: nil
    }
  }

  /// Millimetres a step of one.
  func millimetres(step: TimeSpan, area: Double) -> Double {
    let seconds = Double(step.seconds)
    return switch self {
    case .millimetresPerStep: 1
    case .metresPerStep: 1000
    case .millimetresPerHour: seconds / 3600
    case .millimetresPerDay: seconds / 86_400
    case .cubicMetresPerSecond: seconds / (area * 1000)
    case .litresPerSecond: seconds / (area * 1_000_000)
    }
  }
}

private struct RunoffTableReader {
  let table: CSVTable
  let path: String
  let statement: RunoffTable.Statement
  var notes: [String] = []

  private struct Column {
    let index: Int
    let unit: WaterUnit
  }

  mutating func series() throws(Fault) -> CatchmentSeries {
    guard table.rows.count >= 2 else {
      throw Fault(
        "too_short", at: .init(path), "the table has \(table.rows.count) rows",
        remedy: "give at least two steps")
    }
    let (firstEnd, step) = try times()
    guard
      let rain = try column(
        statement.rainColumn, ["p", "rain", "precip", "precipitation", "prcp"], statement.rainUnit,
        "rain")
    else {
      throw missing("rain", "--rain")
    }
    let evaporation = try column(
      statement.evaporationColumn,
      ["e", "pet", "etpot", "etp", "evap", "evaporation", "pe", "et"], statement.evaporationUnit,
      "evaporation")
    let flow = try column(
      statement.flowColumn, ["qmm", "q", "qobs", "flow", "discharge", "observed"],
      statement.flowUnit, "flow")
    try refuseMixture([("rain", rain), ("evaporation", evaporation), ("flow", flow)])
    let depths = try values(rain, "rain", step)
    let missingRain = depths.count { $0 == nil }
    if missingRain > 0 {
      notes.append(
        "rain is missing in \(missingRain) of \(depths.count) steps and counts as none there")
    }
    let observed = try flow.map { flow throws(Fault) in try values(flow, "flow", step) }
    return CatchmentSeries(
      firstEnd: firstEnd, step: step, rain: depths.map { $0 ?? 0 },
      evaporation: try losses(evaporation, firstEnd, step),
      observed: observed ?? [Double?](repeating: nil, count: depths.count),
      missingRain: missingRain)
  }

  private func missing(_ what: String, _ option: String) -> Fault {
    Fault(
      "missing_column", at: table.headerLocation(column: 0),
      "no column of \(what) was found among \(table.header.joined(separator: ", "))",
      remedy: "name it with \(option)")
  }

  /// A name without its unit, in lower case: `rain_mm` and `P [mm/h]` are `rain` and `p`.
  private static func bare(_ name: String) -> String {
    String(name.lowercased().prefix { $0.isLetter })
  }

  private func find(_ stated: String?, _ names: [String]) throws(Fault) -> Int? {
    if let stated {
      guard let index = table.header.firstIndex(of: stated) else {
        throw missing("the name \(stated)", "a name of the header")
      }
      return index
    }
    for name in names {
      if let index = table.header.firstIndex(where: { RunoffTableReader.bare($0) == name }) {
        return index
      }
    }
    return nil
  }

  private mutating func column(
    _ stated: String?, _ names: [String], _ unit: String?, _ what: String
  ) throws(Fault) -> Column? {
    guard let index = try find(stated, names) else { return nil }
    let name = table.header[index]
    if let unit {
      guard let known = WaterUnit(stated: unit) else {
        throw Fault(
          "unknown_unit", at: table.headerLocation(column: index),
          "\(unit) is no unit of \(what) that is known",
          remedy: "write mm or m (a step), mm/h, mm/d, and for flow also m3/s or l/s")
      }
      notes.append("\(what): column \(name), \(known.rawValue)")
      return Column(index: index, unit: known)
    }
    guard let known = WaterUnit(inName: name) else {
      throw Fault(
        "unit_not_stated", at: table.headerLocation(column: index),
        "nothing says the unit of \(what) in column \(name)",
        remedy: "name the unit in the column (\(name)_mm_per_h) or with --\(what)-unit mm/h")
    }
    notes.append("\(what): column \(name), \(known.rawValue) by its name")
    return Column(index: index, unit: known)
  }

  private func refuseMixture(_ columns: [(String, Column?)]) throws(Fault) {
    let stated = columns.compactMap { name, column in
      column.flatMap { column in column.unit.basis.map { (name, column, $0) } }
    }
    guard let first = stated.first, let other = stated.first(where: { $0.2 != first.2 }) else {
      return
    }
    throw Fault(
      "mixed_units", at: table.headerLocation(column: other.1.index),
      "\(first.0) is in \(first.1.unit.rawValue) \(first.2), \(other.0) in "
        + "\(other.1.unit.rawValue) \(other.2)",
      remedy: "state all depths per step or all per hour: such mixtures are slips of the pen")
  }

  // MARK: Times

  private mutating func times() throws(Fault) -> (firstEnd: Timestamp, step: TimeSpan) {
    let index = try find(
      statement.timeColumn, ["time", "datesr", "date", "datetime", "timestamp", "end"])
    guard let index else {
      guard let step = statement.step else {
        throw Fault(
          "missing_column", at: table.headerLocation(column: 0),
          "the table has no column of times and no step is stated",
          remedy: "name the column with --time, or state --step 15min")
      }
      notes.append("no times: steps of \(step.text) from 1970")
      return (Timestamp(secondsSince1970: Int64(step.seconds)), step)
    }
    var moments: [Timestamp] = []
    for row in table.rows {
      guard let moment = Timestamp(iso8601: table.text(row: row, column: index)) else {
        throw Fault(
          "bad_time", at: table.location(row: row, column: index),
          "\"\(table.text(row: row, column: index))\" is no time",
          remedy: "write ISO 8601: 2004-01-01T00:00:00Z")
      }
      moments.append(moment)
    }
    let seconds = moments[1].seconds(since: moments[0])
    for row in 1..<moments.count
    where moments[row].seconds(since: moments[row - 1]) != seconds || seconds <= 0 {
      throw Fault(
        "uneven_steps", at: table.location(row: row, column: index),
        "the step to \(moments[row].iso8601) is \(moments[row].seconds(since: moments[row - 1])) s, "
          + "the first is \(seconds) s",
        remedy: "give every step a row, with empty cells where nothing is known")
    }
    if let step = statement.step, step.seconds != seconds {
      throw Fault(
        "uneven_steps", at: .init(path), "the times are \(seconds) s apart, not \(step.text)",
        remedy: "leave --step out")
    }
    guard seconds <= 86_400 else {
      throw Fault(
        "wrong_step", at: .init(path), "the times are \(seconds) s apart",
        remedy: "give steps of at most a day")
    }
    return (moments[0], TimeSpan(seconds: seconds))
  }

  // MARK: Values

  /// Millimetres a step; nil where the cell is empty, `NA` or `NaN`.
  private func values(
    _ column: Column, _ what: String, _ step: TimeSpan
  ) throws(Fault) -> [Double?] {
    var area = 1.0
    if column.unit.basis == nil {
      guard let stated = statement.area, stated > 0, stated < 1e7 else {
        throw Fault(
          "no_area", at: table.headerLocation(column: column.index),
          "\(what) is in \(column.unit.rawValue) and the area is not stated",
          remedy: "state --area in km²")
      }
      area = stated
    }
    let factor = column.unit.millimetres(step: step, area: area)
    var values: [Double?] = []
    for row in table.rows {
      let number = try number(row, column.index, what)
      if let number, number < 0 {
        throw Fault(
          "bad_number", at: table.location(row: row, column: column.index),
          "\(what) is \(number)", remedy: "leave cells without a measurement empty")
      }
      values.append(number.map { $0 * factor })
    }
    return values
  }

  private func number(_ row: Int, _ column: Int, _ what: String) throws(Fault) -> Double? {
    let text = table.text(row: row, column: column)
    if ["", "na", "nan", "null", "none"].contains(text.lowercased()) { return nil }
    guard let number = Double(text), number.isFinite else {
      throw Fault(
        "bad_number", at: table.location(row: row, column: column),
        "\(what): \"\(text)\" is no number", remedy: "write a number, or leave the cell empty")
    }
    return number
  }

  /// Evaporation capacity from its column, else from temperature by Oudin.
  private mutating func losses(
    _ column: Column?, _ firstEnd: Timestamp, _ step: TimeSpan
  ) throws(Fault) -> [Double] {
    if let column {
      let values = try values(column, "evaporation", step)
      var last = 0.0
      return values.map { value in
        last = value ?? last
        return last
      }
    }
    guard let index = try find(statement.temperatureColumn, ["t", "temp", "temperature", "tair"])
    else { throw missing("evaporation or temperature", "--evaporation or --temperature") }
    guard let latitude = statement.latitude, (-90...90).contains(latitude) else {
      throw Fault(
        "no_latitude", at: table.headerLocation(column: index),
        "evaporation is to come from temperature and the latitude is not stated",
        remedy: "state --latitude in degrees")
    }
    notes.append("evaporation: from temperature in column \(table.header[index]) by Oudin (2005)")
    var last = 10.0
    var result: [Double] = []
    let share = Double(step.seconds) / 86_400
    for row in table.rows {
      last = try number(row, index, "temperature") ?? last
      let day = Evaporation.dayOfYear(firstEnd + row * step.seconds)
      result.append(share * Evaporation.oudin(celsius: last, latitude: latitude, dayOfYear: day))
    }
    return result
  }
}
