import Archive
import Calls
import Foundation
import Hummingbird
import Hydromet
import Logging
import Pipeline

/// What gateways say by themselves: whether a message arrived, what somebody wrote back, which key was
/// pressed. Each channel's gateway signs with the channel's own secret.
extension ConsoleServices {
  var callbackRoutes: [ConsoleRoute] {
    [
      ConsoleRoute(.post, "/api/v1/callback/{channel}", nil) { call in try await callback(call) }
    ]
  }

  private struct Words: Decodable {
    var kind: String
    var key: String?
    var arrived: Bool?
    var detail: String?
    var from: String?
    var text: String?
    var pressed: String?

    var word: AnswerDesk.Word? {
      switch (kind, key, from) {
      case ("report", let key?, _):
        arrived.map { .report(CallReport(key: key, hasArrived: $0, detail: detail ?? "")) }
      case ("reply", _, let from?): text.map { .reply(sender: from, text: $0) }
      case ("key", let key?, _): pressed.map { .key(of: key, pressed: $0) }
      default: nil
      }
    }
  }

  private struct Account: Encodable {
    /// What was about a call of this district.
    let taken: Int
    /// What was not, or answered nothing.
    let ignored: Int
  }

  private static let largestCallback = 262_144
  private static let mostWords = 1000

  private func callback(_ call: ConsoleRoute.Call) async throws -> Response {
    let channel = call.name("channel")
    let body = try await bytes(call.request)
    try authorise(call.request, channel, body)
    if let seconds = rate.take("callback \(channel)") {
      var fault = ConsoleFault(
        .tooManyRequests, "too_many_requests", "the gateway of \(channel) asks too often",
        remedy: "wait \(seconds) s, or send several at once as a list")
      fault.headers[.retryAfter] = String(seconds)
      throw fault
    }
    let words = try words(body)
    let answers = answers
    let taken = try await onDisk { () throws(Fault) in
      var taken = 0
      for word in words where try answers.take(word, from: channel) { taken += 1 }
      return taken
    }
    log.info("\(channel): \(words.count) reports of the gateway, \(taken) taken")
    return .json(.ok, Account(taken: taken, ignored: words.count - taken))
  }

  private func bytes(_ request: Request) async throws -> [UInt8] {
    do {
      let buffer = try await request.body.collect(upTo: ConsoleServices.largestCallback)
      return Array(buffer.readableBytesView)
    } catch {
      throw ConsoleFault(
        .contentTooLarge, "body_too_large", "the body is too large", remedy: "send less at once")
    }
  }

  /// By a signature of the body, or, for gateways that cannot sign, by the secret itself.
  private func authorise(_ request: Request, _ channel: String, _ body: [UInt8]) throws {
    let secret = try? answers.secret(ofChannel: channel)
    let signature = HTTPFields.Element.Name("Freshet-Signature").flatMap { request.headers[$0] }
    let words = (request.headers[.authorization] ?? "").split(separator: " ")
    let isShown =
      words.count == 2 && words[0].lowercased() == "bearer"
      && CallSignature.isSame(String(words[1]), secret ?? "")
    // A wrong signature is a changed body, whatever else is shown.
    let isSigned = signature.map {
      CallSignature.isValid($0, secret: secret ?? "", body: body, at: clock.now)
    }
    guard isSigned ?? isShown else {
      throw ConsoleFault(
        .unauthorized, "not_authorised", "the report is not signed by the channel's gateway",
        remedy: "send `Freshet-Signature: t=…,v1=…` with the secret of the channel")
    }
  }

  private func words(_ body: [UInt8]) throws -> [AnswerDesk.Word] {
    guard JSONText.isShallow(body) else { throw unreadable }
    let decoder = JSONDecoder()
    let data = Data(body)
    let list =
      (try? decoder.decode([Words].self, from: data))
      ?? (try? decoder.decode(Words.self, from: data)).map { [$0] }
    guard let list, list.count <= ConsoleServices.mostWords else { throw unreadable }
    let words = list.compactMap(\.word)
    guard words.count == list.count else { throw unreadable }
    return words
  }

  private var unreadable: ConsoleFault {
    ConsoleFault(
      .badRequest, "bad_body", "the body is no report, reply or key, or list of them",
      remedy: "send {\"kind\":\"report\",\"key\":…,\"arrived\":true} as the README says")
  }
}
