import Formats
import Hydromet

/// A projected grid that gives only longitude and latitude of every cell, as regional composites do.
struct CurvilinearGrid {
  static let projection = "+proj=lcc +lat_1=30 +lat_2=60 +lat_0=30 +lon_0=105 +R=6371229 +units=m"

  var rows = 5
  var columns = 7
  /// Of the north-western cell, metres.
  let firstX = 90_000.0
  let firstY = -30_000.0
  var risesNorthwards = false
  var isTransposed = false
  /// Longitude and latitude of a cell, row 0 north; nil: where the projection has it.
  var place: ((_ row: Int, _ column: Int) -> Point)?
  /// A cell that lies elsewhere.
  var moved: (row: Int, column: Int, degrees: Double)?
  var mapping: [(name: String, value: NetCDFValue)]? = [
    ("grid_mapping_name", .text("lambert_conformal_conic")),
    ("standard_parallel", .doubles([30, 60])),
    ("longitude_of_central_meridian", .doubles([105])),
    ("latitude_of_projection_origin", .doubles([30])), ("earth_radius", .doubles([6_371_229])),
  ]

  /// Row 0 north, column 0 west.
  var expected: [Float] {
    (0..<rows).flatMap { row in (0..<columns).map { Float(row * 10 + $0) / 4 } }
  }

  func write(to path: String) throws {
    let transform = try CoordinateTransform(from: CurvilinearGrid.projection, to: "EPSG:4326")
    let writer = try NetCDFWriter(path: path)
    let y = try writer.dimension("y", length: rows)
    let x = try writer.dimension("x", length: columns)
    let axes = isTransposed ? [x, y] : [y, x]
    let longitude = try writer.variable(
      "lon", .double, dimensions: axes, attributes: [("units", .text("degrees_east"))])
    let latitude = try writer.variable(
      "lat", .double, dimensions: axes, attributes: [("units", .text("degrees_north"))])
    if let mapping { _ = try writer.variable("crs", .int, dimensions: [], attributes: mapping) }
    var attributes: [(name: String, value: NetCDFValue)] = [
      ("units", .text("mm")), ("coordinates", .text("lon lat")),
    ]
    if mapping != nil { attributes.append(("grid_mapping", .text("crs"))) }
    let rain = try writer.variable("rain", .float, dimensions: axes, attributes: attributes)
    var (longitudes, latitudes, values): ([Double], [Double], [Float]) = ([], [], [])
    for outer in 0..<(isTransposed ? columns : rows) {
      for inner in 0..<(isTransposed ? rows : columns) {
        let fileRow = isTransposed ? inner : outer
        let column = isTransposed ? outer : inner
        let row = risesNorthwards ? rows - 1 - fileRow : fileRow
        let projected = Point(x: firstX + 3000 * Double(column), y: firstY - 3000 * Double(row))
        let p = place?(row, column) ?? transform.transform(projected) ?? projected
        let isMoved = moved.map { $0.row == row && $0.column == column } ?? false
        longitudes.append(((p.x + (isMoved ? moved?.degrees ?? 0 : 0)) * 1e6).rounded() / 1e6)
        latitudes.append((p.y * 1e6).rounded() / 1e6)
        values.append(expected[row * columns + column])
      }
    }
    try writer.write(longitudes, to: longitude)
    try writer.write(latitudes, to: latitude)
    try writer.write(values, to: rain)
    try writer.close()
  }
}

/// Output of WRF: positions as 32-bit numbers for every time, the projection in global attributes, times as
/// characters, rain as two totals of the run.
struct ModelOutput {
  let rows = 4
  let columns = 6
  let step = 9000.0
  /// After the start of the run.
  var hours = [0, 1, 3]
  /// What the attributes say the distance of cells is.
  var writtenStep = 9000.0
  /// The last time lies elsewhere.
  var isMoving = false
  var bucket = -1.0
  var mapProjection = 1

  /// Resolved rain of a cell that has fallen since the start of the run, row 0 north.
  private func resolved(_ row: Int, _ column: Int, _ hour: Int) -> Float {
    Float(hour) * (Float(row * 10 + column) + 0.25)
  }

  private func convective(_ row: Int, _ column: Int, _ hour: Int) -> Float {
    Float(hour) * Float(column) / 8
  }

  /// Resolved totals after so many hours, row 0 north.
  func resolved(_ hour: Int) -> [Float] {
    (0..<rows).flatMap { row in (0..<columns).map { resolved(row, $0, hour) } }
  }

  /// The rain of a step, the first from the start to the second time.
  func expected(_ step: Int) -> [Float] {
    let (from, to) = (hours[step], hours[step + 1])
    return (0..<rows).flatMap { row in
      (0..<columns).map { column in
        resolved(row, column, to) + convective(row, column, to)
          - resolved(row, column, from) - convective(row, column, from)
      }
    }
  }

  func write(to path: String) throws {
    let transform = try CoordinateTransform(
      from: "+proj=lcc +lat_1=25 +lat_2=40 +lat_0=29 +lon_0=106.5 +R=6370000 +units=m",
      to: "EPSG:4326")
    let writer = try NetCDFWriter(path: path)
    try writer.attribute("TITLE", .text(" OUTPUT FROM WRF V4.5 MODEL"))
    try writer.attribute("SIMULATION_START_DATE", .text("2026-06-01_00:00:00"))
    try writer.attribute("MAP_PROJ", .ints([Int32(mapProjection)]))
    for (name, value) in [
      ("TRUELAT1", 25), ("TRUELAT2", 40), ("MOAD_CEN_LAT", 29), ("CEN_LAT", 29), ("CEN_LON", 106.5),
      ("STAND_LON", 106.5), ("DX", writtenStep), ("DY", writtenStep), ("BUCKET_MM", bucket),
    ] {
      try writer.attribute(name, .floats([Float(value)]))
    }
    let time = try writer.dimension("Time", length: hours.count)
    let width = try writer.dimension("DateStrLen", length: 19)
    let y = try writer.dimension("south_north", length: rows)
    let x = try writer.dimension("west_east", length: columns)
    let times = try writer.variable("Times", .char, dimensions: [time, width])
    let plane = [time, y, x]
    let latitude = try writer.variable(
      "XLAT", .float, dimensions: plane, attributes: [("units", .text("degree_north"))])
    let longitude = try writer.variable(
      "XLONG", .float, dimensions: plane, attributes: [("units", .text("degree_east"))])
    let rain = { (name: String, words: String) in
      try writer.variable(
        name, .float, dimensions: plane,
        attributes: [
          ("description", .text("ACCUMULATED TOTAL \(words) PRECIPITATION")),
          ("units", .text("mm")),
          ("coordinates", .text("XLONG XLAT XTIME")),
        ])
    }
    let convection = try rain("RAINC", "CUMULUS")
    let stratiform = try rain("RAINNC", "GRID SCALE")
    let buckets = bucket > 0 ? try writer.variable("I_RAINNC", .int, dimensions: plane) : nil
    var (longitudes, latitudes): ([Float], [Float]) = ([], [])
    var (first, second): ([Float], [Float]) = ([], [])
    for (number, hour) in hours.enumerated() {
      for fileRow in 0..<rows {
        for column in 0..<columns {
          let shift = isMoving && number > 0 ? step : 0
          let projected = Point(
            x: (Double(column) - 2.5) * step + shift, y: (Double(fileRow) - 1.5) * step)
          let p = transform.transform(projected) ?? projected
          longitudes.append(Float(p.x))
          latitudes.append(Float(p.y))
          first.append(convective(rows - 1 - fileRow, column, hour))
          second.append(resolved(rows - 1 - fileRow, column, hour))
        }
      }
    }
    try writer.write(
      hours.map { "2026-06-01_\($0 < 10 ? "0" : "")\($0):00:00" }, to: times)
    try writer.write(latitudes, to: latitude)
    try writer.write(longitudes, to: longitude)
    try writer.write(first, to: convection)
    try writer.write(second, to: stratiform)
    if let buckets { try writer.write([Int32](repeating: 0, count: first.count), to: buckets) }
    try writer.close()
  }
}
