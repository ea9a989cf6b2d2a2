public import Hydromet

/// The forecasts of a drill: the storm as it comes, with an error that is stated.
///
/// Every issue has hourly amounts. What it expects at a place and moment is `share` of what falls
/// `displacement` farther west and `delay` earlier there, the displacement growing with the lead: an issue
/// is right about its first hours and wrong about its last. There is no chance in it, so that whoever
/// looks at the drill knows what the forecast got wrong.
public struct DrillForecast: Sendable, Hashable {
  /// Time from one issue to the next.
  public let every: TimeSpan
  /// km east of where it comes, for each six hours of lead.
  public let displacementKilometres: Double
  /// Of the true depth.
  public let share: Double
  /// How much later than it comes.
  public let delay: TimeSpan

  /// Hours that an issue reaches ahead.
  static let hours = 24
  /// Files of an issue come so long after its time.
  static let arrivalSeconds = 2400
  /// Side of a cell, degrees; that of the radar where it is larger.
  static let resolution = 0.05

  /// - Throws: `drill_forecast` for issues more often than hourly or less often than once a day, a
  ///   displacement beyond 200 km, a share outside 0.1…5, a delay beyond 12 h.
  public init(
    every: TimeSpan = .hours(6), displacementKilometres: Double = 8, share: Double = 0.85,
    delay: TimeSpan = .minutes(30)
  ) throws(Fault) {
    guard every.seconds >= 3600, every.seconds <= 86_400, every.seconds % 3600 == 0,
      (-200...200).contains(displacementKilometres), (0.1...5).contains(share),
      abs(delay.seconds) <= 43_200
    else {
      throw Fault(
        "drill_forecast",
        "forecasts every \(every.text), \(displacementKilometres) km off in six hours, of "
          + "\(share) of the rain, \(delay.text) late",
        remedy:
          "issue them every 1 to 24 whole hours, at most 200 km off, with 0.1 to 5 of the rain and at "
          + "most 12 h late")
    }
    self.every = every
    self.displacementKilometres = displacementKilometres
    self.share = share
    self.delay = delay
  }

  /// Said in the files themselves.
  var words: String {
    "\(displacementKilometres) km too far east for each 6 h of lead, \(share) of the true amount, "
      + "\(delay.text) late"
  }
}

extension SyntheticStorm {
  /// Times of issue: from six hours before the storm on, at whole multiples of `every`.
  var issues: [Timestamp] {
    guard let forecast = plan.forecast else { return [] }
    var issues: [Timestamp] = []
    var issue = (plan.start - 6 * 3600).floored(toSeconds: forecast.every.seconds)
    while issue < plan.end {
      issues.append(issue)
      issue = issue + forecast.every.seconds
    }
    return issues
  }

  /// Cells of the forecasts: coarser than those of the radar, over the same country.
  var forecastGeometry: GridGeometry {
    let cell = max(DrillForecast.resolution, geometry.cellWidth)
    func count(_ span: Double) -> Int { max(1, Int((span / cell - 1e-9).rounded(.up))) }
    return GridGeometry(
      rows: count(geometry.north - geometry.south), columns: count(geometry.east - geometry.west),
      projection: geometry.projection, isGeographic: true, west: geometry.west,
      north: geometry.north, cellWidth: cell, cellHeight: cell)
  }

  /// Hourly amounts that an issue expects, first hour first: mm in whole tenths; nothing where the plan
  /// has no forecasts.
  public func expectedFields(issued: Timestamp) -> [RainField] {
    forecastFrames(issued: issued).map { frame in
      RainField(
        geometry: forecastGeometry, quantity: .amount, period: frame.period,
        values: frame.tenths.map { tenths in tenths.map { Float($0) / 10 } ?? .nan })
    }
  }

  /// The same in tenths of a millimetre.
  func forecastFrames(issued: Timestamp) -> [RadarFile.Frame] {
    guard let forecast = plan.forecast else { return [] }
    let cells = forecastGeometry
    let samples = 6
    return (0..<DrillForecast.hours).map { hour in
      let period = Period(end: issued + (hour + 1) * 3600, seconds: 3600)
      let shift =
        forecast.displacementKilometres * (Double(hour) + 0.5) / 6
      let tenths = (0..<cells.cellCount).map { cell -> Int16? in
        let centre = cells.centre(row: cell / cells.columns, column: cell % cells.columns)
        var depth = 0.0
        for sample in 0..<samples {
          let moment =
            period.start + (2 * sample + 1) * 3600 / (2 * samples) - forecast.delay.seconds
          depth += intensity(
            eastOf: Place(longitude: centre.x, latitude: centre.y), by: -shift, moment)
        }
        return Int16(min((depth / Double(samples) * forecast.share * 10).rounded(), 32_000))
      }
      return RadarFile.Frame(period: period, tenths: tenths)
    }
  }
}
