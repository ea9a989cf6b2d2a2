import Accumulate
import Areal
import CAllocations
import Hydromet
import Kernels
import Testing

/// A storm over a grid of several tiles: showers that come and go, a radar that fails now and then, a
/// corner without coverage.
private struct Storm {
  let grid = GridGeometry.plain(rows: 70, columns: 150, west: 100, south: 20, cell: 0.1)
  let windows: [TimeSpan] = [10, 20, 40, 60, 120].map { .minutes($0) }
  let start = Timestamp(secondsSince1970: 1_593_930_000)
  let regions: [Region]
  private(set) var frames: [Timestamp: DepthField] = [:]

  init(seed: UInt64) {
    var random = SeededGenerator(seed)
    regions = (0..<600).map { i in
      let centre = Point(x: random.number(99.5...115.5), y: random.number(19.5...27.5))
      let radius = i % 50 == 0 ? 4 : random.number(0.05...0.6)
      return Region(
        id: "\(i)",
        geometry: MultiPolygon([
          Polygon(outer: star(&random, centre: centre, radius: radius, vertices: 12))
        ]))
    }
    for step in -12..<30 where step % 11 != 5 {
      let end = start + step * 600
      frames[end] = frame(end, &random)
    }
  }

  func frame(_ end: Timestamp, _ random: inout SeededGenerator) -> DepthField {
    var cells = [Int32](repeating: 0, count: grid.cellCount)
    for _ in 0..<Int.random(in: 0...3, using: &random) {
      let (y, x) = (Int.random(in: 0..<70, using: &random), Int.random(in: 0..<150, using: &random))
      for row in max(0, y - 6)..<min(70, y + 6) {
        for column in max(0, x - 9)..<min(150, x + 9) {
          cells[row * 150 + column] += Int32.random(in: 0...20_000, using: &random)
        }
      }
    }
    for row in 50..<70 {
      for column in 0..<70 { cells[row * 150 + column] = DepthField.missing }
    }
    if Int.random(in: 0..<4, using: &random) == 0 {
      for _ in 0..<20 {
        cells[Int.random(in: 0..<cells.count, using: &random)] = DepthField.missing
      }
    }
    return DepthField(geometry: grid, period: Period(end: end, seconds: 600), micrometres: cells)
  }

  mutating func replace(_ end: Timestamp, by frame: DepthField?) {
    frames[end] = frame
  }
}

private func workers(_ threads: Int) -> Workers {
  // The order of the parts is turned round, so that a result that depends on it would show.
  Workers(count: threads) { parts, body in
    for part in (0..<parts).reversed() { body(part) }
  }
}

private func isEqual(_ a: ArealRainTable, _ b: ArealRainTable) -> Bool {
  a.mean == b.mean && a.leastMean == b.leastMean && a.largest == b.largest && a.known == b.known
    && a.validShare == b.validShare
}

@Suite("Areal rain from rolling sums")
struct ArealPlanesTests {
  @Test(
    "skipping dry parts, and what has not changed, changes no bit; nor does the number of workers",
    arguments: [1, 2, 3] as [UInt64])
  func skipping(seed: UInt64) throws {
    var storm = Storm(seed: seed)
    let weights = try RegionWeights.build(regions: storm.regions, geometry: storm.grid)
    var sums = try RollingSums(
      geometry: storm.grid, stepSeconds: 600, windows: storm.windows, workers: workers(4))
    let shape = ArealRainTable(regions: 600, windows: storm.windows.count)
    var (quick, wet, all) = (shape, shape, shape)
    var random = SeededGenerator(seed + 100)
    for step in 0..<30 {
      let end = storm.start + step * 600
      let frames = storm.frames
      try sums.advance(to: end) { frames[$0] }
      if step % 7 == 3 {
        // A frame that was late, and one that is withdrawn.
        let late = end - 1200
        let new = step % 2 == 0 ? nil : storm.frame(late, &random)
        try sums.replace(at: late, old: storm.frames[late], new: new)
        storm.replace(late, by: new)
      }
      let planes = try #require(sums.planes)
      try weights.fill(&quick, from: planes, workers: workers(2), .changes)
      try weights.fill(&wet, from: planes, workers: workers(4), .wet)
      try weights.fill(&all, from: planes, .all)
      #expect(isEqual(quick, all) && isEqual(wet, all))
    }
  }

  @Test("the areal rain of planes is that of the fields that they hold, window by window")
  func againstFields() throws {
    let storm = Storm(seed: 9)
    let weights = try RegionWeights.build(regions: storm.regions, geometry: storm.grid)
    var sums = try RollingSums(geometry: storm.grid, stepSeconds: 600, windows: storm.windows)
    var table = ArealRainTable(regions: 600, windows: storm.windows.count)
    for step in [0, 7, 20] {
      try sums.advance(to: storm.start + step * 600) { storm.frames[$0] }
      let planes = try #require(sums.planes)
      try weights.fill(&table, from: planes)
      for (window, span) in storm.windows.enumerated() {
        let field = try #require(sums.field(for: span))
        for (region, own) in try weights.statistics(of: field).enumerated() {
          let at = table.index(window: window, region: region)
          #expect(ArealRainTable.depth(table.mean[at]) == own.mean)
          #expect(ArealRainTable.depth(table.leastMean[at]) == own.meanLowerBound)
          #expect(ArealRainTable.depth(table.largest[at]) == own.maximum)
          #expect(table.validShare[at] == own.validShare)
          #expect((table.known[at] == 1) == (own.validShare >= 1 && own.gridShare >= 1))
        }
      }
    }
  }

  @Test("whole batches without gaps give what one region after the other gives")
  func wholeBatches() throws {
    let grid = GridGeometry.plain(rows: 60, columns: 130, west: 100, south: 20, cell: 0.1)
    var random = SeededGenerator(12)
    let regions = (0..<600).map { i in
      let centre = Point(x: random.number(101...112), y: random.number(21...25))
      return Region(
        id: "\(i)",
        geometry: MultiPolygon([
          Polygon(
            outer: star(&random, centre: centre, radius: random.number(0.02...0.9), vertices: 9))
        ]))
    }
    let weights = try RegionWeights.build(regions: regions, geometry: grid)
    var sums = try RollingSums(
      geometry: grid, stepSeconds: 600, windows: [10, 20, 30, 60].map { .minutes($0) })
    let end = Timestamp(secondsSince1970: 1_593_930_000)
    var frames: [Timestamp: DepthField] = [:]
    for step in 0..<6 {
      frames[end - step * 600] = DepthField(
        geometry: grid, period: Period(end: end - step * 600, seconds: 600),
        micrometres: (0..<grid.cellCount).map { _ in Int32.random(in: 0...60_000, using: &random) })
    }
    try sums.advance(to: end) { frames[$0] }
    var table = ArealRainTable(regions: 600, windows: 4)
    try weights.fill(&table, from: try #require(sums.planes), .all)
    var means = ArealRainTable(regions: 600, windows: 4, keepsLargest: false)
    try weights.fill(&means, from: try #require(sums.planes))
    #expect(means.mean == table.mean)
    for (window, span) in sums.windows.enumerated() {
      let field = try #require(sums.field(for: span))
      for (region, own) in try weights.statistics(of: field).enumerated() {
        let at = table.index(window: window, region: region)
        #expect(ArealRainTable.depth(table.mean[at]) == own.mean)
        #expect(ArealRainTable.depth(table.largest[at]) == own.maximum)
        #expect(table.leastMean[at] == table.mean[at] && table.known[at] == 1)
      }
    }
  }

  @Test("every instruction set gives the same table, bit for bit")
  func instructionSets() throws {
    let storm = Storm(seed: 5)
    let weights = try RegionWeights.build(regions: storm.regions, geometry: storm.grid)
    var tables: [ArealRainTable] = []
    for kernel in InstructionSet.available.compactMap({ Kernel($0) }) {
      var sums = try RollingSums(
        geometry: storm.grid, stepSeconds: 600, windows: storm.windows, kernel: kernel)
      var table = ArealRainTable(regions: 600, windows: storm.windows.count)
      for step in 0..<12 {
        try sums.advance(to: storm.start + step * 600) { storm.frames[$0] }
        try weights.fill(&table, from: try #require(sums.planes), kernel: kernel)
      }
      tables.append(table)
      var means = ArealRainTable(
        regions: 600, windows: storm.windows.count, keepsLargest: false)
      try weights.fill(&means, from: try #require(sums.planes), kernel: kernel)
      #expect(means.mean == table.mean && means.leastMean == table.leastMean)
      #expect(means.known == table.known && means.validShare == table.validShare)
      #expect(means.largest.isEmpty)
    }
    #expect(tables.allSatisfy { isEqual($0, tables[0]) })
    #expect(tables[0].mean.contains { $0 > 0 })
  }

  @Test("a copy of the sums is not changed by what comes later")
  func copies() throws {
    let storm = Storm(seed: 6)
    var sums = try RollingSums(geometry: storm.grid, stepSeconds: 600, windows: storm.windows)
    try sums.advance(to: storm.start) { storm.frames[$0] }
    let held = try #require(sums.planes)
    let before = held.field(4)
    try sums.advance(to: storm.start + 600) { storm.frames[$0] }
    #expect(held.field(4) == before)
    #expect(sums.field(for: .minutes(120)) != before)
  }

  @Test("means of depths beyond any rain are exact, in 128 bits")
  func largestDepths() throws {
    let grid = GridGeometry.plain(rows: 4, columns: 100)
    let region = Region(id: "a", geometry: rectangle(0.25, 0.5, 99.5, 3.75))
    let weights = try RegionWeights.build(regions: [region], geometry: grid, kind: .share)
    var sums = try RollingSums(geometry: grid, stepSeconds: 600, windows: [.minutes(10)])
    let end = Timestamp(secondsSince1970: 1_593_930_000)
    try sums.advance(to: end) {
      $0 == end
        ? DepthField(
          geometry: grid, period: Period(end: end, seconds: 600),
          micrometres: [Int32](repeating: .max - 1, count: 400)) : nil
    }
    var table = ArealRainTable(regions: 1, windows: 1)
    try weights.fill(&table, from: try #require(sums.planes))
    #expect(table.mean[0] == .max - 1 && table.largest[0] == .max - 1)
    var means = ArealRainTable(regions: 1, windows: 1, keepsLargest: false)
    try weights.fill(&means, from: try #require(sums.planes))
    #expect(means.mean == table.mean)
  }

  @Test(
    "regions that rain falls on in some windows only are exact, also beside depths beyond any rain")
  func listedRegions() throws {
    let grid = GridGeometry.plain(rows: 40, columns: 400)
    let regions = (0..<60).map { i in
      let west = Double(i % 30) * 13 + 0.3
      return Region(
        id: "\(i)",
        geometry: rectangle(west, Double(i / 30) * 19 + 0.7, west + 9.5, Double(i / 30) * 19 + 17.2)
      )
    }
    let weights = try RegionWeights.build(regions: regions, geometry: grid, kind: .share)
    var sums = try RollingSums(
      geometry: grid, stepSeconds: 600, windows: [10, 20, 30, 40, 50].map { .minutes($0) })
    let start = Timestamp(secondsSince1970: 1_593_930_000)
    var table = ArealRainTable(regions: 60, windows: 5)
    for step in 0..<12 {
      let end = start + step * 600
      try sums.advance(to: end) { moment in
        let number = moment.seconds(since: start) / 600
        var cells = [Int32](repeating: 0, count: grid.cellCount)
        // A shower of sixteen columns walks east; one frame has depths of thirty metres.
        let first = ((number % 20 + 20) % 20) * 16
        for row in 3..<31 {
          for column in first..<first + 16 {
            cells[row * 400 + column] = Int32(number == 4 ? 30_000_000 : 100 * row + column)
          }
        }
        return DepthField(
          geometry: grid, period: Period(end: moment, seconds: 600), micrometres: cells)
      }
      try weights.fill(&table, from: try #require(sums.planes))
      for (window, span) in sums.windows.enumerated() {
        let field = try #require(sums.field(for: span))
        for (region, own) in try weights.statistics(of: field).enumerated() {
          let at = table.index(window: window, region: region)
          #expect(ArealRainTable.depth(table.mean[at]) == own.mean)
          #expect(ArealRainTable.depth(table.largest[at]) == own.maximum)
          #expect(table.leastMean[at] == table.mean[at] && table.known[at] == 1)
        }
      }
    }
  }

  @Test(
    "polygons from the smallest to the largest numbers have weights, or none, and never stop the program",
    arguments: [1e-308, 1e-200, 1e-160, 1e-100, 1e-20, 1e-9])
  func extremePolygons(side: Double) throws {
    let grid = GridGeometry.plain(rows: 4, columns: 12, west: -6, south: -2, cell: 1)
    let region = Region(id: "a", geometry: rectangle(0, 0, side, side))
    for kind in WeightKind.allCases {
      let weights = try RegionWeights.build(regions: [region], geometry: grid, kind: kind)
      let field = RainField(
        geometry: grid, quantity: .amount, period: nil, values: [Float](repeating: 3, count: 48))
      let mean = try #require(try weights.statistics(of: field).first).mean
      #expect(mean == nil || mean == 3)
    }
  }

  @Test("areal scales at the ends of the numbers are a fault or weights")
  func extremeScales() throws {
    let grid = GridGeometry.plain(rows: 4, columns: 12, cell: 1000)
    let region = Region(id: "a", geometry: rectangle(500, 500, 4500, 2500))
    for scale in [Double.leastNonzeroMagnitude, 1e-300, 1e300, .greatestFiniteMagnitude] {
      _ = try? RegionWeights.build(
        regions: [region], geometry: grid,
        arealScale: { points in [Double](repeating: scale, count: points.count) })
    }
  }

  @Test("a dry country costs its tiles and weights nothing; one wet tile costs that tile")
  func bytesTouched() throws {
    let storm = Storm(seed: 7)
    let weights = try RegionWeights.build(regions: storm.regions, geometry: storm.grid)
    var sums = try RollingSums(geometry: storm.grid, stepSeconds: 600, windows: [.minutes(10)])
    func rain(at cell: Int?, _ end: Timestamp) -> DepthField {
      var cells = [Int32](repeating: 0, count: storm.grid.cellCount)
      if let cell { cells[cell] = 5000 }
      return DepthField(
        geometry: storm.grid, period: Period(end: end, seconds: 600), micrometres: cells)
    }
    try sums.advance(to: storm.start) { rain(at: nil, $0) }
    #expect(weights.touchedBytes(in: try #require(sums.planes)) == 0)
    try sums.advance(to: storm.start + 600) { rain(at: 20 * 150 + 70, $0) }
    let touched = weights.touchedBytes(in: try #require(sums.planes))
    let all = weights.touchedBytes(in: try #require(sums.planes), .all)
    #expect(touched >= 4096 && touched < all / 3)
  }

  @Test(
    "neither a region nor a cell costs an allocation: a pass over ten times as many asks for none")
  func allocations() throws {
    let storm = Storm(seed: 8)
    func count(regions: Int) throws -> (fill: Int, slide: Int) {
      let weights = try RegionWeights.build(
        regions: storm.regions.prefix(regions), geometry: storm.grid)
      var sums = try RollingSums(geometry: storm.grid, stepSeconds: 600, windows: storm.windows)
      var table = ArealRainTable(regions: regions, windows: storm.windows.count)
      try sums.advance(to: storm.start) { storm.frames[$0] }
      try weights.fill(&table, from: try #require(sums.planes), .all)
      let before = fr_allocations()
      try sums.advance(to: storm.start + 600) { storm.frames[$0] }
      let slid = fr_allocations()
      try weights.fill(&table, from: try #require(sums.planes), .all)
      return (fr_allocations() - slid, slid - before)
    }
    let few = try count(regions: 60)
    let many = try count(regions: 600)
    #expect(fr_allocations() > 0)
    #expect(many.fill == few.fill && few.fill < 40)
    #expect(many.slide == few.slide && few.slide < 40)
  }
}
