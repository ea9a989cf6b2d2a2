import Archive
import Districts
import Hydromet
import Runoff

/// The rain that states rest on, step by step and day by day.
extension SoilKeeper {
  /// The rain of the days before the last one, as many as a rule asks for: means of basins as the states
  /// have taken them in. Nothing where no rule asks.
  ///
  /// - Parameter ahead: steps after the newest for which the days before the last one are told too.
  func earlierDays(
    before target: Timestamp, _ kept: [Timestamp: BasinRainRecord], _ key: String, ahead: Int
  ) throws(Fault) -> EarlierDays {
    guard indexDays > 0, EarlierDay.seconds % step == 0 else { return .none }
    var records = kept
    let past = Period(end: target, seconds: (indexDays + 1) * EarlierDay.seconds)
    for record in try workspace.ledger.basinRain(in: past)
    where record.basins == key && records[record.stepEnd] == nil {
      records[record.stepEnd] = record
    }
    return EarlierDays(
      before: target, days: indexDays, basins: model.basinCount, step: step, ahead: ahead
    ) { end in
      let record = records[end].flatMap { $0.identity.isEmpty ? nil : rains.rain($0) }
      return record ?? earlier?.rain(of: end)
    }
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
