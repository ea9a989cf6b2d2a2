import Districts
import Formats
import Hydromet

/// The rain of the months before a storm, as `stations/rain-before.csv`: what an office would have in its
/// books when it begins. Days run from 08:00 to 08:00 Beijing time; those of the lead-in have the mean
/// of the gauges, those before it chance. All of it is invented.
struct EarlierRainText {
  let storm: SyntheticStorm

  private static let days = 90

  var csv: String {
    let lead = storm.plan.leadStart
    var text = CSVWriter.row(["basin", "from", "to", "mm", "source"])
    var chance = SplitMix64(seed: storm.plan.seed, subject: "rain before")
    let first = BeijingTime.latest(hour: 8, atOrBefore: lead - EarlierRainText.days * 86_400)
    var start = first
    while start < storm.plan.start {
      let end = min(start + 86_400, storm.plan.start)
      let isWet = chance.share() < 0.42
      let depth = isWet ? Int(chance.number(2, 21) * chance.share() * 10) : 0
      let hours = Double(max(min(end, lead).seconds(since: start), 0)) / 86_400
      let tenths = Int((Double(depth) * hours).rounded()) + leadTenths(from: start, to: end)
      text += CSVWriter.row([
        "*", BeijingTime.iso8601(start), BeijingTime.iso8601(end), "\(tenths / 10).\(tenths % 10)",
        "synthetic",
      ])
      start = end
    }
    return text
  }

  /// Mean of the gauges over the hours of the lead-in that end in a day.
  private func leadTenths(from start: Timestamp, to end: Timestamp) -> Int {
    let stations = storm.gauges.stations.count
    guard stations > 0 else { return 0 }
    var sum = 0
    for (hour, hourEnd) in storm.plan.leadHourEnds.enumerated()
    where hourEnd > start && hourEnd <= end {
      for station in 0..<stations {
        sum += Int(storm.gauges.leadRain(station: station, hour: hour))
      }
    }
    return (sum + stations / 2) / stations
  }
}
