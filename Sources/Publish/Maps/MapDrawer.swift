public import Hydromet

/// A finished picture.
public struct MapImage: Sendable {
  /// The bytes of a PNG file.
  public let png: [UInt8]
  /// Characters on it that no installed font has.
  public let unknownGlyphCount: Int
}

/// Draws the maps of a district, 1080 × 1350 pixels, to be read on a phone.
///
/// The same report gives the same bytes on a machine with the same fonts. Not safe for two threads at
/// once.
public final class MapDrawer {
  private let language: ProductLanguage
  private let text: TextSetter
  private let prepared: PreparedMap
  private let styles: LevelStyles

  /// - Throws: `font_missing` where the system does not have the font family.
  public init(
    district: DistrictDescription, language: ProductLanguage = .chinese,
    fontFamily: String = "Noto Sans CJK SC"
  ) throws(Fault) {
    self.language = language
    text = try TextSetter(family: fontFamily)
    styles = try LevelStyles()
    prepared = try PreparedMap(district, language: language)
  }

  /// The level of every township, with the hazard points that are at a level.
  public func riskMap(_ report: CycleReport) throws(Fault) -> MapImage {
    try riskMap(ReportIndex(report))
  }

  /// Areal mean rain of every township over one window of the report.
  ///
  /// - Throws: `no_window` where the report has no such window.
  public func rainMap(_ report: CycleReport, window: TimeSpan) throws(Fault) -> MapImage {
    guard let number = report.windows.firstIndex(of: window) else {
      throw Fault(
        "no_window", "the cycle has no window of \(window.text)",
        remedy: "ask for one of \(report.windows.map(\.text).joined(separator: ", "))")
    }
    return try rainMap(ReportIndex(report), window: number)
  }

  /// The soil water index of every cell, or its antecedent rainfall over its capacity.
  ///
  /// - Throws: `no_soil` where the cells of the district have no soil.
  public func soilMap(_ report: CycleReport, saturation: Bool) throws(Fault) -> MapImage {
    try soilMap(ReportIndex(report), saturation ? .saturation : .index)
  }

  func riskMap(_ index: ReportIndex) throws(Fault) -> MapImage {
    let before = text.unknownGlyphCount
    let page = try MapPage(
      prepared: prepared, text: text, report: index.report, language: language)
    RiskMap(page: page, index: index, styles: styles).draw()
    return MapImage(
      png: try PNGFile.bytes(of: page.canvas),
      unknownGlyphCount: text.unknownGlyphCount - before)
  }

  func soilMap(_ index: ReportIndex, _ quantity: SoilScale.Quantity) throws(Fault) -> MapImage {
    guard let soil = index.report.hydrology.cells else {
      throw Fault(
        "no_soil", "the cells of the district have no soil",
        remedy: "write soil: {cells: 1} into district.yaml")
    }
    let before = text.unknownGlyphCount
    let page = try MapPage(
      prepared: prepared, text: text, report: index.report, language: language)
    try SoilMap(page: page, index: index, soil: soil, quantity: quantity, styles: styles).draw()
    return MapImage(
      png: try PNGFile.bytes(of: page.canvas),
      unknownGlyphCount: text.unknownGlyphCount - before)
  }

  func rainMap(_ index: ReportIndex, window: Int) throws(Fault) -> MapImage {
    let before = text.unknownGlyphCount
    let page = try MapPage(
      prepared: prepared, text: text, report: index.report, language: language)
    RainMap(page: page, index: index, window: window, styles: styles).draw()
    return MapImage(
      png: try PNGFile.bytes(of: page.canvas),
      unknownGlyphCount: text.unknownGlyphCount - before)
  }
}
