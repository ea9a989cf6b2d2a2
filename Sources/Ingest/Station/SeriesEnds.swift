import Hydromet

/// The latest end of every series of values: one station, element and length.
struct SeriesEnds {
  private struct Series {
    let key: UInt64
    var end: Int64
  }

  private var slots: [Series] = Array(repeating: Series(key: 0, end: 0), count: 64)
  private var count = 0

  /// Whether the series has no value at this end or later; the end is noted where it is so.
  mutating func runForward(
    _ station: Int32, _ element: UInt64, _ seconds: Int32, to end: Int64
  ) -> Bool {
    let key =
      UInt64(UInt32(bitPattern: station)) << 35 | UInt64(UInt32(bitPattern: seconds)) << 3
      | (element &+ 1)
    let mask = slots.count - 1
    var slot = SeriesEnds.hash(key) & mask
    while slots[slot].key != 0 {
      if slots[slot].key == key {
        guard slots[slot].end < end else { return false }
        slots[slot].end = end
        return true
      }
      slot = (slot + 1) & mask
    }
    slots[slot] = Series(key: key, end: end)
    count += 1
    if count * 2 > slots.count { grow() }
    return true
  }

  private mutating func grow() {
    let held = slots
    slots = Array(repeating: Series(key: 0, end: 0), count: held.count * 2)
    for series in held where series.key != 0 {
      var slot = SeriesEnds.hash(series.key) & (slots.count - 1)
      while slots[slot].key != 0 { slot = (slot + 1) & (slots.count - 1) }
      slots[slot] = series
    }
  }

  private static func hash(_ key: UInt64) -> Int {
    let mixed = (key ^ key >> 29) &* 0x9E37_79B9_7F4A_7C15
    return Int(truncatingIfNeeded: mixed >> 20)
  }
}

extension Element {
  /// A small number for hashing.
  var number: UInt64 {
    switch self {
    case .rain: 0
    case .temperature: 1
    case .humidity: 2
    case .pressure: 3
    case .windSpeed: 4
    case .windDirection: 5
    }
  }
}
