import Formats
import Hydromet

/// The text of gauge files: one row for each station and time.
///
/// Columns are `station`, `time` (end of the period, ISO 8601 with its zone), one for each element
/// with its unit, and `quality` of the rain (CMA code). What a station has no instrument for is
/// empty, and so is rain that a report does not have. The file of the hours before the storm has rain
/// alone and the column `period`.
struct GaugeReports {
  let storm: SyntheticStorm

  private static let header = [
    "station", "time", "rain [mm]", "temperature [degC]", "humidity [%]", "pressure [hPa]",
    "wind_speed [m/s]", "wind_direction [deg]", "quality",
  ]

  private static let calmHeader = ["station", "time", "period", "rain [mm]", "quality"]

  func text(of content: StormFile.Content) -> String {
    if content == .calmGauges { return calmText }
    var text = CSVWriter.row(GaugeReports.header)
    switch content {
    case .gauges(let period), .copy(let period):
      for station in storm.gauges.stations.indices {
        for delay in [2, 0] where period >= delay {
          guard storm.gauges.delay(station: station, period: period - delay) == delay else {
            continue
          }
          text += row(station: station, period: period - delay, isCorrected: false)
        }
      }
    case .correction(let period, let station):
      text += row(station: station, period: period, isCorrected: true)
    case .radar, .calmRadar, .calmGauges, .forecast: break
    }
    return text
  }

  /// Hourly totals, with the length of their period.
  private var calmText: String {
    var text = CSVWriter.row(GaugeReports.calmHeader)
    for end in storm.plan.leadHourEnds {
      for reading in storm.gaugeReadings(end: end) {
        text += CSVWriter.row([
          reading.station, BeijingTime.iso8601(end), "1h",
          GaugeReports.decimal(reading.tenths ?? 0),
          String(reading.quality.rawValue),
        ])
      }
    }
    return text
  }

  private static func decimal(_ tenths: Int32) -> String {
    "\(tenths < 0 ? "-" : "")\(tenths.magnitude / 10).\(tenths.magnitude % 10)"
  }

  private func row(station: Int, period: Int, isCorrected: Bool) -> String {
    let readings = storm.readings(station: station, period: period)
    let wrong = storm.gauges.wrongReport
    let isWrong = wrong?.station == station && wrong?.period == period && !isCorrected
    let cells = Element.allCases.map { element -> String in
      guard let tenths = readings.first(where: { $0.element == element })?.tenths else { return "" }
      if element == .rain, isWrong { return "0.0" }
      if element == .windDirection { return String(tenths / 10) }
      return GaugeReports.decimal(tenths)
    }
    let rain = readings.first { $0.element == .rain }?.quality ?? .missing
    let quality = isCorrected ? QualityCode.corrected : rain
    let end = storm.plan.start + (period + 1) * storm.plan.step.seconds
    return CSVWriter.row(
      [storm.gauges.stations[station].id, BeijingTime.iso8601(end)] + cells
        + [String(quality.rawValue)])
  }
}
