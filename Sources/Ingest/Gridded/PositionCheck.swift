import Formats
import Hydromet

/// Compares the cells' places by the projection with the longitudes and latitudes that many files
/// give for every cell.
struct PositionCheck {
  private let file: NetCDFFile
  private let layout: GridLayout
  private let longitude: NetCDFVariable?
  private let latitude: NetCDFVariable?

  init(file: NetCDFFile, layout: GridLayout) {
    self.file = file
    self.layout = layout
    let dimensions = Set([layout.x, layout.y].map { $0.coordinates.dimensions[0].name })
    let candidates = file.variables.filter {
      $0.dimensions.count == 2 && Set($0.dimensions.map(\.name)) == dimensions && $0.type.isNumber
    }
    let find = { (standardName: String, unit: String, names: [String]) -> NetCDFVariable? in
      candidates.first {
        $0.text("standard_name") == standardName || ($0.text("units")?.hasPrefix(unit) ?? false)
          || names.contains($0.name.lowercased())
      }
    }
    longitude = find("longitude", "degrees_east", ["longitude", "lon", "longitudes", "lons"])
    latitude = find("latitude", "degrees_north", ["latitude", "lat", "latitudes", "lats"])
  }

  /// Whether the file gives longitude and latitude of its cells.
  var isPossible: Bool { longitude != nil && latitude != nil }

  /// - Throws: `contradiction` where any tested cell lies more than half a cell from its longitude and
  ///   latitude.
  func check(_ placement: GridPlacement, _ place: Fault.Location) throws(Fault) {
    guard isPossible else { return }
    let geometry = placement.geometry
    let x = GridAxis(
      lower: geometry.west, upper: geometry.east, step: geometry.cellWidth, count: geometry.columns,
      isFalling: placement.fallsEastwards)
    let y = GridAxis(
      lower: geometry.south, upper: geometry.north, step: geometry.cellHeight,
      count: geometry.rows, isFalling: !placement.risesNorthwards)
    let system = try CoordinateSystem(geometry.projection, place: place)
    guard try agrees(x, y, system) else {
      throw PositionCheck.contradiction(geometry.projection, place)
    }
  }

  /// Whether the cells lie where their longitudes and latitudes say, to half a cell.
  func agrees(_ x: GridAxis, _ y: GridAxis, _ system: CoordinateSystem) throws(Fault) -> Bool {
    guard let longitude, let latitude else { return true }
    let transform = try CoordinateTransform(from: "EPSG:4326", to: system.text)
    for row in PositionCheck.sample(y.count) {
      for column in PositionCheck.sample(x.count) {
        guard let east = try value(longitude, row: row, column: column),
          let north = try value(latitude, row: row, column: column)
        else { continue }
        let p = Point(
          x: PositionCheck.coordinate(x, column), y: PositionCheck.coordinate(y, row))
        guard let q = transform.transform(Point(x: east, y: north)),
          abs(q.x - p.x) <= 0.51 * x.step, abs(q.y - p.y) <= 0.51 * y.step
        else { return false }
      }
    }
    return true
  }

  /// Compares a stated projection with the one of the file at the corners and the middle.
  func compare(
    _ placement: GridPlacement, with stated: String, _ place: Fault.Location
  ) throws(Fault) {
    let geometry = placement.geometry
    let transform = try CoordinateTransform(
      from: geometry.projection, to: ProjectionText.inMetres(stated), place: place)
    for row in [0, geometry.rows / 2, geometry.rows - 1] {
      for column in [0, geometry.columns / 2, geometry.columns - 1] {
        let p = geometry.centre(row: row, column: column)
        guard let q = transform.transform(p) else { continue }
        guard abs(q.x - p.x) <= geometry.cellWidth / 2, abs(q.y - p.y) <= geometry.cellHeight / 2
        else {
          throw Fault(
            "contradiction", at: place,
            "the projection is stated to be “\(stated)”, the file says “\(geometry.projection)”",
            remedy: "remove the statement, or correct the file")
        }
      }
    }
  }

  static func contradiction(_ projection: String, _ place: Fault.Location) -> Fault {
    Fault(
      "contradiction", at: place,
      "by the projection “\(projection)” the cells lie elsewhere than by the file's longitudes and "
        + "latitudes", remedy: "state the true projection with `projection:`, or correct the file")
  }

  private static func sample(_ count: Int) -> [Int] {
    Array(Set([0, count / 4, count / 2, count - 1 - count / 4, count - 1])).sorted()
  }

  /// Coordinate of the cell at a position of the file.
  private static func coordinate(_ axis: GridAxis, _ position: Int) -> Double {
    let offset = (Double(position) + 0.5) * axis.step
    return axis.isFalling ? axis.upper - offset : axis.lower + offset
  }

  /// One number; nil where it is missing.
  private func value(
    _ variable: NetCDFVariable, row: Int, column: Int
  ) throws(Fault) -> Double? {
    let rowName = layout.y.coordinates.dimensions[0].name
    let start = variable.dimensions.map { $0.name == rowName ? row : column }
    let stored = try file.doubles(variable, start: start, count: [1, 1])
    return stored.first.flatMap(GridPacking(variable, statedMissing: []).unpacked)
  }
}
