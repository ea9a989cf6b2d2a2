import Hydromet
import Quality
import Testing

@Suite struct `Places of gauges against the radar` {
  private static let geometry = GridGeometry(
    rows: 30, columns: 40, projection: "EPSG:4326", isGeographic: true, west: 106, north: 30,
    cellWidth: 0.01, cellHeight: 0.01)

  /// Rain that no turn of the grid leaves as it is, micrometres.
  private static func field(_ hour: Int) -> [Int32] {
    (0..<30).flatMap { row in
      (0..<40).map { column in
        let distance = abs(row - (hour * 5 + 3) % 30) * 2 + abs(column - (hour * 7 + 5) % 40)
        return Int32(max(0, 20 - distance) * 500)
      }
    }
  }

  private static let cells: [GridCell?] = (0..<60).map {
    GridCell(row: ($0 * 7 + 2) % 30, column: ($0 * 11 + 1) % 40)
  }

  /// - Parameter standing: the cell in which each station really stands.
  private func audit(
    _ turned: (_ row: Int, _ column: Int) -> (Int, Int) = { ($0, $1) },
    swapped: [GridCell?] = [GridCell?](repeating: nil, count: 60),
    standing: (Int) -> GridCell = { Self.cells[$0] ?? GridCell(row: 0, column: 0) }
  ) -> PlaceAudit {
    var audit = PlaceAudit(geometry: Self.geometry, cells: Self.cells, swapped: swapped)
    for hour in 0..<24 {
      let truth = Self.field(hour)
      let gauges = (0..<60).map { station in
        let cell = standing(station)
        return Double(truth[cell.row * 40 + cell.column]) / 100
      }
      let read = (0..<30).flatMap { row in
        (0..<40).map { column in
          let (r, c) = turned(row, column)
          return truth[r * 40 + c]
        }
      }
      audit.add(read, gauges: gauges)
    }
    return audit
  }

  @Test func `gauges that stand where they should accuse nobody`() {
    let audit = audit()
    #expect(audit.findings().isEmpty)
    #expect(audit.orientation()?.turn == PlaceAudit.Turn.none)
  }

  @Test func `a grid that lies upside down, mirrored or both is told by the gauges`() {
    #expect(audit { (29 - $0, $1) }.orientation()?.turn == .rowsUpsideDown)
    #expect(audit { ($0, 39 - $1) }.orientation()?.turn == .columnsMirrored)
    #expect(audit { (29 - $0, 39 - $1) }.orientation()?.turn == .both)
  }

  @Test func `a gauge four cells from its stated place is found with its offset`() throws {
    let home = try #require(Self.cells[20])
    let real = GridCell(row: home.row + (home.row < 20 ? 4 : -4), column: home.column)
    let findings = audit(standing: { $0 == 20 ? real : Self.cells[$0] ?? home }).findings()
    #expect(findings.map(\.station) == [20])
    #expect(findings.first?.offset == GridCell(row: real.row - home.row, column: 0))
  }

  @Test func `a gauge that fits the exchanged coordinates is found`() {
    var swapped = [GridCell?](repeating: nil, count: 60)
    let real = GridCell(row: 15, column: 30)
    swapped[5] = real
    let findings = audit(
      swapped: swapped, standing: { $0 == 5 ? real : Self.cells[$0] ?? real }
    ).findings()
    #expect(findings.map(\.station) == [5])
    #expect(findings.first?.offset == nil)
  }

  /// Two hours of a storm a day over so many days, every other hour dry, with station 20 four cells from
  /// its place; after each day, what `night` makes of the audit.
  private func weeks(
    _ days: Int, _ night: (inout PlaceAudit) throws -> Void
  ) rethrows -> PlaceAudit {
    var audit = PlaceAudit(
      geometry: Self.geometry, cells: Self.cells, swapped: [GridCell?](repeating: nil, count: 60))
    let home = Self.cells[20] ?? GridCell(row: 0, column: 0)
    for day in 0..<days {
      for hour in 0..<24 {
        let isWet = hour < 2
        let truth = isWet ? Self.field(2 * day + hour) : [Int32](repeating: 0, count: 1200)
        audit.add(
          truth,
          gauges: (0..<60).map { station in
            var cell = Self.cells[station] ?? home
            if station == 20 {
              cell = GridCell(row: home.row + (home.row < 20 ? 4 : -4), column: home.column)
            }
            return Double(truth[cell.row * 40 + cell.column]) / 100
          })
      }
      try night(&audit)
    }
    return audit
  }

  @Test func `a wrong place that no few days show is shown by weeks`() {
    let fading: (inout PlaceAudit) -> Void = { $0.fade(to: 0.955) }
    #expect(weeks(3, fading).findings().isEmpty)
    #expect(weeks(40, fading).findings().map(\.station) == [20])
  }

  @Test func `an audit that is saved and carried on every night is the same to the last bit`() {
    let unbroken = weeks(12) { $0.fade(to: 0.955) }
    let carried = weeks(12) { audit in
      audit.fade(to: 0.955)
      var next = PlaceAudit(
        geometry: Self.geometry, cells: Self.cells,
        swapped: [GridCell?](repeating: nil, count: 60))
      let isCarried =
        (0..<60).allSatisfy { next.carry(audit.numbers(of: $0), of: $0) }
        && next.carryTurn(audit.turnNumbers)
      #expect(isCarried)
      audit = next
    }
    #expect(carried.findings() == unbroken.findings())
    #expect((0..<60).allSatisfy { carried.numbers(of: $0) == unbroken.numbers(of: $0) })
    #expect(carried.turnNumbers == unbroken.turnNumbers)
  }

  @Test func `numbers that are no sums of this station are not taken up`() {
    var audit = audit()
    let before = audit.numbers(of: 3)
    let taken = [
      audit.carry([], of: 3), audit.carry(Array(before.dropLast()), of: 3),
      audit.carry(before.map { -$0 - 1 }, of: 3), audit.carry(before, of: 60),
      audit.carryTurn([]), audit.carryTurn(Array(audit.turnNumbers.dropLast())),
    ]
    #expect(!taken.contains(true))
    #expect(audit.numbers(of: 3) == before)
  }

  @Test func `rain without any pattern accuses no place by chance`() {
    var state: UInt64 = 11
    func next() -> Double {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Double(state >> 33) / Double(1 << 31)
    }
    /// Tenths of a millimetre: rain in every third hour, much of it seldom.
    func rain() -> Double { next() < 0.33 ? 2 + 80 * next() * next() * next() : 0 }
    var audit = PlaceAudit(
      geometry: Self.geometry, cells: Self.cells,
      swapped: (0..<60).map { GridCell(row: ($0 * 13 + 4) % 30, column: ($0 * 17 + 9) % 40) })
    for _ in 0..<24 {
      audit.add((0..<1200).map { _ in Int32(rain() * 100) }, gauges: (0..<60).map { _ in rain() })
    }
    #expect(audit.findings().isEmpty)
  }

  @Test func `dry gauges say nothing about a grid`() {
    var audit = PlaceAudit(
      geometry: Self.geometry, cells: Self.cells,
      swapped: [GridCell?](repeating: nil, count: 60))
    for hour in 0..<24 {
      audit.add(Self.field(hour), gauges: [Double](repeating: 0, count: 60))
    }
    #expect(audit.orientation() == nil)
    #expect(audit.findings().isEmpty)
  }

  @Test func `the radar around a station is its cell, the least beside it and the largest nearby`()
  {
    var depths = [Int32](repeating: 100, count: 1200)
    depths[10 * 40 + 10] = 700
    depths[11 * 40 + 11] = 50
    depths[8 * 40 + 10] = 9000
    let field = DepthField(
      geometry: Self.geometry,
      period: Period(end: Timestamp(secondsSince1970: 3600), seconds: 600), micrometres: depths)
    let samples = RadarSamples(
      field, cells: [GridCell(row: 10, column: 10), GridCell(row: 0, column: 0), nil])
    #expect(samples.samples[0] == RadarSample(own: 700, least: 50, largest: 9000))
    #expect(samples.samples[1] == RadarSample(own: 100, least: 100, largest: 100))
    #expect(samples.samples[2] == .missing)
  }
}
