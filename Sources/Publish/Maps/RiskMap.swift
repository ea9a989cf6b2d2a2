import Hydromet

/// `map_risk.png`: colours, hatches and numerals of the townships' levels.
struct RiskMap {
  let page: MapPage
  let index: ReportIndex
  let styles: LevelStyles

  func draw() {
    let prepared = page.prepared
    page.canvas.clipped(to: MapLayout.frame) {
      for area in prepared.areas {
        let style = styles.style(of: index.townshipAnswer(area.township.code))
        page.canvas.fill(area.shape, style.fill)
        if let hatch = style.hatch { page.canvas.fill(area.shape, hatch) }
      }
      if let lines = prepared.lines { page.canvas.paint(lines) }
      drawPoints()
      drawLabels()
    }
    page.drawScaleAndNorth()
    page.drawHead(
      title: page.choose("\(page.districtName)镇街气象灾害风险图", "\(page.districtName): risk by township"),
      summary: summary,
      stamp: page.choose("草稿 待签发", "DRAFT, not signed"))
    drawLegend()
    page.drawFoot(note: note)
  }

  /// What the colours rest on, and how many townships the expected rain would raise.
  private var summary: String {
    let report = index.report
    guard let source = report.expectedRain else {
      return page.choose("按实况降雨判定，无降雨预报", "from observed rain, no forecast of rain")
    }
    let rising = report.townships.count {
      ($0.expected?.expected?.level ?? .none) > $0.answer.level
    }
    let issued = ReportWords(language: page.language, time: report.time).shortTime(source.issued)
    return page.choose(
      "按实况降雨判定；\(issued)起报的预报将使\(rising)个镇街升级",
      "from observed rain; the forecast issued \(issued) would raise \(rising) townships")
  }

  /// Points at a level, the lower levels first so that the higher ones lie on top.
  private func drawPoints() {
    for level in RiskLevel.warnings {
      for symbol in page.prepared.symbols
      where index.answer(.hazardPoint, symbol.point.id)?.answer.level == level {
        HazardSymbol.draw(
          symbol.point.hazard, centre: symbol.pixel, radius: 6 + Double(level.rawValue),
          fill: styles.style(of: level).badge, on: page.canvas)
      }
    }
  }

  private func drawLabels() {
    page.draw(
      byImportance.map { area in
        let answer = index.townshipAnswer(area.township.code)
        let style = styles.style(of: answer)
        let sign = sign(answer, style)
        // A badge is larger than the areas of a crowded map and would hide the neighbours' colours.
        let size: (Double, Double) = page.prepared.isCrowded ? (22, 24) : (46, 36)
        let wide = (sign?.count ?? 0) > 1 ? 16.0 : 0
        return AreaLabel(area: area, mark: sign.map { _ in (size.0 + wide, size.1) }) { centre in
          guard let sign else { return }
          if page.prepared.isCrowded {
            let small = TextSetter.Style(size: MapLayout.smallest, isBold: true, halo: 4)
            page.text.draw(sign, small, centreX: centre.x, centreY: centre.y, on: page.canvas)
          } else {
            page.drawBadge(style, centre: centre, sign: sign)
          }
        }
      })
  }

  /// `Ⅱ+` where the level may be higher still.
  private func sign(_ answer: RiskAnswer, _ style: AreaStyle) -> String? {
    style.sign.map { answer.state == .atLeast ? $0 + "+" : $0 }
  }

  /// Highest level first, then what nobody knows, then the rest; of equal ones the smallest area, which
  /// has the fewest places.
  private var byImportance: [PreparedMap.Area] {
    func rank(_ area: PreparedMap.Area) -> Int {
      let answer = index.townshipAnswer(area.township.code)
      if answer.level != .none { return 4 - answer.level.rawValue }
      return answer.state == .complete ? 5 : 4
    }
    return page.prepared.areas.map { (rank($0), $0) }
      .sorted { ($0.0, $0.1.room, $0.1.township.code) < ($1.0, $1.1.room, $1.1.township.code) }
      .map(\.1)
  }

  private func drawLegend() {
    let answers = page.prepared.areas.map { index.townshipAnswer($0.township.code) }
    var entries: [(AreaStyle, String)] = RiskLevel.warnings.reversed().map { level in
      let count = answers.filter { $0.level == level }.count
      return (
        styles.style(of: level), page.choose("\(level.chineseName) ", "\(level.name) ") + "\(count)"
      )
    }
    let calm = answers.filter { $0 == .complete(.none) }.count
    let unknown = answers.filter { $0.state == .unknown }.count
    let blind = answers.filter { $0.state == .blind }.count
    entries.append((styles.none, page.choose("未达等级 \(calm)", "below level \(calm)")))
    entries.append((styles.unknown, page.choose("资料不足 \(unknown)", "unknown \(unknown)")))
    entries.append((styles.blind, page.choose("无资料覆盖 \(blind)", "no coverage \(blind)")))
    page.drawSwatches(entries, rowHeight: 44)
    let unit = TextSetter.Style(size: 20, colour: .quietInk)
    page.text.draw(
      page.choose("数字为镇街个数", "number of townships"), unit,
      x: MapLayout.margin + 3 * MapLayout.legendColumn, y: MapLayout.legendTop + 48, on: page.canvas
    )
    LineLegend(page: page).draw(y: MapLayout.legendTop + 96, hazards: page.prepared.pointHazards)
  }

  private var note: String {
    let points = index.report.district.hazardPoints
    let answers = points.compactMap { index.answer(.hazardPoint, $0.id)?.answer }
    let reached = answers.filter { $0.level != .none }.count
    let open = answers.filter { $0.state == .unknown || $0.state == .blind }.count
    let pointText =
      points.isEmpty
      ? ""
      : page.choose(
        "隐患点 \(points.count) 个：达到等级 \(reached)，资料不足 \(open)（图上只标达到等级的）。",
        "\(points.count) hazard points: \(reached) at a level, \(open) unknown (only the former are drawn). "
      )
    return pointText
      + page.choose(
        "“+”表示资料不全，等级可能更高。灰色不是无风险。",
        "“+”: incomplete data, the level may be higher. Grey does not mean no risk.")
  }
}

/// The line of the legend that explains borders, rivers and symbols.
struct LineLegend {
  let page: MapPage

  func draw(y: Double, hazards: [Hazard], hasGauges: Bool = false) {
    var x = MapLayout.margin
    let middle = y + 16
    let style = TextSetter.Style(size: 20)
    func label(_ label: String, after width: Double) {
      page.text.draw(
        label, style, x: x + width, y: middle - page.text.size(of: label, style).height / 2,
        on: page.canvas)
      x += width + page.text.size(of: label, style).width + 26
    }
    func line(_ colour: Colour, _ width: Double, dashed: Bool = false) {
      page.canvas.stroke(
        line: [Point(x: x, y: middle), Point(x: x + 40, y: middle)], colour, width: width,
        dashes: dashed ? [5, 5] : [])
    }
    line(.townshipBorder, 2.2)
    label(page.choose("镇街界", "township"), after: 48)
    if page.prepared.hasBasins {
      line(.basinBorder, 1.5, dashed: true)
      label(page.choose("小流域界", "basin"), after: 48)
    }
    if page.prepared.hasRivers {
      line(.river, 3)
      label(page.choose("河流", "river"), after: 48)
    }
    for hazard in hazards {
      HazardSymbol.draw(
        hazard, centre: Point(x: x + 12, y: middle), radius: 9, fill: .white, on: page.canvas)
      label(
        page.choose("\(hazard.chineseName)点", "\(hazard.englishName) point"), after: 30)
    }
    guard hasGauges else { return }
    for symbol in GaugeSymbol.allCases {
      symbol.draw(centre: Point(x: x + 8, y: middle), on: page.canvas)
      label(page.choose(symbol.chineseName, symbol.englishName), after: 20)
    }
  }
}
