public import Hydromet

/// Keeps the drafts in step with the facts: after every cycle it says which chain needs a draft, a
/// refreshed one, a change to its message in force, or no draft any more. Pure.
///
/// * A higher level is proposed at once; a lower one, or an end, only after the level has stayed lower
///   for as long as the policy asks. Unknown and blind facts never lower anything.
/// * The program proposes; nothing of this releases, lowers or ends a message.
public struct DraftKeeper: Sendable {
  private let composer: DraftComposer
  private let policy: SigningPolicy

  public init(composer: DraftComposer, policy: SigningPolicy) {
    self.composer = composer
    self.policy = policy
  }

  /// One step that the program should take.
  public struct Wish: Sendable, Hashable {
    public let chain: WarningChain
    public let step: WarningStep
    public let reason: String
  }

  /// - Parameters:
  ///   - open: the open records.
  ///   - supported: when the facts last had at least the level of the record, or were first looked at
  ///     for it where that is not known; by chain.
  /// - Returns: wishes in the order of chains.
  public func wishes(
    for townships: [TownshipAssessment], dataTime: Timestamp, now: Timestamp,
    open: [WarningRecord], supported: [WarningChain: Timestamp]
  ) -> [Wish] {
    let records = Dictionary(
      open.filter(\.isOpen).map { ($0.chain, $0) }, uniquingKeysWith: { a, _ in a })
    var wishes: [Wish] = []
    for township in townships.sorted(by: { $0.township < $1.township }) {
      let contents = composer.contents(for: township, at: dataTime)
      for hazard in Hazard.allCases {
        let parts = township.parts.filter { $0.hazard == hazard }
        guard let answer = RiskAnswer.combined(parts.map(\.answer)) else { continue }
        let chain = WarningChain(hazard: hazard, township: township.township)
        let facts = Facts(
          chain: chain, answer: answer, content: contents[hazard], dataTime: dataTime, now: now,
          lines: DraftKeeper.lines(of: parts, township: township.township))
        if let wish = wish(facts, records[chain], supported[chain]) { wishes.append(wish) }
      }
    }
    return wishes
  }

  private struct Facts {
    let chain: WarningChain
    let answer: RiskAnswer
    let content: WarningContent?
    let dataTime: Timestamp
    let now: Timestamp
    let lines: [String]

    func prepare(_ content: WarningContent?, _ reason: String) -> Wish {
      Wish(
        chain: chain,
        step: .prepare(content: content, dataTime: dataTime, answer: answer, lines: lines),
        reason: reason)
    }

    var isKnown: Bool { answer.state == .complete || answer.state == .atLeast }
  }

  private func wish(_ facts: Facts, _ record: WarningRecord?, _ supported: Timestamp?) -> Wish? {
    guard let record else {
      return facts.content.map { facts.prepare($0, "资料达到\($0.level.chineseName)阈值") }
    }
    if let newest = record.proposal?.newestEvidence, facts.dataTime < newest.dataTime { return nil }
    if record.standing != nil && record.inForce(at: facts.now) == nil { return nil }
    guard record.proposal != nil else { return change(facts, record, supported) }
    return refresh(facts, record, supported)
  }

  /// A change to the message in force, where the facts ask for one.
  private func change(_ facts: Facts, _ record: WarningRecord, _ supported: Timestamp?) -> Wish? {
    guard let standing = record.inForce(at: facts.now)?.content else { return nil }
    guard facts.isKnown else { return nil }
    if facts.answer.level > standing.level {
      return facts.content.map { facts.prepare($0, "资料达到更高等级\($0.level.chineseName)") }
    }
    if facts.answer.level == standing.level {
      let isNearEnd = standing.expires.seconds(since: facts.now) <= policy.renewBefore.seconds
      guard isNearEnd, let content = facts.content, content.expires > standing.expires else {
        return nil
      }
      return facts.prepare(content, "临近到期而资料仍达到\(content.level.chineseName)阈值")
    }
    guard facts.answer.state == .complete, isLongLower(facts, supported) else { return nil }
    // Below every level there is nothing to draft: the list of records says that it may be ended.
    return facts.content.map { facts.prepare($0, "资料持续低于现行等级，建议降为\($0.level.chineseName)") }
  }

  /// New facts for the proposal that is there.
  private func refresh(_ facts: Facts, _ record: WarningRecord, _ supported: Timestamp?) -> Wish? {
    guard let proposal = record.proposal else { return nil }
    let known = proposal.newestEvidence
    if facts.isKnown, let content = facts.content {
      if known.answer == facts.answer && known.lines == facts.lines { return nil }
      if content.level < (proposal.versions.last?.content.level ?? .none) {
        guard facts.answer.state == .complete else { return nil }
      }
      return facts.prepare(content, "资料更新")
    }
    let isOver = facts.answer.state == .complete && facts.answer.level == .none
    if isOver, proposal.stage == .draft, !proposal.isHandwritten, isLongLower(facts, supported) {
      return Wish(chain: facts.chain, step: .withdraw, reason: "资料持续低于各级阈值")
    }
    guard known.answer != facts.answer else { return nil }
    return facts.prepare(nil, isOver ? "资料低于各级阈值" : "资料不足，不能判断")
  }

  private func isLongLower(_ facts: Facts, _ supported: Timestamp?) -> Bool {
    guard let supported else { return false }
    return facts.dataTime.seconds(since: supported) >= policy.lowerAfter.seconds
  }

  /// The level that the facts have to keep so that a record is supported: of its message in force, or
  /// of its draft.
  public static func supportedLevel(_ record: WarningRecord) -> RiskLevel {
    record.standing?.content.level ?? record.proposal?.versions.last?.content.level ?? .none
  }

  /// The answer for a chain; nil where nothing in the township is judged for the hazard.
  public static func answer(
    _ chain: WarningChain, in townships: [TownshipAssessment]
  ) -> RiskAnswer? {
    guard let township = townships.first(where: { $0.township == chain.township }) else {
      return nil
    }
    return RiskAnswer.combined(
      township.parts.filter { $0.hazard == chain.hazard }.map(\.answer))
  }

  private static func lines(of parts: [UnitAssessment], township: String) -> [String] {
    parts.compactMap { part in
      part.decisive.map { evidence in
        "\(township),\(part.unitKind.rawValue)," + EvidenceLine.text(evidence, unit: part.unit)
      }
    }
  }
}
