import Drill
import Estimate
import Foundation
import Hydromet
import Pipeline

/// Errors of merged fields against the truth of invented storms.
///
/// Of every storm two hours are taken: the one with the highest cell, a shower, and the one with the
/// largest wet area, a band. The radar is the storm's own view (too little, smoothed, with noise and
/// holes); gauges stand at places drawn from the seed, catch 96 to 102 percent and count whole tips.
struct StormScores {
  let seeds: [UInt64]
  let gaugeCounts: [Int]

  /// One line of the table: means over the storms.
  struct Row {
    let kind: String
    let gauges: Int
    var radar: [Double] = []
    var byMethod: [String: [Double]] = [:]
    /// Root mean square of error over stated standard error, of the field that `auto` took, against what
    /// fell at the centres of cells.
    var normalised: [Double] = []
    /// The same against what fell at a place drawn in each cell, as a gauge would stand there.
    var normalisedAtPlaces: [Double] = []
  }

  static let methods = MergeChoice.names.filter { $0 != "auto" } + ["auto"]

  func rows(progress: (Int, Int) -> Void) throws -> [Row] {
    var rows = ["shower", "band"].flatMap { kind in
      gaugeCounts.map { Row(kind: kind, gauges: $0) }
    }
    for (number, seed) in seeds.enumerated() {
      let district = SyntheticDistrict.generate(seed: seed)
      let plan = try DrillPlan(seed: seed, start: DrillPlan.sampleStart, hours: 12, leadHours: 0)
      let storm = try SyntheticStorm(plan: plan, district: district.description)
      for (kind, hour) in try hours(of: storm) {
        for row in rows.indices where rows[row].kind == kind {
          measure(hour, seed: seed, into: &rows[row])
        }
      }
      progress(number + 1, seeds.count)
    }
    return rows
  }

  /// One hour of a storm: what fell and what the radar saw.
  private struct Hour {
    let storm: SyntheticStorm
    let period: Period
    /// At the centre of each cell, mm, and at a place drawn in it.
    let truth: [Double]
    let atPlaces: [Double]
    let radar: DepthField
  }

  private func hours(of storm: SyntheticStorm) throws -> [(String, Hour)] {
    let geometry = storm.geometry
    var hours: [Hour] = []
    for number in 1...storm.plan.hours {
      let period = Period(end: storm.plan.start + 3600 * number, seconds: 3600)
      var sum = [Int32](repeating: 0, count: geometry.cellCount)
      for step in 1...6 {
        guard let frame = storm.radarFrame(end: period.start + 600 * step) else { continue }
        for (cell, value) in frame.values.enumerated() {
          if value.isNaN || sum[cell] < 0 {
            sum[cell] = DepthField.missing
          } else {
            sum[cell] += Int32((value * 1000).rounded())
          }
        }
      }
      hours.append(
        Hour(
          storm: storm, period: period, truth: [], atPlaces: [],
          radar: DepthField(geometry: geometry, period: period, micrometres: sum)))
    }
    func wet(_ hour: Hour) -> Int { hour.radar.micrometres.count { $0 >= 1000 } }
    guard let shower = hours.max(by: { $0.radar.largest < $1.radar.largest }),
      let band = hours.max(by: { wet($0) < wet($1) })
    else { return [] }
    return [("shower", withTruth(shower)), ("band", withTruth(band))]
  }

  private func withTruth(_ hour: Hour) -> Hour {
    let geometry = hour.storm.geometry
    let truth = (0..<geometry.cellCount).map { cell in
      depth(
        hour, geometry.centre(row: cell / geometry.columns, column: cell % geometry.columns))
    }
    var draw = Draw(state: UInt64(hour.period.end.secondsSince1970))
    let atPlaces = (0..<geometry.cellCount).map { cell in
      let centre = geometry.centre(
        row: cell / geometry.columns, column: cell % geometry.columns)
      return depth(
        hour,
        Point(
          x: centre.x + (draw.next() - 0.5) * geometry.cellWidth,
          y: centre.y + (draw.next() - 0.5) * geometry.cellHeight))
    }
    return Hour(
      storm: hour.storm, period: hour.period, truth: truth, atPlaces: atPlaces, radar: hour.radar)
  }

  /// What fell at a place, mm, by the middle of every three minutes.
  private func depth(_ hour: Hour, _ point: Point) -> Double {
    let place = Place(longitude: point.x, latitude: point.y)
    return (0..<20).reduce(0) { sum, part in
      sum + hour.storm.intensity(at: place, hour.period.start + 90 + 180 * part) / 20
    }
  }

  private func measure(_ hour: Hour, seed: UInt64, into row: inout Row) {
    let geometry = hour.storm.geometry
    var draw = Draw(state: seed &* 977 &+ UInt64(row.gauges))
    let gauges = (0..<row.gauges).map { number in
      let point = Point(
        x: geometry.west + draw.next() * (geometry.east - geometry.west),
        y: geometry.south + draw.next() * (geometry.north - geometry.south))
      let caught = depth(hour, point) * (0.96 + 0.06 * draw.next())
      return MergeGauge(
        station: "G\(number)", place: point,
        depth: Depth(tenthsOfMillimetre: Int32(caught * 10)))
    }
    row.radar.append(rmse(hour.radar.micrometres, hour.truth))
    for name in StormScores.methods {
      guard let choice = MergeChoice(name) else { continue }
      let merged = Merge(MergeSettings(choice: choice), workers: Parallel.workers).run(
        MergeInput(
          geometry: geometry, period: hour.period, radar: hour.radar, gauges: gauges))
      let cells = merged.field.micrometres
      row.byMethod[name, default: []].append(rmse(cells, hour.truth))
      guard choice == .automatic else { continue }
      row.normalised += normalised(merged, hour.truth)
      row.normalisedAtPlaces += normalised(merged, hour.atPlaces)
    }
  }

  /// Where a millimetre or more fell; nothing where it nowhere did.
  private func normalised(_ merged: MergedRain, _ truth: [Double]) -> [Double] {
    let cells = merged.field.micrometres
    var sum = 0.0
    var count = 0.0
    for (cell, truth) in truth.enumerated()
    where cells[cell] >= 0 && merged.standardError[cell] > 0 && truth >= 1 {
      let error = Double(cells[cell]) / 1000 - truth
      let stated = Double(merged.standardError[cell]) / 1000
      sum += error * error / (stated * stated)
      count += 1
    }
    return count > 0 ? [(sum / count).squareRoot()] : []
  }

  /// Numbers from 0 to 1, the same for the same state (a linear congruence with Knuth's factor).
  private struct Draw {
    var state: UInt64

    mutating func next() -> Double {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Double(state >> 33) / Double(1 << 31)
    }
  }

  /// Over the cells that have a value.
  private func rmse(_ cells: [Int32], _ truth: [Double]) -> Double {
    var sum = 0.0
    var count = 0.0
    for (cell, value) in zip(cells, truth) where cell >= 0 {
      sum += (Double(cell) / 1000 - value) * (Double(cell) / 1000 - value)
      count += 1
    }
    return count > 0 ? (sum / count).squareRoot() : .nan
  }

  /// The rows as a table in Markdown, mm.
  static func markdown(_ rows: [Row]) -> String {
    func mean(_ numbers: [Double]?) -> String {
      guard let numbers, !numbers.isEmpty else { return "" }
      return String(format: "%.2f", numbers.reduce(0, +) / Double(numbers.count))
    }
    let head =
      ["storm", "gauges", "radar alone"] + methods
      + ["error / stated error", "at places in cells"]
    var lines = [
      "| " + head.joined(separator: " | ") + " |",
      "|" + head.map { _ in "---|" }.joined(),
    ]
    for row in rows {
      let cells =
        [row.kind, String(row.gauges), mean(row.radar)] + methods.map { mean(row.byMethod[$0]) }
        + [mean(row.normalised), mean(row.normalisedAtPlaces)]
      lines.append("| " + cells.joined(separator: " | ") + " |")
    }
    return lines.joined(separator: "\n") + "\n"
  }
}
