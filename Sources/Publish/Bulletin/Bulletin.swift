import Hydromet

/// What a bulletin says, in the order in which it says it; text and page are two dresses of it.
struct Bulletin {
  /// One township of the table.
  struct Row {
    let code: String
    let name: String
    let answer: RiskAnswer
    /// `红色 Ⅰ`, with a plus where it may be higher.
    let level: String
    let hazard: String
    /// What decides, in words; why there is no answer where there is none.
    let basis: String
    /// Areal mean over each of `windows`, `63.2`, `63.2*` or `?`.
    let rain: [String]
    /// Largest gauge inside over each of `windows`: what is left to go by where the grid fails.
    let gauges: [String]
  }

  let index: ReportIndex
  let language: ProductLanguage
  let words: ReportWords
  /// Numbers of the windows whose rain is shown.
  let windows: [Int]

  init(index: ReportIndex, language: ProductLanguage) {
    self.index = index
    self.language = language
    words = ReportWords(language: language, time: index.report.time)
    windows = ProductSelection.windows(of: index.report)
  }

  var report: CycleReport { index.report }

  func choose(_ chinese: String, _ english: String) -> String {
    language == .chinese ? chinese : english
  }

  var title: String {
    choose(
      "\(report.district.name)实况降雨风险简报",
      "\(report.district.englishName): bulletin of rain and risk")
  }

  var office: String { choose(report.district.office, report.district.englishOffice) }

  var status: String {
    choose("系统自动生成，未经签发，仅供值班预报员使用。", "Made automatically, not signed; for the duty forecaster.")
  }

  /// How many townships have which answer, highest level first; answers that no township has are left
  /// out, but never the count of those that nobody can judge.
  var summary: String {
    let answers = report.district.townships.map { index.townshipAnswer($0.code) }
    var parts: [String] = []
    for level in RiskLevel.warnings.reversed() {
      let count = answers.filter { $0.level == level }.count
      if count > 0 {
        parts.append(choose("\(level.chineseName)\(count)个", "\(level.name) \(count)"))
      }
    }
    let none = answers.filter { $0 == .complete(.none) }.count
    let unknown = answers.filter { $0.state == .unknown }.count
    let blind = answers.filter { $0.state == .blind }.count
    parts.append(choose("未达等级\(none)个", "below level \(none)"))
    parts.append(choose("资料不足\(unknown)个", "unknown \(unknown)"))
    parts.append(choose("无资料覆盖\(blind)个", "no coverage \(blind)"))
    return choose("镇街共\(answers.count)个：", "\(answers.count) townships: ")
      + parts.joined(separator: choose("，", ", ")) + choose("。", ".")
  }

  /// What expected rain would bring, and from which issue; that there is none where there is none.
  var expected: [String] {
    guard let source = report.expectedRain else {
      return [
        choose(
          "仅实况：没有可用的降雨预报，等级只按已下的雨判定。",
          "Observed only: no forecast of rain is usable, levels rest on rain that fell.")
      ]
    }
    let rising = report.townships.filter { township in
      (township.expected?.expected?.level ?? .none) > township.answer.level
    }
    let issue = choose(
      "预报：\(source.feed)，\(words.shortTime(source.issued))起报，到\(words.shortTime(source.until))。",
      "Forecast: \(source.feed), issued \(words.shortTime(source.issued)), until \(words.shortTime(source.until))."
    )
    guard !rising.isEmpty else {
      return [
        issue
          + choose(
            "转移所需时间内没有镇街因预报雨量升级。", " It raises no township within the time that leaving takes.")
      ]
    }
    return [issue] + rising.map(expected)
  }

  /// `甲镇：可能达红色 Ⅰ（山洪），提前30分钟：已下3.0毫米，预计6.0毫米，1小时阈值9.0毫米`
  private func expected(_ township: TownshipAssessment) -> String {
    guard let part = township.expected, let answer = part.expected else { return township.name }
    let lead = answer.lead.map(words.window) ?? "?"
    let fallen = answer.fallen.map(words.depth) ?? "?"
    let coming = answer.expected.map(words.depth) ?? "?"
    var text = choose(
      "\(township.name)：可能达\(words.name(of: answer.level))（\(words.name(of: part.hazard))），\(lead)内：已下\(fallen)，预计\(coming)",
      "\(township.name): \(words.name(of: answer.level)) is possible (\(words.name(of: part.hazard))) within \(lead): \(fallen) fallen, \(coming) expected"
    )
    if let row = answer.decisive?.threshold {
      text += choose(
        "，\(words.window(row.duration))阈值\(words.depth(row.depth))",
        ", threshold \(words.depth(row.depth)) in \(words.window(row.duration))")
    }
    return text + choose("。", ".")
  }

  var feeds: [String] {
    (report.feeds.isEmpty
      ? [choose("本次没有任何资料。", "No feed has any data.")] : report.feeds.map(words.line))
      + (report.gridDoubt.map { [choose($0.chinese + "。", $0.english + ".")] } ?? [])
      + (report.rainMotion.map { [MotionTexts.line($0, words)] } ?? []) + estimate
  }

  /// How gauges and radar were merged; that they were not, where there is a grid.
  private var estimate: [String] {
    if let estimate = report.estimate { return [EstimateTexts.line(estimate, words)] }
    return report.fields.isEmpty
      ? []
      : [choose("定量估测：雷达原样，未经雨量站订正。", "Estimate: the radar as it came, not adjusted by gauges.")]
  }

  /// Highest level first, then unknown, blind, and those below every level; of equal ones by code.
  var rows: [Row] {
    func rank(_ answer: RiskAnswer) -> Int {
      if answer.level != .none { return 4 - answer.level.rawValue }
      switch answer.state {
      case .unknown: return 4
      case .blind: return 5
      case .complete, .atLeast: return 6
      }
    }
    return report.district.townships.map(row)
      .sorted { (rank($0.answer), $0.code) < (rank($1.answer), $1.code) }
  }

  /// Townships without a full answer, one line for each kind.
  var gaps: [String] {
    var lines: [String] = []
    let all = rows
    func note(_ state: AssessmentState, _ text: String) {
      let names = all.filter { $0.answer.state == state }.map(\.name)
      guard !names.isEmpty else { return }
      lines.append(text + names.joined(separator: choose("、", ", ")) + choose("。", "."))
    }
    note(.unknown, choose("资料不足，不能判断：", "Not enough data to judge: "))
    note(.blind, choose("无资料覆盖，不能判断：", "Outside every feed's coverage, cannot be judged: "))
    note(.atLeast, choose("资料不全，等级可能更高：", "Incomplete data, the level may be higher: "))
    for feed in report.feeds where feed.isLate || feed.newest == nil {
      lines.append(
        choose("资料晚到或缺失：", "Feed late or absent: ") + words.line(feed) + choose("。", "."))
    }
    return lines.isEmpty
      ? [choose("判断所需资料完整。", "The data are complete for this judgement.")] : lines
  }

  private func row(_ township: Township) -> Row {
    let assessment = index.township(township.code)
    let answer = index.townshipAnswer(township.code)
    return Row(
      code: township.code,
      name: language == .english ? township.englishName ?? township.name : township.name,
      answer: answer,
      level: words.name(of: answer) + (answer.state == .atLeast ? "+" : ""),
      hazard: assessment?.hazard.map(words.name(of:)) ?? "—",
      basis: basis(assessment), rain: windows.map { rain(township.code, window: $0) },
      gauges: windows.map { gauge(township.code, window: $0) })
  }

  /// What the marks in levels and numbers mean.
  var legend: String {
    choose(
      "“+”：资料不全，等级可能更高；“*”：资料不全，只算已收到的部分；“?”：不知道，不是零。",
      "“+”: incomplete data, the level may be higher; “*”: incomplete, what was received; “?”: not known, not zero."
    )
  }

  private func rain(_ township: String, window: Int) -> String {
    guard let rain = index.rain(.township, township, window: window), let mean = rain.mean else {
      return "?"
    }
    return mean.shortText + (min(rain.validShare, rain.gridShare) >= 1 - 1e-6 ? "" : "*")
  }

  private func gauge(_ township: String, window: Int) -> String {
    guard let rain = index.rain(.township, township, window: window), let depth = rain.maximumGauge
    else { return "?" }
    return depth.shortText + (rain.gaugesAreComplete ? "" : "*")
  }

  /// `蒲河 3小时面雨量至少63.2毫米，阈值50.0毫米`, of a level that is only held
  /// `…，橙色阈值50.0毫米，等级暂予维持`; the rules themselves stand in `assessments.csv`.
  private func basis(_ assessment: TownshipAssessment?) -> String {
    guard let unit = assessment?.decisive else {
      return choose("没有可用的判断", "no judgement available")
    }
    let open = unit.uncovered.count
    let note =
      open == 0
      ? ""
      : choose("有\(open)条阈值因资料不全不能判断", "rules open for lack of data: \(open)")
    guard let evidence = unit.decisive, let depth = evidence.depth else {
      return note.isEmpty ? choose("没有可比较的雨量", "no rain to compare") : note
    }
    let name = unit.unitKind == .township ? "" : (unit.name.isEmpty ? unit.unit : unit.name) + " "
    let bound = evidence.isLowerBound ? choose("至少", " at least ") : choose("", " ")
    let level = evidence.threshold.level
    let row =
      unit.held == nil
      ? choose("，阈值", ", threshold ")
      : choose("，\(level.chineseName)阈值", ", \(level.name) threshold ")
    let hold = unit.held == nil ? "" : choose("，等级暂予维持", ", the level is held")
    return name + words.window(evidence.threshold.duration) + choose("", " ")
      + statistic(unit, evidence.threshold.statistic) + bound + words.depth(depth)
      + row + words.depth(evidence.threshold.depth) + hold
      + (note.isEmpty ? "" : choose("；", "; ") + note)
  }

  /// A point's areal rain is that of the area around it: its basin, or its township without one.
  private func statistic(_ unit: UnitAssessment, _ statistic: RainStatistic) -> String {
    let name = words.name(of: statistic)
    guard unit.unitKind == .hazardPoint, statistic != .cell else { return name }
    let hasBasin = report.district.hazardPoints.first { $0.id == unit.unit }?.basin != nil
    return hasBasin
      ? choose("所在小流域" + name, name + " of its basin")
      : choose("所在镇街" + name, name + " of its township")
  }
}

/// Which windows get maps, rasters and columns of their own.
enum ProductSelection {
  private static let spans: [TimeSpan] = [.hours(1), .hours(3), .hours(24)]

  /// Numbers of the windows of 1, 3 and 24 h that the report has; the longest where it has none of them.
  static func windows(of report: CycleReport) -> [Int] {
    let chosen = report.windows.indices.filter { spans.contains(report.windows[$0]) }
    return chosen.isEmpty ? Array(report.windows.indices.suffix(1)) : chosen
  }
}
