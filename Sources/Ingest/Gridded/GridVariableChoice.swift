import Formats
import Hydromet

/// Which variable of a file holds the rain, and in which unit.
struct GridVariableChoice {
  let variable: NetCDFVariable
  let unit: RainUnit
  /// What was assumed, in words.
  let notes: [String]

  private static let names: Set<String> = [
    "precipitation", "precip", "precip_intensity", "precip_accum", "precipitation_rate",
    "precipitation_amount", "precipitation_flux", "rain", "rainfall", "rainfall_rate",
    "rainfall_amount", "rain_rate", "rainrate", "rain_amount", "prate", "pr", "tp", "tot_prec",
    "acrr", "qpe", "rr", "ry", "rw", "sf", "yw", "rx",
  ]
  private static let reflectivityNames: Set<String> = [
    "reflectivity", "dbz", "dbzh", "cappi", "max_reflectivity",
  ]

  /// - Throws: `unknown_variable` with the candidates, `unknown_unit`, `contradiction`.
  init(in file: NetCDFFile, statement: GridStatement) throws(Fault) {
    let chosen: NetCDFVariable
    if let name = statement.variable {
      guard let found = file.variable(name), found.type.isNumber, found.dimensions.count >= 2 else {
        throw GridVariableChoice.unknown(
          "there is no grid variable “\(name)”", file, GridVariableChoice.grids(in: file))
      }
      chosen = found
    } else {
      chosen = try GridVariableChoice.likely(in: file)
    }
    let (unit, notes) = try GridVariableChoice.unit(of: chosen, file, statement)
    variable = chosen
    self.unit = unit
    self.notes = notes
  }

  /// Numbers with two or more dimensions that are neither coordinates nor bounds.
  private static func grids(in file: NetCDFFile) -> [NetCDFVariable] {
    let bounds = Set(file.variables.compactMap { $0.text("bounds") })
    return file.variables.filter { variable in
      variable.type.isNumber && variable.dimensions.count >= 2 && !bounds.contains(variable.name)
        && variable.text("grid_mapping_name") == nil && !isPosition(variable)
    }
  }

  /// Longitude or latitude of every cell.
  private static func isPosition(_ variable: NetCDFVariable) -> Bool {
    ["longitude", "latitude"].contains(variable.text("standard_name"))
      || ["lon", "lat", "longitude", "latitude", "lons", "lats"].contains(
        variable.name.lowercased())
  }

  /// By standard name, else by name, else by unit; the first of these ways that finds any must find
  /// exactly one.
  private static func likely(in file: NetCDFFile) throws(Fault) -> NetCDFVariable {
    let all = grids(in: file)
    let standardName = { (variable: NetCDFVariable) -> Quantity? in
      variable.text("standard_name").flatMap { RainStandardName.quantity(of: $0.lowercased()) }
    }
    let ways: [(NetCDFVariable) -> Bool] = [
      { standardName($0) == .amount || standardName($0) == .rate },
      { names.contains($0.name.lowercased()) },
      { $0.text("units").flatMap(RainUnit.init).map { $0.quantity != .reflectivity } ?? false },
      { standardName($0) == .reflectivity || reflectivityNames.contains($0.name.lowercased()) },
    ]
    for way in ways {
      let found = all.filter(way)
      if found.count == 1 { return found[0] }
      if found.count > 1 {
        throw unknown("several variables may be the rain", file, found)
      }
    }
    throw unknown("no variable is known to be rain", file, all)
  }

  private static func unknown(
    _ problem: String, _ file: NetCDFFile, _ candidates: [NetCDFVariable]
  ) -> Fault {
    let list = candidates.prefix(20).map { variable in
      "\(variable.path) [\(variable.text("units") ?? "no unit")]"
    }
    return Fault(
      "unknown_variable", at: Fault.Location(file.path),
      list.isEmpty
        ? "\(problem): the file has no grid" : "\(problem): \(list.joined(separator: ", "))",
      remedy: list.isEmpty
        ? "give a file with a grid of rain"
        : "name it with `variable:` or --variable, or a sum of several: A+B")
  }

  // MARK: - Unit

  private static func unit(
    of variable: NetCDFVariable, _ file: NetCDFFile, _ statement: GridStatement
  ) throws(Fault) -> (RainUnit, [String]) {
    let place = Fault.Location(file.path, item: variable.path)
    let standardName = variable.text("standard_name")?.lowercased()
    let meant = standardName.flatMap(RainStandardName.quantity)
    let written = variable.text("units")
    let inFile = written.flatMap(RainUnit.init)
    var notes: [String] = []
    let unit: RainUnit
    if let stated = statement.unit {
      guard let parsed = RainUnit(stated) else {
        throw unknownUnit("the stated unit “\(stated)” is no unit of rain", place)
      }
      if let inFile, inFile != parsed {
        throw contradiction(
          "the unit is stated to be “\(stated)”, the file says “\(written ?? "")”", place)
      }
      notes.append("unit stated: \(stated)")
      unit = parsed
    } else if let inFile {
      unit = inFile
      if let meant, meant != unit.quantity, statement.quantity != unit.quantity {
        throw contradiction(
          "its standard_name “\(standardName ?? "")” is \(article(meant)), its unit "
            + "“\(written ?? "")” \(article(unit.quantity))", place)
      }
    } else if written == nil, let name = standardName,
      let certain = RainStandardName.certainUnit(of: name), let parsed = RainUnit(certain)
    {
      notes.append("no unit: \(certain) by the standard name \(name)")
      unit = parsed
    } else {
      throw unknownUnit(
        written.map { "its unit “\($0)” is no unit of rain" } ?? "it has no unit", place)
    }
    if let quantity = statement.quantity, quantity != unit.quantity {
      throw contradiction(
        "the grid is stated to be \(article(quantity)), its unit “\(statement.unit ?? written ?? "")” "
          + "is of \(article(unit.quantity))", place)
    }
    return (unit, notes)
  }

  private static func article(_ quantity: Quantity) -> String {
    switch quantity {
    case .amount: "an amount"
    case .rate: "a rate"
    case .reflectivity: "a reflectivity"
    }
  }

  private static func unknownUnit(_ problem: String, _ place: Fault.Location) -> Fault {
    Fault(
      "unknown_unit", at: place, problem,
      remedy: "state it with `unit:` or --unit: mm, mm/h, kg m-2 s-1, dBZ, …")
  }

  private static func contradiction(_ problem: String, _ place: Fault.Location) -> Fault {
    Fault(
      "contradiction", at: place, problem,
      remedy: "state the true unit with `unit:` where the file is silent, or correct the file")
  }
}
