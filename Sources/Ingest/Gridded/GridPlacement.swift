import Formats
import Hydromet

/// Where the cells of a variable lie, and how the file's order becomes rows from the north and
/// columns from the west.
struct GridPlacement {
  let geometry: GridGeometry
  /// The file runs from south to north.
  let risesNorthwards: Bool
  /// The file runs from east to west.
  let fallsEastwards: Bool
  /// The file stores columns outside rows.
  let isTransposed: Bool
  /// Column of the file, counted from its west, that becomes column 0: a whole circle of longitudes
  /// is turned to begin at 180° W.
  let turnedColumns: Int
  /// What was assumed, in words.
  let notes: [String]
  /// `km`, `m`, `degrees`: as the file has it.
  let coordinateUnit: String

  init(
    of layout: GridLayout, in file: NetCDFFile, statement: GridStatement
  ) throws(Fault) {
    let place = Fault.Location(file.path, item: layout.variable.path)
    let projection = try GridProjection(of: layout, in: file, statement: statement, place: place)
    let system = projection.system
    guard system.isGeographic || system.metresPerUnit == 1 else {
      throw CoordinatesReader.refusal(
        "the projection “\(system.text)” is not in metres", place)
    }
    let x: GridAxis
    let y: GridAxis
    let scale: CoordinatesReader.Scale
    if layout.x.isPerCell, layout.y.isPerCell, !system.isGeographic || system.isRotated {
      let axes = try CurvilinearAxes(
        of: layout, in: file, system: system, spacing: projection.spacing)
      (x, y) = (axes.x, axes.y)
      scale = CoordinatesReader.Scale(factor: 1, name: "degrees", notes: [axes.note])
    } else {
      let reader = CoordinatesReader(
        file: file, layout: layout, projection: projection, statement: statement)
      scale = try reader.scale()
      x = try reader.axis(layout.x, scale.factor)
      y = try reader.axis(layout.y, scale.factor)
    }
    if system.isGeographic { try GridPlacement.checkDegrees(x, y, place) }
    let circle = GridPlacement.normalised(x, isLongitude: system.isGeographic && !system.isRotated)
    geometry = GridGeometry(
      rows: y.count, columns: x.count, projection: system.text, isGeographic: system.isGeographic,
      west: circle.axis.lower, north: y.upper, cellWidth: x.step, cellHeight: y.step)
    risesNorthwards = !y.isFalling
    fallsEastwards = x.isFalling
    isTransposed = layout.isTransposed
    turnedColumns = circle.turnedColumns
    coordinateUnit = scale.name
    notes = projection.notes + scale.notes + (y.gaussianNote.map { [$0] } ?? [])
    if !system.isGeographic {
      try PositionCheck(file: file, layout: layout).check(self, place)
    }
    if let stated = statement.projection, stated != system.text {
      try PositionCheck(file: file, layout: layout).compare(self, with: stated, place)
    }
  }

  /// Longitudes in -180…180 where that is possible without cutting the grid: a whole circle is turned,
  /// anything else is moved by whole circles.
  static func normalised(
    _ x: GridAxis, isLongitude: Bool
  ) -> (axis: GridAxis, turnedColumns: Int) {
    guard isLongitude else { return (x, 0) }
    let centre = x.lower + x.step / 2
    let isCircle = abs(Double(x.count) * x.step - 360) < 1e-6 * 360
    guard isCircle else {
      let turns = ((centre + 180) / 360).rounded(.down)
      return (turns == 0 ? x : x.moved(by: -360 * turns), 0)
    }
    // The first cell whose centre lies at or east of 180° W.
    let cells = ((-180 - centre) / x.step - 1e-6).rounded(.up)
    let whole = Double(x.count)
    let offset = cells - (cells / whole).rounded(.down) * whole
    let turned = Int(offset) % x.count
    let start = x.lower + Double(turned) * x.step
    let turns = ((start + x.step / 2 + 180 + 1e-6 * x.step) / 360).rounded(.down)
    return (x.moved(by: Double(turned) * x.step - 360 * turns), turned)
  }

  static func checkDegrees(
    _ x: GridAxis, _ y: GridAxis, _ place: Fault.Location
  ) throws(Fault) {
    let reachesTooFar =
      y.lower + y.step / 2 < -90.001 || y.upper - y.step / 2 > 90.001
      || x.lower < -720 || x.upper > 720 || Double(x.count) * x.step > 360 + 1.001 * x.step
    guard reachesTooFar else { return }
    throw Fault(
      "bad_coordinates", at: place,
      "x from \(x.lower) to \(x.upper) and y from \(y.lower) to \(y.upper) are no longitudes and "
        + "latitudes", remedy: "check the axes and the projection of the file")
  }
}

/// Reads both axes in metres or degrees.
struct CoordinatesReader {
  let file: NetCDFFile
  let layout: GridLayout
  let projection: GridProjection
  let statement: GridStatement

  private var place: Fault.Location { Fault.Location(file.path, item: layout.variable.path) }

  /// What a stored coordinate is multiplied with.
  struct Scale {
    let factor: Double
    let name: String
    let notes: [String]
  }

  func scale() throws(Fault) -> Scale {
    guard layout.x.unit == layout.y.unit else {
      throw CoordinatesReader.refusal("x and y have different units", place)
    }
    var unit = layout.x.unit
    var notes: [String] = []
    if let stated = statement.coordinateUnit {
      guard let parsed = AxisUnit(stated), parsed != .unstated else {
        throw CoordinatesReader.refusal("the stated coordinate unit “\(stated)” is unknown", place)
      }
      guard unit == .unstated || unit == parsed else {
        throw CoordinatesReader.refusal(
          "the coordinates are stated to be in \(stated), the file says "
            + "“\(layout.x.coordinates.text("units") ?? "")”", place)
      }
      unit = parsed
      notes.append("unit of the coordinates stated: \(stated)")
    }
    switch (unit, projection.system.isGeographic) {
    case (.degrees, true): return Scale(factor: 1, name: "degrees", notes: notes)
    case (.unstated, true):
      return Scale(
        factor: 1, name: "degrees", notes: notes + ["coordinates without unit: degrees assumed"])
    case (.radians, false):
      guard let metres = projection.metresPerRadian, metres > 0, metres.isFinite else {
        throw CoordinatesReader.refusal("coordinates in radians need a geostationary view", place)
      }
      return Scale(factor: metres, name: "radians", notes: notes)
    case (.metres(let factor), false):
      return Scale(factor: factor, name: CoordinatesReader.name(of: factor), notes: notes)
    case (.unstated, false): return try guessedScale()
    case (.degrees, false), (.radians, true), (.metres, true):
      throw CoordinatesReader.refusal(
        "the coordinates are in “\(layout.x.coordinates.text("units") ?? statement.coordinateUnit ?? "")”, "
          + "which does not fit the projection “\(projection.system.text)”", place)
    }
  }

  /// Metres or kilometres: what agrees with the longitudes and latitudes of the cells, else what
  /// gives cells of a size that radars have.
  private func guessedScale() throws(Fault) -> Scale {
    let check = PositionCheck(file: file, layout: layout)
    if check.isPossible {
      for (factor, name) in [(1.0, "m"), (1000.0, "km")] {
        let x = try axis(layout.x, factor)
        let y = try axis(layout.y, factor)
        guard try check.agrees(x, y, projection.system) else { continue }
        return Scale(
          factor: factor, name: name,
          notes: ["coordinates without unit: \(name), by the longitudes and latitudes of the cells"]
        )
      }
      throw PositionCheck.contradiction(projection.system.text, place)
    }
    let step = try axis(layout.x, 1).step
    let factor: Double
    switch step {
    case 50..<100_000: factor = 1
    case 0.1..<20: factor = 1000
    default:
      throw CoordinatesReader.refusal(
        "the coordinates have no unit, and cells of \(step) may be metres or kilometres", place)
    }
    let name = CoordinatesReader.name(of: factor)
    return Scale(
      factor: factor, name: name,
      notes: ["coordinates without unit: \(name), by the size of the cells"])
  }

  /// An axis with its coordinates multiplied by `factor`.
  func axis(_ axis: GridLayout.Axis, _ factor: Double) throws(Fault) -> GridAxis {
    let reader = GridCoordinates(file: file)
    let stored =
      axis.isPerCell
      ? try reader.line(of: axis.coordinates, runsInside: axis.runsInside)
      : try reader.values(of: axis.coordinates)
    let precision = reader.precision(of: axis.coordinates, stored) * factor
    let values =
      projection.system.isGeographic && !projection.system.isRotated
      ? CoordinatesReader.unwrapped(stored) : stored
    let isLatitude =
      projection.system.isGeographic && !projection.system.isRotated
      && axis.position == layout.y.position
    return try GridAxis(
      coordinates: values.map { $0 * factor },
      bounds: axis.isPerCell
        ? nil : try reader.bounds(of: axis.coordinates)?.map { $0 * factor },
      precision: precision, share: isLatitude ? GridAxis.gaussianShare : 0.01,
      place: Fault.Location(file.path, item: axis.coordinates.path))
  }

  /// Longitudes that jump from 359 to 0 or from 180 to -180 continue instead.
  private static func unwrapped(_ values: [Double]) -> [Double] {
    var result = values
    var turns = 0.0
    for index in values.indices.dropFirst() {
      let difference = values[index] - values[index - 1]
      if difference < -180 { turns += 360 }
      if difference > 180 { turns -= 360 }
      result[index] = values[index] + turns
    }
    return result
  }

  private static func name(of factor: Double) -> String {
    switch factor {
    case 1: "m"
    case 1000: "km"
    default: "\(plain(factor)) m"
    }
  }

  static func refusal(_ problem: String, _ place: Fault.Location) -> Fault {
    Fault(
      "unknown_unit", at: place, problem,
      remedy:
        "state the unit of x and y with `coordinate_unit:` or --coordinate-unit, or correct the "
        + "file")
  }
}
