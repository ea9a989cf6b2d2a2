public import Hydromet

/// A storm over a district, and what radar and gauges see of it. The same plan and district give the
/// same bits on every machine.
public struct SyntheticStorm: Sendable {
  public let plan: DrillPlan
  /// Cells of the radar frames.
  public var geometry: GridGeometry { radar.geometry }
  private let ground: StormGround
  private let truth: StormTruth
  private let drizzle: Drizzle
  private let cellCentres: [Point]
  let radar: RadarView
  let gauges: GaugeView
  private let air: Noise

  /// - Throws: a fault where the district has no place, or the radar grid would be too large.
  public init(plan: DrillPlan, district: DistrictDescription) throws(Fault) {
    var chance = SplitMix64(seed: plan.seed, subject: "storm ground")
    let ground = try StormGround(district, chance: &chance)
    let truth = StormTruth(seed: plan.seed, hours: plan.hours, ground: ground)
    let drizzle = Drizzle(seed: plan.seed, hours: plan.leadHours)
    let radar = try RadarView(plan: plan, box: ground.box)
    self.plan = plan
    self.ground = ground
    self.truth = truth
    self.drizzle = drizzle
    self.radar = radar
    air = Noise(seed: plan.seed, subject: "air")
    cellCentres = (0..<radar.geometry.cellCount).map { cell in
      let centre = radar.geometry.centre(
        row: cell / radar.geometry.columns, column: cell % radar.geometry.columns)
      return ground.plane.point(Place(longitude: centre.x, latitude: centre.y))
    }
    let places = district.stations.map { ground.plane.point($0.place) }
    let depths = plan.periodEnds.map { end in
      SyntheticStorm.depths(
        at: places, truth: truth, from: end.seconds(since: plan.start) - plan.step.seconds,
        seconds: plan.step.seconds, sampling: 60
      ).map { Int64(($0 * 1000).rounded()) }
    }
    let leadDepths = plan.leadHourEnds.map { end in
      let hour = end.seconds(since: plan.leadStart) - 3600
      return places.map { place in
        (0..<12).reduce(0 as Int64) { sum, part in
          let moment = Double(hour) + (Double(part) + 0.5) * 300
          return sum + Int64((drizzle.intensity(at: place, moment) / 12 * 1000).rounded())
        }
      }
    }
    gauges = GaugeView(
      stations: district.stations, depths: depths, leadDepths: leadDepths, seed: plan.seed)
  }

  /// The true intensity, mm/h; 0 before the start of the lead-in and after the end of the storm.
  public func intensity(at place: Place, _ moment: Timestamp) -> Double {
    intensity(eastOf: place, by: 0, moment)
  }

  /// The true intensity so many kilometres east of a place.
  func intensity(eastOf place: Place, by kilometres: Double, _ moment: Timestamp) -> Double {
    var point = ground.plane.point(place)
    point = Point(x: point.x + kilometres, y: point.y)
    if moment >= plan.leadStart, moment < plan.start {
      return drizzle.intensity(at: point, Double(moment.seconds(since: plan.leadStart)))
    }
    guard moment >= plan.start, moment <= plan.end else { return 0 }
    return truth.moment(at: Double(moment.seconds(since: plan.start)))
      .intensity(at: point)
  }

  /// The radar's amounts over the period that ends at `end`: mm in whole tenths, missing = NaN.
  ///
  /// - Returns: nil for a frame that never arrived, and for an end that is none of the plan's.
  public func radarFrame(end: Timestamp) -> RainField? {
    guard let tenths = radarTenths(end: end) else { return nil }
    return RainField(
      geometry: geometry, quantity: .amount,
      period: Period(end: end, seconds: plan.step.seconds),
      values: tenths.map { tenths in tenths.map { Float($0) / 10 } ?? .nan })
  }

  func radarTenths(end: Timestamp) -> [Int16?]? {
    if leadFrameEnds.contains(end) { return leadTenths(end: end) }
    guard let frame = plan.index(ofPeriodEnding: end) else { return nil }
    let depths = SyntheticStorm.depths(
      at: cellCentres, truth: truth, from: frame * plan.step.seconds, seconds: plan.step.seconds,
      sampling: 120)
    return radar.tenths(of: depths, frame: frame)
  }

  /// Ends of the radar frames of the lead-in that arrive.
  var leadFrameEnds: [Timestamp] {
    plan.leadPeriodEnds.filter { !radar.missingEnds.contains($0) }
  }

  private func leadTenths(end: Timestamp) -> [Int16?] {
    let seconds = plan.step.seconds
    let middle = Double(end.seconds(since: plan.leadStart)) - Double(seconds) / 2
    let depths = cellCentres.map { drizzle.intensity(at: $0, middle) * Double(seconds) / 3600 }
    return radar.tenths(of: depths, frame: end.seconds(since: plan.start) / seconds - 1)
  }

  /// What the stations measured over the period that ends at `end`, whether or not their reports
  /// arrived: rain, and air and wind where the station has the instruments. Before the storm there
  /// are hourly totals of rain alone.
  public func gaugeReadings(end: Timestamp) -> [GaugeReading] {
    if let hour = plan.leadHourEnds.firstIndex(of: end) {
      return gauges.stations.indices.map { number in
        GaugeReading(
          station: gauges.stations[number].id, element: .rain,
          period: Period(end: end, seconds: 3600),
          tenths: gauges.leadRain(station: number, hour: hour), quality: .correct)
      }
    }
    guard let period = plan.index(ofPeriodEnding: end) else { return [] }
    return gauges.stations.indices.flatMap { readings(station: $0, period: period) }
  }

  func readings(station number: Int, period: Int) -> [GaugeReading] {
    let station = gauges.stations[number]
    let end = plan.start + (period + 1) * plan.step.seconds
    let rain = gauges.rain(station: number, period: period)
    let weather =
      station.kind == Settlement.rainKind
      ? nil
      : Weather(
        station: station, at: end,
        wetness: Double(
          gauges.hourlyTips(
            station: number, period: period, periodsPerHour: 3600 / plan.step.seconds)) / 10,
        noise: air, number: number)
    return Element.allCases.compactMap { element in
      if element != .rain, weather == nil { return nil }
      let tenths = element == .rain ? rain : weather?.tenths[element]
      return GaugeReading(
        station: station.id, element: element,
        period: Period(end: end, seconds: plan.step.seconds), tenths: tenths,
        quality: tenths == nil ? .missing : .correct)
    }
  }

  /// Depth at each point over a time, mm, by the middle of each short interval.
  private static func depths(
    at points: [Point], truth: StormTruth, from start: Int, seconds: Int, sampling: Int
  ) -> [Double] {
    let samples = max(1, seconds / sampling)
    let interval = Double(seconds) / Double(samples)
    var depths = Array(repeating: 0.0, count: points.count)
    for sample in 0..<samples {
      let moment = truth.moment(at: Double(start) + (Double(sample) + 0.5) * interval)
      for i in points.indices {
        depths[i] += moment.intensity(at: points[i]) * interval / 3600
      }
    }
    return depths
  }
}
