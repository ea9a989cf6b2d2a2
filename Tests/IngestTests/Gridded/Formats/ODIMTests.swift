import Formats
import Hydromet
import Ingest
import Testing

@Suite("ODIM and KNMI composites", .serialized)
struct ODIMTests {
  let folder: GridTestFolder
  private let transform: CoordinateTransform

  init() throws {
    folder = try GridTestFolder()
    transform = try CoordinateTransform(from: SyntheticODIM().projection, to: "EPSG:4326")
  }

  private func open(
    _ composite: SyntheticODIM, _ statement: GridStatement = GridStatement()
  ) throws -> GriddedRain {
    // HDF5 does not overwrite a file that is still open.
    let path = folder.file("composite-\(UInt64.random(in: 0 ... .max)).h5")
    try composite.write(to: path) { x, y in
      let place = transform.transform(Point(x: x, y: y)) ?? Point(x: 0, y: 0)
      return (place.x, place.y)
    }
    return try GriddedRain(path: path, statement: statement)
  }

  private func fault(
    _ composite: SyntheticODIM, _ statement: GridStatement = GridStatement()
  ) throws -> Fault? {
    #expect(throws: Fault.self) { try open(composite, statement).field(0) }
  }

  @Test("an accumulation: first row north, edges at the corners, period from start to end")
  func accumulation() throws {
    let grid = try open(SyntheticODIM())
    #expect(grid.formatName == "ODIM_H5/V2_2")
    #expect(grid.quantity == .amount)
    #expect(grid.geometry.west == 600_000 && grid.geometry.north == 3_230_000)
    #expect(grid.geometry.cellWidth == 1000 && grid.geometry.south == 3_227_000)
    let field = try grid.field(0)
    #expect(zip(field.values, Pattern.field).allSatisfy { abs($0 - $1) < 1e-6 })
    #expect(field.period?.seconds == 300)
    #expect(field.period?.end.iso8601 == "2024-07-09T06:00:00Z")
    let part = try grid.field(0, window: GridWindow(rows: 2..<3, columns: 1..<3)).values
    #expect(abs(part[0] - 2.2) < 1e-6 && abs(part[1] - 2.3) < 1e-6 && part.count == 2)
  }

  @Test("undetect is dry, nodata is not covered; the same number for both is missing, never dry")
  func codes() throws {
    var composite = SyntheticODIM()
    composite.stored = [0, 255, 1, 2, 0, 255, 1, 2, 0, 255, 1, 2]
    var grid = try open(composite)
    var values = try grid.field(0).values
    #expect(values[0] == 0 && values[1].isNaN && abs(values[2] - 0.1) < 1e-6)
    #expect(grid.uncoveredCells == 3)
    composite.undetect = 255
    grid = try open(composite)
    values = try grid.field(0).values
    #expect(values[1].isNaN && grid.uncoveredCells == nil)
    #expect(grid.notes.contains { $0.contains("never") || $0.contains("not dry") })
  }

  @Test("a file may leave out gain, offset, nodata and undetect; what is assumed is said")
  func leftOut() throws {
    var composite = SyntheticODIM()
    composite.gain = nil
    composite.offset = nil
    composite.nodata = nil
    composite.undetect = nil
    composite.stored = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]
    let grid = try open(composite)
    #expect(try grid.field(0).values == (0..<12).map(Float.init))
    #expect(grid.notes.contains("no gain: 1 assumed"))
    #expect(grid.notes.contains("no offset: 0 assumed"))
    #expect(grid.notes.contains { $0.hasPrefix("no nodata") })
    #expect(grid.notes.contains { $0.hasPrefix("no undetect") })
  }

  @Test("reflectivity stays reflectivity until a relation is stated")
  func reflectivity() throws {
    var composite = SyntheticODIM()
    composite.quantity = "DBZH"
    composite.gain = 0.5
    composite.offset = -32
    composite.stored = [0, 255, 144, 64, 0, 0, 0, 0, 0, 0, 0, 0]
    let grid = try open(composite)
    #expect(grid.quantity == .reflectivity)
    #expect(areSame(Array(try grid.field(0).values[..<4]), [-99, .nan, 40, 0]))
    #expect(try grid.summary().zeroCells == 10)
    let relation = try #require(ReflectivityRelation("300 1.4 53"))
    let rain = try open(composite, GridStatement(reflectivity: relation))
    let values = try rain.field(0).values
    #expect(rain.quantity == .rate)
    #expect(values[0] == 0 && values[1].isNaN)
    // (10⁴ / 300)^(1/1.4) = 12.24 mm/h.
    #expect(abs(values[2] - 12.24) < 0.01)
    #expect(rain.notes.contains { $0.contains("Z = 300 R^1.4, at most 53") })
  }

  @Test(
    "a rate acquired beside the stated step is taken for the step that ends at its nominal time")
  func rate() throws {
    var composite = SyntheticODIM()
    composite.quantity = "RATE"
    composite.end = ("20240709", "060300")
    let plain = try open(composite)
    #expect(plain.quantity == .rate && plain.steps[0].period?.seconds == 480)
    let stated = try open(composite, GridStatement(stepSeconds: 900))
    #expect(stated.steps[0].period?.seconds == 900)
    #expect(stated.steps[0].period?.end.iso8601 == "2024-07-09T06:00:00Z")
    #expect(stated.notes.contains { $0.contains("nominal") })
    var amount = SyntheticODIM()
    amount.end = ("20240709", "060300")
    #expect(try fault(amount, GridStatement(stepSeconds: 900))?.code == "contradiction")
  }

  @Test("corners that are centres of cells are found out by their distance; others contradict")
  func corners() throws {
    var composite = SyntheticODIM()
    composite.hasCentres = true
    let grid = try open(composite)
    #expect(grid.geometry.west == 600_000 && grid.geometry.north == 3_230_000)
    #expect(grid.notes.contains { $0.contains("centres of the corner cells") })
    composite = SyntheticODIM()
    composite.shift = 2000
    #expect(try fault(composite)?.code == "contradiction")
    composite.hasCorners = false
    #expect(try fault(composite)?.code == "contradiction")
  }

  @Test("several data sets with periods of their own are steps in the order of time")
  func datasets() throws {
    var composite = SyntheticODIM()
    composite.further = [("061000", 20, 3), ("060500", 10, 3)]
    let grid = try open(composite)
    #expect(
      grid.steps.map { $0.period?.end.iso8601 } == [
        "2024-07-09T06:00:00Z", "2024-07-09T06:05:00Z", "2024-07-09T06:10:00Z",
      ])
    #expect(grid.steps.allSatisfy { $0.period?.seconds == 300 })
    for step in 0..<3 {
      let values = try grid.field(step).values
      // The north-western cell has one tenth, the south-eastern 24; each step a millimetre more.
      #expect(abs(values[0] - (0.1 + Float(step))) < 1e-6)
      #expect(abs(values[11] - (2.4 + Float(step))) < 1e-6)
    }
  }

  @Test("a later data set with more or fewer rows than the first is refused", arguments: [2, 4])
  func otherShape(rows: Int) throws {
    var composite = SyntheticODIM()
    composite.further = [("060500", 10, rows)]
    #expect(try fault(composite)?.code == "contradiction")
  }

  @Test("two data sets for one time are refused")
  func repeatedDatasets() throws {
    var composite = SyntheticODIM()
    composite.further = [("060000", 10, 3)]
    #expect(try fault(composite)?.code == "bad_time")
  }

  @Test("volumes of one radar, quantities that are no rain, and two candidates are refused")
  func others() throws {
    var composite = SyntheticODIM()
    composite.object = "PVOL"
    #expect(try fault(composite)?.code == "not_a_grid")
    composite = SyntheticODIM()
    composite.quantity = "QIND"
    #expect(try fault(composite)?.code == "unknown_variable")
    composite = SyntheticODIM()
    composite.data = 2
    #expect(try fault(composite)?.code == "bad_time")
    let chosen = try open(composite, GridStatement(variable: "dataset1/data2"))
    #expect(chosen.variable == "dataset1/data2/data")
  }

  /// The layout of the KNMI, with the pattern and a projection in kilometres.
  private func writeKNMI(
    _ path: String, projection: String, outside: Double, corners: [Double]
  ) throws {
    let file = try HDF5Builder(path)
    for group in [
      "overview", "geographic", "geographic/map_projection", "image1", "image1/calibration",
    ] { file.group(group) }
    file.text("product_datetime_start", "09-JUL-2024;05:55:00.000", of: "overview")
    file.text("product_datetime_end", "09-JUL-2024;06:00:00.000", of: "overview")
    for (name, value) in [
      ("geo_number_rows", 3.0), ("geo_number_columns", 4), ("geo_pixel_size_x", 1),
      ("geo_pixel_size_y", -1), ("geo_column_offset", 0), ("geo_row_offset", 3650),
    ] { file.numbers(name, [value], of: "geographic") }
    file.text("geo_dim_pixel", "KM,KM", of: "geographic")
    file.numbers("geo_product_corners", corners, of: "geographic")
    file.text("projection_proj4_params", projection, of: "geographic/map_projection")
    file.text("image_geo_parameter", "ACCUMULATED_PRECIPITATION_[MM]", of: "image1")
    file.text("calibration_formulas", "GEO=0.1*PV+0.0", of: "image1/calibration")
    file.numbers("calibration_missing_data", [65_534], of: "image1/calibration")
    file.numbers("calibration_out_of_image", [outside], of: "image1/calibration")
    var stored = SyntheticODIM().stored
    stored[0] = 65_535
    stored[1] = 65_534
    file.dataset("image1/image_data", rows: 3, columns: 4, stored)
  }

  @Test("the KNMI's form: offsets in pixels, axes in kilometres, out of image apart from missing")
  func netherlands() throws {
    let true60 = "+proj=stere +lat_0=90 +lon_0=0 +lat_ts=60 +a=6378.137 +b=6356.752"
    let metres = "+proj=stere +lat_0=90 +lon_0=0 +lat_ts=60 +a=6378137 +b=6356752"
    let back = try CoordinateTransform(from: metres, to: "EPSG:4326")
    let corners = [(0.0, -3653e3), (0, -3650e3), (4e3, -3650e3), (4e3, -3653e3)].flatMap { x, y in
      back.transform(Point(x: x, y: y)).map { [$0.x, $0.y] } ?? []
    }
    let path = folder.file("knmi.h5")
    try writeKNMI(path, projection: true60, outside: 65_535, corners: corners)
    let grid = try GriddedRain(path: path)
    #expect(grid.formatName == "KNMI HDF5")
    #expect(grid.geometry.west == 0 && grid.geometry.north == -3_650_000)
    let values = try grid.field(0).values
    #expect(values[0].isNaN && values[1].isNaN && grid.uncoveredCells == 1)
    #expect(abs(values[2] - 0.3) < 1e-6 && abs(values[11] - 2.4) < 1e-6)
    #expect(grid.steps[0].period?.seconds == 300)
    // A file with a wrong projection is refused, or read by a stated one that its corners confirm.
    let wrong = "+proj=stere +lat_0=90 +lon_0=5 +lat_ts=60 +a=6378.137 +b=6356.752"
    let other = folder.file("wrong.h5")
    try writeKNMI(other, projection: wrong, outside: 65_535, corners: corners)
    let refused = #expect(throws: Fault.self) { try GriddedRain(path: other) }
    #expect(refused?.code == "contradiction")
    let resolved = try GriddedRain(path: other, statement: GridStatement(projection: metres))
    #expect(resolved.notes.contains { $0.contains("contradicts its corners") })
    #expect(resolved.geometry.north == -3_650_000)
  }
}
