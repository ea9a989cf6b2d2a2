import Formats
import Hydromet

/// A CF netCDF grid: one variable of rain with one field per time.
///
/// Opening reads and checks everything but the values: the variable, its unit, the place of the cells,
/// the times.
final class CFGrid: GridSource {
  let path: String
  let geometry: GridGeometry
  /// The variable as the file describes it.
  let variable: NetCDFVariable
  let file: NetCDFFile
  let layout: GridLayout
  let placement: GridPlacement
  let packing: GridPacking
  let facts: GridFacts
  private let unit: RainUnit
  /// Where each step stands along the time of the file.
  let positions: [Int]
  private var tabled: CellDecoder?
  /// One step of the stored numbers, mm, mm/h or dBZ; of floating ones what a large total keeps.
  var resolution: Double {
    variable.type == .float || variable.type == .double
      ? 0.001 : abs(packing.scale) * unit.factor
  }

  /// - Parameter statement: what the file does not say.
  /// - Throws: `not_netcdf`, `truncated`, `damaged_netcdf`, `unknown_variable`, `unknown_unit`,
  ///   `unknown_projection`, `no_grid`, `bad_coordinates`, `uneven_coordinates`, `bad_bounds`,
  ///   `bad_time`, `implausible_time`, `contradiction`, ….
  init(path: String, statement: GridStatement) throws(Fault) {
    let file = try NetCDFFile(path: path)
    let choice = try GridVariableChoice(in: file, statement: statement)
    let layout = try GridLayout(
      of: choice.variable, in: file, member: statement.member)
    let placement = try GridPlacement(of: layout, in: file, statement: statement)
    let periods = try GridPeriods(of: layout, in: file, statement: statement)
    self.path = path
    self.file = file
    self.layout = layout
    self.placement = placement
    variable = choice.variable
    unit = choice.unit
    packing = GridPacking(choice.variable, statedMissing: statement.missingValues)
    geometry = placement.geometry
    positions = periods.steps.map(\.position)
    facts = GridFacts(
      format: file.format, item: variable.path, geometry: placement.geometry,
      quantity: choice.unit.quantity,
      steps: periods.steps.map { .init(label: $0.label, period: $0.period) },
      notes: choice.notes + placement.notes + periods.notes
        + (layout.member.map { [$0.note] } ?? []),
      storage: GridStorage(
        unit: variable.text("units"), coordinateUnit: placement.coordinateUnit,
        order: CFGrid.order(of: variable, placement), type: variable.type.name,
        scale: packing.scale, offset: packing.offset, missing: packing.missing),
      issued: try GridTimeReader(file: file, layout: layout).issued())
  }

  func cells(_ step: Int, _ window: GridWindow) throws(Fault) -> GridCells {
    try cells(step, window, threads: nil)
  }

  func cells(_ step: Int, _ window: GridWindow, threads: Int?) throws(Fault) -> GridCells {
    let decoder = GridDecoder(grid: self, cells: cells(for: window), threads: threads)
    let (values, rejected) = try decoder.values(position: positions[step], window: window)
    return GridCells(values: values, tally: CellTally(rejected: rejected))
  }

  /// With a table of all stored numbers where the window is large enough for it to pay.
  func cells(for window: GridWindow) -> CellDecoder {
    let smallest = variable.type.integerBits == 8 ? 256 : 32_768
    let (total, overflow) = window.rows.count.multipliedReportingOverflow(by: window.columns.count)
    guard CellDecoder.canHaveTable(variable.type), overflow || total >= smallest else {
      return CellDecoder(variable, packing, unit, hasTable: false)
    }
    if let tabled { return tabled }
    let new = CellDecoder(variable, packing, unit, hasTable: true)
    tabled = new
    return new
  }

  private static func order(of variable: NetCDFVariable, _ placement: GridPlacement) -> String {
    let names = variable.dimensions.map(\.name).joined(separator: " ")
    return "\(names); x \(placement.fallsEastwards ? "falling" : "rising"), "
      + "y \(placement.risesNorthwards ? "rising" : "falling")"
  }
}
