import Hydromet

/// What maps and bulletins say about feeds, answers and times in one language.
struct ReportWords {
  let language: ProductLanguage
  let time: Timestamp

  private func choose(_ chinese: String, _ english: String) -> String {
    language == .chinese ? chinese : english
  }

  /// The name of a feed: known ones in words, others as the district calls them.
  func name(ofFeed feed: String) -> String {
    switch feed {
    case "radar": choose("雷达", "Radar")
    case "gauge", "gauges", "stations", "aws": choose("雨量站", "Gauges")
    case "nwp", "grid", "forecast": choose("数值预报", "Model")
    default: feed
    }
  }

  /// `144/144 (100%)`; the per cent are cut, so that 100 means all.
  func coverage(_ coverage: Coverage) -> String {
    let percent = coverage.expected > 0 ? Decimal.cut(coverage.share * 100, places: 0) : nil
    let share = percent.map { " (\($0)%)" } ?? ""
    return "\(coverage.received)/\(coverage.expected)\(share)"
  }

  /// `雷达 24小时 144/144 (100%)，最新 7月1日20:00，0分钟前`
  func line(_ feed: FeedState) -> String {
    let span = feed.coverageSpan.map { " " + window($0) } ?? ""
    let name = name(ofFeed: feed.feed) + span
    guard let newest = feed.newest else {
      return "\(name) \(coverage(feed.coverage))" + choose("，无资料", ", no data")
    }
    let late = feed.isLate ? choose("，晚到", ", LATE") : ""
    return "\(name) \(coverage(feed.coverage))"
      + choose("，最新 \(shortTime(newest))，", ", newest \(shortTime(newest)), ")
      + age(of: newest) + late
  }

  /// `10分钟前` of the data time.
  func age(of moment: Timestamp) -> String {
    let minutes = time.seconds(since: moment) / 60
    if minutes < 120 { return choose("\(minutes)分钟前", "\(minutes) min old") }
    return choose("\(minutes / 60)小时前", "\(minutes / 60) h old")
  }

  /// `7月1日20:00` or `07-01 20:00`
  func shortTime(_ moment: Timestamp) -> String {
    let c = BeijingTime.civil(moment)
    let clock = "\(padded(c.hour, 2)):\(padded(c.minute, 2))"
    return choose(
      "\(c.month)月\(c.day)日\(clock)", "\(padded(c.month, 2))-\(padded(c.day, 2)) \(clock)")
  }

  var dataTime: String {
    choose(
      "资料时间 \(BeijingTime.chinese(time, withYear: true))（北京时）",
      "Data time \(BeijingTime.numeric(time)) Beijing time (UTC+8)")
  }

  func window(_ span: TimeSpan) -> String { choose(span.chineseText, span.text) }

  /// `红色 Ⅰ`, `资料不足`, `无资料覆盖`, `未达等级`
  func name(of answer: RiskAnswer) -> String {
    switch answer.state {
    case .unknown: unknown
    case .blind: blind
    case .complete, .atLeast: name(of: answer.level)
    }
  }

  func name(of level: RiskLevel) -> String {
    guard level != .none else { return choose("未达等级", "below level") }
    return choose(level.chineseName, level.name) + " " + level.numeral
  }

  var unknown: String { choose("资料不足", "unknown") }
  var blind: String { choose("无资料覆盖", "no coverage") }

  func name(of hazard: Hazard) -> String { choose(hazard.chineseName, hazard.englishName) }

  func name(of statistic: RainStatistic) -> String {
    switch statistic {
    case .mean: choose("面雨量", "areal mean")
    case .maximumCell: choose("最大格点", "largest cell")
    case .maximumGauge: choose("最大站点", "largest gauge")
    case .cell: choose("格点雨量", "cell")
    case .upstreamMean: choose("汇水区面雨量", "mean upstream")
    }
  }

  /// `63.2毫米`
  func depth(_ depth: Depth) -> String { depth.shortText + choose("毫米", " mm") }
}
