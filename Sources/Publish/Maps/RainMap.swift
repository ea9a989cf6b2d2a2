import Hydromet

/// `map_rain_<w>.png`: areal mean rain of the townships over one window, with its number in each.
struct RainMap {
  let page: MapPage
  let index: ReportIndex
  let window: Int
  let styles: LevelStyles
  private let scale: RainScale
  private let span: TimeSpan

  init(page: MapPage, index: ReportIndex, window: Int, styles: LevelStyles) {
    self.page = page
    self.index = index
    self.window = window
    self.styles = styles
    span = index.report.windows[window]
    scale = RainScale(window: span)
  }

  func draw() {
    page.canvas.clipped(to: MapLayout.frame) {
      for area in page.prepared.areas { paint(area) }
      if let lines = page.prepared.lines { page.canvas.paint(lines) }
      drawGauges()
      drawLabels()
    }
    page.drawScaleAndNorth()
    page.drawHead(
      title: page.choose(
        "\(page.districtName)镇街面雨量图　过去\(span.chineseText)",
        "\(page.districtName): areal rain, past \(span.text)"),
      summary: summary, stamp: nil)
    drawLegend()
    page.drawFoot(note: note)
  }

  /// Gauges by verdict, the doubted ones on top.
  private func drawGauges() {
    guard !index.report.gaugeVerdicts.isEmpty else { return }
    for symbol in [GaugeSymbol.absent, .untestable, .believed, .suspect, .wrong] {
      for gauge in page.prepared.gauges
      where GaugeSymbol(index.verdict(gauge.station.id)) == symbol {
        symbol.draw(centre: gauge.pixel, on: page.canvas)
      }
    }
  }

  private func rain(_ area: PreparedMap.Area) -> ArealRainfall? {
    index.rain(.township, area.township.code, window: window)
  }

  /// Whether all of the township's area had all of its rain measured.
  private func isComplete(_ rain: ArealRainfall) -> Bool {
    min(rain.validShare, rain.gridShare) >= 1 - 1e-6
  }

  private func paint(_ area: PreparedMap.Area) {
    guard let rain = rain(area), let mean = rain.mean else {
      let style = missing(area)
      page.canvas.fill(area.shape, style.fill)
      if let hatch = style.hatch { page.canvas.fill(area.shape, hatch) }
      return
    }
    page.canvas.fill(area.shape, scale.fill(of: mean))
    if !isComplete(rain), let hatch = styles.unknown.hatch { page.canvas.fill(area.shape, hatch) }
  }

  private func missing(_ area: PreparedMap.Area) -> AreaStyle {
    (rain(area)?.gridShare ?? 0) > 0 ? styles.unknown : styles.blind
  }

  private func drawLabels() {
    let number = TextSetter.Style(size: 25, isBold: true, halo: 5)
    page.draw(
      byDepth.map { area in
        let value: String
        if let rain = rain(area), let mean = rain.mean {
          value = mean.shortText + (isComplete(rain) ? "" : "*")
        } else {
          value = missing(area).sign ?? "?"
        }
        let size = page.text.size(of: value, number)
        return AreaLabel(area: area, mark: (size.width, size.height - 8)) { centre in
          page.text.draw(value, number, centreX: centre.x, centreY: centre.y, on: page.canvas)
        }
      })
  }

  /// Most rain first, so that its name has the first choice of room.
  private var byDepth: [PreparedMap.Area] {
    page.prepared.areas.map { (-(rain($0)?.mean?.micrometres ?? -1), $0) }
      .sorted { ($0.0, $0.1.room, $0.1.township.code) < ($1.0, $1.1.room, $1.1.township.code) }.map(
        \.1)
  }

  private var summary: String {
    guard let wettest = byDepth.first, let mean = rain(wettest)?.mean else {
      return page.choose("没有面雨量资料", "no areal rain known")
    }
    guard mean > .zero else { return page.choose("有资料的镇街无降雨", "no rain where known") }
    return page.choose(
      "最大 \(wettest.name) \(mean.shortText)毫米", "most: \(wettest.name) \(mean.shortText) mm")
  }

  private func drawLegend() {
    var entries: [(AreaStyle, String)] = [
      (style(.white), page.choose("不足0.1", "below 0.1"))
    ]
    for item in scale.classes {
      let name = item.name.map { page.choose(" \($0.chinese)", "") } ?? ""
      entries.append((style(item.fill), item.range + name))
    }
    entries.append(
      (
        AreaStyle(
          fill: .white, hatch: styles.unknown.hatch, sign: "*", badge: .white, badgeInk: .ink),
        page.choose("资料不全", "incomplete")
      ))
    entries.append((styles.unknown, page.choose("资料不足", "unknown")))
    entries.append((styles.blind, page.choose("无资料覆盖", "no coverage")))
    page.drawSwatches(entries)
    LineLegend(page: page).draw(
      y: MapLayout.legendTop + 128, hazards: [], hasGauges: !index.report.gaugeVerdicts.isEmpty)
  }

  private func style(_ fill: Colour) -> AreaStyle {
    AreaStyle(fill: fill, hatch: nil, sign: nil, badge: fill, badgeInk: .ink)
  }

  private var note: String {
    let source =
      scale.isStandard
      ? page.choose(
        "单位毫米；面雨量分级按 GB/T 20486-2017。", "Millimetres; classes of areal rain of GB/T 20486-2017. ")
      : page.choose(
        "单位毫米；此时段没有国家面雨量分级，色阶为本图约定。",
        "Millimetres; no national classes for this period, the colours are this map's own. ")
    return source
      + page.choose(
        "颜色只表示雨量，不是预警等级。“*”为已收到部分的平均。",
        "Colours show rain, not warning levels. “*”: mean of what was received.")
  }
}
