import Hydromet

/// One open file of one format, seen as rain on a grid. `GriddedRain` stands before it.
///
/// An adapter knows its format and nothing else: it says what the file holds, and reads one field at
/// a time in the order that every stage expects.
protocol GridSource: AnyObject {
  var facts: GridFacts { get }

  /// The cells of one step.
  ///
  /// - Parameters:
  ///   - step: one of `facts.steps`.
  ///   - window: lies inside the grid.
  /// - Returns: shape [rows, columns] of the window, row 0 north, column 0 west.
  func cells(_ step: Int, _ window: GridWindow) throws(Fault) -> GridCells

  /// The same, by as many threads as are given; a format that knows no better uses one.
  ///
  /// - Parameter threads: nil takes `ReadingThreads.standard`.
  func cells(_ step: Int, _ window: GridWindow, threads: Int?) throws(Fault) -> GridCells

  /// Hands out the cells block by block, each cell of the window once.
  ///
  /// - Returns: what `cells` tells beside the values.
  func forEachBlock(
    _ step: Int, _ window: GridWindow, threads: Int?, _ body: @Sendable (RainBlock) -> Void
  ) throws(Fault) -> CellTally
}

extension GridSource {
  func cells(_ step: Int, _ window: GridWindow, threads: Int?) throws(Fault) -> GridCells {
    try cells(step, window)
  }

  func forEachBlock(
    _ step: Int, _ window: GridWindow, threads: Int?, _ body: @Sendable (RainBlock) -> Void
  ) throws(Fault) -> CellTally {
    let cells = try cells(step, window, threads: threads)
    RainBlock.handOut(cells.values, columns: window.columns.count, body)
    return cells.tally
  }
}

/// What is known of a grid file once it is open.
struct GridFacts {
  /// `netCDF-4`, `GRIB2`, `ODIM_H5/V2_2`, ….
  var format: String
  /// What in the file holds the rain: a variable, a data set, a message.
  var item: String
  var geometry: GridGeometry
  var quantity: Quantity
  /// In order of time.
  var steps: [GriddedRain.Step]
  /// What was assumed where the file is silent, in words.
  var notes: [String]
  var storage: GridStorage
  /// Whether the file keeps "no radar sees this place" apart from other missing values.
  var tellsCoverage = false
  /// When the forecast in the file was issued; nil where it says nothing of it.
  var issued: Timestamp?
}

/// How the numbers lie in the file, for people.
struct GridStorage {
  /// As the file names it; nil where it names none.
  var unit: String?
  var coordinateUnit: String
  /// The order of the cells in words.
  var order: String
  /// Of the stored numbers: `short`, `float`, `24 bit`, ….
  var type: String
  var scale = 1.0
  var offset = 0.0
  /// Stored numbers that mean "no data".
  var missing: [Double] = []
}

/// The cells of one field, and what the reader made of them.
struct GridCells {
  /// mm, mm/h or dBZ; missing = NaN.
  var values: [Float]
  var tally = CellTally()
}

/// How many of the missing cells are missing for what.
struct CellTally {
  /// Cells taken as missing because their rain is a little less than nothing.
  var rejected = 0
  /// Missing cells that no instrument of the file sees. The others are covered, but without a value.
  var uncovered = 0
}
