/// Why a reading has the verdict that it has. Raw values are the stable names of tables.
///
/// Some speak against a reading, some for it, some say what could not be tested.
public enum QualityReason: String, Sendable, Hashable, Codable, CaseIterable {
  /// Whoever sent the value doubts it: the quality code that came with it.
  case sender = "sender"
  /// A person decided (see the edit's author, reason and expiry).
  case manual = "manual"

  /// Beyond what the element can be anywhere.
  case limit = "limit"
  /// Beyond what the station can have in this month.
  case climate = "climate"
  /// Minutes, hours and longer totals of the station contradict one another.
  case totals = "totals"
  /// Dew point above temperature.
  case dewPoint = "dew_point"
  /// Gust below mean wind.
  case gust = "gust"

  /// A jump that the element does not make.
  case step = "step"
  /// The same value again and again.
  case flatLine = "flat_line"
  /// A tipping bucket that tips like a clock: rain of one size in every step.
  case stuckBucket = "stuck_bucket"
  /// Up and down in turn.
  case oscillation = "oscillation"
  /// The rain fits the neighbours at another time better than at its own.
  case clockOffset = "clock_offset"
  /// The values of a neighbour, again or shifted in time.
  case duplicate = "duplicate"

  /// Far from what the neighbours have.
  case buddy = "buddy"
  /// Rain where no neighbour has any, or none where all have.
  case eventBuddy = "event_buddy"
  /// Far from what the neighbours, weighted by distance and by one another, make likely.
  case spatial = "spatial"
  /// The value fits when a decimal point or a unit is moved.
  case scale = "scale"
  /// Two gauges at one place disagree.
  case twin = "twin"

  /// Dry for hours under echo and among wet neighbours: a blocked funnel.
  case blocked = "blocked"
  /// Rain without echo and without wet neighbours.
  case phantom = "phantom"
  /// Too little rain in many hours, of a day or of weeks.
  case underMeasuring = "under_measuring"
  /// Too much rain in many hours, of a day or of weeks.
  case overMeasuring = "over_measuring"
  /// The rain fits another place better than the stated one.
  case place = "place"

  /// The radar has an echo that explains the value.
  case radarSupport = "radar_support"
  /// A neighbour's rain explains the value.
  case neighbourSupport = "neighbour_support"
  /// No neighbour near enough to compare with.
  case isolated = "isolated"
  /// No radar value at the station and time.
  case noRadar = "no_radar"
  /// Nothing outside the station could be held against the value.
  case untestable = "untestable"

  /// What a reason does to a verdict.
  public enum Weight: Sendable, Hashable {
    /// The value is doubted.
    case against
    /// The value is supported.
    case inFavour
    /// Neither: says what was or could not be done.
    case remark
  }

  public var weight: Weight {
    switch self {
    case .radarSupport, .neighbourSupport: .inFavour
    case .isolated, .noRadar, .untestable, .manual: .remark
    default: .against
    }
  }

  /// Words for maps and texts.
  public var chineseName: String {
    switch self {
    case .sender: "来源质量码存疑"
    case .manual: "人工审核"
    case .limit: "超界限值"
    case .climate: "超气候极值"
    case .totals: "分段与累计不一致"
    case .dewPoint: "露点高于气温"
    case .gust: "阵风小于平均风"
    case .step: "时间跳变"
    case .flatLine: "僵值"
    case .stuckBucket: "翻斗卡滞"
    case .oscillation: "来回振荡"
    case .clockOffset: "时钟偏差"
    case .duplicate: "与邻站重复"
    case .buddy: "与邻站差异过大"
    case .eventBuddy: "与邻站有无雨不符"
    case .spatial: "空间不一致"
    case .scale: "疑单位或小数点错误"
    case .twin: "同址双雨量计不一致"
    case .blocked: "疑漏斗堵塞"
    case .phantom: "疑虚假降水"
    case .underMeasuring: "持续偏小"
    case .overMeasuring: "持续偏大"
    case .place: "站点坐标存疑"
    case .radarSupport: "雷达支持"
    case .neighbourSupport: "邻站支持"
    case .isolated: "无邻站"
    case .noRadar: "无雷达"
    case .untestable: "无法检验"
    }
  }

  public var englishName: String {
    switch self {
    case .sender: "doubted by its sender"
    case .manual: "decided by a person"
    case .limit: "beyond physical limits"
    case .climate: "beyond the station's limits of the month"
    case .totals: "parts and totals disagree"
    case .dewPoint: "dew point above temperature"
    case .gust: "gust below mean wind"
    case .step: "jump in time"
    case .flatLine: "same value again and again"
    case .stuckBucket: "stuck tipping bucket"
    case .oscillation: "oscillating"
    case .clockOffset: "clock runs wrong"
    case .duplicate: "repeats a neighbour"
    case .buddy: "far from its neighbours"
    case .eventBuddy: "rain or none against its neighbours"
    case .spatial: "spatially inconsistent"
    case .scale: "unit or decimal point"
    case .twin: "twin gauges disagree"
    case .blocked: "blocked funnel"
    case .phantom: "phantom rain"
    case .underMeasuring: "measures too little, hour after hour"
    case .overMeasuring: "measures too much, hour after hour"
    case .place: "coordinates doubtful"
    case .radarSupport: "supported by radar"
    case .neighbourSupport: "supported by neighbours"
    case .isolated: "no neighbours"
    case .noRadar: "no radar"
    case .untestable: "untestable"
    }
  }
}

/// A set of reasons in the order of their declaration.
public struct QualityReasons: OptionSet, Sendable, Hashable {
  public let rawValue: UInt64

  public init(rawValue: UInt64) {
    self.rawValue = rawValue
  }

  public init(_ reason: QualityReason) {
    rawValue = QualityReasons.bit[reason] ?? 0
  }

  public init(_ reasons: some Sequence<QualityReason>) {
    rawValue = reasons.reduce(0) { $0 | (QualityReasons.bit[$1] ?? 0) }
  }

  private static let bit: [QualityReason: UInt64] = Dictionary(
    uniqueKeysWithValues: QualityReason.allCases.enumerated().map { ($1, 1 << UInt64($0)) })

  public func contains(_ reason: QualityReason) -> Bool {
    contains(QualityReasons(reason))
  }

  public mutating func insert(_ reason: QualityReason) {
    formUnion(QualityReasons(reason))
  }

  /// The reasons in the order of their declaration.
  public var list: [QualityReason] {
    QualityReason.allCases.enumerated().compactMap { index, reason in
      rawValue & (1 << UInt64(index)) == 0 ? nil : reason
    }
  }

  /// The reasons that speak against the value.
  public var against: [QualityReason] { list.filter { $0.weight == .against } }

  /// Stable names, separated by a separator that no name has: the form of tables.
  public var text: String { list.map(\.rawValue).joined(separator: ";") }

  /// Reads `text`; nil where a name is not known.
  public init?(text: some StringProtocol) {
    var reasons = QualityReasons()
    for name in text.split(separator: ";") {
      guard let reason = QualityReason(rawValue: String(name)) else { return nil }
      reasons.insert(reason)
    }
    self = reasons
  }
}
