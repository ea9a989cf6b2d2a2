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
    let contents = DistrictContents(folder, configuration, &findings)
    contents.check(&findings)
    return contents.district
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
