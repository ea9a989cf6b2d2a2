import Formats
public import Hydromet

/// Makes a new district folder from the vector files that a bureau has.
public enum DistrictCreator {
  /// A vector file in any format, and what is known about it.
  public struct Shapes: Sendable, Hashable {
    public var path: String
    public var layer: String?
    /// Coordinate reference system of the numbers in the file; nil takes the file's own.
    public var crs: String?
    /// Attribute that holds the township's code or the basin's id; nil guesses by usual names.
    public var idField: String?
    /// Attribute that holds the name; nil guesses by usual names.
    public var nameField: String?
    public var englishNameField: String?
    /// Attribute that holds the id of the next basin; nil guesses by usual names.
    public var downstreamField: String?

    public init(
      path: String, layer: String? = nil, crs: String? = nil, idField: String? = nil,
      nameField: String? = nil, englishNameField: String? = nil, downstreamField: String? = nil
    ) {
      self.path = path
      self.layer = layer
      self.crs = crs
      self.idField = idField
      self.nameField = nameField
      self.englishNameField = englishNameField
      self.downstreamField = downstreamField
    }
  }

  public struct Options: Sendable, Hashable {
    public var englishName: String?
    public var office: String?
    public var englishOffice: String?
    public var language = DistrictConfiguration.Language.chinese
    /// A table of codes and names for townships whose file has no codes.
    public var codesPath: String?
    /// A table of stations; those near the townships are taken over.
    public var stationsPath: String?
    public var rivers: Shapes?
    /// Whether the threshold table begins with the national rainstorm signals.
    public var hasSignalThresholds = true

    public init() {}
  }

  /// What was made.
  public struct Report: Sendable {
    public let district: District
    /// The files that were written, relative to the folder.
    public let files: [String]
    /// What was guessed, joined or left out.
    public let notes: [String]
    /// What the check of the new district warns about.
    public let warnings: [Fault]
  }

  /// Makes the folder, writes its files and checks them.
  ///
  /// - Parameters:
  ///   - code: the district's 6-digit administrative code.
  ///   - basins: nil for a district without basins.
  /// - Throws: where the folder is a district already or a file stands in the way, the vector files
  ///   cannot be read, or what they hold makes no valid district. Nothing is overwritten, and nothing
  ///   is left of a district that is not valid.
  public static func create(
    folder: String, code: String, name: String, townships: Shapes, basins: Shapes? = nil,
    options: Options = Options()
  ) throws(DistrictFaults) -> Report {
    do throws(Fault) {
      guard ConfigurationReader.isDistrictCode(code) else {
        throw Fault(
          "bad_code", "the district's code \(code) has not six digits",
          remedy: "give the administrative code, for instance 500110")
      }
      var reader = ShapeReader(districtCode: code)
      let townshipList = try reader.townships(townships, codesPath: options.codesPath)
      let basinList = try basins.map { b throws(Fault) in try reader.basins(b) }
      let rivers = try options.rivers.map { r throws(Fault) in
        try ShapeFile(path: r.path, layer: r.layer, crs: r.crs).lines
      }
      let stations = try options.stationsPath.map { path throws(Fault) in
        try reader.stations(path, near: townshipList)
      }
      var configuration = DistrictConfiguration(
        code: code, name: name, englishName: options.englishName ?? name,
        office: options.office ?? name + "气象台",
        englishOffice: options.englishOffice
          ?? (options.englishName ?? name) + " Meteorological Office")
      configuration.language = options.language
      configuration.basins = basinList.map { _ in .init(file: "grids/basins.geojson") }
      configuration.rivers = rivers.map { _ in .init(file: "grids/rivers.geojson") }
      var files: [(path: String, text: String)] = [
        ("stations/stations.csv", DistrictFiles.stationsCSV(stations ?? [])),
        ("stations/hazard-points.csv", DistrictFiles.hazardPointsCSV([])),
        (
          "stations/thresholds.csv",
          DistrictFiles.thresholdsCSV(options.hasSignalThresholds ? rainstormSignals : [])
        ),
        ("stations/contacts.csv", DistrictFiles.contactsCSV([])),
        ("grids/townships.geojson", DistrictFiles.townshipsGeoJSON(townshipList, decimals: 7)),
      ]
      if let basinList {
        let text = DistrictFiles.basinsGeoJSON(basinList, decimals: 7)
        files.append(("grids/basins.geojson", text))
      }
      if let rivers {
        files.append(
          ("grids/rivers.geojson", DistrictFiles.riversGeoJSON(rivers, decimals: 7)))
      }
      files.append(("README.md", DistrictTemplate.readme(configuration)))
      files.append((District.settingsName, DistrictTemplate.settings(configuration)))
      try DistrictFolder.fill(folder, with: files, emptyFolders: feedFolders)
      do throws(Fault) {
        return try report(folder, files.map(\.path), reader.notes)
      } catch {
        DistrictFolder.empty(folder, of: files.map(\.path), folders: feedFolders)
        throw error
      }
    } catch {
      throw DistrictFaults([error])
    }
  }

  /// Where files will arrive.
  private static let feedFolders = ["stations/observations", "grids/radar"]

  private static func report(
    _ folder: String, _ files: [String], _ notes: [String]
  ) throws(Fault) -> Report {
    let result = District.check(folder: folder)
    guard let district = result.district else {
      throw result.faults.first
        ?? Fault(
          "no_district", at: .init(folder), "the district cannot be read", remedy: "check it")
    }
    return Report(
      district: district, files: files.sorted(), notes: notes, warnings: result.warnings)
  }

  /// The national rainstorm signals for every township. The signals of 12 and 6 hours are about rain
  /// over the land, hence the mean; those of 3 hours about a cloudburst, which a mean over a township
  /// would hide, hence the largest cell.
  ///
  /// - Source: 气象灾害预警信号发布与传播办法 (CMA order 16, 2007), annex: 50 mm in 12, 6 and 3 hours and 100
  ///   mm in 3 hours for blue, yellow, orange and red.
  static let rainstormSignals: [CriticalRainfall] = [
    signal(.blue, hours: 12, millimetres: 50, .mean, "镇街面雨量：大范围降雨"),
    signal(.yellow, hours: 6, millimetres: 50, .mean, "镇街面雨量：大范围降雨"),
    signal(.orange, hours: 3, millimetres: 50, .maximumCell, "镇内最大格点：短时强降雨，面平均会掩盖"),
    signal(.red, hours: 3, millimetres: 100, .maximumCell, "镇内最大格点：短时强降雨，面平均会掩盖"),
  ]

  private static func signal(
    _ level: RiskLevel, hours: Int, millimetres: Int32, _ statistic: RainStatistic, _ why: String
  ) -> CriticalRainfall {
    CriticalRainfall(
      unitKind: .township, unit: "*", hazard: .rainstorm, duration: .hours(hours), wetness: .any,
      level: level, depth: Depth(tenthsOfMillimetre: millimetres * 10), statistic: statistic,
      source: "暴雨\(level.chineseName)预警信号标准（\(hours)小时\(millimetres)毫米）；\(why)", author: "",
      effectiveFrom: nil, effectiveTo: nil, line: 0)
  }
}
