import Hydromet

/// The tables and shapes of a district's folder, and what they say of each other.
struct DistrictContents {
  private let folder: String
  private let configuration: DistrictConfiguration
  private let shapes: DistrictShapes
  private let stations: StationTable?
  private let points: HazardPointTable?
  private let thresholds: ThresholdTable?
  private let rules: RuleFile?
  private let factors: FactorTable?
  private let contacts: ContactTable?
  private let basinParameters: [BasinParameters]
  private let earlierRain: EarlierRainTable?

  /// Reads them; what cannot be read is nil or empty, with its faults among the findings.
  init(_ folder: String, _ configuration: DistrictConfiguration, _ findings: inout Findings) {
    let path = { (file: String) in DistrictFolder.join(folder, file) }
    self.folder = folder
    self.configuration = configuration
    let shapes = DistrictShapes(folder, configuration, &findings)
    self.shapes = shapes
    stations = StationTable(
      path: path(configuration.stationsFile), extent: shapes.extent, &findings)
    points = HazardPointTable(
      path: path(configuration.hazardPointsFile), extent: shapes.extent, &findings)
    thresholds = ThresholdTable(path: path(configuration.thresholdsFile), &findings)
    rules = configuration.rulesFile.flatMap { RuleFile(path: path($0), &findings) }
    factors = configuration.factorsFile.flatMap { FactorTable(path: path($0), &findings) }
    contacts = ContactTable(path: path(configuration.contactsFile), &findings)
    let parameters =
      DistrictFolder.hasFile(folder, BasinParameterTable.path)
      ? BasinParameterTable(path: path(BasinParameterTable.path), &findings) : nil
    basinParameters =
      parameters?.parameters(of: shapes.basins, &findings)
      ?? shapes.basins.map(BasinParameterTable.usual)
    earlierRain =
      DistrictFolder.hasFile(folder, EarlierRainTable.path)
      ? EarlierRainTable(path: path(EarlierRainTable.path), basins: shapes.basins, &findings) : nil
  }

  /// Holds them against the settings and against each other.
  func check(_ findings: inout Findings) {
    checkPlaces(&findings)
    checkRules(&findings)
    if let contacts {
      ContactChecks.check(
        contacts, townships: shapes.townships, points: pointValues,
        townshipsPath: path(configuration.contactsFile), &findings)
    }
  }

  private func checkPlaces(_ findings: inout Findings) {
    let places = PlaceChecks(townships: shapes.townships, basins: shapes.basins)
    if let stations { places.check(stations, feeds: configuration.feeds, &findings) }
    if let points { places.check(points, hasBasins: configuration.basins != nil, &findings) }
    CoordinateChecks(configuration: configuration, shapes: shapes, path: path)
      .check(stations, points, &findings)
  }

  /// Thresholds, rules of several tests and factors.
  private func checkRules(_ findings: inout Findings) {
    if let thresholds {
      ThresholdChecks(thresholds).check(
        windows: configuration.windows, townships: shapes.townships, basins: shapes.basins,
        points: pointValues, rules: rules?.rules ?? [], &findings)
      RuleChecks(thresholds).check(
        feeds: configuration.feeds, townships: shapes.townships, basins: shapes.basins,
        stations: stationValues, rules: rules?.rules ?? [], &findings)
    }
    if let rules {
      CompositeChecks(
        rules, townships: shapes.townships, basins: shapes.basins, points: pointValues
      ).check(
        windows: configuration.windows,
        hasForecast: configuration.feeds.contains { $0.kind == .forecast }, &findings)
    }
    if let factors {
      CompositeChecks.check(
        factors, townships: shapes.townships, basins: shapes.basins, points: pointValues,
        &findings)
    }
  }

  /// What they describe.
  var district: District {
    District(
      folder: folder, configuration: configuration,
      description: DistrictDescription(
        id: configuration.code, name: configuration.name, englishName: configuration.englishName,
        office: configuration.office, englishOffice: configuration.englishOffice,
        townships: shapes.townships, basins: shapes.basins, hazardPoints: pointValues,
        stations: stationValues, rivers: shapes.rivers),
      thresholds: thresholds?.thresholds.map(\.value) ?? [], rules: rules?.rules ?? [],
      factors: factors?.factors.map(\.value) ?? [],
      contacts: contacts?.contacts.map(\.value) ?? [], basinParameters: basinParameters,
      earlierRain: earlierRain?.rows ?? [], townshipAreas: shapes.townshipAreas,
      definitionFiles: DistrictFolder.definitionFiles(folder, configuration), hash: nil)
  }

  private var stationValues: [Station] { stations?.stations.map(\.value) ?? [] }
  private var pointValues: [HazardPoint] { points?.points.map(\.value) ?? [] }

  private func path(_ file: String) -> String { DistrictFolder.join(folder, file) }
}
