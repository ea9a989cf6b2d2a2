public import Archive
import Districts
public import Hydromet
import Warn

/// A forecaster's own words.
extension WarningDesk {
  /// What a forecaster changes of a draft, or of the message in force.
  public struct Edit: Sendable {
    public var level: RiskLevel?
    public var expires: Timestamp?
    public var description: String?
    public var instruction: String?
    public var englishDescription: String?
    public var englishInstruction: String?

    public init() {}
  }

  /// Writes a new version by hand: of the draft where there is one, else of the message in force.
  public func edit(
    _ id: String, _ edit: Edit, by author: WarningAuthor, because reason: String
  ) throws(Fault) -> WarningDecision {
    guard let record = try ledger.warning(id) else { throw WarningDesk.unknown(id) }
    guard
      var content = record.proposal?.versions.last?.content ?? record.standing?.content
    else { throw WarningDesk.unknown(id) }
    let facts = record.proposal?.newestEvidence ?? record.standing?.evidence
    if let level = edit.level, level != content.level {
      content = recoloured(content, level, record.chain)
      content.basis = .judgement
    }
    content.expires = edit.expires ?? content.expires
    content.description = edit.description ?? content.description
    content.instruction = edit.instruction ?? content.instruction
    content.englishDescription = edit.englishDescription ?? content.englishDescription
    content.englishInstruction = edit.englishInstruction ?? content.englishInstruction
    let step = WarningStep.prepare(
      content: content, dataTime: facts?.dataTime ?? clock.now, answer: facts?.answer ?? .blind,
      lines: facts?.lines ?? [])
    return try ledger.prepare(
      record.chain, step, by: WarningActor(author, at: clock.now, because: reason), life: life)
  }

  /// The same warning in another colour: headline and advice are those of the level.
  private func recoloured(
    _ content: WarningContent, _ level: RiskLevel, _ chain: WarningChain
  ) -> WarningContent {
    var changed = content
    changed.level = level
    let words = WarningHeadline(district: district.description, hazard: chain.hazard, level: level)
    changed.headline = words.chinese
    changed.englishHeadline = words.english
    changed.instruction = words.instruction
    changed.englishInstruction = words.englishInstruction
    return changed
  }

  static func unknown(_ id: String) -> Fault {
    Fault(
      "unknown_warning", "there is no warning \"\(PrivateText.masked(String(id.prefix(80))))\"",
      remedy: "list the warnings with `freshet warning list`")
  }
}
