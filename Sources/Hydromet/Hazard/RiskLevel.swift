/// The four legal levels of a warning, and none.
public enum RiskLevel: Int, Sendable, Hashable, Codable, Comparable, CaseIterable {
  case none = 0
  /// IV 蓝色
  case blue = 1
  /// III 黄色
  case yellow = 2
  /// II 橙色
  case orange = 3
  /// I 红色
  case red = 4

  public static func < (a: RiskLevel, b: RiskLevel) -> Bool { a.rawValue < b.rawValue }

  /// The four levels, lowest first.
  public static let warnings: [RiskLevel] = [.blue, .yellow, .orange, .red]

  /// `none`, `blue`, `yellow`, `orange`, `red`: the form of tables.
  public var name: String {
    switch self {
    case .none: "none"
    case .blue: "blue"
    case .yellow: "yellow"
    case .orange: "orange"
    case .red: "red"
    }
  }

  public init?(name: some StringProtocol) {
    guard let level = RiskLevel.allCases.first(where: { $0.name == name }) else { return nil }
    self = level
  }

  /// `Ⅳ` … `Ⅰ`; empty for none.
  public var numeral: String {
    switch self {
    case .none: ""
    case .blue: "Ⅳ"
    case .yellow: "Ⅲ"
    case .orange: "Ⅱ"
    case .red: "Ⅰ"
    }
  }

  /// `蓝色` … `红色`; `无` for none.
  public var chineseName: String {
    switch self {
    case .none: "无"
    case .blue: "蓝色"
    case .yellow: "黄色"
    case .orange: "橙色"
    case .red: "红色"
    }
  }
}

/// How sure the answer about a unit is.
public enum AssessmentState: String, Sendable, Hashable, Codable {
  /// The inputs cover every rule: the level is the level.
  case complete
  /// The level was reached; higher rules are not covered by the inputs, so it may be higher still.
  case atLeast = "at_least"
  /// No threshold was reached and the inputs do not cover every rule: nobody knows.
  case unknown
  /// The unit lies outside every feed's coverage.
  case blind
}

/// The answer about a unit. "None" exists only together with `complete`.
public struct RiskAnswer: Sendable, Hashable, Codable {
  public let level: RiskLevel
  public let state: AssessmentState

  private init(level: RiskLevel, state: AssessmentState) {
    self.level = level
    self.state = state
  }

  /// Every rule was covered.
  public static func complete(_ level: RiskLevel) -> RiskAnswer {
    RiskAnswer(level: level, state: .complete)
  }

  /// Rules were left open: a level that was reached stays, anything else is unknown.
  public static func incomplete(reached level: RiskLevel) -> RiskAnswer {
    RiskAnswer(level: level, state: level == .none ? .unknown : .atLeast)
  }

  public static let blind = RiskAnswer(level: .none, state: .blind)

  /// `none`, `blue` … `red`, `unknown`, `blind`: the column `level` of tables.
  public var name: String {
    switch state {
    case .complete, .atLeast: level.name
    case .unknown: "unknown"
    case .blind: "blind"
    }
  }

  /// The answer for a whole that consists of parts: the highest level reached; complete only where
  /// every part is (or where nothing could be higher); blind only where every part is.
  public static func combined(_ parts: some Sequence<RiskAnswer>) -> RiskAnswer? {
    var highest = RiskLevel.none
    var allComplete = true
    var allBlind = true
    var any = false
    for part in parts {
      any = true
      highest = max(highest, part.level)
      if part.state != .complete { allComplete = false }
      if part.state != .blind { allBlind = false }
    }
    guard any else { return nil }
    if allBlind { return .blind }
    if allComplete || highest == .red { return .complete(highest) }
    return .incomplete(reached: highest)
  }
}

/// The hazards that are judged.
public enum Hazard: String, Sendable, Hashable, Codable, CaseIterable {
  /// 山洪
  case flashFlood = "flash_flood"
  /// 滑坡（地质灾害）
  case landslide = "landslide"
  /// 内涝
  case waterlogging = "waterlogging"
  /// 中小河流洪水
  case river = "river"
  /// 暴雨（预警信号标准）
  case rainstorm = "rainstorm"

  /// `山洪灾害`: the word in titles.
  public var chineseName: String {
    switch self {
    case .flashFlood: "山洪灾害"
    case .landslide: "地质灾害"
    case .waterlogging: "城市内涝"
    case .river: "中小河流洪水"
    case .rainstorm: "暴雨"
    }
  }

  public var englishName: String {
    switch self {
    case .flashFlood: "flash flood"
    case .landslide: "landslide"
    case .waterlogging: "waterlogging"
    case .river: "small-river flood"
    case .rainstorm: "rainstorm"
    }
  }
}
