import Formats
import Hydromet
import Ingest
import Testing

/// Models write longitude and latitude for every cell, not for every column and row.
@Suite("Longitude and latitude of every cell")
struct GridPerCellTests {
  let folder: GridTestFolder

  init() throws {
    folder = try GridTestFolder()
  }

  /// 3 x 4 cells of 0.1°, rows from the south; `skew` moves a row's longitudes against the row before it.
  private func model(skew: Double = 0) throws -> GriddedRain {
    let path = folder.file("model.nc")
    let writer = try NetCDFWriter(path: path, format: .netCDF4)
    let y = try writer.dimension("south_north", length: 3)
    let x = try writer.dimension("west_east", length: 4)
    let latitude = try writer.variable(
      "XLAT", .double, dimensions: [y, x], attributes: [("units", .text("degree_north"))])
    let longitude = try writer.variable(
      "XLONG", .double, dimensions: [y, x], attributes: [("units", .text("degree_east"))])
    let rain = try writer.variable(
      "RAIN", .double, dimensions: [y, x],
      attributes: [("units", .text("mm")), ("coordinates", .text("XLONG XLAT"))])
    let cells = (0..<3).flatMap { row in (0..<4).map { (row: row, column: $0) } }
    try writer.write(cells.map { 29 + 0.1 * Double($0.row) }, to: latitude)
    try writer.write(
      cells.map { 106 + 0.1 * Double($0.column) + skew * Double($0.row) }, to: longitude)
    try writer.write(cells.map { Double(10 * $0.row + $0.column) }, to: rain)
    try writer.close()
    return try GriddedRain(path: path, statement: GridStatement(stepSeconds: 3600))
  }

  @Test("equal rows and columns are a grid of degrees, its first row north")
  func plane() throws {
    let grid = try model()
    #expect(grid.geometry.isGeographic)
    #expect(abs(grid.geometry.west - 105.95) < 1e-9 && abs(grid.geometry.north - 29.25) < 1e-9)
    #expect(abs(grid.geometry.cellWidth - 0.1) < 1e-9 && grid.geometry.columns == 4)
    #expect(try grid.field(0).values == [20, 21, 22, 23, 10, 11, 12, 13, 0, 1, 2, 3])
  }

  @Test("cells that are no rectangles of degrees are refused, with the place")
  func skewed() {
    let fault = #expect(throws: Fault.self) { try model(skew: 0.01) }
    #expect(fault?.code == "uneven_coordinates")
    #expect(fault?.problem.contains("row 1, column 0") == true)
  }
}
