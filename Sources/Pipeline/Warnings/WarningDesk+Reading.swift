import Archive
import Districts
import Formats
import Foundation
public import Hydromet
import Warn

/// What the desk shows.
extension WarningDesk {
  /// Open records, highest level first; with closed ones, newest change first.
  public func records(includingClosed: Bool) throws(Fault) -> [WarningRecord] {
    if includingClosed {
      return try ledger.warnings(
        changedIn: Period(end: clock.now + 86_400, seconds: 3660 * 86_400), limit: 10_000)
    }
    return try ledger.openWarnings().sorted {
      (WarningDesk.level($1), $0.id) < (WarningDesk.level($0), $1.id)
    }
  }

  /// The level that a record shows: of its message in force, or else of its draft.
  public static func level(_ record: WarningRecord) -> RiskLevel {
    record.standing?.content.level ?? record.proposal?.standing?.content.level
      ?? record.issued.last?.content.level ?? .none
  }

  /// - Throws: `unknown_warning`.
  public func record(_ id: String) throws(Fault) -> WarningRecord {
    guard let record = try ledger.warning(id) else { throw WarningDesk.unknown(id) }
    return record
  }

  public func events(of id: String) throws(Fault) -> [WarningEvent] {
    try ledger.events(ofWarning: id)
  }

  /// What may happen to a record now, by whomever.
  public func legalActions(on record: WarningRecord) -> [WarningAction] {
    life.legalActions(on: record, at: clock.now)
  }

  /// One form of the last message of a record.
  public func document(_ form: String, of id: String) throws(Fault) -> [UInt8] {
    guard let message = try record(id).issued.last else {
      throw Fault(
        "nothing_released", at: .init(id), "nothing of this record was released",
        remedy: "look at its draft with --format text or json")
    }
    return try document(form, ofMessage: message.identifier)
  }

  /// One form of a message, byte for byte as it was released.
  public func document(_ form: String, ofMessage identifier: String) throws(Fault) -> [UInt8] {
    let documents = try ledger.documents(ofMessage: identifier)
    guard let document = documents.first(where: { $0.form == form }) else {
      throw Fault(
        "unknown_form", "there is no such form of this message",
        remedy: documents.isEmpty
          ? "list the warnings with `freshet warning list`"
          : "name one of: " + documents.map(\.form).joined(separator: ", "))
    }
    return document.bytes
  }

  private func name(_ township: String) -> String {
    district.description.townships.first { $0.code == township }?.name ?? township
  }

  /// `id,hazard,township,name,level,status,proposal,revision,expires,review_due`
  public func csv(_ records: [WarningRecord]) throws(Fault) -> String {
    let header = [
      "id", "hazard", "township", "name", "level", "status", "proposal", "proposed_level",
      "revision", "expires", "review_due",
    ]
    let rows = records.map { record in
      [
        record.id, record.chain.hazard.rawValue, record.chain.township,
        name(record.chain.township), WarningDesk.level(record).name, record.status.rawValue,
        record.proposal?.stage.rawValue ?? "",
        record.proposal?.standing?.content.level.name ?? "",
        record.proposal.map { String($0.newestEvidence.number) } ?? "",
        record.standing?.content.expires.iso8601 ?? "", record.reviewDue?.iso8601 ?? "",
      ]
    }
    return CSVWriter.text(header, rows, as: .leanSheet)
  }

  public func json(_ value: some Encodable) throws(Fault) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    do {
      return String(decoding: try encoder.encode(value), as: UTF8.self) + "\n"
    } catch {
      throw Fault("not_json", "\(error)", remedy: "report this as a defect")
    }
  }

  /// One record for the eyes of the duty forecaster.
  public func account(of id: String) throws(Fault) -> String {
    let record = try record(id)
    var lines = [
      "\(record.id)  \(record.status.chineseName) (\(record.status.rawValue))",
      "\(name(record.chain.township)) \(record.chain.hazard.chineseName) \(WarningDesk.level(record).chineseName)",
    ]
    if let due = record.reviewDue {
      lines.append("须复核，至 \(BeijingTime.numeric(due))\(record.isReviewOverdue ? "，已超时" : "")")
    }
    for message in record.issued {
      lines.append(
        "发布 \(BeijingTime.numeric(message.sent)) \(message.kind.rawValue) "
          + "\(message.content.level.chineseName) \(message.identifier) 签发 \(message.signedBy.name)"
      )
    }
    if let proposal = record.proposal {
      lines.append("拟稿 \(proposal.stage.rawValue)\(proposal.isHandwritten ? "（人工）" : "")")
      for version in proposal.versions {
        lines.append(
          "  第\(version.evidence.number)稿 \(BeijingTime.numeric(version.evidence.dataTime)) "
            + "\(version.content.level.chineseName)，有效至 \(BeijingTime.numeric(version.content.expires))"
        )
      }
      let newest = proposal.newestEvidence
      lines.append(
        "  最新资料 第\(newest.number)版 \(BeijingTime.numeric(newest.dataTime)) \(newest.answer.name)")
      if let content = proposal.standing?.content {
        lines += ["  \(content.headline)", "  \(content.description)", "  \(content.instruction)"]
      }
    }
    lines.append("可以：" + legalActions(on: record).map(\.rawValue).joined(separator: ", "))
    for event in try events(of: id) {
      lines.append(
        "\(BeijingTime.numeric(event.time)) \(event.step.action.rawValue) "
          + "\(event.author.name)（\(event.author.role.chineseName)）\(event.reason)")
    }
    for word in try ledger.feedback(on: id) {
      lines.append(
        "\(BeijingTime.numeric(word.time)) 反馈 \(word.observation.chineseName) "
          + "\(word.author.name) \(word.note)")
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// Notes what the ground says.
  public func note(
    _ observation: GroundFeedback.Observation, on subject: String, township: String?,
    by author: WarningAuthor, note: String
  ) throws(Fault) {
    let record = try ledger.warning(subject)
    guard let place = township ?? record?.chain.township else {
      throw Fault(
        "no_township", at: .init(subject), "the township is not known",
        remedy: "name it with --township")
    }
    try ledger.record(
      GroundFeedback(
        subject: subject, township: place, observation: observation, time: clock.now,
        author: try WarningText.checked(author), note: try WarningText.checkedReason(note)))
  }

  /// One row for each alarm that was decided, also those that were suppressed; the heading is the first row.
  public func alarmTable(past: TimeSpan) throws(Fault) -> String {
    let header = [
      "decided", "id", "level", "hazard", "unit_kind", "unit", "name", "data_time", "suppression",
      "text",
    ]
    let rows = try alarms(past: past).map { alarm in
      [
        alarm.decidedAt.iso8601, alarm.id, alarm.level.name, alarm.hazard.rawValue,
        alarm.unitKind.rawValue, alarm.unit, alarm.name, alarm.dataTime.iso8601,
        alarm.suppression?.rawValue ?? "", alarm.text,
      ]
    }
    return CSVWriter.text(header, rows, as: .leanSheet)
  }
}
