import Formats
import Hydromet
import Runoff

/// Finds the columns of a table with their units, and makes a series of them.
struct RunoffTableReader {
  let table: CSVTable
  let path: String
  let statement: RunoffTable.Statement
  var notes: [String] = []

  struct Column {
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

  func missing(_ what: String, _ option: String) -> Fault {
    Fault(
      "missing_column", at: table.headerLocation(column: 0),
      "no column of \(what) was found among \(table.header.joined(separator: ", "))",
      remedy: "name it with \(option)")
  }

  /// A name without its unit, in lower case: `rain_mm` and `P [mm/h]` are `rain` and `p`.
  private static func bare(_ name: String) -> String {
    String(name.lowercased().prefix { $0.isLetter })
  }

  func find(_ stated: String?, _ names: [String]) throws(Fault) -> Int? {
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
}
