import Hydromet

/// Draws the parts that every map of a district has: head, labels, scale, north arrow, foot.
struct MapPage {
  let canvas: Canvas
  let text: TextSetter
  let prepared: PreparedMap
  let report: CycleReport
  let language: ProductLanguage
  let words: ReportWords

  init(
    prepared: PreparedMap, text: TextSetter, report: CycleReport, language: ProductLanguage
  ) throws(Fault) {
    canvas = try Canvas(width: MapLayout.width, height: MapLayout.height)
    canvas.paint(prepared.background)
    self.text = text
    self.prepared = prepared
    self.report = report
    self.language = language
    words = ReportWords(language: language, time: report.time)
  }

  func choose(_ chinese: String, _ english: String) -> String {
    language == .chinese ? chinese : english
  }

  var districtName: String {
    language == .chinese ? report.district.name : report.district.englishName
  }

  /// Title, data time, a summary, and the state of the feeds.
  ///
  /// - Parameter stamp: a word in a box at the right, such as "draft".
  func drawHead(title: String, summary: String, stamp: String?) {
    let left = MapLayout.margin
    var right = Double(MapLayout.width) - left
    if let stamp {
      let style = TextSetter.Style(size: 28, isBold: true)
      let size = text.size(of: stamp, style)
      let box = Box(
        minX: right - size.width - 32, minY: 22, maxX: right, maxY: 22 + size.height + 14)
      canvas.stroke(box, .ink, width: 3, radius: 8)
      text.draw(
        stamp, style, centreX: (box.minX + box.maxX) / 2, centreY: (box.minY + box.maxY) / 2,
        on: canvas)
      right = box.minX - 20
    }
    let large = TextSetter.Style(size: 46, isBold: true)
    text.draw(
      title, text.fitting(title, large, width: right - left, minimum: 30), x: left, y: 14,
      on: canvas, width: right - left)
    let full = Double(MapLayout.width) - 2 * left
    let middle = TextSetter.Style(size: 27, isBold: true, colour: .ink)
    let line = words.dataTime + choose("  ", "   ") + summary
    text.draw(
      line, text.fitting(line, middle, width: full, minimum: 22), x: left, y: 78, on: canvas,
      width: full)
    drawFeeds(x: left, width: full)
  }

  /// One line for each of two feeds, more of them run on; a feed that is late or empty stands out.
  private func drawFeeds(x: Double, width: Double) {
    guard !report.feeds.isEmpty else {
      let alarm = TextSetter.Style(size: 24, isBold: true)
      return text.draw(
        choose("本次没有任何资料", "No feed has any data"), alarm, x: x, y: 124, on: canvas)
    }
    func style(_ feeds: [FeedState]) -> TextSetter.Style {
      let isAlarming = feeds.contains { $0.isLate || $0.newest == nil }
      return TextSetter.Style(
        size: 22, isBold: isAlarming, colour: isAlarming ? .ink : .quietInk)
    }
    guard report.feeds.count > 2 else {
      for (i, feed) in report.feeds.enumerated() {
        text.draw(
          words.line(feed), style([feed]), x: x, y: 122 + 36 * Double(i), on: canvas, width: width)
      }
      return
    }
    text.draw(
      report.feeds.map(words.line).joined(separator: choose("；", "; ")), style(report.feeds),
      x: x, y: 122, on: canvas, width: width, lines: 2)
  }

  /// Office, sources, programme: two lines at the foot of the page.
  func drawFoot(note: String) {
    let left = MapLayout.margin
    let full = Double(MapLayout.width) - 2 * left
    let style = TextSetter.Style(size: 20, colour: .quietInk)
    text.draw(note, style, x: left, y: MapLayout.footerTop, on: canvas, width: full, lines: 2)
    let office = language == .chinese ? report.district.office : report.district.englishOffice
    let made = choose(
      "\(office)　自动生成 Freshet \(report.programVersion)",
      "\(office) · made automatically by Freshet \(report.programVersion)")
    text.draw(
      made, TextSetter.Style(size: 20, isBold: true, colour: .ink), x: left,
      y: MapLayout.footerTop + 60, on: canvas, width: full)
  }

  /// A bar of a round number of kilometres, and an arrow to the north, in corners that are free.
  func drawScaleAndNorth() {
    let style = TextSetter.Style(size: 20, isBold: true, halo: 4)
    if let bar = prepared.scaleBar {
      let x = prepared.scaleBox.minX + 24
      let y = prepared.scaleBox.maxY - 22
      let whole = Box(minX: x, minY: y - 8, maxX: x + bar.length, maxY: y)
      canvas.fill(whole, .white)
      canvas.fill(Box(minX: x, minY: y - 8, maxX: x + bar.length / 2, maxY: y), .ink)
      canvas.stroke(whole, .ink, width: 1.5)
      text.draw("0", style, centreX: x, centreY: y - 24, on: canvas)
      let label =
        bar.metres >= 1000
        ? "\(bar.metres / 1000) " + choose("公里", "km") : "\(bar.metres) " + choose("米", "m")
      text.draw(label, style, centreX: x + bar.length, centreY: y - 24, on: canvas)
    }
    let x = (prepared.northBox.minX + prepared.northBox.maxX) / 2
    let tip = prepared.northBox.minY + 12
    canvas.fill(
      polygon: [
        Point(x: x, y: tip), Point(x: x + 15, y: tip + 46), Point(x: x, y: tip + 35),
        Point(x: x - 15, y: tip + 46),
      ], .ink)
    text.draw(choose("北", "N"), style, centreX: x, centreY: tip + 62, on: canvas)
  }

  /// A badge with a sign, its middle at a point.
  func drawBadge(_ style: AreaStyle, centre: Point, sign: String) {
    let half = sign.count > 1 ? 30.0 : 22.0
    let box = Box(
      minX: centre.x - half, minY: centre.y - 17, maxX: centre.x + half, maxY: centre.y + 17)
    canvas.fill(box, .white, radius: 9)
    let inner = Box(
      minX: box.minX + 2.5, minY: box.minY + 2.5, maxX: box.maxX - 2.5, maxY: box.maxY - 2.5)
    canvas.fill(inner, style.badge, radius: 7)
    canvas.stroke(box, .ink, width: 1.2, radius: 9)
    text.draw(
      sign, TextSetter.Style(size: 24, isBold: true, colour: style.badgeInk), centreX: centre.x,
      centreY: centre.y, on: canvas)
  }

  /// The coloured fields of a legend with their texts, four in a row.
  func drawSwatches(_ entries: [(AreaStyle, String)], rowHeight: Double = 42) {
    let width = MapLayout.legendColumn
    for (i, entry) in entries.enumerated() {
      drawSwatch(
        entry.0, label: entry.1, x: MapLayout.margin + Double(i % 4) * width,
        y: MapLayout.legendTop + Double(i / 4) * rowHeight, width: width)
    }
  }

  /// A coloured field of the legend with its text at the right.
  func drawSwatch(_ style: AreaStyle, label: String, x: Double, y: Double, width: Double) {
    let box = Box(minX: x, minY: y, maxX: x + 58, maxY: y + 34)
    canvas.fill(box, style.fill)
    if let hatch = style.hatch { canvas.fill(box, hatch) }
    canvas.stroke(box, .townshipBorder, width: 1.5)
    if let sign = style.sign {
      text.draw(
        sign, TextSetter.Style(size: 24, isBold: true, halo: 4), centreX: x + 29, centreY: y + 17,
        on: canvas)
    }
    let plain = TextSetter.Style(size: 22)
    let fitted = text.fitting(label, plain, width: width - 70, minimum: 20)
    text.draw(
      label, fitted, x: x + 67, y: y + 17 - text.size(of: label, fitted).height / 2,
      on: canvas)
  }
}
