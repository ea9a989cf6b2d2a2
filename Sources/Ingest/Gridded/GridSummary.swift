public import Hydromet

/// What a grid file holds, for `freshet inspect`. Statistics are over the cells of all times.
public struct GridSummary: Sendable, Hashable, Codable {
  public let file: String
  /// `netCDF-4`, `netCDF classic`, ….
  public let format: String
  /// Always `grid`.
  public let kind: String
  public let variable: String
  public let quantity: Quantity
  /// Of the statistics: `mm`, `mm/h` or `dBZ`.
  public let unit: String
  /// As the file names it; nil where it names none.
  public let unitInFile: String?
  /// ISO 8601, UTC; nil where it is not known.
  public let periodStart: String?
  public let periodEnd: String?
  /// Length of the first period, seconds.
  public let stepSeconds: Int?
  public let times: Int
  public let rows: Int
  public let columns: Int
  public let projection: String
  /// Outer edges, metres or degrees.
  public let west: Double
  public let south: Double
  public let east: Double
  public let north: Double
  public let cellWidth: Double
  public let cellHeight: Double
  /// `m`, `km`, `degrees`: the unit of the coordinates in the file.
  public let coordinateUnit: String
  /// Dimensions in the order of the file, outermost first, with the direction of x and y.
  public let order: String
  /// External type of the stored numbers: `short`, `float`, ….
  public let storedType: String
  public let scaleFactor: Double
  public let addOffset: Double
  /// Stored numbers that mean "no data".
  public let fillValues: [Double]
  public let missingCells: Int
  /// Those of the missing cells that hold a little less than no rain.
  public let rejectedCells: Int
  /// Those of the missing cells that no instrument sees; nil where the format does not tell.
  public let uncoveredCells: Int?
  public let zeroCells: Int
  public let positiveCells: Int
  /// Nil where every cell is missing.
  public let max: Double?
  /// Of the cells with data; nil where there are none.
  public let mean: Double?
  /// What was assumed where the file is silent, and what was stated to no purpose.
  public var notes: [String]

  enum CodingKeys: String, CodingKey {
    case file, format, kind, variable, quantity, unit
    case unitInFile = "unit_in_file"
    case periodStart = "period_start"
    case periodEnd = "period_end"
    case stepSeconds = "step_seconds"
    case times, rows, columns, projection, west, south, east, north
    case cellWidth = "cell_width"
    case cellHeight = "cell_height"
    case coordinateUnit = "coordinate_unit"
    case order
    case storedType = "stored_type"
    case scaleFactor = "scale_factor"
    case addOffset = "add_offset"
    case fillValues = "fill_values"
    case missingCells = "missing_cells"
    case rejectedCells = "rejected_cells"
    case uncoveredCells = "outside_coverage_cells"
    case zeroCells = "zero_cells"
    case positiveCells = "positive_cells"
    case max, mean, notes
  }
}

extension GriddedRain {
  /// Opens a file and reads all of it once.
  public static func inspect(
    path: String, statement: GridStatement = GridStatement()
  ) throws(Fault) -> GridSummary {
    try GriddedRain(path: path, statement: statement).summary()
  }

  /// Reads every field once, one at a time.
  public func summary() throws(Fault) -> GridSummary {
    var statistics = CellStatistics()
    let rejectedBefore = rejectedCells
    let uncoveredBefore = uncoveredCells ?? 0
    for step in steps.indices { statistics.add(try field(step).values) }
    let first = steps.first?.period
    return GridSummary(
      file: path, format: formatName, kind: "grid", variable: facts.item, quantity: quantity,
      unit: RainUnit.name(of: quantity), unitInFile: facts.storage.unit,
      periodStart: first?.start.iso8601,
      periodEnd: (steps.last?.period?.end ?? steps.last?.label)?.iso8601,
      stepSeconds: first?.seconds, times: steps.count, rows: geometry.rows,
      columns: geometry.columns, projection: geometry.projection, west: geometry.west,
      south: geometry.south, east: geometry.east, north: geometry.north,
      cellWidth: geometry.cellWidth, cellHeight: geometry.cellHeight,
      coordinateUnit: facts.storage.coordinateUnit, order: facts.storage.order,
      storedType: facts.storage.type, scaleFactor: facts.storage.scale,
      addOffset: facts.storage.offset, fillValues: facts.storage.missing,
      missingCells: statistics.missing, rejectedCells: rejectedCells - rejectedBefore,
      uncoveredCells: uncoveredCells.map { $0 - uncoveredBefore },
      zeroCells: statistics.zero, positiveCells: statistics.positive, max: statistics.largest,
      mean: statistics.mean, notes: notes)
  }
}

/// Counts and sums over cells.
struct CellStatistics {
  private(set) var missing = 0
  /// Cells that are dry: no rain, or no echo.
  private(set) var zero = 0
  /// Cells above zero. (Cells below exist for reflectivity only.)
  private(set) var positive = 0
  private var largestValue: Float?
  private var sum = 0.0
  private var valid = 0

  /// The shortest decimal number that is the largest value: 3.05 and not 3.049999952316284.
  var largest: Double? { largestValue.map(GridPacking.decimal) }

  var mean: Double? { valid > 0 ? sum / Double(valid) : nil }

  mutating func add(_ values: [Float]) {
    for value in values {
      guard !value.isNaN else {
        missing += 1
        continue
      }
      // No echo is no number of decibels.
      if value == ReflectivityRelation.noEcho {
        zero += 1
        continue
      }
      valid += 1
      sum += Double(value)
      if value == 0 { zero += 1 }
      if value > 0 { positive += 1 }
      largestValue = Swift.max(largestValue ?? value, value)
    }
  }
}
