import Hydromet

/// The readings of a network in the order in which they are checked: by station, element and block of
/// time, finer ones first.
///
/// A block is an hour whose end has the phase of the network's newest rain, so that hours labelled at
/// ten to the hour are as good as any; readings over more than an hour are a block of their own.
struct ReadingTable {
  /// One reading, reduced to what sorting needs.
  struct Key {
    /// Index of the station; −1 for one that the network does not have.
    let station: Int32
    let element: UInt8
    let seconds: Int32
    let blockEnd: Int64
    let end: Int64
    /// Index of the reading as it was given.
    let reading: Int32

    static func precedes(_ a: Key, _ b: Key) -> Bool {
      if a.station != b.station { return a.station < b.station }
      if a.element != b.element { return a.element < b.element }
      if a.blockEnd != b.blockEnd { return a.blockEnd < b.blockEnd }
      if a.seconds != b.seconds { return a.seconds < b.seconds }
      if a.end != b.end { return a.end < b.end }
      return a.reading < b.reading
    }
  }

  static let blockSeconds = 3600

  let keys: [Key]
  /// Ranges of `keys` of one station and element, in order.
  let series: [Range<Int>]

  init(_ readings: [GaugeReading], network: StationNetwork) {
    let phase = ReadingTable.phase(of: readings)
    var keys: [Key] = []
    keys.reserveCapacity(readings.count)
    var lastID = ""
    var lastStation: Int32 = -1
    for (index, reading) in readings.enumerated() {
      if reading.station != lastID || index == 0 {
        lastID = reading.station
        lastStation = Int32(network.index(of: reading.station) ?? -1)
      }
      let end = reading.period.end.secondsSince1970
      let seconds = Int32(clamping: reading.period.seconds)
      keys.append(
        Key(
          station: lastStation, element: UInt8(ReadingTable.rank(of: reading.element)),
          seconds: seconds, blockEnd: ReadingTable.blockEnd(of: end, seconds, phase), end: end,
          reading: Int32(clamping: index)))
    }
    if !zip(keys, keys.dropFirst()).allSatisfy({ !Key.precedes($1, $0) }) {
      keys.sort(by: Key.precedes)
    }
    self.keys = keys
    var series: [Range<Int>] = []
    var start = 0
    for index in keys.indices.dropFirst() {
      let isNew =
        keys[index].station != keys[index - 1].station
        || keys[index].element != keys[index - 1].element
      if isNew {
        series.append(start..<index)
        start = index
      }
    }
    if !keys.isEmpty { series.append(start..<keys.count) }
    self.series = series
  }

  static func rank(of element: Element) -> Int {
    Element.allCases.firstIndex(of: element) ?? 0
  }

  /// Seconds past the whole hour at which hourly rain ends: the commonest phase of hourly readings;
  /// of the newest reading where none is hourly.
  static func phase(of readings: [GaugeReading]) -> Int64 {
    var counts: [Int64: Int] = [:]
    var newest: Int64?
    for reading in readings where reading.element == .rain {
      let end = reading.period.end.secondsSince1970
      if reading.period.seconds == blockSeconds { counts[remainder(end), default: 0] += 1 }
      if reading.period.seconds <= blockSeconds { newest = max(newest ?? end, end) }
    }
    if let best = counts.max(by: { ($0.value, $1.key) < ($1.value, $0.key) }) { return best.key }
    return newest.map(remainder) ?? 0
  }

  private static func remainder(_ end: Int64) -> Int64 {
    let rest = end % Int64(blockSeconds)
    return rest < 0 ? rest + Int64(blockSeconds) : rest
  }

  static func blockEnd(of end: Int64, _ seconds: Int32, _ phase: Int64) -> Int64 {
    guard seconds <= blockSeconds else { return end }
    let rest = remainder(end &- phase)
    return rest == 0 ? end : end &- rest &+ Int64(blockSeconds)
  }
}
