public import Hydromet

/// What a district holds, in numbers.
public struct DistrictSummary: Sendable, Equatable {
  /// Thresholds of one hazard by level.
  public struct ThresholdCount: Sendable, Equatable {
    public let hazard: Hazard
    /// Rows for blue, yellow, orange, red.
    public let rows: [Int]
  }

  /// Hazard points of one hazard.
  public struct PointCount: Sendable, Equatable {
    public let hazard: Hazard
    public let count: Int
  }

  public let code: String
  public let name: String
  public let englishName: String
  public let office: String
  public let englishOffice: String
  /// The box around the townships, WGS 84 degrees.
  public let extent: Box?
  public let townships: Int
  /// Sum of the townships' areas, km².
  public let townshipArea: Double
  public let basins: Int
  /// Sum of the basins' areas, km².
  public let basinArea: Double
  /// Basins whose water leaves the district.
  public let outlets: Int
  public let rivers: Int
  /// Points by hazard, in the order of `Hazard`, hazards without points left out.
  public let points: [PointCount]
  /// People at the points, as far as known.
  public let people: Int
  public let stations: Int
  public let stationsInside: Int
  /// Area of the townships for each station inside, km²; nil where there is none.
  public let squareKilometresPerGauge: Double?
  public let thresholds: [ThresholdCount]
  /// Rules of several tests and factors on thresholds, in the order of their files.
  public let rules: [RainRule]
  public let factors: [ThresholdFactor]
  public let contacts: Int
  public let cadence: TimeSpan
  public let windows: [TimeSpan]
  public let minimumCoverage: Double
  public let feeds: [Feed]

  public init(_ district: District) {
    let description = district.description
    code = description.id
    name = description.name
    englishName = description.englishName
    office = description.office
    englishOffice = description.englishOffice
    extent = description.townships.compactMap(\.geometry.box)
      .reduce(nil as Box?) { $0?.union($1) ?? $1 }
    townships = description.townships.count
    townshipArea = district.townshipAreas.reduce(0, +)
    basins = description.basins.count
    basinArea = description.basins.reduce(0) { $0 + $1.areaSquareKilometres }
    outlets = description.basins.lazy.filter { $0.downstream == nil }.count
    rivers = description.rivers.count
    points = Hazard.allCases.compactMap { hazard in
      let count = description.hazardPoints.lazy.filter { $0.hazard == hazard }.count
      return count > 0 ? PointCount(hazard: hazard, count: count) : nil
    }
    people = description.hazardPoints.lazy.compactMap(\.people).reduce(0) { sum, people in
      let (total, overflow) = sum.addingReportingOverflow(people)
      return overflow ? .max : total
    }
    stations = description.stations.count
    let places = PlaceChecks(townships: description.townships, basins: [])
    stationsInside =
      description.stations.lazy.filter { places.township(at: $0.place) != nil }.count
    squareKilometresPerGauge =
      stationsInside > 0 ? townshipArea / Double(stationsInside) : nil
    thresholds = Hazard.allCases.compactMap { hazard in
      let rows = district.thresholds.filter { $0.hazard == hazard }
      guard !rows.isEmpty else { return nil }
      return ThresholdCount(
        hazard: hazard,
        rows: RiskLevel.warnings.map { level in rows.lazy.filter { $0.level == level }.count })
    }
    rules = district.rules
    factors = district.factors
    contacts = district.contacts.count
    cadence = district.configuration.cadence
    windows = district.configuration.windows
    minimumCoverage = district.configuration.minimumCoverage
    feeds = district.configuration.feeds
  }

  /// The summary as text of several lines.
  public func text(in language: DistrictConfiguration.Language) -> String {
    let lines = language == .chinese ? chineseLines : englishLines
    return lines.joined(separator: "\n") + "\n"
  }

  private var chineseLines: [String] {
    var lines = ["\(name)（\(englishName)）  代码 \(code)", "发布单位：\(office)"]
    if let box = extentText { lines.append("范围：\(box)") }
    lines.append("镇街：\(townships) 个，共 \(area(townshipArea)) km²")
    lines.append(
      basins == 0 ? "小流域：无" : "小流域：\(basins) 个，共 \(area(basinArea)) km²，出口 \(outlets) 个")
    let kinds = points.map { "\($0.hazard.chineseName) \($0.count)" }.joined(separator: "，")
    let total = points.reduce(0) { $0 + $1.count }
    lines.append("隐患点：\(total) 个" + (total > 0 ? "（\(kinds)），涉及 \(people) 人" : ""))
    let density = squareKilometresPerGauge.map { "，平均每站 \(area($0)) km²" } ?? ""
    lines.append("雨量站：\(stations) 个，辖区内 \(stationsInside) 个\(density)")
    lines.append("临界雨量：\(thresholdTotal) 行")
    for count in thresholds {
      let levels = zip(RiskLevel.warnings, count.rows).filter { $0.1 > 0 }
        .map { "\($0.0.chineseName) \($0.1)" }
      lines.append("  \(count.hazard.chineseName)：\(levels.joined(separator: "，"))")
    }
    lines += rules.map { "  \($0.chineseText)" }
    lines += factors.map { factor in
      "  系数 \(factor.text)（\(factor.unitKind?.chineseName ?? "全部单元") \(factor.unit)，"
        + "\(factor.hazard?.chineseName ?? "全部灾种")）：\(factor.reason)，\(factor.author)，"
        + "至 \(BeijingTime.numeric(factor.effectiveTo)) 止"
    }
    lines.append("联系人：\(contacts) 人")
    lines.append(
      "周期：\(cadence.chineseText)；时段：\(windows.map(\.chineseText).joined(separator: "、"))；完整率要求 "
        + DecimalText.text(minimumCoverage, decimals: 3))
    lines.append("数据源：\(feeds.isEmpty ? "无" : "\(feeds.count) 个")")
    for feed in feeds {
      let kind =
        switch feed.kind {
        case .grid: "格点"
        case .stations: "站点"
        case .forecast: "预报"
        }
      lines.append(
        "  \(feed.name)：\(kind)，\(feed.folder)/\(feed.pattern)，步长 \(feed.step.chineseText)，最多等待 "
          + feed.lateAfter.chineseText)
    }
    return lines
  }

  private var englishLines: [String] {
    var lines = ["\(englishName) (\(name))  code \(code)", "Office: \(englishOffice)"]
    if let box = extentText { lines.append("Extent: \(box)") }
    lines.append("Townships: \(townships), \(area(townshipArea)) km²")
    lines.append(
      basins == 0
        ? "Basins: none" : "Basins: \(basins), \(area(basinArea)) km², \(outlets) outlets")
    let kinds = points.map { "\($0.hazard.englishName) \($0.count)" }.joined(separator: ", ")
    let total = points.reduce(0) { $0 + $1.count }
    lines.append("Hazard points: \(total)" + (total > 0 ? " (\(kinds)), \(people) people" : ""))
    let density = squareKilometresPerGauge.map { ", one for \(area($0)) km²" } ?? ""
    lines.append("Stations: \(stations), \(stationsInside) inside the townships\(density)")
    lines.append("Thresholds: \(thresholdTotal) rows")
    for count in thresholds {
      let levels = zip(RiskLevel.warnings, count.rows).filter { $0.1 > 0 }
        .map { "\($0.0.name) \($0.1)" }
      lines.append("  \(count.hazard.englishName): \(levels.joined(separator: ", "))")
    }
    lines += rules.map { "  \($0.englishText)" }
    lines += factors.map { factor in
      "  factor \(factor.text) (\(factor.unitKind?.rawValue ?? "every unit") \(factor.unit), "
        + "\(factor.hazard?.englishName ?? "every hazard")): \(factor.reason), \(factor.author), "
        + "until \(BeijingTime.numeric(factor.effectiveTo))"
    }
    lines.append("Contacts: \(contacts)")
    lines.append(
      "Cycle: every \(cadence.text); windows: \(windows.map(\.text).joined(separator: ", ")); "
        + "minimum coverage \(DecimalText.text(minimumCoverage, decimals: 3))")
    lines.append("Feeds: \(feeds.isEmpty ? "none" : String(feeds.count))")
    for feed in feeds {
      lines.append(
        "  \(feed.name): \(feed.kind.rawValue), \(feed.folder)/\(feed.pattern), step "
          + "\(feed.step.text), waits \(feed.lateAfter.text)")
    }
    return lines
  }

  private var thresholdTotal: Int { thresholds.reduce(0) { $0 + $1.rows.reduce(0, +) } }

  private var extentText: String? {
    extent.map {
      "\(degrees($0.minX))–\(degrees($0.maxX))°E, \(degrees($0.minY))–\(degrees($0.maxY))°N"
    }
  }

  private func degrees(_ value: Double) -> String { DecimalText.text(value, decimals: 4) }
  private func area(_ value: Double) -> String { DecimalText.text(value, decimals: 1) }
}
