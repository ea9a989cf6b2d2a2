public import Hydromet

/// What each step does to a record that allows it.
extension WarningLifecycle {
  /// A draft is written, or new facts come to the one that is there. Facts that change the level of a
  /// reviewed draft make it a draft again; a signed one stays as it was signed, and its release tells.
  func prepare(
    _ record: inout WarningRecord, _ content: WarningContent?, _ dataTime: Timestamp,
    _ answer: RiskAnswer, _ lines: [String], _ event: WarningEvent
  ) throws(Fault) {
    let revision = EvidenceRevision(
      number: record.lastRevision + 1, dataTime: dataTime, answer: answer, lines: lines)
    let isHandwritten = event.author.role != .program
    if let newest = record.proposal?.newestEvidence, dataTime < newest.dataTime {
      throw Fault(
        "older_facts", at: .init(record.id),
        "the draft knows data of \(newest.dataTime.iso8601), these are of \(dataTime.iso8601)",
        remedy: "make the draft from the newest cycle")
    }
    if let content {
      try WarningText.check(content, at: record.id)
      let version = WarningVersion(evidence: revision, content: content)
      if var proposal = record.proposal {
        if !proposal.isHandwritten || isHandwritten {
          add(version, to: &proposal, isHandwritten: isHandwritten)
        }
        proposal.newestEvidence = revision
        record.proposal = proposal
      } else {
        record.proposal = WarningProposal(version: version, isHandwritten: isHandwritten)
      }
    } else {
      guard var proposal = record.proposal else {
        throw Fault(
          "nothing_to_refresh", at: .init(record.id), "facts without a draft came to no proposal",
          remedy: "give the content of a draft")
      }
      proposal.newestEvidence = revision
      record.proposal = proposal
    }
    record.lastRevision = revision.number
  }

  private func add(
    _ version: WarningVersion, to proposal: inout WarningProposal, isHandwritten: Bool
  ) {
    let kept = proposal.signature?.revision ?? proposal.review?.revision
    proposal.versions.append(version)
    while proposal.versions.count > WarningProposal.keptVersions {
      let first = proposal.versions[0].evidence.number
      proposal.versions.remove(at: first == kept ? 1 : 0)
    }
    if proposal.stage == .reviewed, let kept, let old = proposal.version(kept),
      old.content.level != version.content.level || isHandwritten
    {
      proposal.stage = .draft
      proposal.review = nil
    }
    if proposal.stage == .signed && isHandwritten {
      proposal.stage = .draft
      proposal.signature = nil
      proposal.review = nil
      proposal.isUrgent = false
    }
    if isHandwritten { proposal.isHandwritten = true }
  }

  /// The proposal is dropped; a record of which nothing was released ends with it.
  func withdraw(_ record: inout WarningRecord, by author: WarningAuthor) throws(Fault) {
    if author.role == .program, let proposal = record.proposal,
      proposal.stage != .draft || proposal.isHandwritten
    {
      throw Fault(
        "not_allowed", at: .init(record.id),
        "the program may drop only drafts of its own that nobody has reviewed",
        remedy: "let a forecaster withdraw it")
    }
    record.proposal = nil
    if record.issued.isEmpty { record.ending = .withdrawn }
  }

  func review(
    _ record: inout WarningRecord, _ revision: Int, _ confirms: Bool, _ event: WarningEvent
  ) throws(Fault) {
    guard var proposal = record.proposal else { return }
    try checkRevision(revision, of: proposal, confirms: confirms, record)
    proposal.review = WarningSignature(
      author: event.author, time: event.time, revision: revision,
      confirmedNewerFacts: confirms && revision < proposal.newestEvidence.number)
    proposal.stage = .reviewed
    record.proposal = proposal
  }

  /// Without a review before it, the signature is urgent: somebody else reviews it afterwards.
  func sign(
    _ record: inout WarningRecord, _ revision: Int, _ confirms: Bool, _ event: WarningEvent
  ) throws(Fault) {
    guard var proposal = record.proposal else { return }
    try checkRevision(revision, of: proposal, confirms: confirms, record)
    var isAlone = true
    if proposal.stage == .reviewed, let review = proposal.review, review.revision == revision {
      isAlone = false
      if policy.needsTwoPeople, review.author.name == event.author.name {
        throw Fault(
          "same_person", at: .init(record.id),
          "\(event.author.name) has reviewed revision \(revision) and cannot sign it too",
          remedy: "let a second person sign; alone, sign an unreviewed draft on the urgent path")
      }
    }
    let level = proposal.version(revision)?.content.level ?? .none
    if isAlone && policy.needsTwoPeople && !policy.allowsUrgent(level) {
      throw Fault(
        "review_missing", at: .init(record.id),
        "revision \(revision) (\(level.name)) was not reviewed",
        remedy: "let somebody review revision \(revision) first")
    }
    proposal.signature = WarningSignature(
      author: event.author, time: event.time, revision: revision,
      confirmedNewerFacts: confirms && revision < proposal.newestEvidence.number)
    proposal.isUrgent = isAlone && policy.needsTwoPeople
    proposal.signedOver = record.standing?.identifier
    proposal.stage = .signed
    record.proposal = proposal
  }

  /// Nobody agrees to a revision over newer facts without being told.
  private func checkRevision(
    _ revision: Int, of proposal: WarningProposal, confirms: Bool, _ record: WarningRecord
  ) throws(Fault) {
    guard let version = proposal.version(revision) else {
      let known = proposal.versions.map { String($0.evidence.number) }.joined(separator: ", ")
      throw Fault(
        "unknown_revision", at: .init(record.id), "there is no revision \(revision) of this draft",
        remedy: "name one of: \(known)")
    }
    let newest = proposal.newestEvidence
    guard revision < newest.number, !confirms else { return }
    throw Fault(
      "stale_evidence", at: .init(record.id),
      "revision \(revision) rests on data of \(version.evidence.dataTime.iso8601) "
        + "(\(version.evidence.answer.name)), there are newer facts: revision \(newest.number), "
        + "\(newest.dataTime.iso8601), \(newest.answer.name)",
      remedy: "read revision \(newest.number), or confirm that this one holds in spite of it")
  }

  func release(
    _ record: inout WarningRecord, _ identifier: String, _ audience: [String], _ confirms: Bool,
    _ event: WarningEvent
  ) throws(Fault) {
    guard let proposal = record.proposal, let signature = proposal.signature,
      let version = proposal.version(signature.revision)
    else { return }
    let content = version.content
    try checkTimes(content, at: event.time, record)
    guard proposal.signedOver == record.standing?.identifier else {
      throw Fault(
        "changed_base", at: .init(record.id),
        "the message in force is another one than when this was signed",
        remedy: "read the draft again and sign it again")
    }
    if proposal.newestEvidence.answer.name != version.evidence.answer.name && !confirms {
      throw Fault(
        "stale_evidence", at: .init(record.id),
        "signed were \(version.evidence.answer.name) facts, the newest are "
          + "\(proposal.newestEvidence.answer.name) (\(proposal.newestEvidence.dataTime.iso8601))",
        remedy: "sign the newest revision, or confirm the release")
    }
    try checkAudience(audience, record)
    record.issued.append(
      IssuedWarning(
        identifier: identifier, sender: sender, sent: event.time,
        kind: WarningLifecycle.kind(of: content, over: record.standing?.content),
        references: record.issued.map(\.reference), content: content, evidence: version.evidence,
        signedBy: signature.author, signedAt: signature.time, releasedBy: event.author,
        reason: event.reason))
    record.audience = audience.sorted()
    record.proposal = nil
    if proposal.isUrgent {
      let due = signature.time + policy.reviewWithin.seconds
      record.reviewDue = record.reviewDue.map { min($0, due) } ?? due
      record.aloneSigners.append(signature.author.name)
    }
  }

  /// What a content does to the one in force.
  public static func kind(
    of content: WarningContent, over standing: WarningContent?
  ) -> ReleaseKind {
    guard let standing else { return .initial }
    if content.level > standing.level { return .upgrade }
    if content.level < standing.level { return .downgrade }
    return content.expires > standing.expires ? .extend : .update
  }

  private func checkTimes(
    _ content: WarningContent, at time: Timestamp, _ record: WarningRecord
  ) throws(Fault) {
    guard content.expires > time else {
      throw Fault(
        "expired_content", at: .init(record.id),
        "the signed text ends at \(content.expires.iso8601), before its release at \(time.iso8601)",
        remedy: "wait for the next draft, or write one with a later end, and sign that")
    }
    guard content.expires.seconds(since: time) <= policy.longestValidity.seconds else {
      throw Fault(
        "validity_too_long", at: .init(record.id),
        "from release to end are \(content.expires.seconds(since: time) / 60) min, at most "
          + "\(policy.longestValidity.text) are allowed",
        remedy: "write an earlier end; extend the warning when it is due")
    }
  }

  /// Whoever got a message of the record gets every later one.
  private func checkAudience(_ audience: [String], _ record: WarningRecord) throws(Fault) {
    let left = Set(record.audience).subtracting(audience).sorted()
    guard left.isEmpty else {
      throw Fault(
        "audience_left_out", at: .init(record.id),
        "\(left.count) contacts got an earlier message and would not get this one: "
          + left.prefix(5).joined(separator: ", "),
        remedy: "send it to everybody whom the record names as its audience")
    }
  }

  func cancel(
    _ record: inout WarningRecord, _ identifier: String, _ audience: [String],
    _ event: WarningEvent
  ) throws(Fault) {
    guard let standing = record.standing else { return }
    try checkAudience(audience, record)
    record.issued.append(
      IssuedWarning(
        identifier: identifier, sender: sender, sent: event.time, kind: .cancel,
        references: record.issued.map(\.reference), content: standing.content,
        evidence: record.proposal?.newestEvidence ?? standing.evidence, signedBy: event.author,
        signedAt: event.time, releasedBy: event.author, reason: event.reason))
    record.audience = audience.sorted()
    record.ending = .cancelled
  }

  func ratify(_ record: inout WarningRecord, _ event: WarningEvent) throws(Fault) {
    guard !record.aloneSigners.contains(event.author.name) else {
      throw Fault(
        "same_person", at: .init(record.id),
        "\(event.author.name) signed this alone and cannot review it",
        remedy: "let a second person review it")
    }
    record.reviewDue = nil
    record.aloneSigners = []
    record.isReviewOverdue = false
  }
}
