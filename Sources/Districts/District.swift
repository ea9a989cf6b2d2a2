public import Hydromet

/// A district as its folder describes it: the settings, tables and shapes of one weather office.
public struct District: Sendable {
  /// The path of the folder.
  public let folder: String
  public let configuration: DistrictConfiguration
  public let description: DistrictDescription
  public let thresholds: [CriticalRainfall]
  /// Rules of several tests, in the order of their file.
  public let rules: [RainRule]
  /// Factors on thresholds, in the order of their table.
  public let factors: [ThresholdFactor]
  public let contacts: [Contact]
  /// What the hydrology of every basin needs to know, in the order of the basins.
  public let basinParameters: [BasinParameters]
  /// Rain on the basins before the first frame, in the order of its table.
  public let earlierRain: [EarlierRain]
  /// Areas of the townships, km², in their order.
  public let townshipAreas: [Double]
  /// The files that define the district, relative to the folder, sorted: what a hash of the district
  /// covers.
  public let definitionFiles: [String]
  /// SHA-256 over the definition files, lower-case hexadecimal; whoever hashes them sets it.
  public var hash: String?

  /// The name of the settings' file.
  public static let settingsName = "district.yaml"

  /// The result of a check.
  public struct CheckResult: Sendable {
    /// Nil where there are faults.
    public let district: District?
    /// What must be put right, in the order of the files.
    public let faults: [Fault]
    /// What should be looked at.
    public let warnings: [Fault]
    /// What was looked into and found in order, or could not be found out.
    public let notes: [String]
  }

  /// Reads a district.
  ///
  /// - Throws: every fault that was found, each with file, line, column and remedy.
  public static func load(folder: String) throws(DistrictFaults) -> District {
    let result = check(folder: folder)
    guard let district = result.district else { throw DistrictFaults(result.faults) }
    return district
  }

  /// Reads a district and says everything that is wrong with it.
  public static func check(folder: String) -> CheckResult {
    var findings = Findings()
    let district = read(folder, &findings)
    let faults = findings.faults
    return CheckResult(
      district: faults.isEmpty ? district : nil, faults: faults, warnings: findings.warnings,
      notes: findings.notes)
  }

  private static func read(_ folder: String, _ findings: inout Findings) -> District? {
    guard let configuration = readConfiguration(folder, &findings) else { return nil }
    let shapes = DistrictShapes(folder, configuration, &findings)
    let path = { (file: String) in DistrictFolder.join(folder, file) }
    let stations = StationTable(
      path: path(configuration.stationsFile), extent: shapes.extent, &findings)
    let points = HazardPointTable(
      path: path(configuration.hazardPointsFile), extent: shapes.extent, &findings)
    let thresholds = ThresholdTable(path: path(configuration.thresholdsFile), &findings)
    let rules = configuration.rulesFile.flatMap { RuleFile(path: path($0), &findings) }
    let factors = configuration.factorsFile.flatMap { FactorTable(path: path($0), &findings) }
    let contacts = ContactTable(path: path(configuration.contactsFile), &findings)

    let parameters =
      DistrictFolder.hasFile(folder, BasinParameterTable.path)
      ? BasinParameterTable(path: path(BasinParameterTable.path), &findings) : nil
    let basinParameters =
      parameters?.parameters(of: shapes.basins, &findings)
      ?? shapes.basins.map(BasinParameterTable.usual)

    let earlierRain =
      DistrictFolder.hasFile(folder, EarlierRainTable.path)
      ? EarlierRainTable(path: path(EarlierRainTable.path), basins: shapes.basins, &findings) : nil

    let places = PlaceChecks(townships: shapes.townships, basins: shapes.basins)
    if let stations { places.check(stations, feeds: configuration.feeds, &findings) }
    if let points { places.check(points, hasBasins: configuration.basins != nil, &findings) }
    CoordinateChecks(configuration: configuration, shapes: shapes, path: path)
      .check(stations, points, &findings)
    let pointValues = points?.points.map(\.value) ?? []
    if let thresholds {
      ThresholdChecks(thresholds).check(
        windows: configuration.windows, townships: shapes.townships, basins: shapes.basins,
        points: pointValues, rules: rules?.rules ?? [], &findings)
      RuleChecks(thresholds).check(
        feeds: configuration.feeds, townships: shapes.townships, basins: shapes.basins,
        stations: stations?.stations.map(\.value) ?? [], rules: rules?.rules ?? [], &findings)
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
    if let contacts {
      ContactChecks.check(
        contacts, townships: shapes.townships, points: pointValues,
        townshipsPath: path(configuration.contactsFile), &findings)
    }
    return District(
      folder: folder, configuration: configuration,
      description: DistrictDescription(
        id: configuration.code, name: configuration.name, englishName: configuration.englishName,
        office: configuration.office, englishOffice: configuration.englishOffice,
        townships: shapes.townships, basins: shapes.basins, hazardPoints: pointValues,
        stations: stations?.stations.map(\.value) ?? [], rivers: shapes.rivers),
      thresholds: thresholds?.thresholds.map(\.value) ?? [], rules: rules?.rules ?? [],
      factors: factors?.factors.map(\.value) ?? [],
      contacts: contacts?.contacts.map(\.value) ?? [], basinParameters: basinParameters,
      earlierRain: earlierRain?.rows ?? [], townshipAreas: shapes.townshipAreas,
      definitionFiles: DistrictFolder.definitionFiles(folder, configuration), hash: nil)
  }

  private static func readConfiguration(
    _ folder: String, _ findings: inout Findings
  ) -> DistrictConfiguration? {
    let document: SettingsDocument
    do throws(Fault) {
      document = try SettingsDocument(path: DistrictFolder.join(folder, settingsName))
    } catch {
      findings.add(
        error.code == "no_such_file"
          ? Fault(
            "no_district", at: error.location, "the folder is no district: it has no district.yaml",
            remedy: "name a district's folder, or make one with: freshet district new") : error)
      return nil
    }
    let reader = ConfigurationReader(document)
    findings.add(contentsOf: reader.faults)
    findings.warn(contentsOf: reader.warnings)
    guard var configuration = reader.configuration else { return nil }
    if configuration.rulesFile == nil, DistrictFolder.hasFile(folder, "stations/rules.yaml") {
      configuration.rulesFile = "stations/rules.yaml"
    }
    let factors = "stations/threshold-factors.csv"
    if configuration.factorsFile == nil, DistrictFolder.hasFile(folder, factors) {
      configuration.factorsFile = factors
    }
    // The usual places of basins and rivers count where something lies there.
    if configuration.basins == nil, DistrictFolder.hasFile(folder, "grids/basins.geojson") {
      configuration.basins = DistrictConfiguration.ShapeSource(file: "grids/basins.geojson")
    }
    if configuration.rivers == nil, DistrictFolder.hasFile(folder, "grids/rivers.geojson") {
      configuration.rivers = DistrictConfiguration.ShapeSource(file: "grids/rivers.geojson")
    }
    return configuration
  }
}

/// Everything that is wrong with a district's folder.
public struct DistrictFaults: Error, Sendable, Hashable, CustomStringConvertible {
  public let faults: [Fault]

  public init(_ faults: [Fault]) {
    self.faults = faults
  }

  /// One line for each fault.
  public var description: String {
    faults.map(\.description).joined(separator: "\n")
  }
}
