public import Hydromet

/// Who has to agree before a warning goes out. The district states it in `district.yaml`.
public struct SigningPolicy: Sendable, Hashable {
  /// The lowest post that signs and cancels: `forecaster` or `chief`.
  public var signer: WarningRole
  /// Review and signature come from two different people.
  public var needsTwoPeople: Bool
  /// The level from which one person alone may sign, unreviewed; nil where nobody may.
  public var urgentFrom: RiskLevel?
  /// The time within which a second person reviews what was signed alone.
  public var reviewWithin: TimeSpan
  /// The longest time from release to expiry.
  public var longestValidity: TimeSpan
  /// The level has to stay lower for this long before a lower level or an end is proposed.
  public var lowerAfter: TimeSpan
  /// This long before its end an extension is proposed while the facts still hold.
  public var renewBefore: TimeSpan

  public init(
    signer: WarningRole = .forecaster, needsTwoPeople: Bool = true,
    urgentFrom: RiskLevel? = .orange, reviewWithin: TimeSpan = .minutes(30),
    longestValidity: TimeSpan = .hours(24), lowerAfter: TimeSpan = .minutes(60),
    renewBefore: TimeSpan = .minutes(30)
  ) {
    self.signer = signer
    self.needsTwoPeople = needsTwoPeople
    self.urgentFrom = urgentFrom
    self.reviewWithin = reviewWithin
    self.longestValidity = longestValidity
    self.lowerAfter = lowerAfter
    self.renewBefore = renewBefore
  }

  /// The posts that may take an action.
  public func roles(for action: WarningAction) -> [WarningRole] {
    switch action {
    case .prepare, .withdraw: [.forecaster, .chief, .program]
    case .review, .release, .ratify: [.forecaster, .chief]
    case .sign, .cancel: signer == .chief ? [.chief] : [.forecaster, .chief]
    case .expire, .overdue: [.program]
    }
  }

  /// Whether one person alone may sign a warning of this level.
  public func allowsUrgent(_ level: RiskLevel) -> Bool {
    urgentFrom.map { level >= $0 } ?? false
  }
}
