import Formats
import Hydromet

/// Where the cells of an ODIM composite lie: `/where`.
///
/// The four corners are the outer edges of the grid. Some writers give the centres of the corner
/// cells instead; the distance of the corners tells which, and is noted. Corners that fit neither are
/// a contradiction.
struct ODIMPlace {
  let geometry: GridGeometry
  let notes: [String]

  init(
    _ file: HDF5File, size: [Int], _ statement: GridStatement, _ place: Fault.Location
  ) throws(Fault) {
    let rows = size[0]
    let columns = size[1]
    try GridPlace.checkSize(rows: rows, columns: columns, place)
    try ODIMPlace.checkSize(file, rows: rows, columns: columns, place)
    var notes: [String] = []
    let system = try ODIMPlace.system(file, statement, place, &notes)
    let corners = try ODIMPlace.corners(file, system, place)
    guard let upper = corners["UL"] ?? corners["UR"], let lower = corners["LL"] ?? corners["LR"],
      let left = corners["UL"] ?? corners["LL"], let right = corners["UR"] ?? corners["LR"]
    else {
      throw ODIMPlace.refusal("/where does not give opposite corners of the grid", place)
    }
    let x = try ODIMPlace.edges(
      left.x, right.x, count: columns, scale: try file.numbers("xscale", of: "where")?.first,
      isGeographic: system.isGeographic, place, &notes)
    let y = try ODIMPlace.edges(
      lower.y, upper.y, count: rows, scale: try file.numbers("yscale", of: "where")?.first,
      isGeographic: system.isGeographic, place, &notes)
    geometry = try GridPlace(
      x: GridAxis(edges: x, count: columns, isFalling: false, place: place),
      y: GridAxis(edges: y, count: rows, isFalling: true, place: place), system: system,
      place: place
    ).geometry
    try ODIMPlace.check(corners, geometry, place)
    self.notes = notes
  }

  private static func checkSize(
    _ file: HDF5File, rows: Int, columns: Int, _ place: Fault.Location
  ) throws(Fault) {
    for (name, count) in [("xsize", columns), ("ysize", rows)] {
      guard let stated = try file.numbers(name, of: "where")?.first else { continue }
      guard stated == Double(count) else {
        throw refusal("/where names a \(name) of \(stated), the data have \(count)", place)
      }
    }
  }

  private static func system(
    _ file: HDF5File, _ statement: GridStatement, _ place: Fault.Location, _ notes: inout [String]
  ) throws(Fault) -> CoordinateSystem {
    if let text = try file.text("projdef", of: "where") {
      let definition = ProjectionText.isProjection(text) ? text : "+proj=longlat +ellps=WGS84"
      if definition != text {
        notes.append("projdef “\(text)” is taken for longitude and latitude")
      }
      return try CoordinateSystem(ProjectionText.inMetres(definition), place: place)
    }
    guard let stated = statement.projection else {
      throw Fault(
        "unknown_projection", at: place, "/where has no projdef",
        remedy: "state the projection with `projection:` or --projection")
    }
    notes.append("projection stated: \(stated)")
    return try CoordinateSystem(ProjectionText.inMetres(stated), place: place)
  }

  /// The corners in the projection, by name.
  private static func corners(
    _ file: HDF5File, _ system: CoordinateSystem, _ place: Fault.Location
  ) throws(Fault) -> [String: Point] {
    let transform = try CoordinateTransform(from: "EPSG:4326", to: system.text, place: place)
    var corners: [String: Point] = [:]
    for name in ["LL", "UL", "UR", "LR"] {
      guard let longitude = try file.numbers("\(name)_lon", of: "where")?.first,
        let latitude = try file.numbers("\(name)_lat", of: "where")?.first
      else { continue }
      guard let point = transform.transform(Point(x: longitude, y: latitude)) else {
        throw refusal("the corner \(name) at \(longitude), \(latitude) has no place in it", place)
      }
      corners[name] = point
    }
    return corners
  }

  /// The outer edges along one axis, from two corners and the width of a cell.
  private static func edges(
    _ low: Double, _ high: Double, count: Int, scale: Double?, isGeographic: Bool,
    _ place: Fault.Location, _ notes: inout [String]
  ) throws(Fault) -> (lower: Double, upper: Double) {
    let span = high - low
    guard span > 0 else { throw refusal("the corners are not in their order", place) }
    // The scale of a grid of degrees is written in degrees by some and in metres by others.
    guard let scale = scale.map(abs), scale > 0, scale.isFinite, !isGeographic else {
      return (low, high)
    }
    var start = low
    var cells = span / scale
    if abs(cells - Double(count)) > 0.25 {
      guard abs(cells - Double(count - 1)) <= 0.25 else {
        throw refusal(
          "the corners are \(span) m apart, which is neither \(count) nor \(count - 1) cells of "
            + "\(scale) m", place)
      }
      notes.append("the corners are the centres of the corner cells, by their distance")
      start -= scale / 2
      cells += 1
    }
    // Corners are rounded degrees: the middle of both gives the position, the scale the width.
    let middle = start + cells * scale / 2
    let lower = middle - Double(count) * scale / 2
    // A few metres of rounding must not move a grid off the round numbers it is defined by.
    let round = (lower / (scale / 2)).rounded() * scale / 2
    let origin = abs(round - lower) <= 0.01 * scale ? round : lower
    return (origin, origin + Double(count) * scale)
  }

  /// All corners, also those that were not used, lie at the grid's.
  private static func check(
    _ corners: [String: Point], _ geometry: GridGeometry, _ place: Fault.Location
  ) throws(Fault) {
    let expected = [
      "LL": (geometry.west, geometry.south), "UL": (geometry.west, geometry.north),
      "UR": (geometry.east, geometry.north), "LR": (geometry.east, geometry.south),
    ]
    for (name, point) in corners.sorted(by: { $0.key < $1.key }) {
      guard let (x, y) = expected[name] else { continue }
      guard abs(point.x - x) <= 0.75 * geometry.cellWidth,
        abs(point.y - y) <= 0.75 * geometry.cellHeight
      else {
        throw refusal(
          "by its longitude and latitude the corner \(name) lies at \(point.x), \(point.y), by the "
            + "other corners at \(x), \(y)", place)
      }
    }
  }

  private static func refusal(_ problem: String, _ place: Fault.Location) -> Fault {
    Fault("contradiction", at: place, problem, remedy: "correct /where of the file")
  }
}
