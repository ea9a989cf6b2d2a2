public import Formats
public import Hydromet

/// An open grid file: one variable of rain with one field per time.
///
/// Opening reads and checks everything but the values: the variable, its unit, the place of the cells,
/// the times. Fields are then read one at a time, so that a long file needs the memory of one field.
///
///     let grid = try GriddedRain(path: file)
///     for step in grid.steps.indices { accumulate(try grid.field(step)) }
public final class GriddedRain {
  /// One time of the file.
  public struct Step: Sendable, Hashable {
    /// The end of the period, or what the file labels the step with where its length is not known.
    public let label: Timestamp?
    /// Nil where the file does not say when or how long, and nobody stated it.
    public let period: Period?
  }

  public let path: String
  /// Cells of the whole file, row 0 north, column 0 west.
  public let geometry: GridGeometry
  public let quantity: Quantity
  /// In order of time.
  public let steps: [Step]
  /// What the reader assumed where the file is silent, in words.
  public let notes: [String]
  /// Cells of the fields read so far that hold a little less than no rain (smoothing leaves a few):
  /// they are missing in the fields.
  public private(set) var rejectedCells = 0
  /// The variable as the file describes it.
  public let variable: NetCDFVariable
  let file: NetCDFFile
  let layout: GridLayout
  let placement: GridPlacement
  let packing: GridPacking
  private let unit: RainUnit
  /// Where each step stands along the time of the file.
  let positions: [Int]
  private var tabled: CellDecoder?

  /// - Parameter statement: what the file does not say.
  /// - Throws: `not_netcdf`, `truncated`, `damaged_netcdf`, `unknown_variable`, `unknown_unit`,
  ///   `unknown_projection`, `no_grid`, `bad_coordinates`, `uneven_coordinates`, `bad_bounds`,
  ///   `bad_time`, `implausible_time`, `contradiction`, ….
  public init(path: String, statement: GridStatement = GridStatement()) throws(Fault) {
    let file = try NetCDFFile(path: path)
    if let form = file.text("Conventions"), form.hasPrefix("ODIM_H5") {
      throw Fault(
        "unsupported_format", at: Fault.Location(path),
        "this is an HDF5 file of the form \(form), expected a CF netCDF grid",
        remedy: "convert it to CF netCDF")
    }
    let choice = try GridVariableChoice(in: file, statement: statement)
    let layout = try GridLayout(of: choice.variable, in: file)
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
    quantity = choice.unit.quantity
    steps = periods.steps.map { Step(label: $0.label, period: $0.period) }
    positions = periods.steps.map(\.position)
    notes = choice.notes + placement.notes + periods.notes
  }

  /// All fields of a file, in order of time.
  ///
  /// - Parameters:
  ///   - statement: what the file does not say.
  ///   - crop: the part of the grid that is wanted; nil wants all of it.
  public static func read(
    path: String, statement: GridStatement = GridStatement(),
    crop: (GridGeometry) throws(Fault) -> GridWindow? = { (_: GridGeometry) throws(Fault) in nil }
  ) throws(Fault) -> [RainField] {
    let grid = try GriddedRain(path: path, statement: statement)
    let window = try crop(grid.geometry)
    var fields: [RainField] = []
    for step in grid.steps.indices { fields.append(try grid.field(step, window: window)) }
    return fields
  }

  /// The field of one step.
  ///
  /// - Parameter window: the part that is wanted; it is cut to the grid.
  /// - Parameter threads: how many threads read; nil takes `ReadingThreads.standard`.
  /// - Throws: `negative_rain`, `implausible`, `damaged_netcdf`, `too_large`, `out_of_memory`.
  public func field(
    _ step: Int, window: GridWindow? = nil, threads: Int? = nil
  ) throws(Fault) -> RainField {
    let part = try part(window, step: step)
    let decoder = GridDecoder(grid: self, cells: cells(for: part), threads: threads)
    let (values, rejected) = try decoder.values(position: positions[step], window: part)
    countRejected(rejected)
    return RainField(
      geometry: geometry.cropped(rows: part.rows, columns: part.columns), quantity: quantity,
      period: steps[step].period, values: values)
  }

  /// The part of the grid that a window asks for.
  ///
  /// - Throws: `outside_variable` where there is no such step.
  func part(_ window: GridWindow?, step: Int) throws(Fault) -> GridWindow {
    guard steps.indices.contains(step) else {
      throw Fault(
        "outside_variable", at: Fault.Location(path, item: variable.path),
        "there is no step \(step) among \(steps.count)", remedy: "ask for a step of the file")
    }
    let all = GridWindow(rows: 0..<geometry.rows, columns: 0..<geometry.columns)
    return GridWindow(
      rows: (window ?? all).rows.clamped(to: all.rows),
      columns: (window ?? all).columns.clamped(to: all.columns))
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

  func countRejected(_ cells: Int) {
    rejectedCells += cells
  }
}
