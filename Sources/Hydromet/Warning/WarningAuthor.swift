/// What somebody may do. Each post has its own; only `program` belongs to nobody.
public enum WarningRole: String, Sendable, Hashable, Codable, CaseIterable {
  /// Reads everything, changes nothing.
  case viewer
  /// Drafts, reviews, releases; signs where the district lets forecasters sign.
  case forecaster
  /// Everything that a forecaster may, and always signs and cancels.
  case chief
  /// Keeps accounts and lists; has no part in warnings, so that nobody gives himself the right to sign.
  case administrator
  /// Freshet itself: prepares and refreshes drafts, notes expiries. Signs nothing.
  case program

  public var chineseName: String {
    switch self {
    case .viewer: "查看员"
    case .forecaster: "预报员"
    case .chief: "带班领导"
    case .administrator: "管理员"
    case .program: "系统"
    }
  }
}

/// Who did something: a name as the office knows it, and the post in which it was done.
public struct WarningAuthor: Sendable, Hashable, Codable {
  public let name: String
  public let role: WarningRole

  public init(name: String, role: WarningRole) {
    self.name = name
    self.role = role
  }

  public static let program = WarningAuthor(name: "freshet", role: .program)
}
