import Formats
import Hydromet
import Ingest
import Testing

@Suite("Packed numbers and missing cells")
struct GridPackingTests {
  let folder: GridTestFolder

  init() throws {
    folder = try GridTestFolder()
  }

  /// One row of four cells with these stored numbers.
  private func read(
    _ stored: [Double], _ type: NetCDFType, scale: Double? = nil,
    _ attributes: [(name: String, value: NetCDFValue)] = [], fill: Double? = nil,
    _ statement: GridStatement = GridStatement()
  ) throws -> [Float] {
    var grid = SyntheticGrid()
    grid.rows = 2
    grid.columns = stored.count
    grid.type = type
    grid.scale = scale
    grid.fill = fill
    grid.attributes += attributes
    grid.rain = { row, column in stored[row == 0 ? column : stored.count - 1] * (scale ?? 1) }
    try grid.write(to: folder.file("grid.nc"))
    let field = try GriddedRain.read(path: folder.file("grid.nc"), statement: statement)[0]
    return Array(field.values.prefix(stored.count))
  }

  @Test("fill values are compared before unpacking")
  func fillBeforeUnpacking() throws {
    let values = try read(
      [100, 255, 20, 0], .short, scale: 0.5, [("add_offset", .doubles([0]))], fill: 255)
    #expect(areSame(values, [50, .nan, 10, 0]))
    // The unpacked value of 20 is 10, and 10 as a stored number is missing.
    let other = try read([20, 10, 5, 0], .short, scale: 0.5, fill: 10)
    #expect(areSame(other, [10, .nan, 2.5, 0]))
  }

  @Test("an offset is added, and what is then zero is dry")
  func offset() throws {
    let values = try read([32, 34, 36, 32], .short, scale: 0.5, [("add_offset", .doubles([-16]))])
    #expect(areSame(values, [0, 1, 2, 0]))
  }

  @Test(
    "fill value, missing value, default fill, valid range and stated numbers are all missing",
    arguments: [
      ([("_FillValue", .shorts([7]))], []), ([("missing_value", .shorts([7]))], []),
      ([("missing_value", .shorts([9, 7]))], []), ([("valid_range", .shorts([0, 6]))], []),
      ([("valid_max", .shorts([6]))], []), ([], [7]),
    ] as [([(name: String, value: NetCDFValue)], [Double])])
  func missing(attributes: [(name: String, value: NetCDFValue)], stated: [Double]) throws {
    let values = try read(
      [1, 7, 2, 0], .short, attributes, GridStatement(missingValues: stated))
    #expect(areSame(values, [1, .nan, 2, 0]))
  }

  @Test("a valid range in floating numbers beside packed integers speaks of the unpacked values")
  func unpackedRange() throws {
    let values = try read(
      [10, 70, 20, 0], .short, scale: 0.1, [("valid_max", .floats([6]))])
    #expect(areSame(values, [1, .nan, 2, 0]))
  }

  @Test("unsigned bytes count from 0 to 255 although they are stored as signed ones")
  func unsignedBytes() throws {
    let values = try read(
      [200, 255, 3, 0], .byte, [("_Unsigned", .text("true"))], fill: 255)
    #expect(areSame(values, [200, .nan, 3, 0]))
  }

  @Test("numbers that were never written are missing, and so are NaN and infinity")
  func neverWritten() throws {
    #expect(areSame(try read([-32_767, 1, 2, 0], .short), [.nan, 1, 2, 0]))
    #expect(areSame(try read([9.969_209_968_386_869e36, 1, 2, 0], .float), [.nan, 1, 2, 0]))
    #expect(areSame(try read([.nan, .infinity, -.infinity, 0], .float), [.nan, .nan, .nan, 0]))
    #expect(areSame(try read([1e20, 1, 2, 0], .float, fill: 1e20), [.nan, 1, 2, 0]))
    #expect(areSame(try read([-2_147_483_647, 1, 2, 0], .int), [.nan, 1, 2, 0]))
  }

  @Test("negative rain is refused with its count and the smallest value, never made dry")
  func negative() throws {
    let fault = #expect(throws: Fault.self) { try read([1, -9999, -2, 0], .float) }
    #expect(fault?.code == "negative_rain")
    // The key of a feed in district.yaml and the option of a command.
    for name in ["`missing_values:`", "--missing"] {
      #expect(fault?.remedy.contains(name) == true)
    }
    #expect(fault?.problem.contains("2 of 8 cells") == true)
    #expect(fault?.problem.contains("-9999") == true)
    let named = try read([1, -9999, -2, 0], .float, [], GridStatement(missingValues: [-9999, -2]))
    #expect(areSame(named, [1, .nan, .nan, 0]))
  }

  @Test("the dust of rounding below zero is zero; reflectivity may be negative")
  func dust() throws {
    let values = try read([-0.0005, -0.0, 2, 0], .double)
    #expect(areSame(values, [0, 0, 2, 0]))
    #expect(values[0].sign == .plus && values[1].sign == .plus)
    var grid = SyntheticGrid()
    grid.type = .float
    grid.scale = nil
    grid.fill = nil
    grid.attributes = [("units", .text("dBZ"))]
    grid.rain = { row, column in column == 1 ? -0.0 : Double(column - 3) }
    try grid.write(to: folder.file("grid.nc"))
    let echo = try GriddedRain.read(path: folder.file("grid.nc"))[0].values
    #expect(echo[0] == -3 && echo[1] == 0 && echo[1].sign == .plus)
  }

  @Test(
    "a single cell a little below zero in a large field is missing and counted; more are refused",
    arguments: [(1, -0.1, true), (1, -0.6, false), (3, -0.1, false)])
  func undershoot(cells: Int, value: Double, isRead: Bool) throws {
    var grid = SyntheticGrid()
    grid.rows = 40
    grid.columns = 50
    grid.type = .double
    grid.scale = nil
    grid.fill = nil
    grid.rain = { row, column in row == 0 && column < cells ? value : 1 }
    try grid.write(to: folder.file("grid.nc"))
    let file = try GriddedRain(path: folder.file("grid.nc"))
    guard isRead else {
      let fault = #expect(throws: Fault.self) { try file.field(0) }
      #expect(fault?.code == "negative_rain")
      return
    }
    let values = try file.field(0).values
    #expect(values[0].isNaN)
    #expect(values[1] == 1)
    #expect(file.rejectedCells == 1)
    #expect(try file.summary().rejectedCells == 1)
  }

  @Test("more than 2000 mm in a period is refused as a wrong unit")
  func implausible() throws {
    let fault = #expect(throws: Fault.self) { try read([1, 2500, 2, 0], .float) }
    #expect(fault?.code == "implausible")
    #expect(areSame(try read([1, 1999, 2, 0], .float), [1, 1999, 2, 0]))
  }
}
