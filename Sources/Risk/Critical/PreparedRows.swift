import Hydromet

/// The rows of a unit and hazard that do not move with the soil, arranged for the judgement of many
/// units: numbers beside numbers, every window of rain asked for once.
struct PreparedRows: Sendable {
  /// In the order of level, duration and line.
  let rows: [CriticalRainfall]
  /// Micrometres, level and place in `windows` of each row.
  let depths: [Int32]
  let levels: [UInt8]
  let windowOfRow: [Int]
  /// What rain is asked for.
  let windows: [(statistic: RainStatistic, duration: TimeSpan)]

  /// Nil where a row is for one state of the soil only.
  init?(_ rows: [CriticalRainfall]) {
    guard rows.allSatisfy({ $0.wetness == .any }) else { return nil }
    var windows: [(statistic: RainStatistic, duration: TimeSpan)] = []
    var windowOfRow: [Int] = []
    for row in rows {
      let known = windows.firstIndex {
        $0.statistic == row.statistic && $0.duration == row.duration
      }
      if known == nil { windows.append((row.statistic, row.duration)) }
      windowOfRow.append(known ?? windows.count - 1)
    }
    self.rows = rows
    depths = rows.map(\.depth.micrometres)
    levels = rows.map { UInt8($0.level.rawValue) }
    self.windowOfRow = windowOfRow
    self.windows = windows
  }
}
