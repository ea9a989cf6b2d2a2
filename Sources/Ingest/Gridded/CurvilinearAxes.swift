import Formats
import Hydromet

/// The axes of a projected grid of which the file gives only longitude and latitude of every cell.
///
/// Every cell is carried into the projection; columns and rows must then be even, each cell within a
/// twentieth of a cell of its place. A wrong projection bends the rows or turns them, and is refused.
struct CurvilinearAxes {
  let x: GridAxis
  let y: GridAxis
  /// What was found, in words.
  let note: String

  /// What a cell may lie away from the middle of its row and column, as a share of a cell.
  static let largestShare = 0.05
  /// Rows and columns that are looked at; of larger grids every so many, the last among them.
  private static let largestSample = 600

  /// - Parameter spacing: width and height of a cell that the file names, metres.
  /// - Throws: `contradiction`, `bad_coordinates`, `moving_grid`.
  init(
    of layout: GridLayout, in file: NetCDFFile, system: CoordinateSystem,
    spacing: (x: Double, y: Double)?
  ) throws(Fault) {
    let place = Fault.Location(file.path, item: layout.y.coordinates.path)
    let reader = GridCoordinates(file: file)
    let longitudes = try reader.plane(of: layout.x.coordinates)
    let latitudes = try reader.plane(of: layout.y.coordinates)
    let columns = layout.variable.shape[layout.x.position]
    let rows = layout.variable.shape[layout.y.position]
    let (cells, overflow) = rows.multipliedReportingOverflow(by: columns)
    guard rows > 1, columns > 1, !overflow, longitudes.count == cells, latitudes.count == cells
    else {
      throw Fault(
        "bad_coordinates", at: place,
        "\(longitudes.count) longitudes and \(latitudes.count) latitudes do not place "
          + "\(rows) x \(columns) cells", remedy: "give at least two rows and two columns")
    }
    let transform = try CoordinateTransform(from: "EPSG:4326", to: system.text, place: place)
    var points: [Placed] = []
    for row in CurvilinearAxes.sample(rows) {
      for column in CurvilinearAxes.sample(columns) {
        let position = layout.x.runsInside ? row * columns + column : column * rows + row
        let p = Point(x: longitudes[position], y: latitudes[position])
        guard p.x.isFinite, p.y.isFinite else { continue }
        guard let q = transform.transform(p) else {
          throw CurvilinearAxes.contradiction(
            system, "\(p.x), \(p.y) of row \(row), column \(column) has no place in it", place)
        }
        points.append(Placed(row: row, column: column, point: q))
      }
    }
    let digits = max(
      reader.precision(of: layout.x.coordinates, longitudes.filter(\.isFinite)),
      reader.precision(of: layout.y.coordinates, latitudes.filter(\.isFinite)))
    let precision = 4 * digits * (system.isGeographic ? 1 : 111_320)
    let x = try Line(
      points.map { ($0.column, $0.point.x) }, count: columns, spacing?.x, system, place)
    let y = try Line(points.map { ($0.row, $0.point.y) }, count: rows, spacing?.y, system, place)
    var furthest = 0.0
    for placed in points {
      let across = abs(placed.point.x - x.position(placed.column))
      let along = abs(placed.point.y - y.position(placed.row))
      furthest = max(furthest, across / abs(x.step), along / abs(y.step))
      guard
        across <= max(CurvilinearAxes.largestShare * abs(x.step), min(precision, abs(x.step) / 4)),
        along <= max(CurvilinearAxes.largestShare * abs(y.step), min(precision, abs(y.step) / 4))
      else {
        throw CurvilinearAxes.contradiction(
          system,
          "row \(placed.row), column \(placed.column) lies \(CurvilinearAxes.share(across / abs(x.step))) "
            + "columns and \(CurvilinearAxes.share(along / abs(y.step))) rows from where even cells are",
          place)
      }
    }
    self.x = try GridAxis(firstCentre: x.first, step: x.step, count: columns, place: place)
    self.y = try GridAxis(firstCentre: y.first, step: y.step, count: rows, place: place)
    note =
      "rows and columns of the projection from the longitudes and latitudes of \(points.count) cells, "
      + "none further than \(CurvilinearAxes.share(furthest)) of a cell from its place"
  }

  private struct Placed {
    let row: Int
    let column: Int
    let point: Point
  }

  private static func sample(_ count: Int) -> [Int] {
    let stride = max(1, (count + largestSample - 1) / largestSample)
    var all = Array(Swift.stride(from: 0, to: count, by: stride))
    if all.last != count - 1 { all.append(count - 1) }
    return all
  }

  /// Rounded up to thousandths.
  private static func share(_ value: Double) -> Double {
    guard value < 1e9 else { return value }
    return (value * 1000).rounded(.up) / 1000
  }

  fileprivate static func contradiction(
    _ system: CoordinateSystem, _ problem: String, _ place: Fault.Location
  ) -> Fault {
    Fault(
      "contradiction", at: place,
      "by longitude and latitude the cells are no even grid of the projection “\(system.text)”: \(problem)",
      remedy:
        "correct the projection in the file or in `projection:`, or put the data on a grid of "
        + "degrees: gdalwarp -geoloc -t_srs EPSG:4326 NETCDF:FILE:VARIABLE OUT.tif")
  }
}

/// The straight line through the positions of rows or columns.
private struct Line {
  let first: Double
  let step: Double

  func position(_ index: Int) -> Double { first + Double(index) * step }

  /// Least squares. The step is the one that the file names, else a round number that it cannot be told
  /// from, else what the positions say.
  ///
  /// - Throws: `contradiction` where the named step is another, or positions do not move.
  init(
    _ positions: [(index: Int, value: Double)], count: Int, _ named: Double?,
    _ system: CoordinateSystem, _ place: Fault.Location
  ) throws(Fault) {
    let n = Double(positions.count)
    let meanIndex = positions.reduce(0) { $0 + Double($1.index) } / max(1, n)
    let mean = positions.reduce(0) { $0 + $1.value } / max(1, n)
    var across = 0.0
    var square = 0.0
    for (index, value) in positions {
      let distance = Double(index) - meanIndex
      across += distance * (value - mean)
      square += distance * distance
    }
    let fitted = across / square
    guard square > 0, fitted.isFinite, fitted != 0 else {
      throw CurvilinearAxes.contradiction(system, "the cells lie on one another", place)
    }
    step = try Line.chosen(fitted, count, named, system, place)
    first = mean - meanIndex * step
  }

  private static func chosen(
    _ fitted: Double, _ count: Int, _ named: Double?, _ system: CoordinateSystem,
    _ place: Fault.Location
  ) throws(Fault) -> Double {
    let sign = fitted < 0 ? -1.0 : 1
    // What a row at the end may move by the choice.
    let tolerance = 0.02 / Double(count)
    if let named {
      guard abs(abs(fitted) - named) <= max(0.001, tolerance) * named else {
        throw CurvilinearAxes.contradiction(
          system, "they are \(abs(fitted)) m apart, the file says \(named) m", place)
      }
      return abs(abs(fitted) - named) <= tolerance * named ? sign * named : fitted
    }
    for digit in [1000.0, 100, 10, 1, 0.1, 0.01, 0.001] {
      let round = (abs(fitted) / digit).rounded() * digit
      if round > 0, abs(round - abs(fitted)) <= tolerance * abs(fitted) { return sign * round }
    }
    return fitted
  }
}
