import Areal
import Hydromet
import Testing

@Suite("Areal statistics")
struct ArealStatisticsTests {
  let grid = GridGeometry.plain(
    rows: 30, columns: 40, west: 100, south: 20, cell: 0.1, isGeographic: true)
  let period = Period(end: Timestamp(secondsSince1970: 3600), seconds: 3600)

  func field(_ values: [Float], on geometry: GridGeometry? = nil) -> RainField {
    RainField(geometry: geometry ?? grid, quantity: .amount, period: period, values: values)
  }

  func sums(_ micrometres: [Int32], _ received: [UInt16], expected: Int) -> AccumulationField {
    AccumulationField(
      geometry: grid, period: period, expectedFrames: expected, micrometres: micrometres,
      receivedFrames: received)
  }

  func regions(_ count: Int, seed: UInt64 = 8) -> [Region] {
    var random = SeededGenerator(seed)
    return (0..<count).map { i in
      let centre = Point(x: random.number(99.5...104.5), y: random.number(19.5...23.5))
      let ring = star(&random, centre: centre, radius: random.number(0.02...1), vertices: 12)
      return Region(id: "\(i)", geometry: MultiPolygon([Polygon(outer: ring)]))
    }
  }

  @Test("a constant field has that constant as mean and maximum of every region")
  func constant() throws {
    let weights = try RegionWeights.build(regions: regions(200), geometry: grid)
    let results = try weights.statistics(of: field([Float](repeating: 12.3, count: 1200)))
    let depths = try weights.statistics(
      of: sums(
        [Int32](repeating: 49_999, count: 1200), [UInt16](repeating: 6, count: 1200), expected: 6))
    for (result, depth) in zip(results, depths) where result.gridShare > 0 {
      let mean = try #require(result.mean)
      #expect(abs(mean / Double(Float(12.3)) - 1) < 1e-14)
      #expect(result.maximum == 12.3)
      #expect(result.validShare == 1)
      #expect(depth.mean == Depth(micrometres: 49_999))
      #expect(depth.validShare == 1)
    }
  }

  @Test("mean, maximum and share over a depth of a known field")
  func known() throws {
    let grid = GridGeometry.plain(rows: 2, columns: 3)
    let region = Region(id: "a", geometry: rectangle(0.5, 0, 2.5, 1.5))
    let weights = try RegionWeights.build(regions: [region], geometry: grid, kind: .share)
    // Shares 0.25 0.5 0.25 in the upper row and 0.5 1 0.5 in the lower one.
    let result = try #require(
      try weights.statistics(of: field([4, 8, 40, 2, 10, 0], on: grid), thresholds: [8, 10, 50])
        .first)
    #expect(result.mean == 26.0 / 3)
    #expect(result.maximum == 40)
    #expect(result.sharesAtOrAbove == [1.75 / 3, 1.25 / 3, 0])
  }

  @Test("cells without data count neither as rain nor as dry")
  func missingCells() throws {
    let grid = GridGeometry.plain(rows: 1, columns: 4)
    let region = Region(id: "a", geometry: rectangle(0, 0, 4, 1))
    let weights = try RegionWeights.build(regions: [region], geometry: grid, kind: .share)
    let part = try weights.statistics(of: field([.nan, 3, 5, .nan], on: grid), thresholds: [4])
    #expect(
      part == [
        ArealStatistics(
          mean: 4, maximum: 5, sharesAtOrAbove: [0.5], validShare: 0.5, gridShare: 1)
      ])
    let none = try weights.statistics(
      of: field([.nan, .nan, .nan, .nan], on: grid), thresholds: [4])
    #expect(
      none == [
        ArealStatistics(
          mean: nil, maximum: nil, sharesAtOrAbove: nil, validShare: 0, gridShare: 1)
      ])
  }

  @Test("a region outside the grid has no mean and no maximum, not zero")
  func outside() throws {
    let away = Region(id: "a", geometry: rectangle(110, 20, 111, 21))
    let weights = try RegionWeights.build(regions: [away], geometry: grid)
    let result = try #require(
      try weights.statistics(of: field([Float](repeating: 1, count: 1200))).first)
    #expect(result.mean == nil && result.maximum == nil)
    #expect(result.validShare == 0 && result.gridShare == 0)
    let depth = try #require(
      try weights.statistics(
        of: sums(
          [Int32](repeating: 0, count: 1200), [UInt16](repeating: 1, count: 1200), expected: 1)
      ).first)
    #expect(depth.mean == nil && depth.maximum == nil)
  }

  @Test("a cell with some of its frames counts for the mean and in part for the valid share")
  func incompleteFrames() throws {
    let grid = GridGeometry.plain(rows: 1, columns: 4)
    let region = Region(id: "a", geometry: rectangle(0, 0, 3.5, 1))
    let weights = try RegionWeights.build(regions: [region], geometry: grid, kind: .share)
    let field = AccumulationField(
      geometry: grid, period: period, expectedFrames: 4, micrometres: [1000, 3000, 0, 9000],
      receivedFrames: [4, 2, 0, 4])
    let result = try #require(
      try weights.statistics(of: field, thresholds: [Depth(micrometres: 3000)]).first)
    #expect(result.meanMicrometres == (1000 + 3000 + 4500) / 2.5)
    #expect(result.mean == Depth(micrometres: 3400))
    #expect(result.maximum == Depth(micrometres: 9000))
    #expect(result.sharesAtOrAbove == [1.5 / 2.5])
    #expect(result.validShare == (1 + 0.5 + 0.5) / 3.5)
  }

  @Test(
    "a mean of half a micrometre rounds up",
    arguments: [(1, 2, 2), (0, 1, 1), (3, 4, 4), (2, 2, 2)] as [(Int32, Int32, Int32)])
  func rounding(a: Int32, b: Int32, expected: Int32) throws {
    let grid = GridGeometry.plain(rows: 1, columns: 2)
    let region = Region(id: "a", geometry: rectangle(0, 0, 2, 1))
    let weights = try RegionWeights.build(regions: [region], geometry: grid, kind: .share)
    let field = AccumulationField(
      geometry: grid, period: period, expectedFrames: 1, micrometres: [a, b],
      receivedFrames: [1, 1])
    #expect(try weights.statistics(of: field).first?.mean == Depth(micrometres: expected))
  }

  @Test("a result depends only on the region: any range, any company, any join gives the same bits")
  func rangesAndCompany() throws {
    let regions = regions(101)
    var random = SeededGenerator(77)
    let values = (0..<1200).map { i in i % 17 == 0 ? Float.nan : Float(random.number(0...80)) }
    let micrometres = values.map { $0.isNaN ? 0 : Int32($0 * 1000) }
    let received = (0..<1200).map { UInt16($0 % 13) }
    let windows = [1, 3, 12].map { sums(micrometres, received, expected: $0) }
    let weights = try RegionWeights.build(regions: regions, geometry: grid)
    let all = try weights.statistics(of: field(values), thresholds: [10])
    let allWindows = try weights.statistics(of: windows)
    let joined = try #require(
      RegionWeights(
        joining: try [0..<40, 40..<41, 41..<101].map {
          try RegionWeights.build(regions: regions[$0], geometry: grid)
        }))
    #expect(joined == weights)
    for range in [0..<1, 0..<50, 50..<101, 7..<7] {
      #expect(
        try weights.statistics(of: field(values), thresholds: [10], regions: range)
          == Array(all[range]))
      #expect(try weights.statistics(of: windows, regions: range) == Array(allWindows[range]))
    }
    for (index, window) in windows.enumerated() {
      #expect(try weights.statistics(of: window) == allWindows.map { $0[index] })
    }
    let alone = try RegionWeights.build(regions: [regions[33]], geometry: grid)
    #expect(try alone.statistics(of: field(values), thresholds: [10]) == [all[33]])
  }

  @Test("means agree with a plain sum over the shares of cells")
  func againstShares() throws {
    let regions = regions(100, seed: 12)
    var random = SeededGenerator(31)
    let values = (0..<1200).map { _ in Float(random.number(0...80)) }
    let weights = try RegionWeights.build(regions: regions, geometry: grid, kind: .share)
    let results = try weights.statistics(of: field(values))
    for (region, result) in zip(regions, results) {
      var (sum, total, largest) = (0.0, 0.0, Float(-1))
      try CellShares(of: region.geometry, on: grid).forEachCell { row, column, share in
        sum += share * Double(values[row * 40 + column])
        total += share
        largest = max(largest, values[row * 40 + column])
      }
      guard total > 0 else { continue }
      #expect(abs((result.mean ?? -1) / (sum / total) - 1) < 1e-8)
      #expect(result.maximum == largest)
    }
  }

  @Test("a field on another grid, and regions that do not exist, are refused")
  func otherGrid() throws {
    let weights = try RegionWeights.build(regions: regions(3), geometry: grid)
    #expect(throws: Fault.self) {
      try weights.statistics(
        of: field([Float](repeating: 0, count: 1200), on: .plain(rows: 30, columns: 40)))
    }
    #expect(throws: Fault.self) { try weights.statistics(of: field([0, 1])) }
    #expect(throws: Fault.self) {
      try weights.statistics(of: field([Float](repeating: 0, count: 1200)), regions: 2..<4)
    }
    #expect(RegionWeights(joining: []) == nil)
  }
}
