import Formats
import Foundation
import Hydromet
import Ingest
import Testing

@Suite("Grids with longitude and latitude of every cell")
struct CurvilinearGridTests {
  let folder: GridTestFolder

  init() throws {
    folder = try GridTestFolder()
  }

  private func open(
    _ grid: CurvilinearGrid, _ statement: GridStatement = GridStatement()
  ) throws -> GriddedRain {
    try grid.write(to: folder.file("grid.nc"))
    return try GriddedRain(path: folder.file("grid.nc"), statement: statement)
  }

  private func fault(
    _ grid: CurvilinearGrid, _ statement: GridStatement = GridStatement()
  ) throws -> Fault? {
    #expect(throws: Fault.self) { try open(grid, statement).field(0) }
  }

  @Test(
    "a grid mapping makes even rows and columns of the positions, in whichever order they lie",
    arguments: [(false, false), (true, false), (false, true), (true, true)])
  func mapping(risesNorthwards: Bool, isTransposed: Bool) throws {
    var grid = CurvilinearGrid()
    grid.risesNorthwards = risesNorthwards
    grid.isTransposed = isTransposed
    let read = try open(grid)
    let geometry = read.geometry
    #expect(geometry.rows == grid.rows && geometry.columns == grid.columns)
    #expect(geometry.cellWidth == 3000 && geometry.cellHeight == 3000)
    #expect(!geometry.isGeographic)
    // Positions are kept to the millionth of a degree: to a decimetre.
    #expect(abs(geometry.west - (grid.firstX - 1500)) < 0.2)
    #expect(abs(geometry.north - (grid.firstY + 1500)) < 0.2)
    #expect(try read.field(0).values == grid.expected)
    #expect(read.notes.contains { $0.contains("none further than") })
  }

  @Test(
    "positions of another projection, or of one cell elsewhere, are a contradiction, and it says where"
  )
  func contradiction() throws {
    var turned = CurvilinearGrid()
    turned.mapping?[2] = ("longitude_of_central_meridian", .doubles([95]))
    let fault = try fault(turned)
    #expect(fault?.code == "contradiction")
    #expect(fault?.problem.contains("row") == true && fault?.remedy.contains("gdalwarp") == true)
    var moved = CurvilinearGrid()
    moved.moved = (row: 2, column: 3, degrees: 0.01)
    #expect(try self.fault(moved)?.code == "contradiction")
  }

  @Test("without a projection they are refused with a way out, and read where it is stated")
  func silent() throws {
    var grid = CurvilinearGrid()
    grid.mapping = nil
    let fault = try fault(grid)
    #expect(fault?.code == "uneven_coordinates")
    #expect(fault?.remedy.contains("projection:") == true)
    #expect(fault?.remedy.contains("gdalwarp") == true)
    let read = try open(grid, GridStatement(projection: CurvilinearGrid.projection))
    #expect(read.geometry.cellWidth == 3000)
    #expect(try read.field(0).values == grid.expected)
  }

  @Test("rows and columns of degrees that are written for every cell are read as such")
  func separable() throws {
    var grid = CurvilinearGrid()
    grid.mapping = nil
    grid.place = { row, column in Point(x: 106 + 0.03 * Double(column), y: 29 - 0.025 * Double(row))
    }
    let read = try open(grid)
    #expect(read.geometry.isGeographic)
    #expect(abs(read.geometry.west - 105.985) < 1e-6 && abs(read.geometry.north - 29.0125) < 1e-6)
    #expect(try read.field(0).values == grid.expected)
  }

  // MARK: - WRF

  @Test("totals of a run of WRF, convective and resolved added, are steps between its times")
  func model() throws {
    let grid = ModelOutput()
    try grid.write(to: folder.file("wrfout"))
    let unnamed = #expect(throws: Fault.self) { try GriddedRain(path: folder.file("wrfout")) }
    #expect(unnamed?.code == "unknown_variable" && unnamed?.remedy.contains("A+B") == true)
    let read = try GriddedRain(
      path: folder.file("wrfout"), statement: GridStatement(variable: "RAINC+RAINNC"))
    #expect(read.variable == "RAINC+RAINNC" && read.quantity == .amount)
    #expect(
      read.steps.map { $0.period?.start.iso8601 } == [
        "2026-06-01T00:00:00Z", "2026-06-01T01:00:00Z",
      ])
    #expect(
      read.steps.map { $0.period?.end.iso8601 } == ["2026-06-01T01:00:00Z", "2026-06-01T03:00:00Z"])
    #expect(read.issued?.iso8601 == "2026-06-01T00:00:00Z")
    #expect(read.geometry.cellWidth == 9000 && read.geometry.projection.contains("+R=6370000"))
    for step in 0..<2 {
      let values = try read.field(step).values
      #expect(zip(values, grid.expected(step)).allSatisfy { abs($0 - $1) < 1e-4 })
    }
    let one = try GriddedRain(
      path: folder.file("wrfout"), statement: GridStatement(variable: "RAINNC"))
    #expect(try zip(one.field(0).values, grid.resolved(1)).allSatisfy { abs($0 - $1) < 1e-4 })
  }

  @Test("a single time of WRF counts from the start of the run, and its start alone is no rain")
  func single() throws {
    var grid = ModelOutput()
    grid.hours = [5]
    try grid.write(to: folder.file("wrfout"))
    let read = try GriddedRain(
      path: folder.file("wrfout"), statement: GridStatement(variable: "RAINNC"))
    #expect(read.steps.map { $0.period?.seconds } == [5 * 3600])
    grid.hours = [0]
    try grid.write(to: folder.file("first"))
    let fault = #expect(throws: Fault.self) {
      try GriddedRain(path: folder.file("first"), statement: GridStatement(variable: "RAINNC"))
    }
    #expect(fault?.code == "bad_time")
  }

  @Test("a distance of cells, a nest that moves and totals in buckets that contradict are refused")
  func refusals() throws {
    let change: [(String, (inout ModelOutput) -> Void)] = [
      ("contradiction", { $0.writtenStep = 9100 }), ("moving_grid", { $0.isMoving = true }),
      ("bucket_totals", { $0.bucket = 100 }), ("unknown_projection", { $0.mapProjection = 7 }),
    ]
    for (number, (code, edit)) in change.enumerated() {
      var grid = ModelOutput()
      edit(&grid)
      try grid.write(to: folder.file("wrf\(number)"))
      let fault = #expect(throws: Fault.self) {
        try GriddedRain(
          path: folder.file("wrf\(number)"), statement: GridStatement(variable: "RAINNC"))
      }
      #expect(fault?.code == code)
    }
  }

  @Test("amounts of other cells or periods, and rates, are not added")
  func unlike() throws {
    var grid = SyntheticGrid()
    grid.otherName = "snow"
    try grid.write(to: folder.file("two.nc"))
    let sum = try GriddedRain(
      path: folder.file("two.nc"), statement: GridStatement(variable: "precipitation + snow"))
    let alone = try GriddedRain(
      path: folder.file("two.nc"), statement: GridStatement(variable: "precipitation"))
    #expect(try areSame(sum.field(0).values, alone.field(0).values))
    grid.attributes = [("units", .text("mm/h"))]
    try grid.write(to: folder.file("rate.nc"))
    let fault = #expect(throws: Fault.self) {
      try GriddedRain(
        path: folder.file("rate.nc"), statement: GridStatement(variable: "precipitation+snow"))
    }
    #expect(fault?.code == "contradiction")
  }

  // MARK: - Gaussian

  @Test(
    "rows of a Gaussian grid are taken as even ones, to 0.02 of a row, and it is said; others are not"
  )
  func gaussian() throws {
    var grid = SyntheticGrid.geographic(firstLongitude: 100, firstLatitude: 87, step: 0.25)
    grid.rows = GaussianRows.latitudes.count
    grid.columns = 6
    grid.yCoordinates = GaussianRows.latitudes
    let read = try openPlain(grid)
    #expect(read.geometry.rows == 64)
    #expect(abs(read.geometry.cellHeight - 2 * 87.8637988 / 63) < 1e-6)
    #expect(read.notes.contains { $0.contains("Gaussian") && $0.contains("0.011 of a row") })
    grid.yCoordinates?[20] += 0.1
    let fault = #expect(throws: Fault.self) { try openPlain(grid, "uneven.nc") }
    #expect(fault?.code == "uneven_coordinates")
  }

  private func openPlain(
    _ grid: SyntheticGrid, _ name: String = "gauss.nc"
  ) throws -> GriddedRain {
    try grid.write(to: folder.file(name))
    return try GriddedRain(path: folder.file(name))
  }
}

/// The latitudes of the 64 rows of a Gaussian grid of 32 between pole and equator: roots of the Legendre
/// polynomial of degree 64, by Newton's method.
enum GaussianRows {
  static let latitudes: [Double] = (0..<64).map { row in
    let n = 64.0
    var x = cos(.pi * (Double(row) + 0.75) / (n + 0.5))
    for _ in 0..<10 {
      var (before, now) = (1.0, x)
      for k in 2...64 {
        (before, now) = (
          now, ((2 * Double(k) - 1) * x * now - (Double(k) - 1) * before) / Double(k)
        )
      }
      x -= now * (x * x - 1) / (n * (x * now - before))
    }
    return asin(x) * 180 / .pi
  }
}
