import Hydromet

/// Checks that compare whole series of stations: twins and copies.
enum NetworkChecks {
  /// What a block's twins say of one station.
  ///
  /// - Parameters:
  ///   - tenths: of the station.
  ///   - twins: of the gauges at its place.
  ///   - residual: how far the station lies from the other neighbours, and its twin, where known.
  static func disagrees(
    _ tenths: Double, twins: [Double], residual: Double, twinResidual: Double, isJudged: Bool
  ) -> Bool {
    guard let middle = Numbers.median(twins + (twins.count > 1 ? [tenths] : [])) else {
      return false
    }
    let tolerance = 5 + 0.25 * max(tenths, middle)
    guard abs(tenths - middle) > tolerance else { return false }
    // Of three and more the odd one is to blame; of two the one that the neighbours do not know, or
    // both where nobody else can tell.
    guard twins.count == 1, isJudged else { return true }
    return abs(residual) > abs(twinResidual) - 0.5
  }

  /// A station that repeats another's rain.
  struct Copy: Hashable {
    let station: Int
    let original: Int
    /// Hours by which the copy is late; 0 where nothing tells which of the two is the copy.
    let lateHours: Int
    /// Ends of the hours that were found to repeat.
    let from: Int64
    let to: Int64
  }

  /// Wet hours in a row that must be the same, with at least five different values among them.
  private static let run = 7
  private static let differentValues = 5

  /// Finds series of wet hours that are the same at two stations, whatever the time between them.
  ///
  /// - Parameter wet: for each station the ends and depths of its wet hours, by end.
  static func copies(_ wet: [[(end: Int64, tenths: Int32)]]) -> [Copy] {
    var firstWith: [[Int64]: (station: Int, end: Int64)] = [:]
    var found: [Pair: (from: Int64, to: Int64)] = [:]
    for (station, hours) in wet.enumerated() where hours.count >= run {
      for start in 0...(hours.count - run) {
        let part = hours[start..<(start + run)]
        guard Set(part.map(\.tenths)).count >= differentValues,
          part.reduce(0, { $0 + Int64($1.tenths) }) >= 40
        else { continue }
        let key = part.flatMap { [Int64($0.tenths), $0.end &- hours[start].end] }
        guard let other = firstWith[key] else {
          firstWith[key] = (station, hours[start].end)
          continue
        }
        guard other.station != station else { continue }
        let late = Int((hours[start].end &- other.end) / 3600)
        let pair = Pair(station: station, other: other.station, late: late)
        let last = hours[start + run - 1].end
        let before = found[pair] ?? (hours[start].end, last)
        found[pair] = (min(before.from, hours[start].end), max(before.to, last))
      }
    }
    var copies: [Copy] = []
    for (pair, span) in found {
      let shift = Int64(pair.late) * 3600
      if pair.late >= 0 {
        copies.append(
          Copy(
            station: pair.station, original: pair.other, lateHours: pair.late, from: span.from,
            to: span.to))
      }
      if pair.late <= 0 {
        copies.append(
          Copy(
            station: pair.other, original: pair.station, lateHours: -pair.late,
            from: span.from &- shift, to: span.to &- shift))
      }
    }
    return copies.sorted {
      ($0.station, $0.original, $0.lateHours, $0.from) < (
        $1.station, $1.original, $1.lateHours, $1.from
      )
    }
  }

  private struct Pair: Hashable {
    let station: Int
    let other: Int
    let late: Int
  }
}
