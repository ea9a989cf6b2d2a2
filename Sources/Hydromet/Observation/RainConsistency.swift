/// Whether the rain that one station gives over different lengths of time agrees: the minutes of an
/// hour with the hour, hours with the totals of 3, 6, 12 and 24.
public enum RainConsistency {
  /// Two accounts of the same time that cannot both be right.
  public struct Contradiction: Sendable, Hashable {
    /// The reading over the longer time.
    public let total: GaugeReading
    /// Sum of the readings inside it, tenths of a millimetre.
    public let partsTenths: Int
    /// How many readings were summed.
    public let parts: Int
    /// Whether they cover the whole time; where not, the sum is a lower bound.
    public let isComplete: Bool

    /// The contradiction in words.
    public var note: String {
      let text = { (tenths: Int) in "\(tenths / 10).\(tenths % 10)" }
      let relation = isComplete ? "add up to" : "already hold"
      return "\(parts) readings inside the \(TimeSpan(seconds: total.period.seconds).text) to "
        + "\(total.period.end.iso8601) \(relation) \(text(partsTenths)) mm, the total says "
        + "\(text(Int(total.tenths ?? 0))) mm"
    }
  }

  /// Finds the contradictions of one station's rain.
  ///
  /// Each total is compared with the readings of shorter lengths inside it that do not overlap, the
  /// longest first. A whole set must agree within the tolerance, and decides; an incomplete one can
  /// only show that there was more than the total says. A trace is at most one tenth a reading, in either direction.
  /// Where no whole set is there, a total must also hold the largest reading of the next length that
  /// does not divide its own, so that a running total that falls is seen.
  ///
  /// - Parameter readings: of one station, in any order; other elements, and readings without a value
  ///   or known to be wrong, are left out.
  /// - Parameter toleranceTenths: tenths of a millimetre by which a total and its parts may differ.
  /// - Returns: in the order of the ends of the totals, shorter before longer.
  public static func contradictions(
    in readings: [GaugeReading], toleranceTenths: Int = 1
  ) -> [Contradiction] {
    let rain = readings.filter { reading in
      reading.element == .rain && (reading.tenths ?? -1) >= 0 && reading.period.seconds > 0
        && ![.wrong, .notInstalled, .missing].contains(reading.quality)
    }
    let byLength = Dictionary(grouping: rain) { $0.period.seconds }
      .mapValues { $0.sorted { $0.period.end < $1.period.end } }
    let lengths = byLength.keys.sorted()
    var found: [Contradiction] = []
    for (index, length) in lengths.enumerated().dropFirst() {
      for total in byLength[length] ?? [] {
        let shorter = lengths[..<index].reversed()
        switch againstParts(total, shorter, byLength, toleranceTenths) {
        case .contradicted(let contradiction): found.append(contradiction)
        case .confirmed: break
        case .open:
          if let more = againstLargest(total, shorter, byLength, toleranceTenths) {
            found.append(more)
          }
        }
      }
    }
    return found.sorted {
      ($0.total.period.end, $0.total.period.seconds) < (
        $1.total.period.end, $1.total.period.seconds
      )
    }
  }

  /// The readings with every total that contradicts its parts marked suspect, and the parts as well:
  /// which of them is wrong is not known. Readings that are doubted already stay as they are.
  ///
  /// - Returns: the readings in their order, and the notes.
  public static func flagged(
    _ readings: [GaugeReading], toleranceTenths: Int = 1
  ) -> (readings: [GaugeReading], notes: [Contradiction]) {
    let notes = contradictions(in: readings, toleranceTenths: toleranceTenths)
    guard !notes.isEmpty else { return (readings, []) }
    let flagged = readings.map { reading in
      let isTouched =
        reading.element == .rain && reading.tenths != nil
        && [.correct, .unchecked].contains(reading.quality)
        && notes.contains {
          $0.total.period == reading.period
            || ($0.total.period.covers(reading.period) && reading.period.seconds > 0)
        }
      guard isTouched else { return reading }
      return GaugeReading(
        station: reading.station, element: reading.element, period: reading.period,
        tenths: reading.tenths, isTrace: reading.isTrace, quality: .suspect,
        correction: reading.correction)
    }
    return (flagged, notes)
  }

  /// Steps of a running total that goes back to zero at the start of its day, as readings of their own.
  ///
  /// - Parameter totals: readings of one station and one day that all begin at the same moment, in any
  ///   order.
  /// - Returns: the rain between each two, in the order of their ends; nil where a total is less than
  ///   the one before it, which no running total may be.
  public static func steps(ofRunningTotals totals: [GaugeReading]) -> [GaugeReading]? {
    let known = totals.filter { $0.element == .rain && $0.tenths != nil }
      .sorted { $0.period.end < $1.period.end }
    guard let start = known.first?.period.start, known.allSatisfy({ $0.period.start == start })
    else { return known.isEmpty ? [] : nil }
    var steps: [GaugeReading] = []
    var before: (end: Timestamp, tenths: Int32) = (start, 0)
    for total in known {
      guard let tenths = total.tenths, tenths >= before.tenths else { return nil }
      if total.period.end > before.end {
        steps.append(
          GaugeReading(
            station: total.station, element: .rain,
            period: Period(start: before.end, end: total.period.end),
            tenths: tenths - before.tenths,
            isTrace: total.isTrace && tenths == before.tenths, quality: total.quality,
            correction: total.correction))
      }
      before = (total.period.end, tenths)
    }
    return steps
  }

  private enum Witness {
    case confirmed
    case contradicted(Contradiction)
    case open
  }

  /// What the shorter lengths that divide the total's say, longest first: a whole set decides.
  private static func againstParts(
    _ total: GaugeReading, _ shorter: some Sequence<Int>, _ byLength: [Int: [GaugeReading]],
    _ tolerance: Int
  ) -> Witness {
    for length in shorter where total.period.seconds % length == 0 {
      let inside = parts(of: total.period, byLength[length] ?? [], length)
      guard !inside.isEmpty else { continue }
      if let contradiction = judge(total, inside, length, tolerance) {
        return .contradicted(contradiction)
      }
      if inside.count == total.period.seconds / length { return .confirmed }
    }
    return .open
  }

  /// The next shorter length with readings inside the total, where it does not divide the total's.
  private static func againstLargest(
    _ total: GaugeReading, _ shorter: some Sequence<Int>, _ byLength: [Int: [GaugeReading]],
    _ tolerance: Int
  ) -> Contradiction? {
    for length in shorter where total.period.seconds % length != 0 {
      let inside = inside(total.period, byLength[length] ?? [], length)
      guard let largest = inside.compactMap(\.tenths).max() else { continue }
      guard Int(largest) > Int(total.tenths ?? 0) + tolerance else { return nil }
      return Contradiction(
        total: total, partsTenths: Int(largest), parts: 1, isComplete: false)
    }
    return nil
  }

  /// Readings of one length that lie inside a period, of all those in the order of their ends.
  private static func inside(
    _ period: Period, _ readings: [GaugeReading], _ length: Int
  ) -> ArraySlice<GaugeReading> {
    var low = 0
    var high = readings.count
    while low < high {
      let middle = (low + high) / 2
      if readings[middle].period.start < period.start { low = middle + 1 } else { high = middle }
    }
    let rest = readings[low...]
    return rest.prefix { $0.period.end <= period.end }
  }

  /// Readings of one length that lie inside a period and end on whole steps from its start.
  private static func parts(
    of period: Period, _ readings: [GaugeReading], _ length: Int
  ) -> [GaugeReading] {
    var last: Timestamp?
    return inside(period, readings, length).filter { reading in
      guard reading.period.end != last,
        reading.period.start.seconds(since: period.start) % length == 0
      else { return false }
      last = reading.period.end
      return true
    }
  }

  private static func judge(
    _ total: GaugeReading, _ parts: [GaugeReading], _ length: Int, _ tolerance: Int
  ) -> Contradiction? {
    let sum = parts.reduce(0) { $0 + Int($1.tenths ?? 0) }
    let traces = parts.count { $0.isTrace }
    let isComplete = parts.count == total.period.seconds / length
    let stated = Int(total.tenths ?? 0)
    let isTooMuch = sum > stated + tolerance
    let isTooLittle = isComplete && sum + traces < stated - tolerance
    guard isTooMuch || isTooLittle else { return nil }
    return Contradiction(
      total: total, partsTenths: sum, parts: parts.count, isComplete: isComplete)
  }
}
