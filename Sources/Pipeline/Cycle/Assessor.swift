import Districts
import Hydromet
import Risk

/// Judges every unit of a district for every hazard it has thresholds for.
struct Assessor {
  private let district: District
  private let membership: UnitMembership
  private let judge: UnitJudge
  private let windowIndex: [TimeSpan: Int]
  private let time: Timestamp
  private let soil: SoilInputs
  private let ahead: RainAhead?
  private let places: [UnitPlace: Int]

  /// Expected rain, and what it is joined with.
  struct RainAhead {
    let expected: ExpectedRain
    let fallen: FallenRain?
    let fields: UnitFields
  }

  init(
    district: District, membership: UnitMembership, windows: [TimeSpan], time: Timestamp,
    hydrology: Hydrology = .none, history: SoilHistory = .none,
    ahead: RainAhead? = nil
  ) {
    self.ahead = ahead
    places = ahead?.fields.places() ?? [:]
    soil = SoilInputs(
      hydrology, history, minimumCoverage: district.configuration.minimumCoverage)
    self.district = district
    self.membership = membership
    self.time = time
    judge = UnitJudge(
      table: CriticalRainfallTable(
        district.thresholds, rules: district.rules, factors: district.factors, at: time),
      stayThousandths: district.configuration.hold?.stayThousandths ?? 1000)
    windowIndex = Dictionary(
      windows.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
  }

  /// Assessments in the order townships, basins, hazard points, each in the district's order.
  ///
  /// - Parameter rainfall: the rain of every unit, in any order.
  func assess(_ rainfall: [UnitRainfall]) -> [UnitAssessment] {
    var townships: [String: UnitRainfall] = [:]
    var basins: [String: UnitRainfall] = [:]
    var points: [String: UnitRainfall] = [:]
    for rain in rainfall {
      switch rain.unitKind {
      case .township: townships[rain.unit] = rain
      case .basin: basins[rain.unit] = rain
      case .hazardPoint: points[rain.unit] = rain
      }
    }
    var result: [UnitAssessment] = []
    for township in district.description.townships {
      result += assess(
        .township, township.code, township.name, nil, area: townships[township.code], cell: nil)
    }
    for basin in district.description.basins {
      result += assess(
        .basin, basin.id, basin.name, nil, basin: basin.id, area: basins[basin.id], cell: nil)
    }
    for point in district.description.hazardPoints {
      let area = point.basin.flatMap { basins[$0] } ?? townships[point.township]
      result += assess(
        .hazardPoint, point.id, point.name, point.hazard, basin: point.basin, area: area,
        cell: points[point.id])
    }
    return result
  }

  /// A point is judged only for its own hazard: by the cell that holds it, or by the rain of the
  /// basin above it (of its township where it has no basin).
  ///
  /// Flash-flood guidance is the rain that has yet to fall on the present state. The rain that has
  /// fallen is in that state already and is not held against it: it would count twice.
  private func assess(
    _ kind: UnitKind, _ unit: String, _ name: String, _ only: Hazard?, basin: String? = nil,
    area: UnitRainfall?, cell: UnitRainfall?
  ) -> [UnitAssessment] {
    let place = area.map { UnitPlace(kind: $0.unitKind, unit: $0.unit) }
    let point = kind == .hazardPoint ? UnitPlace(kind: kind, unit: unit) : nil
    let soil = self.soil.soil(
      ofBasin: basin, area: place, point: point, windows: (cell ?? area)?.windows ?? [])
    let saturation = self.soil.saturation(ofBasin: basin, area: place)
    let step = district.configuration.feeds.first { $0.kind == .grid }?.step.seconds ?? 0
    let hazards = only.map { [$0] } ?? judge.table.hazards(kind: kind, unit: unit)
    return hazards.compactMap { hazard in
      func fallen(_ statistic: RainStatistic, _ duration: TimeSpan) -> ComparedRain? {
        guard let window = windowIndex[duration] else { return nil }
        let source = statistic == .cell ? cell : area
        guard let rain = source?.windows[window] else { return nil }
        return ComparedRain(
          rain, statistic: statistic,
          minimumCoverage: district.configuration.minimumCoverage, step: step)
      }
      guard let ahead else {
        return judge.assess(
          kind: kind, unit: unit, name: name, hazard: hazard,
          inputs: UnitInputs(
            fallen: fallen, soil: soil, saturation: saturation,
            minimumCoverage: district.configuration.minimumCoverage))
      }
      let reader = JoinedRainReader(
        expected: ahead.expected, fallen: ahead.fallen, fields: ahead.fields,
        area: number(of: area), cell: number(of: cell),
        minimumCoverage: district.configuration.minimumCoverage,
        windows: district.configuration.windows, observed: fallen)
      return judge.assess(
        kind: kind, unit: unit, name: name, hazard: hazard,
        inputs: UnitInputs(
          fallen: fallen, expected: reader.ahead, joined: reader.joined, leads: leads(of: hazard),
          issued: ahead.expected.source.issued, soil: soil, saturation: saturation,
          soilAhead: { [soil = self.soil] seconds in
            soil.soil(ofBasin: basin, area: place, point: point, after: seconds)
          }, minimumCoverage: district.configuration.minimumCoverage))
    }
  }

  private func number(of unit: UnitRainfall?) -> Int? {
    unit.flatMap { places[UnitPlace(kind: $0.unitKind, unit: $0.unit)] }
  }

  /// Every step up to the time that leaving takes.
  private func leads(of hazard: Hazard) -> [TimeSpan] {
    guard let step = ahead?.expected.step else { return [] }
    let longest = max(district.configuration.evacuationTime(of: hazard).seconds, step)
    return stride(from: step, through: longest, by: step).map { TimeSpan(seconds: $0) }
  }
}
