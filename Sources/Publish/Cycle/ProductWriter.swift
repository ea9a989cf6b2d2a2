import Formats
public import Hydromet

/// A published cycle.
public struct PublishedCycle: Sendable, Hashable {
  /// Path of the folder `products/<T>`.
  public let folder: String
  /// SHA-256 of `manifest.json`, lower-case hexadecimal; it stands for everything in the folder.
  public let manifestHash: String
}

/// Turns the reports of a district's cycles into folders of products.
///
/// Made once for a district, it keeps what does not change (projected shapes, text of geometries, fonts),
/// so that a cycle costs little. The same report gives the same bytes. Not safe for two threads at once.
///
/// A folder holds `manifest.json`, the tables of `ReportTables` as CSV (`townships`, `basins`, `points`,
/// `gauges`, `assessments`, `membership`) and, but for the last two, as GeoJSON; `soil.nc` where cells have
/// a soil, `rain.nc`, and for the windows of 1, 3 and
/// 24 h `rain_<w>.tif`, `coverage_<w>.tif` and `map_rain_<w>.png`; `map_risk.png`; with the soil of cells
/// `map_soil_index.png` and `map_soil_saturation.png`; `drafts.json` and
/// `cap/<identifier>.xml`; `bulletin.html`, `bulletin.txt`, `bulletin_en.html`, `bulletin_en.txt`.
/// Without a grid there are no grid files.
public final class ProductWriter {
  private let district: PreparedDistrict
  private let publisher: CyclePublisher
  private let studio: MapStudio
  private var grid: RainGridFile?

  /// - Parameters:
  ///   - language: of the maps; the bulletin comes in both languages.
  ///   - productsFolder: where the folders go; made if it is not there.
  ///   - isDurable: whether every file is flushed to the disk before it is published; replays may do
  ///     without.
  /// - Throws: `font_missing` where the font family is not installed.
  public init(
    description: DistrictDescription, language: ProductLanguage = .chinese,
    productsFolder: String, isDurable: Bool = true, fontFamily: String = "Noto Sans CJK SC"
  ) throws(Fault) {
    district = PreparedDistrict(description)
    publisher = CyclePublisher(productsFolder: productsFolder, isDurable: isDurable)
    studio = try MapStudio(district: description, language: language, fontFamily: fontFamily)
  }

  /// Removes what an interrupted process left behind; call it once before the first cycle.
  ///
  /// - Returns: the names of what was removed.
  @discardableResult
  public func recover() throws(Fault) -> [String] {
    try publisher.recover()
  }

  /// Publishes one cycle, whole or not at all, and moves `latest` to it unless a newer cycle is there.
  ///
  /// - Throws: faults of the file system, of the fonts and of the libraries; what was published before
  ///   then stays as it was.
  public func publish(_ report: CycleReport) throws(Fault) -> PublishedCycle {
    let index = ReportIndex(report)
    var hash = ""
    let folder = try publisher.publish(report.time) { folder throws(Fault) in
      try writeTables(index, folder)
      try writeGrids(report, folder)
      let maps = try writeMaps(index, folder)
      try writeDrafts(index, folder)
      try writeBulletins(index, folder, maps: maps)
      let manifest = Manifest.bytes(of: report, outputs: folder.outputs)
      hash = Hash.hexadecimal(manifest)
      try folder.write(manifest, to: Manifest.fileName)
    }
    return PublishedCycle(folder: folder, manifestHash: hash)
  }

  private func writeTables(_ index: ReportIndex, _ folder: StagingFolder) throws(Fault) {
    let tables = ReportTables(index: index)
    let description = district.description
    let mapped = [
      ("townships", tables.townships(district.townships), district.townshipShapes),
      ("basins", tables.basins(description.basins), district.basinShapes),
      ("points", tables.points(description.hazardPoints), district.pointShapes),
      ("gauges", tables.gauges(description.stations), district.gaugeShapes),
    ]
    for (name, table, shapes) in mapped {
      try folder.write(table.csv, to: "\(name).csv")
      try folder.write(table.geoJSON(geometries: shapes), to: "\(name).geojson")
    }
    try folder.write(tables.assessments().csv, to: "assessments.csv")
    try folder.write(tables.membership(district.townships).csv, to: "membership.csv")
    if let estimate = index.report.estimate {
      try folder.write(EstimateTexts.table(estimate).csv, to: "estimate.csv")
    }
    for page in index.report.pages { try folder.write(page.text, to: page.name) }
    let hydrology = HydrologyTables(hydrology: index.report.hydrology)
    guard !hydrology.hydrology.soil.isEmpty else { return }
    try folder.write(hydrology.soil().csv, to: "soil.csv")
    try folder.write(hydrology.flow().csv, to: "flow.csv")
    try folder.write(hydrology.guidance().csv, to: "guidance.csv")
    try folder.write(hydrology.hydrographs().csv, to: "hydrographs.csv")
    guard let cells = hydrology.hydrology.cells else { return }
    try folder.write(hydrology.soilOfUnits(cells).csv, to: "soil_units.csv")
    try SoilGridFile.write(
      cells, attributes: SoilGridFile.attributes(of: index.report), to: folder.path + "/soil.nc")
    try folder.adopt("soil.nc")
  }

  private func writeGrids(_ report: CycleReport, _ folder: StagingFolder) throws(Fault) {
    guard let first = report.fields.first, first.geometry.cellCount > 0 else { return }
    let file: RainGridFile
    if let grid, grid.fits(first.geometry) {
      file = grid
    } else {
      file = try RainGridFile(geometry: first.geometry)
      grid = file
    }
    try file.write(report, to: folder.path + "/rain.nc")
    try folder.adopt("rain.nc")
    for window in ProductSelection.windows(of: report) where report.fields.indices.contains(window)
    {
      let field = report.fields[window]
      let name = report.windows[window].text
      try RainRaster.rain(field, report).write(to: folder.path + "/rain_\(name).tif")
      try folder.adopt("rain_\(name).tif")
      try RainRaster.coverage(field, report).write(to: folder.path + "/coverage_\(name).tif")
      try folder.adopt("coverage_\(name).tif")
    }
  }

  /// - Returns: the numbers of the windows that have a map.
  private func writeMaps(_ index: ReportIndex, _ folder: StagingFolder) throws(Fault) -> [Int] {
    let windows = ProductSelection.windows(of: index.report)
    let soil = index.report.hydrology.cells == nil ? [] : SoilScale.Quantity.allCases
    let pictures = try studio.pictures(
      of: [.risk] + windows.map { .rain($0) } + soil.map { .soil($0) }, index)
    let names =
      ["map_risk.png"] + windows.map { "map_rain_\(index.report.windows[$0].text).png" }
      + soil.map { "map_\($0.rawValue).png" }
    for (picture, name) in zip(pictures, names) { try folder.write(picture.png, to: name) }
    return windows
  }

  private func writeDrafts(_ index: ReportIndex, _ folder: StagingFolder) throws(Fault) {
    let drafts = index.report.drafts
    try folder.write(DraftList.bytes(of: drafts), to: "drafts.json")
    guard !drafts.isEmpty else { return }
    try folder.makeFolder("cap")
    for draft in drafts {
      let message = CAPMessage(
        draft, description: district.description, areas: district.areas, index: index)
      try folder.write(message.xml, to: CAPMessage.fileName(of: draft))
    }
  }

  private func writeBulletins(
    _ index: ReportIndex, _ folder: StagingFolder, maps: [Int]
  ) throws(Fault) {
    let files = folder.outputs.map(\.name).filter { !$0.hasPrefix("cap/") && !$0.hasSuffix(".png") }
    for (language, suffix) in [(ProductLanguage.chinese, ""), (.english, "_en")] {
      let bulletin = Bulletin(index: index, language: language)
      var pictures = [("map_risk.png", bulletin.choose("镇街气象灾害风险图", "Risk by township"))]
      for window in maps {
        let span = index.report.windows[window]
        pictures.append(
          (
            "map_rain_\(span.text).png",
            bulletin.choose("过去\(span.chineseText)镇街面雨量图", "Areal rain, past \(span.text)")
          ))
      }
      if index.report.hydrology.cells != nil {
        pictures += [
          ("map_soil_index.png", bulletin.choose("土壤水分指数图", "Soil water index")),
          ("map_soil_saturation.png", bulletin.choose("前期影响雨量图", "Antecedent rainfall")),
        ]
      }
      let page = BulletinPage(
        bulletin: bulletin, maps: pictures.map { (file: $0.0, title: $0.1) },
        files: files + [Manifest.fileName])
      try folder.write(page.bytes, to: "bulletin\(suffix).html")
      try folder.write(BulletinText(bulletin: bulletin).bytes, to: "bulletin\(suffix).txt")
    }
  }
}
