public import Hydromet

/// The life of a warning: what may happen next, and what it does to the record.
///
/// ```
/// draft ─► reviewed ─► signed ─► released ─► updated │ upgraded │ downgraded │ extended ─► cancelled
///   │          (urgent: ─► signed at once)      └── a new draft over the message in force        expired
///   └─► withdrawn
/// ```
///
/// A record in force can carry one proposal at a time: the change that is being prepared. Pure: a
/// record is the sum of its events, and the same events give the same record.
public struct WarningLifecycle: Sendable {
  public let policy: SigningPolicy
  /// Code of the sender of messages, fourteen digits.
  public let sender: String

  public init(policy: SigningPolicy, sender: String) {
    self.policy = policy
    self.sender = sender
  }

  /// What happens when somebody takes a step.
  ///
  /// - Parameters:
  ///   - time: when; a moment before the last event of the record counts as that event's moment, as
  ///     after a clock was set back.
  ///   - reason: why, 1 to 500 characters; telephone numbers in it are masked.
  /// - Throws: `illegal_transition` (says what is legal), `not_allowed` (role), `same_person`,
  ///   `stale_evidence`, `unknown_revision`, `changed_base`, `expired_content`, `audience_left_out`,
  ///   `bad_reason`, `bad_author`, and those of `WarningContent` checks.
  public func taking(
    _ step: WarningStep, on record: WarningRecord, by author: WarningAuthor, at time: Timestamp,
    because reason: String
  ) throws(Fault) -> (event: WarningEvent, record: WarningRecord) {
    let event = WarningEvent(
      record: record.id, number: record.eventCount + 1, step: step,
      author: try WarningText.checked(author), time: max(time, record.lastChange),
      reason: try WarningText.checkedReason(reason))
    var changed = record
    try apply(event, to: &changed)
    return (event, changed)
  }

  /// A new record whose first step is a draft.
  public func opening(
    _ chain: WarningChain, episode: Int, with step: WarningStep, by author: WarningAuthor,
    at time: Timestamp, because reason: String
  ) throws(Fault) -> (event: WarningEvent, record: WarningRecord) {
    let id = chain.recordID(episode: episode)
    let record = WarningRecord(id: id, chain: chain, episode: episode, created: time)
    return try taking(step, on: record, by: author, at: time, because: reason)
  }

  /// The record that a list of events makes.
  public func replaying(
    _ events: [WarningEvent], chain: WarningChain, episode: Int
  ) throws(Fault) -> WarningRecord? {
    guard let first = events.first else { return nil }
    var record = WarningRecord(
      id: chain.recordID(episode: episode), chain: chain, episode: episode, created: first.time)
    for event in events { try apply(event, to: &record) }
    return record
  }

  private func apply(_ event: WarningEvent, to record: inout WarningRecord) throws(Fault) {
    let action = event.step.action
    let legal = legalActions(on: record, at: event.time)
    guard legal.contains(action) else { throw illegal(action, record, legal, at: event.time) }
    let roles = policy.roles(for: action)
    guard roles.contains(event.author.role) else {
      throw Fault(
        "not_allowed", at: .init(record.id),
        "\(event.author.name) acts as \(event.author.role.rawValue), which may not \(action.rawValue)",
        remedy: "ask one of: \(roles.map(\.rawValue).joined(separator: ", "))")
    }
    switch event.step {
    case .prepare(let content, let dataTime, let answer, let lines):
      try prepare(&record, content, dataTime, answer, lines, event)
    case .withdraw: try withdraw(&record, by: event.author)
    case .review(let revision, let confirms): try review(&record, revision, confirms, event)
    case .sign(let revision, let confirms): try sign(&record, revision, confirms, event)
    case .release(let identifier, let audience, let confirms):
      try release(&record, identifier, audience, confirms, event)
    case .cancel(let identifier, let audience):
      try cancel(&record, identifier, audience, event)
    case .expire: record.ending = .expired
    case .ratify: try ratify(&record, event)
    case .overdue: record.isReviewOverdue = true
    }
    if record.ending != nil { record.proposal = nil }
    record.eventCount = event.number
    record.lastChange = event.time
  }

  private func illegal(
    _ action: WarningAction, _ record: WarningRecord, _ legal: [WarningAction], at time: Timestamp
  ) -> Fault {
    let names = legal.map(\.rawValue).joined(separator: ", ")
    let proposal = record.proposal.map { ", its proposal is \($0.stage.rawValue)" } ?? ""
    let over = record.standing != nil && record.inForce(at: time) == nil ? " and past its end" : ""
    return Fault(
      "illegal_transition", at: .init(record.id),
      "\(action.rawValue) is not possible: the record is \(record.status.rawValue)\(over)\(proposal)",
      remedy: legal.isEmpty
        ? "nothing more can happen to this record; a new draft of the chain opens a new one"
        : "possible now: \(names)")
  }
}
