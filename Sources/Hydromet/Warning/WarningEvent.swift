/// The names of what can happen to a record.
public enum WarningAction: String, Sendable, Hashable, Codable, CaseIterable {
  case prepare
  case withdraw
  case review
  case sign
  case release
  case cancel
  case expire
  /// The review that follows a signature by one person alone.
  case ratify
  /// It is noted that this review did not come in time.
  case overdue
}

/// What happens to a record, with all that it needs: a record is the sum of its steps.
public enum WarningStep: Sendable, Hashable, Codable {
  /// A draft is written or refreshed.
  ///
  /// - Parameter content: nil where there are newer facts but nothing to warn of.
  case prepare(content: WarningContent?, dataTime: Timestamp, answer: RiskAnswer, lines: [String])
  case withdraw
  /// - Parameter revision: the revision that the person has read.
  case review(revision: Int, confirmsNewerFacts: Bool)
  case sign(revision: Int, confirmsNewerFacts: Bool)
  /// - Parameter audience: ids of the contacts to whom the message goes.
  case release(identifier: String, audience: [String], confirmsNewerFacts: Bool)
  case cancel(identifier: String, audience: [String])
  case expire
  case ratify
  case overdue

  public var action: WarningAction {
    switch self {
    case .prepare: .prepare
    case .withdraw: .withdraw
    case .review: .review
    case .sign: .sign
    case .release: .release
    case .cancel: .cancel
    case .expire: .expire
    case .ratify: .ratify
    case .overdue: .overdue
    }
  }
}

/// One step with who took it, when and why.
public struct WarningEvent: Sendable, Hashable, Codable {
  /// Id of the record.
  public let record: String
  /// 1 for the first event of the record.
  public let number: Int
  public let step: WarningStep
  public let author: WarningAuthor
  public let time: Timestamp
  public let reason: String

  public init(
    record: String, number: Int, step: WarningStep, author: WarningAuthor, time: Timestamp,
    reason: String
  ) {
    self.record = record
    self.number = number
    self.step = step
    self.author = author
    self.time = time
    self.reason = reason
  }
}
