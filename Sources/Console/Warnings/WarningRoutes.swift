import Archive
import Foundation
import Hummingbird
import Hydromet
import Pipeline
import Publish
import Warn

/// Warnings over HTTP: what the command line does, with the name and role of a token's holder.
extension ConsoleServices {
  var warningRoutes: [ConsoleRoute] {
    let reading: [ConsoleRoute] = [
      ConsoleRoute(.get, "/api/v1/warnings", .read) { call in try await listWarnings(call) },
      ConsoleRoute(.get, "/api/v1/warnings/{id}", .read) { call in try await showWarning(call) },
      ConsoleRoute(.get, "/api/v1/alarms", .read) { _ in try await listAlarms() },
      ConsoleRoute(.get, "/api/v1/audit", .administer) { _ in try await checkAudit() },
      ConsoleRoute(.get, "/api/v1/openapi.json", nil) { _ in
        .bytes(OpenAPIDocument.bytes, type: "application/json")
      },
    ]
    let feeds: [ConsoleRoute] = [
      ConsoleRoute(.get, "/warnings/warnings.atom", nil) { _ in try await feed(.atom) },
      ConsoleRoute(.get, "/warnings/warnings.rss", nil) { _ in try await feed(.rss) },
      ConsoleRoute(.get, "/warnings/warnings.geojson", nil) { _ in try await feed(.geoJSON) },
      ConsoleRoute(.get, "/warnings/cap/{file}", nil) { call in try await alert(call) },
    ]
    let steps = WarningOrder.Step.allCases.map { step in
      ConsoleRoute(.post, "/api/v1/warnings/{id}/\(step.rawValue)", step.permission) { call in
        try await order(step, call)
      }
    }
    return reading + feeds + steps
  }

  // MARK: Reading

  private struct Summary: Encodable {
    let id: String
    let hazard: String
    let township: String
    let level: String
    let status: String
    let proposal: String?
    let revision: Int?
    let expires: String?
    let reviewDue: String?

    init(_ record: WarningRecord) {
      id = record.id
      hazard = record.chain.hazard.rawValue
      township = record.chain.township
      level = WarningDesk.level(record).name
      status = record.status.rawValue
      proposal = record.proposal?.stage.rawValue
      revision = record.proposal?.newestEvidence.number
      expires = record.standing?.content.expires.iso8601
      reviewDue = record.reviewDue?.iso8601
    }
  }

  private struct WarningList: Encodable {
    let warnings: [Summary]
  }

  private func listWarnings(_ call: ConsoleRoute.Call) async throws -> Response {
    let all = try call.flag("all")
    let desk = warningDesk
    let records = try await atDesk { () throws(Fault) in
      try desk.records(includingClosed: all)
    }
    return .json(.ok, WarningList(warnings: records.map(Summary.init)))
  }

  private struct Account: Encodable {
    let record: WarningRecord
    let events: [WarningEvent]
    let possible: [String]
  }

  private func showWarning(_ call: ConsoleRoute.Call) async throws -> Response {
    let desk = warningDesk
    let id = call.name("id")
    let account = try await atDesk { () throws(Fault) in
      let record = try desk.record(id)
      return Account(
        record: record, events: try desk.events(of: id),
        possible: desk.legalActions(on: record).map(\.rawValue))
    }
    return .json(.ok, account)
  }

  private struct AlarmList: Encodable {
    let alarms: [RainAlarm]
  }

  private func listAlarms() async throws -> Response {
    let desk = warningDesk
    let alarms = try await atDesk { () throws(Fault) in try desk.alarms(past: .hours(72)) }
    return .json(.ok, AlarmList(alarms: alarms))
  }

  private struct AuditAnswer: Encodable {
    let head: String
    let rows: Int64
    let findings: [String]
  }

  private func checkAudit() async throws -> Response {
    let ledger = workspace.ledger
    let check = try await atDesk { () throws(Fault) in try ledger.auditCheck() }
    return .json(
      .ok,
      AuditAnswer(
        head: check.head.description, rows: check.head.sequence,
        findings: check.findings.map { "\($0.kind.rawValue): \($0.words)" }))
  }

  // MARK: Feeds

  private enum FeedForm {
    case atom, rss, geoJSON

    var type: String {
      switch self {
      case .atom: "application/atom+xml"
      case .rss: "application/rss+xml"
      case .geoJSON: "application/geo+json"
      }
    }
  }

  private func feed(_ form: FeedForm) async throws -> Response {
    let desk = warningDesk
    let now = clock.now
    let bytes = try await atDesk { () throws(Fault) in
      let records = try desk.released()
      switch form {
      case .atom: return desk.messages.atom(records, base: "")
      case .rss: return desk.messages.rss(records, base: "")
      case .geoJSON: return desk.messages.geoJSON(records, at: now)
      }
    }
    return .bytes(bytes, type: form.type)
  }

  private func alert(_ call: ConsoleRoute.Call) async throws -> Response {
    let file = call.name("file")
    let identifier = String(file.dropLast(4))
    guard file.hasSuffix(".xml"), MessageIdentifier(identifier) != nil else {
      throw ConsoleFault(
        .notFound, "unknown_message", "there is no such message",
        remedy: "take an address of the feed")
    }
    let desk = warningDesk
    let bytes = try await atDesk { () throws(Fault) in
      try desk.document("cap.xml", ofMessage: identifier)
    }
    return .bytes(bytes, type: "application/cap+xml")
  }

  // MARK: Steps

  private struct Taken: Encodable {
    let id: String
    let status: String
    let event: Int
    let message: String?
  }

  private func order(
    _ step: WarningOrder.Step, _ call: ConsoleRoute.Call
  ) async throws -> Response {
    guard let holder = call.holder, let role = holder.role.warningRole else {
      throw ConsoleFault(
        .forbidden, "not_permitted", "this role has no part in warnings",
        remedy: "use the token of a forecaster or chief")
    }
    let order = try await WarningOrder.read(call.request, for: step)
    let author = WarningAuthor(
      name: holder.label.isEmpty ? holder.id : holder.label, role: role)
    let desk = warningDesk
    let id = call.name("id")
    if step == .feedback {
      let observation = try order.observation()
      try await atDesk { () throws(Fault) in
        _ = try desk.record(id)
        try desk.note(
          observation, on: id, township: order.township, by: author, note: order.reason)
      }
      return .json(.ok, Taken(id: id, status: "noted", event: 0, message: nil))
    }
    let revision = try order.revision(for: step)
    let edit = try order.edit(for: step)
    let decision = try await atDesk { () throws(Fault) in
      let confirms = order.confirmsNewerFacts
      switch step {
      case .review:
        return try desk.review(
          id, revision: revision, confirms: confirms, by: author, because: order.reason)
      case .sign:
        return try desk.sign(
          id, revision: revision, confirms: confirms, by: author, because: order.reason)
      case .release:
        return try desk.release(id, confirms: confirms, by: author, because: order.reason)
      case .cancel: return try desk.cancel(id, by: author, because: order.reason)
      case .withdraw: return try desk.withdraw(id, by: author, because: order.reason)
      case .ratify: return try desk.ratify(id, by: author, because: order.reason)
      case .edit, .feedback: return try desk.edit(id, edit, by: author, because: order.reason)
      }
    }
    return .json(
      .ok,
      Taken(
        id: decision.record.id, status: decision.record.status.rawValue,
        event: decision.event.number, message: decision.message?.identifier))
  }

  /// Does what the desk does, and says what went wrong as a status.
  private func atDesk<Value: Sendable>(
    _ body: @escaping @Sendable () throws(Fault) -> Value
  ) async throws -> Value {
    do throws(Fault) {
      return try await onDisk(body)
    } catch {
      throw ConsoleFault(WarningOrder.status(of: error), error)
    }
  }
}

extension Role {
  /// The part that a role has in warnings; nil for loggers.
  var warningRole: WarningRole? {
    switch self {
    case .uploader: nil
    case .viewer: .viewer
    case .forecaster: .forecaster
    case .chief: .chief
    case .administrator: .administrator
    }
  }
}

extension Response {
  /// Bytes of a stated type that a browser must not guess anew.
  static func bytes(_ bytes: [UInt8], type: String) -> Response {
    var headers = HTTPFields()
    headers[.contentType] = type
    headers[.cacheControl] = "no-cache"
    headers[.xContentTypeOptions] = "nosniff"
    return Response(
      status: .ok, headers: headers, body: .init(byteBuffer: ByteBuffer(bytes: bytes)))
  }
}
