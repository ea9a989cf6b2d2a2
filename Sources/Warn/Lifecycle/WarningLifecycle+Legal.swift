public import Hydromet

extension WarningLifecycle {
  /// What may happen next, whoever does it, in the order of `WarningAction.allCases`.
  public func legalActions(on record: WarningRecord, at time: Timestamp) -> [WarningAction] {
    WarningAction.allCases.filter { isLegal($0, record, time) }
  }

  /// What somebody of a role may do next.
  public func legalActions(
    on record: WarningRecord, at time: Timestamp, for role: WarningRole
  ) -> [WarningAction] {
    legalActions(on: record, at: time).filter { policy.roles(for: $0).contains(role) }
  }

  private func isLegal(_ action: WarningAction, _ record: WarningRecord, _ time: Timestamp) -> Bool
  {
    // A review that is due stays possible after the end: somebody has to answer for the signature.
    if action == .ratify { return record.reviewDue != nil }
    if action == .overdue {
      return record.reviewDue.map { time >= $0 } ?? false && !record.isReviewOverdue
    }
    guard record.isOpen else { return false }
    let stage = record.proposal?.stage
    let standing = record.standing
    let isOver = standing != nil && record.inForce(at: time) == nil
    if isOver { return action == .expire }
    switch action {
    case .prepare: return true
    case .withdraw: return stage != nil
    case .review: return stage == .draft
    case .sign:
      if stage == .reviewed { return true }
      guard stage == .draft, let version = record.proposal?.versions.last else { return false }
      return policy.allowsUrgent(version.content.level) || !policy.needsTwoPeople
    case .release: return stage == .signed
    case .cancel: return standing != nil
    case .expire, .ratify, .overdue: return false
    }
  }
}
