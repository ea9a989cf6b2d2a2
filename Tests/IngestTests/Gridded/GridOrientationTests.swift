import Formats
import Hydromet
import Ingest
import Testing

@Suite("Order and place of grids")
struct GridOrientationTests {
  let folder: GridTestFolder

  init() throws {
    folder = try GridTestFolder()
  }

  private func read(
    _ grid: SyntheticGrid, _ statement: GridStatement = GridStatement()
  ) throws -> RainField {
    try grid.write(to: folder.file("grid.nc"))
    return try #require(
      try GriddedRain.read(path: folder.file("grid.nc"), statement: statement).first)
  }

  @Test(
    "every order of rows and columns gives the same field at the same place",
    arguments: [false, true], [false, true])
  func orders(risesNorthwards: Bool, fallsEastwards: Bool) throws {
    let reference = try read(SyntheticGrid())
    #expect(areSame(reference.values, SyntheticGrid().expectedValues()))
    for isTransposed in [false, true] {
      for unit in [1.0, 1000] {
        for type in [NetCDFType.short, .int, .float, .double] {
          for isClassic in [false, true] {
            var grid = SyntheticGrid()
            grid.risesNorthwards = risesNorthwards
            grid.fallsEastwards = fallsEastwards
            grid.isTransposed = isTransposed
            grid.coordinateUnit = unit
            let name = NetCDFValue.text(unit == 1 ? "m" : "km")
            grid.xAttributes[1] = ("units", name)
            grid.yAttributes[1] = ("units", name)
            grid.type = type
            grid.scale = type == .float || type == .double ? nil : 0.25
            grid.fill = type == .double ? nil : -1
            grid.isClassic = isClassic
            let field = try read(grid)
            #expect(field.geometry == reference.geometry)
            #expect(areSame(field.values, reference.values))
          }
        }
      }
    }
  }

  @Test("row 0 is the northernmost and its edge lies half a cell north of its centre")
  func edges() throws {
    let geometry = try read(SyntheticGrid()).geometry
    #expect(geometry.rows == 4 && geometry.columns == 6)
    #expect(geometry.west == -3000 && geometry.north == 2000)
    #expect(geometry.east == 3000 && geometry.south == -2000)
    #expect(geometry.cellWidth == 1000 && geometry.cellHeight == 1000)
  }

  @Test("longitudes from 0 to 360 and from -180 to 180 give the same field")
  func wholeCircle() throws {
    var west = SyntheticGrid.geographic(firstLongitude: -180, firstLatitude: 60, step: 60)
    west.rows = 3
    var east = west
    east.firstX = 0
    east.rain = { row, column in SyntheticGrid.asymmetric(row: row, column: (column + 3) % 6) }
    let a = try read(west)
    let b = try read(east)
    #expect(a.geometry == b.geometry)
    #expect(a.geometry.west == -210)
    #expect(areSame(a.values, b.values))
    #expect(areSame(a.values, west.expectedValues()))
    east.fallsEastwards = true
    #expect(areSame(try read(east).values, a.values))
  }

  @Test("a window of a turned, flipped or transposed grid is the same part of the field")
  func windows() throws {
    var grids = [SyntheticGrid(), SyntheticGrid()]
    grids[1].risesNorthwards = true
    grids[1].fallsEastwards = true
    grids[1].isTransposed = true
    var turned = SyntheticGrid.geographic(firstLongitude: 0, firstLatitude: 60, step: 60)
    turned.rows = 3
    grids.append(turned)
    for grid in grids {
      try grid.write(to: folder.file("grid.nc"))
      let file = try GriddedRain(path: folder.file("grid.nc"))
      let whole = try file.field(0)
      for rows in [0..<1, 1..<3, 0..<file.geometry.rows] {
        for columns in [0..<6, 1..<2, 2..<5, 5..<6] {
          let part = try file.field(0, window: GridWindow(rows: rows, columns: columns))
          let expected = rows.flatMap { row in columns.map { whole.values[row * 6 + $0] } }
          #expect(areSame(part.values, expected))
          #expect(part.geometry == file.geometry.cropped(rows: rows, columns: columns))
        }
      }
    }
  }

  @Test("longitudes beyond 180 are western ones, and a jump at the date line is none")
  func westernLongitudes() throws {
    let grid = SyntheticGrid.geographic(firstLongitude: 253.5, firstLatitude: 40, step: 1)
    #expect(try read(grid).geometry.west == -107)
    var jump = SyntheticGrid.geographic(firstLongitude: 0, firstLatitude: 40, step: 1)
    jump.xCoordinates = [357.5, 358.5, 359.5, 0.5, 1.5, 2.5]
    let geometry = try read(jump).geometry
    #expect(geometry.west == -3 && geometry.east == 3)
  }

  @Test("longitude and latitude without coordinate reference system are WGS 84, and it is said")
  func assumedSystem() throws {
    let grid = SyntheticGrid.geographic(firstLongitude: 106.505, firstLatitude: 29.195, step: 0.01)
    try grid.write(to: folder.file("grid.nc"))
    let file = try GriddedRain(path: folder.file("grid.nc"))
    #expect(file.geometry.projection == "EPSG:4326")
    #expect(file.geometry.isGeographic)
    #expect(file.geometry.west == 106.5 && file.geometry.north == 29.2)
    #expect(file.geometry.cellWidth == 0.01)
    #expect(file.notes.contains { $0.contains("WGS 84 assumed") })
  }

  @Test("32-bit coordinates of hundredths of a degree give cells of exactly that size")
  func shortCoordinates() throws {
    let writer = try NetCDFWriter(path: folder.file("short.nc"))
    let y = try writer.dimension("lat", length: 3)
    let x = try writer.dimension("lon", length: 4)
    let lat = try writer.variable("lat", .float, dimensions: [y])
    let lon = try writer.variable("lon", .float, dimensions: [x])
    let rain = try writer.variable(
      "rain", .float, dimensions: [y, x], attributes: [("units", .text("mm"))])
    try writer.write([29.05, 29.04, 29.03] as [Float], to: lat)
    try writer.write([106.61, 106.62, 106.63, 106.64] as [Float], to: lon)
    try writer.write([Float](repeating: 1, count: 12), to: rain)
    try writer.close()
    let geometry = try GriddedRain(path: folder.file("short.nc")).geometry
    #expect(geometry.cellWidth == 0.01 && geometry.cellHeight == 0.01)
    #expect(geometry.west == 106.605 && geometry.north == 29.055)
  }

  @Test("one column is as wide as its bounds say, and is refused without them")
  func oneColumn() throws {
    var grid = SyntheticGrid()
    grid.columns = 1
    try grid.write(to: folder.file("grid.nc"))
    let fault = #expect(throws: Fault.self) { try GriddedRain(path: folder.file("grid.nc")) }
    #expect(fault?.code == "unknown_cell_size")
    grid.xBounds = [-3000, -2000]
    #expect(try read(grid).geometry.cellWidth == 1000)
  }

  @Test("bounds place the cells where coordinates are their edges")
  func edgesAsCoordinates() throws {
    var grid = SyntheticGrid()
    grid.xBounds = [-2500, -1500, -500, 500, 1500, 2500].flatMap { (x: Double) in [x, x + 1000] }
    let geometry = try read(grid).geometry
    #expect(geometry.west == -2500 && geometry.east == 3500)
  }

  @Test(
    "coordinates without unit are metres or kilometres by the size of the cells",
    arguments: [(1000.0, "km"), (1, "m")])
  func unstatedUnit(unit: Double, name: String) throws {
    var grid = SyntheticGrid()
    grid.coordinateUnit = unit
    grid.xAttributes = []
    grid.yAttributes = []
    let reference = try read(SyntheticGrid())
    #expect(try read(grid).geometry == reference.geometry)
    #expect(
      try GriddedRain(path: folder.file("grid.nc")).notes.contains {
        $0.contains("without unit: \(name)")
      })
    #expect(
      try read(grid, GridStatement(coordinateUnit: name)).geometry == reference.geometry)
  }
}
