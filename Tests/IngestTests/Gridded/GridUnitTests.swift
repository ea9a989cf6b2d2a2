import Formats
import Hydromet
import Ingest
import Testing

@Suite("Units and quantities of grids")
struct GridUnitTests {
  let folder: GridTestFolder

  init() throws {
    folder = try GridTestFolder()
  }

  private func open(
    _ attributes: [(name: String, value: NetCDFValue)], name: String = "precipitation",
    _ statement: GridStatement = GridStatement()
  ) throws -> GriddedRain {
    var grid = SyntheticGrid()
    grid.attributes = attributes
    grid.name = name
    try grid.write(to: folder.file("grid.nc"))
    return try GriddedRain(path: folder.file("grid.nc"), statement: statement)
  }

  @Test(
    "one unit of rain is so many mm or mm/h",
    arguments: [
      ("mm", .amount, 1), ("kg m-2", .amount, 1), ("kg/m2", .amount, 1), ("kg m**-2", .amount, 1),
      ("kg m^-2", .amount, 1), ("l/m2", .amount, 1), ("millimeters", .amount, 1),
      ("0.1 mm", .amount, 0.1), ("cm", .amount, 10), ("m", .amount, 1000),
      ("m of water equivalent", .amount, 1000), ("in", .amount, 25.4), ("inches", .amount, 25.4),
      ("mm/h", .rate, 1), ("mm h-1", .rate, 1), ("mm hr-1", .rate, 1), ("mm/hour", .rate, 1),
      ("mm per hour", .rate, 1), ("mm h⁻¹", .rate, 1), ("kg m-2 h-1", .rate, 1),
      ("kg m-2 s-1", .rate, 3600), ("kg/(m2 s)", .rate, 3600), ("kg/m^2/s", .rate, 3600),
      ("m s-1", .rate, 3_600_000), ("m/s", .rate, 3_600_000), ("mm/s", .rate, 3600),
      ("mm/min", .rate, 60), ("mm/5min", .rate, 12), ("mm d-1", .rate, 1.0 / 24),
      ("in h-1", .rate, 25.4), ("in/hr", .rate, 25.4), ("dBZ", .reflectivity, 1),
    ] as [(String, Quantity, Double)])
  func conversions(unit: String, quantity: Quantity, factor: Double) throws {
    var grid = SyntheticGrid()
    grid.type = .double
    grid.scale = nil
    grid.attributes = [("units", .text(unit))]
    grid.rain = { row, column in Double(row * 6 + column) / (8 * factor) }
    try grid.write(to: folder.file("grid.nc"))
    let field = try #require(try GriddedRain.read(path: folder.file("grid.nc")).first)
    #expect(field.quantity == quantity)
    for (cell, value) in field.values.enumerated() {
      #expect(abs(Double(value) - Double(cell) / 8) < 1e-6)
    }
  }

  @Test(
    "a unit that is not one of rain is refused by its name",
    arguments: [
      "", "1", "%", "K", "mm/m", "mm2", "furlong", "kg", "mm s-2", "log10(mm)", "m-", "/",
    ])
  func unknownUnits(unit: String) throws {
    let fault = #expect(throws: Fault.self) { try open([("units", .text(unit))]) }
    #expect(fault?.code == "unknown_unit")
    #expect(fault?.remedy.contains("unit:") == true)
  }

  @Test("a unit that is missing must be stated, except for a standard name with a certain one")
  func missingUnit() throws {
    let fault = #expect(throws: Fault.self) { try open([]) }
    #expect(fault?.code == "unknown_unit")
    #expect(try open([], GridStatement(unit: "mm/h")).quantity == .rate)
    let flux: [(name: String, value: NetCDFValue)] = [
      ("standard_name", .text("precipitation_flux"))
    ]
    #expect(throws: Fault.self) { try open(flux) }
    let amount = try open([("standard_name", .text("precipitation_amount"))])
    #expect(amount.quantity == .amount)
    #expect(amount.notes.contains { $0.contains("kg m-2") })
  }

  @Test("a statement fills a gap but does not overrule the file")
  func contradictions() throws {
    let millimetres: [(name: String, value: NetCDFValue)] = [("units", .text("mm"))]
    let flux: [(name: String, value: NetCDFValue)] =
      millimetres + [("standard_name", .text("rainfall_rate"))]
    for (attributes, statement) in [
      (millimetres, GridStatement(unit: "mm/h")), (millimetres, GridStatement(quantity: .rate)),
      (flux, GridStatement()),
    ] {
      let fault = #expect(throws: Fault.self) { try open(attributes, statement) }
      #expect(fault?.code == "contradiction")
    }
    #expect(try open(millimetres, GridStatement(unit: "kg m-2")).quantity == .amount)
    #expect(try open(flux, GridStatement(unit: "mm")).quantity == .amount)
    #expect(throws: Fault.self) { try open([], GridStatement(unit: "furlong")) }
  }

  @Test(
    "the rain is found among the variables by standard name, name or unit",
    arguments: [
      ("data", [("units", "mm"), ("standard_name", "precipitation_amount")]),
      ("RY", [("units", "mm")]), ("rainfall_rate", [("units", "mm/h")]),
      ("Precip_Intensity", [("units", "mm/h")]), ("tp", [("units", "m")]),
      ("field", [("units", "kg m-2 s-1")]), ("DBZH", [("units", "dBZ")]),
    ])
  func found(name: String, attributes: [(String, String)]) throws {
    let grid = try open(attributes.map { ($0.0, .text($0.1)) }, name: name)
    #expect(grid.variable == name)
  }

  @Test("where several variables may be the rain, or none, the candidates are named")
  func candidates() throws {
    var grid = SyntheticGrid()
    grid.name = "rain"
    grid.otherName = "precip"
    try grid.write(to: folder.file("grid.nc"))
    let path = folder.file("grid.nc")
    let fault = #expect(throws: Fault.self) { try GriddedRain(path: path) }
    #expect(fault?.code == "unknown_variable")
    #expect(fault?.problem.contains("rain [mm]") == true)
    #expect(fault?.problem.contains("precip [mm]") == true)
    let chosen = try GriddedRain.read(path: path, statement: GridStatement(variable: "rain"))
    #expect(areSame(chosen[0].values, grid.expectedValues()))
    let absent = #expect(throws: Fault.self) {
      try GriddedRain(path: path, statement: GridStatement(variable: "snow"))
    }
    #expect(absent?.code == "unknown_variable")
    let none = #expect(throws: Fault.self) { try open([("units", .text("K"))], name: "t2m") }
    #expect(none?.code == "unknown_variable")
    #expect(none?.problem.contains("t2m [K]") == true)
  }
}
