import Archive
import Districts
import Hydromet
import Runoff

/// The rain that states rest on, step by step and day by day.
extension SoilKeeper {
  /// Of each basin the rain of the days before the last one, as many as a rule asks for: its mean as the
  /// states have taken it in; nil for a day that is not known. Nothing where no rule asks.
  func earlierDays(
    before target: Timestamp, _ kept: [Timestamp: BasinRainRecord], _ key: String
  ) throws(Fault) -> [[Depth?]] {
    guard indexDays > 0, 86_400 % step == 0 else { return [] }
    var records = kept
    let past = Period(end: target, seconds: (indexDays + 1) * 86_400)
    for record in try workspace.ledger.basinRain(in: past)
    where record.basins == key && records[record.stepEnd] == nil {
      records[record.stepEnd] = record
    }
    let basins = model.basinCount
    let steps = 86_400 / step
    let least = workspace.district.configuration.minimumCoverage - 1e-6
    var days = [[Depth?]](repeating: [], count: basins)
    for day in 1...indexDays {
      var depth = [Double](repeating: 0, count: basins)
      var share = [Double](repeating: 0, count: basins)
      for number in 0..<steps {
        let end = target - day * 86_400 - number * step
        let record = records[end].flatMap { $0.identity.isEmpty ? nil : rains.rain($0) }
        guard let rain = record ?? earlier?.rain(of: end) else { continue }
        for basin in 0..<basins {
          depth[basin] += rain.depth[basin]
          share[basin] += rain.knownShare[basin]
        }
      }
      for basin in 0..<basins {
        let isKnown = share[basin] / Double(steps) >= least
        days[basin].append(isKnown ? Depth(millimetres: depth[basin]) : nil)
      }
    }
    return days
  }

  /// The steps within reach that have frames, by their end.
  func recentSteps(
    from horizon: Timestamp, to target: Timestamp, _ grid: GridGeometry, _ known: Timestamp?
  ) throws(Fault) -> [Timestamp: BasinRains.Step] {
    let stored = try workspace.ledger.frames(
      feed: feed.name, in: Period(start: horizon, end: target), asKnown: known)
    var frames: [Timestamp: [FrameVersion]] = [:]
    for frame in stored
    where !rains.isUnreadable(frame) && frame.geometryHash == grid.hash
      && frame.period.seconds == feed.step.seconds
      && frame.period.end.floored(toSeconds: feed.step.seconds) == frame.period.end
    {
      frames[(frame.period.end + step - 1).floored(toSeconds: step), default: []].append(
        rains.version(of: frame))
    }
    return frames.mapValues { own in
      let text = own.map { "\($0.frame.period.end.secondsSince1970) \($0.identity)" }
      return BasinRains.Step(
        end: (own[0].frame.period.end + step - 1).floored(toSeconds: step),
        identity: Fingerprint(of: text.joined(separator: "\n").utf8).sha256, frames: own)
    }
  }
}
