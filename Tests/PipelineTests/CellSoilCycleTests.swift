import Archive
import Foundation
import Hydromet
import Pipeline
import Testing

/// The soil of cells in the cycles of a small district.
@Suite("Soil of cells in cycles")
struct CellSoilCycleTests {
  static func district(
    cells: Int = 1, rules: String? = nil, settings: (String) -> String = { $0 }
  ) throws -> TestDistrict {
    let district = try TestDistrict { text in
      settings(text.replacingOccurrences(of: "feeds:\n", with: "soil: {cells: \(cells)}\nfeeds:\n"))
    }
    if let rules {
      try district.write("stations/rules.yaml", rules)
      try district.write(
        "stations/thresholds.csv",
        "unit_kind,unit,hazard,duration_min,wetness,level,mm,statistic,source,author,effective_from,effective_to\n"
      )
    }
    return district
  }

  /// It rains on the four cells about P1 alone, which lies on a corner: 5 mm in ten minutes.
  static func writeFrames(_ district: TestDistrict, _ numbers: some Sequence<Int>) throws {
    for number in numbers {
      var frame = TestFrame(number)
      frame.values = { row, column in (3...4).contains(row) && (1...2).contains(column) ? 50 : 0 }
      try frame.write(to: "\(district.radar)/\(TestStorm.frameName(number))")
    }
  }

  @Test(
    "a line over the soil water index takes the index that goes with its rain",
    arguments: [("cell", RiskLevel.red), ("max_cell", .red), ("mean", .none)])
  func ownCell(statistic: String, level: RiskLevel) throws {
    // 30 mm in the last hour and 60 mm in two: the cell's index is above 40 mm, the mean over the
    // basin's forty cells about a tenth of it.
    let district = try CellSoilCycleTests.district(
      rules: """
        rules:
          line:
            unit_kind: hazard_point
            units: [P1]
            hazard: flash_flood
            level: red
            source: test
            author: test
            when:
              soil_rain_line: {statistic: \(statistic), corners: [[10, 100], [40, 0.5]]}

        """)
    try CellSoilCycleTests.writeFrames(district, 1...12)
    let engine = try engine(district)
    defer { engine.stop() }
    try engine.digest()
    let report = try engine.report(at: TestStorm.end(12))
    let cells = try #require(report.hydrology.cells)
    let point = try #require(cells.units.first { $0.unit == "P1" })
    let basin = try #require(cells.units.first { $0.unit == "B1" })
    #expect(point.meanIndex > 40 && point.meanIndex == basin.largestIndex)
    #expect(basin.meanIndex > 1 && basin.meanIndex < 10)
    #expect(report.assessments.first { $0.unit == "P1" }?.answer.level == level)
  }

  @Test("even rain gives the mean over the cells that the basin itself has")
  func even() throws {
    let district = try CellSoilCycleTests.district()
    for number in 1...12 {
      var frame = TestFrame(number)
      frame.values = { _, _ in Int16(number % 5) * 7 }
      try frame.write(to: "\(district.radar)/\(TestStorm.frameName(number))")
    }
    let engine = try engine(district)
    defer { engine.stop() }
    try engine.digest()
    let hydrology = try engine.report(at: TestStorm.end(12)).hydrology
    let cells = try #require(hydrology.cells)
    for basin in ["B1", "B2", "B3"] {
      let soil = try #require(hydrology.soil(ofBasin: basin))
      let unit = try #require(cells.units.first { $0.unit == basin })
      #expect(abs(unit.meanIndex - soil.soilWaterIndex) < 1e-9)
      #expect(abs(unit.meanSaturation - soil.saturation) < 1e-9)
      #expect(unit.gapShare == soil.gapShare)
      #expect(unit.coverage > 1 - 1e-6)
    }
    // The fourth basin lies partly beyond the grid.
    #expect(try #require(cells.units.first { $0.unit == "B4" }).coverage < 0.9)
  }

  @Test("a late frame rolls the cells back and forward; restarts and blocks of cells do not matter")
  func late() throws {
    for cells in [1, 3] {
      let clock = TestClock(TestStorm.end(13))
      let district = try CellSoilCycleTests.district(cells: cells)
      try TestStorm.write((1...12).filter { $0 != 5 }, into: district)
      let engine = try engine(district, clock: clock)
      try engine.digest()
      try engine.runCycle(at: TestStorm.end(12))
      let known = try #require(try engine.workspace.ledger.cycle(at: TestStorm.end(12))).known
      let without = try #require(
        try engine.report(at: TestStorm.end(12), asKnown: known).hydrology.cells)
      clock.move(to: TestStorm.end(14))
      try TestStorm.write([5], into: district)
      try engine.digest()
      try engine.runCycle(at: TestStorm.end(12))
      let with = try #require(try engine.report(at: TestStorm.end(12)).hydrology.cells)
      engine.stop()
      #expect(with != without)
      #expect(
        zip(with.soilWaterIndex, without.soilWaterIndex).allSatisfy { $0 >= $1 - 1e-9 })
      let again = try PipelineTests.engine(district, clock: clock)
      defer { again.stop() }
      #expect(try again.report(at: TestStorm.end(12)).hydrology.cells == with)
      #expect(
        try again.report(at: TestStorm.end(12), asKnown: known).hydrology.cells == without)

      let fresh = try CellSoilCycleTests.district(cells: cells)
      try TestStorm.write(1...12, into: fresh)
      let other = try PipelineTests.engine(fresh)
      defer { other.stop() }
      try other.digest()
      #expect(try other.report(at: TestStorm.end(12)).hydrology.cells == with)
    }
  }

  @Test(
    "where gauges are merged in, a late frame rolls the cells back and forward to the same bits")
  func lateFrameOfMerged() throws {
    func district() throws -> TestDistrict {
      try CellSoilCycleTests.district {
        $0 + "\nestimate: {method: auto, reach_km: 60}\n"
      }
    }
    /// The radar sees half of what the gauges measure.
    func write(_ numbers: some Sequence<Int>, into district: TestDistrict) throws {
      for number in numbers {
        try TestStorm.write([number], into: district)
        var frame = TestFrame(number)
        frame.values = { TestStorm.tenths(number, $0, $1) / 2 }
        try frame.write(to: "\(district.radar)/\(TestStorm.frameName(number))")
      }
    }
    let cycles = 5...12
    let clock = TestClock(TestStorm.end(13))
    let calm = try district()
    try write(1...12, into: calm)
    try run(calm, cycles: cycles, workers: 1)
    let late = try district()
    try write((1...12).filter { $0 != 6 }, into: late)
    try TestStorm.gaugeText(6).write(
      toFile: "\(late.gauges)/\(TestStorm.gaugeName(6))", atomically: true, encoding: .utf8)
    let engine = try engine(late, clock: clock)
    defer { engine.stop() }
    try engine.digest()
    for number in cycles { try engine.runCycle(at: TestStorm.end(number)) }
    func cells(_ number: Int) throws -> CellSoil {
      try #require(try engine.report(at: TestStorm.end(number)).hydrology.cells)
    }
    let before = try cells(12)
    clock.move(to: TestStorm.end(14))
    try write([6], into: late)
    try engine.digest()
    let dirty = try engine.workspace.ledger.dirtyCycles(
      in: Period(start: TestStorm.start, end: TestStorm.end(12)),
      reach: engine.workspace.reachSeconds)
    #expect(dirty.contains(TestStorm.end(6)) && dirty.contains(TestStorm.end(12)))
    for time in dirty { try engine.runCycle(at: time) }
    #expect(try cells(12) != before)
    for number in cycles {
      let name = TestStorm.end(number).compact
      for file in ["rain.nc", "soil.csv", "soil_units.csv", "soil.nc", "assessments.csv"] {
        #expect(
          FileManager.default.contentsEqual(
            atPath: "\(calm.products)/\(name)/\(file)", andPath: "\(late.products)/\(name)/\(file)"),
          "\(name) \(file)")
      }
    }
    let unbroken = try PipelineTests.engine(calm)
    defer { unbroken.stop() }
    #expect(try unbroken.report(at: TestStorm.end(12)).hydrology.cells == cells(12))
    // What the gauges put right is what the cells took in: more than the halved radar alone.
    let raw = try CellSoilCycleTests.district()
    try write(1...12, into: raw)
    let other = try PipelineTests.engine(raw)
    defer { other.stop() }
    try other.digest()
    let halved = try #require(try other.report(at: TestStorm.end(12)).hydrology.cells)
    #expect(
      try cells(12).soilWaterIndex.reduce(0, +) > 1.2 * halved.soilWaterIndex.reduce(0, +))
  }

  @Test("the cells are products: a grid, and mean and largest of every unit")
  func products() throws {
    let district = try CellSoilCycleTests.district(cells: 2)
    try TestStorm.write(1...12, into: district)
    let engine = try engine(district)
    defer { engine.stop() }
    try engine.digest()
    try engine.runCycle(at: TestStorm.end(12))
    let folder = "\(district.products)/\(TestStorm.end(12).compact)"
    let rows = try String(contentsOfFile: "\(folder)/soil_units.csv", encoding: .utf8)
      .split(separator: "\n")
    #expect(rows.count == 1 + 4 + 4 + 2)
    #expect(rows.contains { $0.hasPrefix("hazard_point,P1,") })
    #expect(FileManager.default.fileExists(atPath: "\(folder)/soil.nc"))
    let manifest = try String(contentsOfFile: "\(folder)/manifest.json", encoding: .utf8)
    #expect(manifest.contains("soil.nc") && manifest.contains("soil_units.csv"))
    #expect(
      manifest.contains("map_soil_index.png") && manifest.contains("map_soil_saturation.png"))
    let plain = try TestDistrict()
    try TestStorm.write(1...12, into: plain)
    let other = try PipelineTests.engine(plain)
    defer { other.stop() }
    try other.digest()
    #expect(try other.report(at: TestStorm.end(12)).hydrology.cells == nil)
  }
}

/// Soil that starts from the rain of an office's books.
@Suite("Rain before the first frame")
struct EarlierRainTests {
  /// Rain of every day up to the first frame: 12 mm every third day, on B2 none.
  static func table(days: Int) -> String {
    var text = "basin,from,to,mm\n"
    for day in (1...days).reversed() {
      let (from, to) = (TestStorm.start - day * 86_400, TestStorm.start - (day - 1) * 86_400)
      text += "*,\(from.iso8601),\(to.iso8601),\(day % 3 == 0 ? "12" : "0")\n"
      text += "B2,\(from.iso8601),\(to.iso8601),0\n"
    }
    return text
  }

  @Test("with it the soil is known from the first cycle on, basin by basin and cell by cell")
  func warm() throws {
    func hydrology(_ table: String?) throws -> Hydrology {
      let district = try CellSoilCycleTests.district()
      if let table { try district.write("stations/rain-before.csv", table) }
      try TestStorm.write(1...3, into: district)
      let engine = try engine(district)
      defer { engine.stop() }
      try engine.digest()
      try engine.runCycle(at: TestStorm.end(2))
      let found = try engine.report(at: TestStorm.end(3)).hydrology
      engine.stop()
      let again = try PipelineTests.engine(district)
      defer { again.stop() }
      #expect(try again.report(at: TestStorm.end(3)).hydrology == found)
      return found
    }
    let cold = try hydrology(nil)
    #expect(cold.soil.allSatisfy { $0.wetness == nil && $0.gapShare > 0.9 })
    let warm = try hydrology(EarlierRainTests.table(days: 90))
    // 0.9 to the power of ninety days is left of the start that knows nothing.
    #expect(warm.soil(ofBasin: "B1").map { $0.gapShare < 0.001 } == true)
    #expect(warm.soil(ofBasin: "B1")?.wetness == .dry)
    let (wet, dry) = (warm.soil(ofBasin: "B1"), warm.soil(ofBasin: "B2"))
    #expect((wet?.antecedentRainfall ?? 0) > (dry?.antecedentRainfall ?? 0) + 20)
    #expect((wet?.soilWaterIndex ?? 0) > (dry?.soilWaterIndex ?? 0) + 20)
    let cells = try #require(warm.cells)
    let unit = try #require(cells.units.first { $0.unit == "B1" })
    #expect(abs(unit.meanIndex - (wet?.soilWaterIndex ?? 0)) < 2)
    #expect(unit.gapShare < 0.001)
  }

  @Test("frames count in its place, and a gap between the two is a gap")
  func frames() throws {
    func gap(_ table: String?) throws -> Double {
      let district = try TestDistrict()
      if let table { try district.write("stations/rain-before.csv", table) }
      try TestStorm.write(2...3, into: district)
      let engine = try engine(district)
      defer { engine.stop() }
      try engine.digest()
      return try #require(
        try engine.report(at: TestStorm.end(3)).hydrology.soil(ofBasin: "B1")
      ).gapShare
    }
    let start = TestStorm.start
    let covering = "basin,from,to,mm\n*,\((start - 43_200).iso8601),\((start + 43_200).iso8601),0\n"
    let ending = "basin,from,to,mm\n*,\((start - 43_200).iso8601),\(start.iso8601),0\n"
    // The first ten minutes have no frame: given rain fills them, or nothing does.
    #expect(try gap(covering) < gap(ending))
    #expect(try gap(ending) < gap(nil))
  }
}
