import Archive
import Hydromet
import Runoff

/// Rain from before the first frame, step by step: it stands in where there is neither a frame nor rain
/// kept from one.
struct EarlierRainSteps {
  /// A stretch of time in which the same rows hold.
  private struct Stretch {
    let period: Period
    /// Hash of the rows.
    let identity: String
    /// mm in each second, by basin; nil where nothing is known.
    let intensity: [Double?]
  }

  private let stretches: [Stretch]
  private let step: Int
  private let basins: Int

  /// Nil where no rain was given.
  init?(_ rows: [EarlierRain], basins: [String], step: Int) {
    guard !rows.isEmpty else { return nil }
    self.step = step
    self.basins = basins.count
    let edges = Set(rows.flatMap { [$0.period.start, $0.period.end] }).sorted()
    let sorted = rows.sorted {
      ($0.period.start, $0.basin ?? "") < ($1.period.start, $1.basin ?? "")
    }
    var stretches: [Stretch] = []
    var next = 0
    var open: [EarlierRain] = []
    for (start, end) in zip(edges, edges.dropFirst()) {
      open.removeAll { $0.period.end <= start }
      while next < sorted.count, sorted[next].period.start <= start {
        open.append(sorted[next])
        next += 1
      }
      guard !open.isEmpty else { continue }
      func intensity(_ row: EarlierRain) -> Double {
        row.millimetres / Double(row.period.seconds)
      }
      let ofAll = open.first { $0.basin == nil }.map(intensity)
      var own: [String: Double] = [:]
      for row in open { if let basin = row.basin { own[basin] = intensity(row) } }
      let text = open.map { row in
        "\(row.basin ?? "*") \(row.period.start.secondsSince1970) "
          + "\(row.period.end.secondsSince1970) \(row.millimetres.bitPattern)"
      }
      stretches.append(
        Stretch(
          period: Period(start: start, end: end),
          identity: Fingerprint(of: text.joined(separator: "\n").utf8).sha256,
          intensity: basins.map { own[$0] ?? ofAll }))
    }
    self.stretches = stretches
  }

  /// End of the first step with rain.
  var firstEnd: Timestamp? {
    stretches.first.map { ($0.period.start + step).floored(toSeconds: step) }
  }

  /// Of the step that ends so, what its rain was made from; nil where no row tells of it.
  func identity(of end: Timestamp) -> String? {
    let own = overlapping(end)
    guard !own.isEmpty else { return nil }
    return "given " + own.map(\.identity).joined(separator: " ")
  }

  /// Nil where no row tells of the step.
  func rain(of end: Timestamp) -> BasinRain? {
    let own = overlapping(end)
    guard !own.isEmpty else { return nil }
    var rain = BasinRain.missing(basins: basins)
    let step = Period(end: end, seconds: self.step)
    for stretch in own {
      let seconds = Double(ForecastPieces.overlap(stretch.period, step))
      for (basin, intensity) in stretch.intensity.enumerated() {
        guard let intensity else { continue }
        rain.depth[basin] += intensity * seconds
        rain.knownShare[basin] += seconds / Double(self.step)
      }
    }
    for basin in 0..<basins {
      rain.depth[basin] = min(rain.depth[basin], 9999)
      rain.knownShare[basin] = min(rain.knownShare[basin], 1)
    }
    return rain
  }

  private func overlapping(_ end: Timestamp) -> ArraySlice<Stretch> {
    var low = 0
    var high = stretches.count
    while low < high {
      let middle = (low + high) / 2
      if stretches[middle].period.end <= end - step { low = middle + 1 } else { high = middle }
    }
    var last = low
    while last < stretches.count, stretches[last].period.start < end { last += 1 }
    return stretches[low..<last]
  }
}
