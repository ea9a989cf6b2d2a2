import Hydromet
import Runoff

/// Rain of each basin in the days before the last one, seen from the newest step and, with a forecast,
/// from every step after it: a day then begins and ends later.
struct EarlierDays {
  /// Shape [step ahead, basin, day], the day before the last one first.
  private let rows: [EarlierDay]
  private let days: Int
  private let basins: Int
  private let ahead: Int
  private let step: Int

  static let none = EarlierDays(
    before: Timestamp(secondsSince1970: 0), days: 0, basins: 0, step: 600, ahead: 0
  ) { _ in nil }

  /// Known shares are counted in millionths, so that sums of them are exact.
  private static let million = 1_000_000.0

  /// Sums of one day of all basins, micrometres and millionths: they slide exactly.
  private struct Day {
    var depth: [Int64]
    var share: [Int64]

    mutating func add(_ rain: BasinRain, times sign: Int64) {
      for basin in depth.indices {
        depth[basin] += sign * Int64((rain.depth[basin] * 1000).rounded())
        share[basin] += sign * Int64((rain.knownShare[basin] * EarlierDays.million).rounded())
      }
    }
  }

  /// - Parameter rain: of the step that ends so, one number for each basin; nil where nothing is known.
  init(
    before target: Timestamp, days: Int, basins: Int, step: Int, ahead: Int,
    rain: (Timestamp) -> BasinRain?
  ) {
    self.days = days
    self.basins = basins
    self.step = max(step, 1)
    // Beyond a day the day before the last one would not have fallen yet.
    self.ahead = max(0, min(ahead, EarlierDay.seconds / self.step))
    let zero = [Int64](repeating: 0, count: basins)
    var sums = [Day](repeating: Day(depth: zero, share: zero), count: days)
    let steps = EarlierDay.seconds / self.step
    var rows: [EarlierDay] = []
    rows.reserveCapacity((self.ahead + 1) * basins * days)
    for number in 0...self.ahead {
      let end = target + number * self.step
      for day in 0..<days {
        let last = end - (day + 1) * EarlierDay.seconds
        if number == 0 {
          for back in 0..<steps {
            if let rain = rain(last - back * self.step) { sums[day].add(rain, times: 1) }
          }
        } else {
          if let rain = rain(last) { sums[day].add(rain, times: 1) }
          if let rain = rain(last - EarlierDay.seconds) { sums[day].add(rain, times: -1) }
        }
      }
      for basin in 0..<basins {
        for day in 0..<days {
          let share = Double(sums[day].share[basin]) / EarlierDays.million / Double(steps)
          rows.append(
            EarlierDay(
              depth: Depth(micrometres: Int32(clamping: sums[day].depth[basin])),
              knownShare: share, step: self.step))
        }
      }
    }
    self.rows = rows
  }

  /// The days of a basin seen from so many seconds after the newest step; nil where nobody asked for
  /// them.
  func days(ofBasin basin: Int, after seconds: Int) -> [EarlierDay]? {
    guard days > 0, basin >= 0, basin < basins else { return nil }
    let number = max(0, seconds) / step
    guard number <= ahead else { return [] }
    let start = (number * basins + basin) * days
    return Array(rows[start..<(start + days)])
  }
}
