import Formats
import Hydromet
import Ingest
import Testing

@Suite("Real grids", .enabled(if: RealGrids.isPresent, Comment(rawValue: RealGrids.absence)))
struct RealGridTests {
  private static let radolan =
    "+proj=stere +lat_0=90 +lat_ts=60 +lon_0=10 +a=6370040 +b=6370040 +units=m"

  @Test(
    "144 accumulations of the Brisbane radar add up to the published maximum, mean and dry cells")
  func brisbane() throws {
    let files = RealGrids.files(in: "radar/bom-brisbane-20201031")
    #expect(files.count == 144)
    var sums: [Double] = []
    var ends: [Timestamp] = []
    var geometries: Set<GridGeometry> = []
    for file in files {
      let fields = try GriddedRain.read(path: file)
      let field = try #require(fields.first)
      #expect(fields.count == 1)
      #expect(field.quantity == .amount)
      #expect(field.period?.seconds == 600)
      ends.append(try #require(field.period?.end))
      geometries.insert(field.geometry)
      if sums.isEmpty { sums = [Double](repeating: 0, count: field.values.count) }
      for (cell, value) in field.values.enumerated() where !value.isNaN {
        sums[cell] += Double(value)
      }
    }
    #expect(geometries.count == 1)
    #expect(
      ends.first?.iso8601 == "2020-10-30T23:50:00Z" || ends.first?.iso8601 == "2020-10-31T00:00:00Z"
    )
    #expect(ends.map(\.iso8601).last == "2020-10-31T23:50:00Z")
    #expect(abs((sums.max() ?? 0) - 106.15) < 1e-4)
    #expect(sums.count { $0 == 0 } == 11_713)
    #expect(abs(sums.reduce(0, +) / Double(sums.count) - 23.73976) < 1e-4)
    let geometry = try #require(geometries.first)
    #expect(geometry.rows == 512 && geometry.columns == 512)
    #expect(geometry.west == -128_000 && geometry.north == 128_000)
    #expect(geometry.cellWidth == 500 && geometry.cellHeight == 500)
    #expect(!geometry.isGeographic)
  }

  @Test("the Brisbane grid lies around its radar at Mount Stapylton")
  func brisbanePlace() throws {
    let file = try #require(RealGrids.files(in: "radar/bom-brisbane-20201031").first)
    let grid = try GriddedRain(path: file)
    let transform = try CoordinateTransform(from: grid.geometry.projection, to: "EPSG:4326")
    let centre = try #require(transform.transform(Point(x: 0, y: 0)))
    #expect(abs(centre.x - 153.24) < 1e-6)
    #expect(abs(centre.y + 27.7178) < 1e-6)
    let summary = try grid.summary()
    #expect(summary.format == "netCDF-4")
    #expect(summary.storedType == "short")
    #expect(summary.scaleFactor == 0.05)
    #expect(summary.fillValues == [-1])
    #expect(summary.coordinateUnit == "km")
    #expect(summary.unit == "mm" && summary.unitInFile == "kg m-2")
    #expect(summary.missingCells + summary.zeroCells + summary.positiveCells == 512 * 512)
  }

  @Test("RADOLAN without projection and unit asks for both, and is read with them")
  func radolanComposite() throws {
    let file = try #require(RealGrids.files(in: "radar/dwd-ry-20210823").first)
    let noUnit = #expect(throws: Fault.self) { try GriddedRain(path: file) }
    #expect(noUnit?.code == "unknown_unit")
    let noProjection = #expect(throws: Fault.self) {
      try GriddedRain(path: file, statement: GridStatement(unit: "mm"))
    }
    #expect(noProjection?.code == "unknown_projection")
    let grid = try GriddedRain(
      path: file, statement: GridStatement(unit: "mm", projection: Self.radolan))
    #expect(grid.geometry.rows == 900 && grid.geometry.columns == 900)
    #expect(grid.geometry.cellWidth == 1000 && grid.geometry.cellHeight == 1000)
    #expect(grid.steps.count == 12)
    #expect(grid.steps.allSatisfy { $0.period?.seconds == 300 })
    #expect(grid.steps.first?.label?.iso8601 == "2021-08-23T08:50:00Z")
    #expect(grid.steps.last?.label?.iso8601 == "2021-08-23T09:45:00Z")
    // Within a cell of the south-west corner of the composite that the DWD documents.
    let transform = try CoordinateTransform(from: grid.geometry.projection, to: "EPSG:4326")
    let corner = try #require(
      transform.transform(Point(x: grid.geometry.west, y: grid.geometry.south)))
    #expect(abs(corner.x - 3.5889) < 0.01)
    #expect(abs(corner.y - 46.9526) < 0.01)
  }

  @Test("the RADOLAN hour at a thousand gauges is what independent software found there")
  func radolanAtGauges() throws {
    let file = try #require(RealGrids.files(in: "radar/dwd-ry-20210823").first)
    let fields = try GriddedRain.read(
      path: file, statement: GridStatement(unit: "mm", projection: Self.radolan))
    let geometry = try #require(fields.first).geometry
    let rows = try RealGrids.table("facts/dwd-20210823_gauge_radar_pairs.csv")
    var compared = 0
    for row in rows {
      guard let x = row["x"].flatMap(Double.init), let y = row["y"].flatMap(Double.init),
        let expected = row["radar_1h_mm"].flatMap(Double.init),
        let cell = geometry.cell(at: Point(x: x * 1000, y: y * 1000))
      else { continue }
      let index = cell.row * geometry.columns + cell.column
      let sum = fields.reduce(0.0) { $0 + Double($1.values[index]) }
      #expect(abs(sum - expected) < 0.005, "\(row["station_id"] ?? "?")")
      compared += 1
    }
    // Names with a comma in quotation marks are left out.
    #expect(compared > 1000)
  }

  @Test("three hours of the Swedish radar at ten gauges are what independent software found")
  func swedishGauges() throws {
    let path = RealGrids.path("gauges/openmrg-20150827/openMRG_Radar_180minutes.nc")
    let fields = try GriddedRain.read(path: path, statement: GridStatement(unit: "mm/h"))
    let geometry = try #require(fields.first).geometry
    var compared = 0
    for row in try RealGrids.table("facts/openmrg-20150827_gauges.csv") {
      guard let x = row["cell_x"].flatMap(Double.init), let y = row["cell_y"].flatMap(Double.init),
        let expected = row["radar_180min_mm"].flatMap(Double.init),
        let cell = geometry.cell(at: Point(x: x, y: y))
      else { continue }
      let index = cell.row * geometry.columns + cell.column
      let sum = fields.reduce(0.0) { $0 + Double($1.values[index]) / 12 }
      #expect(abs(sum - expected) < 0.002)
      compared += 1
    }
    #expect(compared >= 10)
  }

  @Test(
    "a projection that the longitudes and latitudes of the file contradict is refused",
    arguments: [
      "+proj=stere +lat_0=90 +lat_ts=60 +lon_0=11 +a=6370040 +b=6370040 +units=m",
      "+proj=laea +lat_0=51 +lon_0=10 +ellps=WGS84 +units=m", "EPSG:31467",
    ])
  func wrongProjection(projection: String) throws {
    let file = try #require(RealGrids.files(in: "radar/dwd-ry-20210823").first)
    let fault = #expect(throws: Fault.self) {
      try GriddedRain(path: file, statement: GridStatement(unit: "mm", projection: projection))
    }
    #expect(fault?.code == "contradiction")
  }

  @Test("two files of one Swedish radar agree within 0.005 mm/h where they overlap")
  func swedishPair() throws {
    let folder = "gauges/openmrg-20150827/"
    let long = RealGrids.path(folder + "openMRG_Radar_180minutes.nc")
    let short = RealGrids.path(folder + "openMRG_example_rad_20150827_90minutes.nc")
    let noUnit = #expect(throws: Fault.self) { try GriddedRain(path: long) }
    #expect(noUnit?.code == "unknown_unit")
    let a = try GriddedRain.read(path: long, statement: GridStatement(unit: "mm/h"))
    let b = try GriddedRain.read(path: short)
    #expect(a.count == 36 && b.count == 19)
    #expect(a.allSatisfy { $0.quantity == .rate && $0.period?.seconds == 300 })
    #expect(a[0].geometry.rows == 48 && a[0].geometry.columns == 37)
    #expect(abs(a[0].geometry.west - b[0].geometry.west) < 1)
    #expect(abs(a[0].geometry.north - b[0].geometry.north) < 1)
    var compared = 0
    for field in b {
      let same = try #require(a.first { $0.period == field.period })
      for (one, other) in zip(field.values, same.values) {
        #expect(one.isNaN == other.isNaN)
        if !one.isNaN, abs(one - other) > 0.0051 { Issue.record("\(one) and \(other) differ") }
        compared += 1
      }
    }
    #expect(compared == 19 * 48 * 37)
  }
}
