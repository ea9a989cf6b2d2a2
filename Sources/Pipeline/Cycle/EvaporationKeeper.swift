import Archive
import Districts
import Hydromet
import Runoff

/// Evaporation capacity of each day from the temperature that stations measured on the day before, the
/// last that is whole when a day begins. Where too little was measured the months of the basins'
/// parameters stand.
final class EvaporationKeeper {
  /// A civil day in Beijing time.
  struct Day: Sendable, Hashable {
    /// Median over the stations of their mean of the day before, °C.
    let celsius: Double
    let stations: Int
    /// By Oudin (2005), mm/d.
    let millimetres: Double
  }

  private let workspace: Workspace
  private let feeds: [Feed]
  private let latitude: Double
  /// Days by their start, with what had arrived for the day before.
  private var kept: [Timestamp: (arrived: String, day: Day?)] = [:]

  private static let seconds = 86_400
  /// Divides a day and the eight hours that Beijing is ahead.
  private static let stretch = 14_400
  /// Hours that a station must have measured.
  private static let neededHours = 18

  /// Nil where no station could measure a temperature.
  init?(_ workspace: Workspace) {
    let feeds = workspace.district.configuration.feeds.filter { $0.kind == .stations }
    let stations = workspace.district.description.stations
    guard !feeds.isEmpty, !stations.isEmpty else { return nil }
    self.workspace = workspace
    self.feeds = feeds
    latitude = stations.map(\.place.latitude).reduce(0, +) / Double(stations.count)
  }

  /// The start of the day in which a step ends.
  static func day(ofStepThatEnds end: Timestamp) -> Timestamp {
    BeijingTime.latest(hour: 0, atOrBefore: end - 1)
  }

  /// The days between two moments for which enough was measured, by their start.
  func days(
    from start: Timestamp, to end: Timestamp, asKnown known: Timestamp?
  ) throws(Fault) -> [Timestamp: Day] {
    let first = EvaporationKeeper.day(ofStepThatEnds: start + 1)
    let last = EvaporationKeeper.day(ofStepThatEnds: end)
    guard last >= first else { return [:] }
    var arrived: [Timestamp: String] = [:]
    for stretch in try workspace.ledger.arrivals(
      in: Period(start: first - EvaporationKeeper.seconds, end: last),
      every: EvaporationKeeper.stretch, asKnown: known)
    {
      let day = EvaporationKeeper.day(ofStepThatEnds: stretch.end) + EvaporationKeeper.seconds
      arrived[day, default: ""] += "\(stretch.end.secondsSince1970) \(stretch.text)\n"
    }
    var days: [Timestamp: Day] = [:]
    for (day, text) in arrived {
      if let old = kept[day], old.arrived == text {
        days[day] = old.day
        continue
      }
      let made = try measured(before: day, known)
      kept[day] = (text, made)
      days[day] = made
    }
    kept = kept.filter { $0.key >= first }
    return days
  }

  private func measured(before day: Timestamp, _ known: Timestamp?) throws(Fault) -> Day? {
    let period = Period(end: day, seconds: EvaporationKeeper.seconds)
    var means: [String: Double] = [:]
    for feed in feeds {
      var hours: [String: [Int: (sum: Int, count: Int)]] = [:]
      for reading in try workspace.ledger.readings(
        feed: feed.name, element: .temperature, in: period, asKnown: known)
      {
        guard let tenths = reading.tenths, (-600...600).contains(tenths),
          [.correct, .corrected, .modified, .unchecked].contains(reading.quality)
        else { continue }
        let hour = (reading.period.end.seconds(since: period.start) + 3599) / 3600
        let old = hours[reading.station]?[hour] ?? (0, 0)
        hours[reading.station, default: [:]][hour] = (old.sum + Int(tenths), old.count + 1)
      }
      for (station, own) in hours
      where means[station] == nil && own.count >= EvaporationKeeper.neededHours {
        let sum = own.sorted { $0.key < $1.key }.reduce(0.0) {
          $0 + Double($1.value.sum) / Double($1.value.count)
        }
        means[station] = sum / Double(own.count) / 10
      }
    }
    let sorted = means.values.sorted()
    guard !sorted.isEmpty else { return nil }
    let celsius = (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
    return Day(
      celsius: celsius, stations: sorted.count,
      millimetres: Evaporation.oudin(
        celsius: celsius, latitude: latitude,
        dayOfYear: Evaporation.dayOfYear(day, offsetSeconds: BeijingTime.offsetSeconds)))
  }

  /// `evaporation.csv`: `day, source, mean_temperature_c, stations, evaporation_mm_d`, for each day that
  /// the newest states went through. `source` is `temperature`, of the day before, or `climatology`: the
  /// months of each basin's parameters.
  static func page(
    from start: Timestamp, to end: Timestamp, _ days: [Timestamp: Day]
  ) -> CyclePage {
    var text = "day,source,mean_temperature_c,stations,evaporation_mm_d\n"
    var day = self.day(ofStepThatEnds: start + 1)
    while day < end {
      let civil = BeijingTime.civil(day)
      text += "\(padded(civil.year, 4))-\(padded(civil.month, 2))-\(padded(civil.day, 2)),"
      if let own = days[day] {
        let evaporation = Depth(millimetres: own.millimetres)?.text ?? ""
        let tenths = Int((own.celsius * 10).rounded())
        let sign = tenths < 0 ? "-" : ""
        text +=
          "temperature,\(sign)\(tenths.magnitude / 10).\(tenths.magnitude % 10),\(own.stations),\(evaporation)\n"
      } else {
        text += "climatology,,,\n"
      }
      day = day + seconds
    }
    return CyclePage(name: "evaporation.csv", text: text)
  }
}
