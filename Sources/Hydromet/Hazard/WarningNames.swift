/// The official names from which headlines, events and titles are made.
extension Hazard {
  /// `山洪灾害气象风险`: what stands between the office and the colour in a headline.
  public var chineseWarningName: String {
    switch self {
    case .flashFlood: "山洪灾害气象风险"
    case .landslide: "地质灾害气象风险"
    case .waterlogging: "城市内涝气象风险"
    case .river: "中小河流洪水气象风险"
    case .rainstorm: "暴雨"
    }
  }

  /// `flash flood risk`
  public var englishWarningName: String {
    switch self {
    case .flashFlood: "flash flood risk"
    case .landslide: "landslide risk"
    case .waterlogging: "urban waterlogging risk"
    case .river: "small-river flood risk"
    case .rainstorm: "rainstorm"
    }
  }

  /// `预警信号` for the signal of CMA Order 16, `预警` for a risk warning.
  public var chineseWarningKind: String { self == .rainstorm ? "预警信号" : "预警" }
}

extension RiskLevel {
  /// `II级/重大`: the bracket behind a headline (GB/T 34283-2017 practice); empty for none.
  public var chineseGrade: String {
    switch self {
    case .none: ""
    case .blue: "IV级/一般"
    case .yellow: "III级/较大"
    case .orange: "II级/重大"
    case .red: "I级/特别重大"
    }
  }

  /// `Level II/major`; empty for none.
  public var englishGrade: String {
    switch self {
    case .none: ""
    case .blue: "Level IV/ordinary"
    case .yellow: "Level III/considerable"
    case .orange: "Level II/major"
    case .red: "Level I/exceptional"
    }
  }
}
