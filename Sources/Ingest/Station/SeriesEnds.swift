import Hydromet

/// The latest end of every series of values: one station, element and length.
///
/// The series of a station are a short list, the latest first: a file tells of one station after another,
/// and what it says next of a station is mostly what it said last.
struct SeriesEnds {
  private struct Series {
    let key: UInt64
    var end: Int64
    /// The index of the station's next series + 1; 0 for none.
    let next: Int32
  }

  /// By station, the index of its latest series + 1; 0 for none.
  private var heads: [Int32] = []
  private var series: [Series] = []

  /// The series of one station that are looked through.
  private static let limit = 32

  /// Whether the series has no value at this end or later; the end is noted where it is so. False, too,
  /// where a station has more series than are worth looking through.
  ///
  /// - Parameter station: from 0.
  mutating func runForward(
    _ station: Int32, _ element: UInt64, _ seconds: Int32, to end: Int64
  ) -> Bool {
    let key = UInt64(UInt32(bitPattern: seconds)) << 3 | element
    let station = Int(station)
    while heads.count <= station { heads.append(0) }
    var place = Int(heads[station])
    var passed = 0
    while place != 0 {
      if series[place - 1].key == key {
        guard series[place - 1].end < end else { return false }
        series[place - 1].end = end
        return true
      }
      place = Int(series[place - 1].next)
      passed += 1
      if passed == SeriesEnds.limit { return false }
    }
    guard series.count < Int(Int32.max) else { return false }
    series.append(Series(key: key, end: end, next: heads[station]))
    heads[station] = Int32(series.count)
    return true
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
