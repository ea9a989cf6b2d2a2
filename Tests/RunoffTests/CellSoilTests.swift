import Hydromet
import Runoff
import Testing

@Suite("Soil of cells")
struct CellSoilTests {
  static let geometry = GridGeometry(
    rows: 4, columns: 5, projection: "OGC:CRS84", isGeographic: true, west: 106, north: 30,
    cellWidth: 0.01, cellHeight: 0.01)
  static let cells = [0, 3, 7, 8, 19]
  static let start = Timestamp(secondsSince1970: 1_720_000_000 / 3600 * 3600)

  static func model(_ capacity: Double = 110) throws -> CellSoilModel {
    try CellSoilModel(
      geometry: geometry, cells: cells,
      parameters: cells.map {
        AntecedentParameters(dailyRecession: 0.9, capacity: capacity + Double($0 % 2))
      }, step: .minutes(10))
  }

  /// Showers that differ from cell to cell, with hours of which nothing is known.
  static func rain(_ number: Int) -> BasinRain {
    let isKnown = number % 97 != 0
    return BasinRain(
      depth: cells.map { cell in
        isKnown && (number / 36 + cell) % 4 == 0 ? Double((number * 7 + cell * 13) % 60) / 10 : 0
      }, knownShare: cells.map { isKnown ? ($0 == 7 ? 0.5 : 1) : 0 })
  }

  @Test("saved and taken up at every step for half a year, states have the same bits")
  func restart() throws {
    let model = try CellSoilTests.model()
    var whole = model.start(at: CellSoilTests.start)
    var broken = whole
    for number in 1...(183 * 144) {
      try model.advance(&whole, rain: CellSoilTests.rain(number))
      broken = try CellSoilState(bytes: broken.bytes)
      try CellSoilTests.model().advance(&broken, rain: CellSoilTests.rain(number))
      if broken != whole { break }
    }
    #expect(broken == whole)
    #expect(whole.time == CellSoilTests.start + 183 * 86_400)
  }

  @Test("a cell holds what a basin of one cell holds, bit for bit")
  func basin() throws {
    let model = try CellSoilTests.model()
    let basins = try HydrologyModel(
      CellSoilTests.cells.map {
        BasinParameters(
          basin: "c\($0)", area: 1,
          antecedent: AntecedentParameters(dailyRecession: 0.9, capacity: 110 + Double($0 % 2)))
      }, downstream: CellSoilTests.cells.map { _ in nil }, step: .minutes(10))
    var cells = model.start(at: CellSoilTests.start)
    var basin = basins.start(at: CellSoilTests.start)
    for number in 1...2000 {
      try model.advance(&cells, rain: CellSoilTests.rain(number))
      try basins.advance(&basin, rain: CellSoilTests.rain(number))
    }
    let soil = model.soil(cells)
    let other = basins.soil(basin)
    #expect(soil.soilWaterIndex == other.map(\.soilWaterIndex))
    #expect(soil.antecedentRainfall == other.map(\.antecedentRainfall))
    #expect(soil.gapShare == other.map(\.gapShare))
    #expect(Set(soil.soilWaterIndex).count == CellSoilTests.cells.count)
  }

  @Test("a damaged, older or foreign state is refused, wherever it is damaged")
  func damaged() throws {
    let model = try CellSoilTests.model()
    var state = model.start(at: CellSoilTests.start)
    try model.advance(&state, rain: CellSoilTests.rain(36))
    let bytes = state.bytes
    #expect(try CellSoilState(bytes: bytes) == state)
    for index in bytes.indices {
      var other = bytes
      other[index] ^= 0x40
      #expect(throws: Fault.self) { try CellSoilState(bytes: other) }
    }
    for length in 0..<bytes.count {
      #expect(throws: Fault.self) { try CellSoilState(bytes: Array(bytes.prefix(length))) }
    }
    #expect(throws: Fault.self) { try CellSoilTests.model(120).check(state) }
  }

  @Test("rain and cells that do not fit are refused with their place")
  func refused() throws {
    let model = try CellSoilTests.model()
    var state = model.start(at: CellSoilTests.start)
    var rain = CellSoilTests.rain(36)
    rain.depth[2] = -1
    let fault = #expect(throws: Fault.self) { try model.advance(&state, rain: rain) }
    #expect(fault?.problem.contains("row 1, column 2") == true)
    #expect(throws: Fault.self) { try model.advance(&state, rain: .missing(basins: 4)) }
    #expect(state == model.start(at: CellSoilTests.start))
    for cells in [[3, 0], [0, 0], [0, 20], [-1, 2]] {
      #expect(throws: Fault.self) {
        try CellSoilModel(
          geometry: CellSoilTests.geometry, cells: cells, parameters: [.usual, .usual],
          step: .minutes(10))
      }
    }
  }
}
