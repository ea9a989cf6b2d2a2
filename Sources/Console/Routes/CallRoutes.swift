import Foundation
import Hummingbird
import Hydromet
import Pipeline
import Warn

/// Calls over HTTP: what `freshet call` and `freshet contacts check` do. Names are shown, numbers never.
extension ConsoleServices {
  var callRoutes: [ConsoleRoute] {
    [
      ConsoleRoute(.get, "/api/v1/calls", .read) { call in try await listCalls(call) },
      ConsoleRoute(.get, "/api/v1/calls/{id}", .read) { call in try await showCall(call) },
      ConsoleRoute(.post, "/api/v1/calls/{id}/answer", .draft) { call in
        try await answerCall(call)
      },
      ConsoleRoute(.get, "/api/v1/contacts/gaps", .read) { _ in try await listGaps() },
    ]
  }

  private struct Line: Encodable {
    let call: Int64
    let warning: String
    let level: String
    let hazard: String
    let place: String
    let placeName: String
    let state: String
    let person: String
    let rings: Int
    let openedAt: String
    let endedAt: String?
    let isRehearsal: Bool
    let headline: String

    init(_ line: CallDesk.Line) {
      call = line.call
      warning = line.warning
      level = line.level.name
      hazard = line.hazard.rawValue
      place = line.place
      placeName = line.placeName
      state = line.state
      person = line.person
      rings = line.rings
      openedAt = line.openedAt.iso8601
      endedAt = line.endedAt?.iso8601
      isRehearsal = line.isRehearsal
      headline = line.headline
    }
  }

  private struct CallList: Encodable {
    let calls: [Line]
  }

  private func listCalls(_ call: ConsoleRoute.Call) async throws -> Response {
    let all = try call.flag("all")
    let warning = call.request.uri.queryParameters["warning"].map { String($0.prefix(200)) }
    let desk = CallDesk(workspace, clock: clock)
    let lines = try await atCalls { () throws(Fault) in
      try desk.calls(openOnly: !all, warning: warning)
    }
    return .json(.ok, CallList(calls: lines.map(Line.init)))
  }

  private struct Message: Encodable {
    let message: Int64
    let person: String
    let channel: String
    let state: String
    let attempts: Int
    let queuedAt: String
    let settledAt: String?
    let detail: String
  }

  private struct Account: Encodable {
    let call: Line
    let messages: [Message]
  }

  private func showCall(_ call: ConsoleRoute.Call) async throws -> Response {
    let id = try number(call)
    let desk = CallDesk(workspace, clock: clock)
    let (line, messages) = try await atCalls { () throws(Fault) in try desk.call(id) }
    return .json(
      .ok,
      Account(
        call: Line(line),
        messages: messages.map { message in
          Message(
            message: message.id, person: message.person, channel: message.channel,
            state: message.state, attempts: message.attempts, queuedAt: message.queuedAt.iso8601,
            settledAt: message.settledAt?.iso8601, detail: message.detail)
        }))
  }

  private struct Words: Decodable {
    var by: String
    var answer: CallAnswer?
    var words: String?
  }

  private struct Closed: Encodable {
    let call: Int64
    let closed: Int
  }

  private func answerCall(_ call: ConsoleRoute.Call) async throws -> Response {
    let id = try number(call)
    let remedy = "send {\"by\": \"…\", \"answer\": \"received\", \"words\": \"…\"}"
    let words: Words = try await JSONBody.read(
      call.request, words: ["by", "answer", "words"], remedy: remedy)
    guard (1...60).contains(CallWording.line(words.by, limit: 61).count) else {
      throw ConsoleFault(
        .badRequest, "bad_body", "the body does not say by whom the call was answered",
        remedy: remedy)
    }
    let desk = CallDesk(workspace, clock: clock)
    let holder = call.holder.map { $0.label.isEmpty ? $0.id : $0.label } ?? ""
    let noted = CallWording.line("\(words.words ?? "") (\(holder))", limit: 200)
    let closed = try await atCalls { () throws(Fault) in
      try desk.answer(
        id, by: CallWording.line(words.by, limit: 60), words.answer ?? .received, words: noted)
    }
    return .json(.ok, Closed(call: id, closed: closed))
  }

  private func number(_ call: ConsoleRoute.Call) throws -> Int64 {
    guard let id = Int64(call.name("id")), id > 0 else {
      throw ConsoleFault(
        .badRequest, "bad_number", "this is no number of a call", remedy: "take one of the list")
    }
    return id
  }

  private struct Gap: Encodable {
    let kind: String
    let subject: String
    let name: String
    let words: String
  }

  private struct GapList: Encodable {
    let gaps: [Gap]
  }

  private func listGaps() async throws -> Response {
    let district = workspace.district
    let now = clock.now
    let gaps = try await atCalls { () throws(Fault) in CallOffice.gaps(district, at: now) }
    return .json(
      .ok,
      GapList(
        gaps: gaps.map {
          Gap(kind: $0.kind.rawValue, subject: $0.subject, name: $0.name, words: $0.words)
        }))
  }

  private func atCalls<Value: Sendable>(
    _ body: @escaping @Sendable () throws(Fault) -> Value
  ) async throws -> Value {
    do throws(Fault) {
      return try await onDisk(body)
    } catch {
      throw error.code == "no_such_call" ? ConsoleFault(.notFound, error) : ConsoleFault(error)
    }
  }
}
