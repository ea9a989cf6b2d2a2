/// What the people at a place are to do 转移指令: the two marks of flash-flood practice. A threshold
/// of orange is the mark of the first, one of red that of the second.
public enum EvacuationAction: String, Sendable, Hashable, Codable, CaseIterable {
  /// 准备转移
  case prepare
  /// 立即转移
  case evacuateNow = "evacuate_now"

  /// The level whose threshold is the mark of the action.
  public var level: RiskLevel { self == .prepare ? .orange : .red }

  public var chineseName: String { self == .prepare ? "准备转移" : "立即转移" }
  public var englishName: String { self == .prepare ? "prepare to leave" : "leave now" }

  /// What a level of a hazard means to people on the spot; nil where it moves nobody. A rainstorm
  /// signal says what rain there is, and never by itself that people have to go.
  public init?(_ level: RiskLevel, of hazard: Hazard) {
    guard hazard != .rainstorm else { return nil }
    switch level {
    case .red: self = .evacuateNow
    case .orange: self = .prepare
    case .none, .blue, .yellow: return nil
    }
  }
}
