/// Rules as sentences, for people who sign what they say.
extension RainStatistic {
  public var chineseName: String {
    switch self {
    case .mean: "面雨量"
    case .maximumCell: "最大格点雨量"
    case .maximumGauge: "最大站点雨量"
    case .cell: "所在格点雨量"
    case .upstreamMean: "汇水区面雨量"
    }
  }

  public var englishName: String {
    switch self {
    case .mean: "areal mean"
    case .maximumCell: "largest cell"
    case .maximumGauge: "largest gauge"
    case .cell: "rain of the cell"
    case .upstreamMean: "mean over all area upstream"
    }
  }
}

extension UnitKind {
  public var chineseName: String {
    switch self {
    case .basin: "小流域"
    case .township: "镇街"
    case .hazardPoint: "隐患点"
    }
  }
}

extension Wetness {
  public var chineseName: String {
    switch self {
    case .any: "不分土壤状态"
    case .dry: "较干"
    case .normal: "一般"
    case .wet: "较湿"
    }
  }
}

extension RainTest {
  public var chineseText: String {
    let rain = "\(statistic.chineseName)≥\(depth.shortText)毫米"
    switch tense {
    case .fallen: return "过去\(duration.chineseText)\(rain)"
    case .expected: return "预计未来\(duration.chineseText)\(rain)"
    case .joined: return "任意\(duration.chineseText)（实况加预计）\(rain)"
    }
  }

  public var englishText: String {
    let rain = "\(statistic.englishName) >= \(depth.shortText) mm"
    switch tense {
    case .fallen: return "\(rain) in the last \(duration.text)"
    case .expected: return "\(rain) expected in the next \(duration.text)"
    case .joined: return "\(rain) in any \(duration.text), fallen and expected"
    }
  }
}

extension TriggeringIndex {
  private var number: String { Depth(millimetres: threshold)?.shortText ?? "?" }
  private var factor: String { Depth(millimetres: decay)?.text ?? "?" }

  public var chineseText: String {
    "降雨驱动指标RTI≥\(number)（1小时\(statistic.chineseName)×有效雨量，前\(days)天逐日×\(factor)）"
  }

  public var englishText: String {
    "rainfall triggering index >= \(number) mm²/h (1h \(statistic.englishName) x effective rain, "
      + "\(days) days before, each x \(factor))"
  }
}

extension SoilRainLine {
  private var chineseCorners: String {
    corners.map { "\(SoilRainLine.number($0.index))→\($0.rain.shortText)" }.joined(separator: "，")
  }

  static func number(_ value: Double) -> String { Depth(millimetres: value)?.shortText ?? "?" }

  public var chineseText: String {
    "60分钟\(statistic.chineseName)达到土壤水分指数临界线（指数毫米→雨量毫米：\(chineseCorners)）"
  }

  public var englishText: String {
    let pairs = corners.map { "\(SoilRainLine.number($0.index)): \($0.rain.shortText)" }
    return "60min \(statistic.englishName) on or above the line over the soil water index "
      + "(index mm: rain mm; \(pairs.joined(separator: ", ")))"
  }
}

extension RuleCondition {
  public var chineseText: String { text(nested: false, chinese: true) }
  public var englishText: String { text(nested: false, chinese: false) }

  private func text(nested: Bool, chinese: Bool) -> String {
    switch self {
    case .rain(let test): return chinese ? test.chineseText : test.englishText
    case .triggeringIndex(let index): return chinese ? index.chineseText : index.englishText
    case .soilRainLine(let line): return chinese ? line.chineseText : line.englishText
    case .atLeast(let count, let parts):
      if parts.count == 1, let only = parts.first {
        return only.text(nested: nested, chinese: chinese)
      }
      let words = parts.map { $0.text(nested: true, chinese: chinese) }
      let joined: String
      if count >= parts.count {
        joined = words.joined(separator: chinese ? "，且" : " and ")
      } else if count == 1 {
        joined = words.joined(separator: chinese ? "，或" : " or ")
      } else {
        joined =
          chinese
          ? "下列\(parts.count)条中至少\(count)条成立：\(words.joined(separator: "；"))"
          : "at least \(count) of \(parts.count): \(words.joined(separator: "; "))"
      }
      guard nested else { return joined }
      return chinese ? "（\(joined)）" : "(\(joined))"
    }
  }
}

extension RainRule {
  /// `规则 kr-1（山洪灾害 红色，镇街 全部）：…`
  public var chineseText: String {
    let whom = units == ["*"] ? "全部" : units.joined(separator: "、")
    return "规则 \(id)（\(hazard.chineseName)\(level.chineseName)，\(unitKind.chineseName) \(whom)）："
      + condition.chineseText
  }

  public var englishText: String {
    let whom = units == ["*"] ? "every \(unitKind.rawValue)" : units.joined(separator: ", ")
    return "rule \(id) (\(hazard.englishName) \(level.name), \(whom)): \(condition.englishText)"
  }
}
