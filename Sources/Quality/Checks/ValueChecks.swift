public import Hydromet

/// Checks that look at one value, or at the values of one station and moment.
public enum ValueChecks {
  /// Limits anywhere: beyond them a value is wrong; limits of the station's month: beyond them it is
  /// suspect.
  public static func limits(
    _ reading: GaugeReading, _ limits: ElementLimits
  ) -> (reason: QualityReason, severity: Findings.Severity)? {
    guard let tenths = reading.tenths else { return nil }
    let anywhere = ElementLimits.anywhere(
      reading.element, seconds: max(0, reading.period.seconds))
    guard anywhere.contains(tenths) else { return (.limit, .wrong) }
    guard !limits.monthly.isEmpty else { return nil }
    // Years beyond those of any calendar cannot be turned into a month.
    let seconds = reading.period.end.secondsSince1970
    guard seconds.magnitude < 250_000_000_000 else { return nil }
    let month = CivilTime(reading.period.end, offsetSeconds: BeijingTime.offsetSeconds).month
    let place = ElementLimits.Place(
      station: reading.station, element: reading.element, month: month)
    guard let range = limits.monthly[place], !range.contains(tenths) else { return nil }
    return (.climate, .suspect)
  }

  /// The readings of one station whose minutes, hours and totals contradict one another.
  ///
  /// Where one part alone explains the difference, it is to blame; otherwise the total and all its
  /// parts are suspect, because which of them is wrong is not known.
  ///
  /// - Parameter readings: rain of one station, sorted by end.
  /// - Returns: indices into `readings`.
  public static func contradictions(in readings: [GaugeReading]) -> [Int] {
    let lengths = Set(readings.map(\.period.seconds))
    guard lengths.count > 1, let shortest = lengths.min() else { return [] }
    var suspects: Set<Int> = []
    for (index, total) in readings.enumerated() where total.period.seconds > shortest {
      let inside = indices(of: readings, inside: total.period)
      let set = inside.filter { $0 == index || readings[$0].period.seconds < total.period.seconds }
      guard set.count > 1 else { continue }
      let found = RainConsistency.contradictions(in: set.map { readings[$0] })
      guard let contradiction = found.first(where: { $0.total == total }) else { continue }
      let parts = set.filter { $0 != index }
      let excess = contradiction.partsTenths - Int(total.tenths ?? 0)
      let culprits = parts.filter { excess > 1 && Int(readings[$0].tenths ?? 0) >= excess }
      if culprits.count == 1 {
        suspects.formUnion(culprits)
      } else {
        suspects.formUnion(set)
      }
    }
    return suspects.sorted()
  }

  private static func indices(of readings: [GaugeReading], inside period: Period) -> [Int] {
    var low = 0
    var high = readings.count
    while low < high {
      let middle = (low + high) / 2
      if readings[middle].period.end > period.start { high = middle } else { low = middle + 1 }
    }
    var found: [Int] = []
    while low < readings.count, readings[low].period.end <= period.end {
      if period.covers(readings[low].period), readings[low].period.seconds > 0 { found.append(low) }
      low += 1
    }
    return found
  }
}
