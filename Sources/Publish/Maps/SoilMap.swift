import Formats
import Hydromet

/// `map_soil_index.png`, `map_soil_saturation.png`: the soil of every cell inside the townships, and the
/// mean of each township as a number.
struct SoilMap {
  let page: MapPage
  let index: ReportIndex
  let soil: CellSoil
  let styles: LevelStyles
  let scale: SoilScale
  private let units: [String: UnitCellSoil]

  init(
    page: MapPage, index: ReportIndex, soil: CellSoil, quantity: SoilScale.Quantity,
    styles: LevelStyles
  ) {
    self.page = page
    self.index = index
    self.soil = soil
    self.styles = styles
    scale = SoilScale(quantity)
    units = Dictionary(
      soil.units.filter { $0.kind == .township }.map { ($0.unit, $0) },
      uniquingKeysWith: { first, _ in first })
  }

  func draw() throws(Fault) {
    let runs = try runs()
    page.canvas.clipped(to: MapLayout.frame) {
      let areas = page.prepared.areas.map(\.shape)
      for area in areas { page.canvas.fill(area, styles.blind.fill) }
      page.canvas.clipped(to: areas) {
        for run in runs where !run.isUnknown {
          page.canvas.fill(polygon: run.corners, scale.classes[run.place].fill)
        }
        for run in runs where run.isUnknown {
          page.canvas.fill(polygon: run.corners, styles.unknown.fill)
        }
      }
      if let lines = page.prepared.lines { page.canvas.paint(lines) }
      drawLabels()
    }
    page.drawScaleAndNorth()
    page.drawHead(title: title, summary: summary, stamp: nil)
    drawLegend()
    page.drawFoot(note: note)
  }

  // MARK: Cells

  /// Neighbouring cells of a row with the same colour.
  private struct Run {
    let place: Int
    let isUnknown: Bool
    let corners: [Point]
  }

  /// Straight sides of longer runs would leave a curved grid by more than a pixel.
  private static let longestRun = 16

  private func runs() throws(Fault) -> [Run] {
    guard let projection = page.prepared.projection else { return [] }
    let geometry = soil.geometry
    let transform = try CoordinateTransform(from: geometry.projection, to: "OGC:CRS84")
    func pixel(_ row: Int, _ column: Int, _ shift: Point) -> Point? {
      let corner = Point(
        x: geometry.west + Double(column) * geometry.cellWidth,
        y: geometry.north - Double(row) * geometry.cellHeight)
      guard let place = transform.transform(corner) else { return nil }
      let pixel = projection.pixel(place)
      guard pixel.x.isFinite, pixel.y.isFinite, pixel.x.magnitude < 1e5, pixel.y.magnitude < 1e5
      else { return nil }
      return Point(x: pixel.x + shift.x, y: pixel.y + shift.y)
    }
    func key(_ number: Int) -> (place: Int, isUnknown: Bool) {
      let value =
        scale.quantity == .index
        ? soil.soilWaterIndex[number]
        : 100 * SoilState.saturation(soil.antecedentRainfall[number], of: soil.capacity[number])
      let isUnknown =
        scale.quantity == .saturation
        ? !SoilState.isKnown(value / 100, gapShare: soil.gapShare[number])
        : soil.gapShare[number] > SoilState.maximumGapShare
      return (scale.place(of: value), isUnknown)
    }
    var runs: [Run] = []
    var number = 0
    while number < soil.cells.count {
      let own = key(number)
      let first = soil.cells[number]
      let (row, column) = (first / geometry.columns, first % geometry.columns)
      var length = 1
      while length < SoilMap.longestRun, number + length < soil.cells.count,
        soil.cells[number + length] == first + length, column + length < geometry.columns,
        key(number + length) == own
      {
        length += 1
      }
      number += length
      // Half a pixel over the edge, so that no seam shows between two of them.
      let corners = [
        pixel(row, column, Point(x: -0.5, y: -0.5)),
        pixel(row, column + length, Point(x: 0.5, y: -0.5)),
        pixel(row + 1, column + length, Point(x: 0.5, y: 0.5)),
        pixel(row + 1, column, Point(x: -0.5, y: 0.5)),
      ].compactMap { $0 }
      guard corners.count == 4 else { continue }
      runs.append(Run(place: own.place, isUnknown: own.isUnknown, corners: corners))
    }
    return runs
  }

  // MARK: Words

  private var title: String {
    switch scale.quantity {
    case .index:
      page.choose("\(page.districtName)土壤水分指数图", "\(page.districtName): soil water index")
    case .saturation:
      page.choose(
        "\(page.districtName)前期影响雨量图", "\(page.districtName): antecedent rainfall")
    }
  }

  /// Nil where too much of the township's past is not known.
  private func value(_ area: PreparedMap.Area) -> Double? {
    guard let unit = units[area.township.code] else { return nil }
    switch scale.quantity {
    case .index: return unit.gapShare <= SoilState.maximumGapShare ? unit.meanIndex : nil
    case .saturation:
      return SoilState.isKnown(unit.meanSaturation, gapShare: unit.gapShare)
        ? 100 * unit.meanSaturation : nil
    }
  }

  private func number(_ value: Double) -> String {
    "\(Int(min(max(value, 0), 99_999).rounded(.down)))"
  }

  private func drawLabels() {
    let style = TextSetter.Style(size: 25, isBold: true, halo: 5)
    page.draw(
      byWetness.map { area in
        let isBound = units[area.township.code]?.isLowerBound == true
        let words = value(area).map { number($0) + (isBound ? "*" : "") } ?? "?"
        let size = page.text.size(of: words, style)
        return AreaLabel(area: area, mark: (size.width, size.height - 8)) { centre in
          page.text.draw(words, style, centreX: centre.x, centreY: centre.y, on: page.canvas)
        }
      })
  }

  /// The wettest first, so that its name has the first choice of room.
  private var byWetness: [PreparedMap.Area] {
    page.prepared.areas.map { (-(value($0) ?? -1), $0) }
      .sorted { ($0.0, $0.1.room, $0.1.township.code) < ($1.0, $1.1.room, $1.1.township.code) }
      .map(\.1)
  }

  private var summary: String {
    guard let wettest = byWetness.first, let value = value(wettest) else {
      return page.choose("前期雨量资料不足", "too little is known of the rain before")
    }
    let unit = scale.quantity == .index ? page.choose("毫米", " mm") : "%"
    return page.choose(
      "最湿 \(wettest.name) \(number(value))\(unit)",
      "wettest: \(wettest.name) \(number(value))\(unit)")
  }

  private func drawLegend() {
    var entries = scale.classes.map { item in
      (
        AreaStyle(fill: item.fill, hatch: nil, sign: nil, badge: item.fill, badgeInk: .ink),
        item.range + wetness(from: item.from)
      )
    }
    let unknown = AreaStyle(
      fill: styles.unknown.fill, hatch: nil, sign: "?", badge: .white, badgeInk: .ink)
    entries.append((unknown, page.choose("前期资料不足", "unknown")))
    let outside = AreaStyle(
      fill: styles.blind.fill, hatch: nil, sign: nil, badge: .white, badgeInk: .ink)
    entries.append((outside, page.choose("无格点", "no cells")))
    page.drawSwatches(entries)
    LineLegend(page: page).draw(
      y: MapLayout.legendTop + 128, hazards: [], hasGauges: false)
  }

  private func wetness(from bound: Double) -> String {
    guard scale.quantity == .saturation else { return "" }
    switch SoilState.wetness(saturation: bound / 100 + 1e-9) {
    case .dry: return page.choose(" 较干", " dry")
    case .normal: return page.choose(" 一般", " normal")
    case .wet: return page.choose(" 较湿", " wet")
    case .any: return ""
    }
  }

  private var note: String {
    let what =
      switch scale.quantity {
      case .index:
        page.choose("三层水箱的水量之和，毫米。", "Water in three tanks, millimetres. ")
      case .saturation:
        page.choose("Pa/Wm，百分数；较干≤50，较湿＞80。", "Pa/Wm in per cent; dry up to 50, wet above 80. ")
      }
    return what
      + page.choose(
        "数字为镇街平均；颜色不是预警等级。“*”为至少：有缺测。",
        "Numbers are means of townships; colours are no warning levels. “*”: at least, some rain is missing."
      )
  }
}
