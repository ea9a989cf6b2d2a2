import Estimate
import Foundation
import Hydromet
import Kernels
import Testing

struct `Merging of gauges and radar` {
  @Test(.enabled(if: Storms.realPairs() != nil, "skipped: no real pairs; set FRESHET_DATA"))
  func `on 1142 real pairs the chosen method beats radar, inverse distance and mixed adjustment`()
    throws
  {
    let (geometry, radar, gauges) = try #require(Storms.realPairs())
    let merged = Merge(workers: Storms.manyWorkers).run(
      MergeInput(geometry: geometry, period: Storms.period, radar: radar, gauges: gauges))
    let report = merged.report
    #expect(gauges.count == 1142 && report.pairCount == 1142 && report.status == .merged)
    let raw = try #require(report.radarScores)
    #expect((raw.rmse - 0.4419).magnitude < 0.0005, "the facts say 0.442 mm")
    #expect((raw.biasRatio ?? 0) > 1.10 && (raw.biasRatio ?? 0) < 1.105, "the facts say 1.1026")
    let chosen = try #require(report.methodScores)
    let tried = Dictionary(uniqueKeysWithValues: report.tried.map { ($0.method, $0.scores.rmse) })
    for method in MergeMethod.allCases {
      #expect(chosen.rmse <= (tried[method] ?? 0) + 1e-12, "\(method)")
    }
    #expect(chosen.rmse < 0.35, "wradlib's mixed adjustment has 0.371 on these pairs")
  }

  @Test
  func `ordinary kriging with few gauges is the solution of its equations`() throws {
    let geometry = Storms.grid(rows: 40, columns: 50)
    let gauges = Storms.gauges(9, width: 38) { x, y in 3 + x / 5 + y / 10 }
    let merged = Merge(MergeSettings(choice: .method(.kriging))).run(
      MergeInput(geometry: geometry, period: Storms.period, radar: nil, gauges: gauges))
    let covariance = try #require(merged.report.covariance)
    let cells = merged.field.micrometres
    for (row, column) in [(0, 0), (17, 23), (39, 49), (5, 31)] {
      let place = geometry.centre(row: row, column: column)
      let said = OrdinaryKriging.estimate(gauges, at: place, covariance)
      let there = Double(cells[row * geometry.columns + column]) / 1000
      #expect((there - said).magnitude < 0.002, "\(row) \(column): \(there) and \(said)")
    }
  }

  @Test(arguments: MergeMethod.allCases)
  func `a field has the same bits with one thread and with many`(_ method: MergeMethod) {
    let geometry = Storms.grid(rows: 90, columns: 110)
    let radar = Storms.field(geometry) { x, y in 0.7 * Storms.truth(x, y) }
    let input = MergeInput(
      geometry: geometry, period: Storms.period, radar: radar,
      gauges: Storms.gauges(60, width: 90, Storms.truth))
    let settings = MergeSettings(choice: .method(method))
    let one = Merge(settings).run(input)
    let many = Merge(settings, workers: Storms.manyWorkers).run(input)
    #expect(one.field == many.field)
    #expect(one.standardError == many.standardError)
    #expect(one.distance == many.distance && one.sources == many.sources)
    #expect(one.report == many.report && one.report.method == method)
  }

  @Test(arguments: MergeMethod.allCases.filter(\.usesRadar))
  func `a radar that sees half of the rain is put right`(_ method: MergeMethod) throws {
    let geometry = Storms.grid(rows: 90, columns: 110)
    let radar = Storms.field(geometry) { x, y in 0.5 * Storms.truth(x, y) }
    let merged = Merge(MergeSettings(choice: .method(method))).run(
      MergeInput(
        geometry: geometry, period: Storms.period, radar: radar,
        gauges: Storms.gauges(80, width: 90, Storms.truth)))
    let truth = Storms.field(geometry, Storms.truth).micrometres
    func error(_ field: DepthField) -> Double {
      var sum = 0.0
      for (a, b) in zip(field.micrometres, truth) { sum += pow(Double(a) - Double(b), 2) }
      return (sum / Double(truth.count)).squareRoot()
    }
    #expect(error(merged.field) < 0.6 * error(radar))
    let scores = try #require(merged.report.methodScores)
    let raw = try #require(merged.report.radarScores)
    #expect(scores.rmse < raw.rmse)
  }

  @Test(arguments: [40, 150, 600])
  func `the stated standard error is as large as the error against the truth`(_ count: Int) {
    let geometry = Storms.grid(rows: 100, columns: 100)
    var chance = Storms.Sequence(state: 3)
    var noise: [Double] = []
    for _ in 0..<400 { noise.append(exp(0.9 * (chance.next() - 0.5))) }
    let radar = Storms.field(geometry) { x, y in
      0.7 * Storms.truth(x, y) * noise[Int(y / 5) * 20 + Int(x / 5)]
    }
    let merged = Merge().run(
      MergeInput(
        geometry: geometry, period: Storms.period, radar: radar,
        gauges: Storms.gauges(count, width: 100, Storms.truth)))
    let truth = Storms.field(geometry, Storms.truth).micrometres
    let cells = merged.field.micrometres
    var sum = 0.0
    var wet = 0.0
    for cell in truth.indices where truth[cell] > 1000 && merged.standardError[cell] > 0 {
      sum += pow(Double(cells[cell] - truth[cell]) / Double(merged.standardError[cell]), 2)
      wet += 1
    }
    let normalised = (sum / wet).squareRoot()
    #expect(normalised > 0.5 && normalised < 1.6, "\(normalised)")
  }

  private func steady(_ x: Double, _ y: Double) -> Double {
    12 + 6 * sin(x / 9) * cos(y / 7)
  }

  @Test
  func
    `of many gauges under a radar that errs more and more to one side auto leaves the one factor`()
  {
    let geometry = Storms.grid(rows: 100, columns: 100)
    let radar = Storms.field(geometry) { x, y in steady(x, y) * (0.4 + x / 100) }
    let merged = Merge().run(
      MergeInput(
        geometry: geometry, period: Storms.period, radar: radar,
        gauges: Storms.gauges(200, width: 100, steady)))
    #expect(merged.report.method.map { $0 != .meanField } ?? false)
  }

  @Test
  func `a hole in the radar is filled by gauges near it and stays missing far from them`() {
    let geometry = Storms.grid(rows: 100, columns: 300)
    let radar = Storms.field(geometry) { x, y in
      (20...60).contains(x) || x > 250 ? nil : Storms.truth(x, y)
    }
    let merged = Merge(MergeSettings(choice: .method(.externalDrift))).run(
      MergeInput(
        geometry: geometry, period: Storms.period, radar: radar,
        gauges: Storms.gauges(60, width: 90, Storms.truth)))
    let cells = merged.field.micrometres
    func at(_ x: Int, _ y: Int) -> Int { (99 - y) * 300 + x }
    #expect(RainSource(rawValue: merged.sources[at(30, 40)]) == .gauges)
    #expect(cells[at(30, 40)] > 10_000, "the gauges know of the storm there")
    #expect(RainSource(rawValue: merged.sources[at(80, 50)]) == .both)
    #expect(RainSource(rawValue: merged.sources[at(240, 50)]) == .radar)
    #expect(RainSource(rawValue: merged.sources[at(280, 50)]) == RainSource.none)
    #expect(cells[at(280, 50)] == DepthField.missing, "neither seen nor gauged is not dry")
    #expect(merged.distance[at(240, 50)] > 100)
  }

  @Test
  func `a radar with its rows upside down is noticed and refused`() {
    let geometry = Storms.grid(rows: 100, columns: 100)
    let radar = Storms.field(geometry) { x, y in Storms.truth(x, 100 - y) }
    let input = MergeInput(
      geometry: geometry, period: Storms.period, radar: radar,
      gauges: Storms.gauges(120, width: 100, Storms.truth))
    let merged = Merge().run(input)
    #expect(merged.report.reasons.contains(.rowsUpsideDown))
    #expect(merged.report.reasons.contains(.radarRefused))
    #expect(merged.report.status == .gaugesOnly)
    let alone = Merge().run(
      MergeInput(geometry: geometry, period: Storms.period, radar: nil, gauges: input.gauges))
    #expect(merged.field == alone.field, "as if no radar had come")
    var settings = MergeSettings()
    settings.refusesTurnedRadar = false
    let kept = Merge(settings).run(input)
    #expect(kept.report.reasons.contains(.rowsUpsideDown))
    #expect(!kept.report.reasons.contains(.radarRefused) && kept.report.pairCount > 0)
    let right = Storms.field(geometry, Storms.truth)
    let fine = Merge().run(
      MergeInput(
        geometry: geometry, period: Storms.period, radar: right, gauges: input.gauges))
    #expect(!fine.report.reasons.contains(.rowsUpsideDown))
    #expect(!fine.report.reasons.contains(.columnsReversed))
    #expect(!fine.report.reasons.contains(.radarRefused))
    let told = Merge().run(
      MergeInput(
        geometry: geometry, period: Storms.period, radar: right, gauges: [], turn: [.rowsUpsideDown]
      ))
    #expect(
      told.report.status == .blind, "what many hours of gauges say holds in an hour without them")
  }

  @Test
  func `few gauges tell that a radar is turned, not which way, and it is kept`() {
    let geometry = Storms.grid(rows: 100, columns: 100)
    let radar = Storms.field(geometry) { x, y in Storms.truth(x, 100 - y) }
    let report = Merge().run(
      MergeInput(
        geometry: geometry, period: Storms.period, radar: radar,
        gauges: Storms.gauges(18, width: 100, Storms.truth))
    ).report
    #expect(report.reasons.contains(.turnUnclear))
    #expect(!report.reasons.contains(.rowsUpsideDown) && !report.reasons.contains(.columnsReversed))
    #expect(!report.reasons.contains(.radarRefused))
  }
}

/// Ordinary kriging by elimination, as in a textbook.
enum OrdinaryKriging {
  static func estimate(_ gauges: [MergeGauge], at place: Point, _ c: Covariance) -> Double {
    let n = gauges.count
    func covariance(_ a: Point, _ b: Point) -> Double {
      (1 - c.nugget)
        * exp(
          -((a.x - b.x) * (a.x - b.x) + (a.y - b.y) * (a.y - b.y)).squareRoot()
            / 1000 / c.range)
    }
    var matrix = [[Double]](repeating: [Double](repeating: 0, count: n + 2), count: n + 1)
    for i in 0..<n {
      for j in 0..<n {
        matrix[i][j] = i == j ? 1 : covariance(gauges[i].place, gauges[j].place)
      }
      matrix[i][n] = 1
      matrix[n][i] = 1
      matrix[i][n + 1] = covariance(gauges[i].place, place)
    }
    matrix[n][n + 1] = 1
    for pivot in 0...n {
      let best = (pivot...n).max { matrix[$0][pivot].magnitude < matrix[$1][pivot].magnitude }
      matrix.swapAt(pivot, best ?? pivot)
      for row in 0...n where row != pivot {
        let factor = matrix[row][pivot] / matrix[pivot][pivot]
        for column in pivot...n + 1 { matrix[row][column] -= factor * matrix[pivot][column] }
      }
    }
    return (0..<n).reduce(0) {
      $0 + matrix[$1][n + 1] / matrix[$1][$1] * gauges[$1].depth.millimetres
    }
  }
}
