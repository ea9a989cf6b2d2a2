import Districts
import Foundation
import Hummingbird
import Hydromet
import Logging
import Pipeline
import Warn

/// The page behind the link in a message. Reading it answers nothing, for telephones look at links by
/// themselves; only a button does.
extension ConsoleServices {
  var answerRoutes: [ConsoleRoute] {
    [
      ConsoleRoute(.get, "/answer/{link}", nil) { call in
        await answerPage(call) { _ in nil }
      },
      ConsoleRoute(.post, "/answer/{link}", nil) { call in
        await answerPage(call) { language throws(ConsoleFault) in
          try await takeAnswer(call, language)
        }
      },
    ]
  }

  /// - Parameter act: does what was asked and says where to go on; nil shows the page.
  private func answerPage(
    _ call: ConsoleRoute.Call, _ act: (AnswerPage.Language) async throws(ConsoleFault) -> Response?
  ) async -> Response {
    let language = language(call)
    let link = call.name("link")
    do throws(ConsoleFault) {
      let answers = answers
      let page: AnswerDesk.Page?
      do throws(Fault) {
        page = try await onDisk { () throws(Fault) in try answers.page(link) }
      } catch {
        throw ConsoleFault(error)
      }
      try limit(isKnown: page != nil, link)
      guard let page else { throw unknownLink }
      if let response = try await act(language) { return response }
      return .page(page.state == .over ? .gone : .ok, AnswerPage(page, language).text)
    } catch {
      log.info("an answer link: \(error.status.code) \(error.fault.code)")
      var response = Response.page(
        error.status, AnswerPage.trouble(error.status.code, language))
      for field in error.headers { response.headers.append(field) }
      return response
    }
  }

  private func language(_ call: ConsoleRoute.Call) -> AnswerPage.Language {
    switch call.request.uri.queryParameters["lang"].map(String.init) {
    case "en": .english
    case "zh": .chinese
    default:
      workspace.district.configuration.language == .chinese ? .chinese : .english
    }
  }

  private func limit(isKnown: Bool, _ link: String) throws(ConsoleFault) {
    let wait = isKnown ? linkRate.take(link) : strangerRate.take("")
    guard let wait else { return }
    var fault = ConsoleFault(
      .tooManyRequests, "too_many_requests", "an answer link is asked too often",
      remedy: "wait \(wait) s")
    fault.headers[.retryAfter] = String(wait)
    throw fault
  }

  private var unknownLink: ConsoleFault {
    ConsoleFault(
      .notFound, "unknown_link", "this district did not make the link",
      remedy: "open it as it stands in the message")
  }

  private func takeAnswer(
    _ call: ConsoleRoute.Call, _ language: AnswerPage.Language
  ) async throws(ConsoleFault) -> Response? {
    let form = try await form(call.request)
    guard let answer = form["answer"].flatMap(CallAnswer.init(rawValue:)) else {
      throw ConsoleFault(
        .badRequest, "bad_answer", "the form holds no known answer", remedy: "press a button")
    }
    let words = CallWording.line(form["words"] ?? "", limit: 100)
    let answers = answers
    let link = call.name("link")
    do throws(Fault) {
      try await onDisk { () throws(Fault) in try answers.answer(link, answer, words: words) }
    } catch {
      switch error.code {
      case "no_such_call": throw unknownLink
      case "link_over": throw ConsoleFault(.gone, error)
      default: throw ConsoleFault(error)
      }
    }
    var response = Response(status: .seeOther)
    response.headers[.location] = "?lang=\(language.rawValue)"
    response.headers[.cacheControl] = "no-store"
    return response
  }

  private static let largestForm = 4096

  private func form(_ request: Request) async throws(ConsoleFault) -> [String: String] {
    let type = request.headers[.contentType] ?? ""
    guard type.lowercased().hasPrefix("application/x-www-form-urlencoded") else {
      throw ConsoleFault(
        .unsupportedMediaType, "bad_form", "the body is no form", remedy: "press a button")
    }
    let buffer: ByteBuffer
    do {
      buffer = try await request.body.collect(upTo: ConsoleServices.largestForm)
    } catch {
      throw ConsoleFault(
        .contentTooLarge, "body_too_large", "the form is too large", remedy: "write less")
    }
    var values: [String: String] = [:]
    for pair in String(decoding: buffer.readableBytesView, as: UTF8.self).split(separator: "&") {
      let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard parts.count == 2,
        let value = parts[1].replacing("+", with: " ").removingPercentEncoding
      else { continue }
      values[String(parts[0])] = value
    }
    return values
  }
}

extension Response {
  /// A page that loads nothing from elsewhere, is shown in no frame, kept nowhere and found by nobody.
  static func page(_ status: HTTPResponse.Status, _ text: String) -> Response {
    var headers = HTTPFields()
    headers[.contentType] = "text/html; charset=utf-8"
    headers[.cacheControl] = "no-store"
    headers[.contentSecurityPolicy] =
      "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    headers[.xContentTypeOptions] = "nosniff"
    let more = [
      ("Referrer-Policy", "no-referrer"), ("X-Robots-Tag", "noindex"), ("X-Frame-Options", "DENY"),
    ]
    for (name, value) in more {
      if let name = HTTPFields.Element.Name(name) { headers[name] = value }
    }
    return Response(
      status: status, headers: headers, body: .init(byteBuffer: ByteBuffer(string: text)))
  }
}
