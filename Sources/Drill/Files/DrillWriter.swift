import Districts
import Formats
import Glibc
public import Hydromet

/// Writes invented districts and storms into a district's folder. Every file appears whole, by a
/// rename.
public struct DrillWriter: Sendable {
  public let folder: String
  /// Folders of arriving files, below `folder`.
  public let radarFolder: String
  public let gaugeFolder: String
  public let forecastFolder: String

  public init(
    folder: String, radarFolder: String = "grids/radar",
    gaugeFolder: String = "stations/observations", forecastFolder: String = "grids/nwp"
  ) {
    self.folder = folder
    self.radarFolder = radarFolder
    self.gaugeFolder = gaugeFolder
    self.forecastFolder = forecastFolder
  }

  /// The files of a district below its folder.
  public static let districtFiles = [
    "district.yaml", "stations/stations.csv", "stations/hazard-points.csv",
    "stations/thresholds.csv", "stations/rules.yaml", "stations/contacts.csv",
    "grids/townships.geojson", "grids/basins.geojson", "grids/rivers.geojson",
    "stations/basin-parameters.csv",
  ]

  /// Writes the settings, tables and shapes of a district.
  ///
  /// - Parameter replace: whether files that are there already may be overwritten; else one such
  ///   file refuses all of them.
  /// - Parameter hasForecasts: whether the settings have a feed of forecasts.
  /// - Returns: the paths that were written, in the order of `districtFiles`.
  @discardableResult
  public func writeDistrict(
    _ district: SyntheticDistrict, replace: Bool = false, hasForecasts: Bool = false
  ) throws(Fault) -> [String] {
    guard !folder.isEmpty else {
      throw Fault(
        "no_folder", "the folder for the drill has no name",
        remedy: "name a folder that is to be made")
    }
    if !replace, let known = DrillWriter.districtFiles.first(where: { exists(path($0)) }) {
      throw Fault(
        "district_exists", at: .init(path(known)), "there is a district in this folder already",
        remedy: "name another folder, or say that its files may be replaced")
    }
    let about = district.description
    for name in DrillWriter.districtFiles {
      let text =
        switch name {
        case "stations/stations.csv": DistrictFiles.stationsCSV(about.stations)
        case "stations/hazard-points.csv": DistrictFiles.hazardPointsCSV(about.hazardPoints)
        case "stations/thresholds.csv": DistrictFiles.thresholdsCSV(district.thresholds)
        case "stations/rules.yaml": DistrictSettings.rules
        case "stations/contacts.csv": DistrictFiles.contactsCSV(district.contacts)
        case "stations/basin-parameters.csv": BasinParameterText.csv(about.basins)
        case "grids/townships.geojson":
          DistrictFiles.townshipsGeoJSON(about.townships, decimals: 5)
        case "grids/basins.geojson": DistrictFiles.basinsGeoJSON(about.basins, decimals: 5)
        case "grids/rivers.geojson": DistrictFiles.riversGeoJSON(about.rivers, decimals: 5)
        default: DistrictSettings.yaml(district, hasForecasts: hasForecasts)
        }
      try makeFolder(of: path(name))
      try FileBytes.write(Array(text.utf8), path: path(name))
    }
    return DrillWriter.districtFiles.map { path($0) }
  }

  /// Writes the files of a storm that arrive after `start` and not after `end`, in the order of
  /// arrival; those of the same name are replaced.
  ///
  /// - Parameter progress: called after each file with the number of files done and of all.
  /// - Returns: how many files were written.
  @discardableResult
  public func writeStorm(
    _ storm: SyntheticStorm, from start: Timestamp? = nil, to end: Timestamp? = nil,
    progress: (Int, Int) -> Void = { _, _ in }
  ) throws(Fault) -> Int {
    let files = storm.files.filter { file in
      start.map { file.arrival > $0 } ?? true && end.map { file.arrival <= $0 } ?? true
    }
    for (done, file) in files.enumerated() {
      try write(file, of: storm)
      progress(done + 1, files.count)
    }
    return files.count
  }

  /// Writes the rain before a storm, from which soil states begin; what is there is replaced.
  ///
  /// - Returns: the path.
  @discardableResult
  public func writeEarlierRain(of storm: SyntheticStorm) throws(Fault) -> String {
    let path = path("stations/rain-before.csv")
    try makeFolder(of: path)
    try FileBytes.write(Array(EarlierRainText(storm: storm).csv.utf8), path: path)
    return path
  }

  /// Writes one file of a storm and returns its path.
  @discardableResult
  public func write(_ file: StormFile, of storm: SyntheticStorm) throws(Fault) -> String {
    let folder =
      switch file.feed {
      case .radar: radarFolder
      case .gauges: gaugeFolder
      case .forecast: forecastFolder
      }
    let path = path(folder + "/" + file.name)
    try makeFolder(of: path)
    if case .forecast(let issued) = file.content {
      try publish(
        RadarFile(
          geometry: storm.forecastGeometry, frames: storm.forecastFrames(issued: issued),
          issued: issued, comment: storm.plan.forecast?.words), path)
      return path
    }
    guard file.feed == .radar else {
      let text = GaugeReports(storm: storm).text(of: file.content)
      try FileBytes.write(Array(text.utf8), path: path)
      return path
    }
    let ends =
      if case .radar(let period) = file.content {
        [storm.plan.start + (period + 1) * storm.plan.step.seconds]
      } else {
        storm.leadFrameEnds
      }
    let frames = ends.compactMap { end in
      storm.radarTenths(end: end).map { tenths in
        RadarFile.Frame(
          period: Period(end: end, seconds: storm.plan.step.seconds), tenths: tenths)
      }
    }
    try publish(RadarFile(geometry: storm.geometry, frames: frames), path)
    return path
  }

  private func publish(_ file: RadarFile, _ path: String) throws(Fault) {
    let draft = path + ".tmp"
    try file.write(path: draft)
    guard rename(draft, path) == 0 else { throw DrillWriter.fault(path) }
  }

  private func path(_ name: String) -> String { folder.isEmpty ? name : folder + "/" + name }

  private func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

  /// Makes the folders above a file.
  private func makeFolder(of path: String) throws(Fault) {
    var made = path.hasPrefix("/") ? "/" : ""
    for part in path.split(separator: "/").dropLast() {
      made += part + "/"
      guard mkdir(made, 0o755) != 0, errno != EEXIST, !exists(made) else { continue }
      throw DrillWriter.fault(made)
    }
  }

  private static func fault(_ path: String) -> Fault {
    let reason = strerror(errno).map { String(cString: $0) } ?? "error \(errno)"
    return Fault(
      "cannot_write", at: .init(path), reason.lowercased(),
      remedy: "check the folder, its permissions and the space on the disk")
  }
}
