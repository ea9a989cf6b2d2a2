import Districts
import Foundation
import Hummingbird
import Hydromet
import Logging

/// Finds the route of a request, checks who asks and how often, and turns every fault into an answer.
struct ConsoleResponder: HTTPResponder {
  typealias Context = BasicRequestContext

  /// The routes of one path.
  private struct Place: Sendable {
    /// A fixed word, or a name in braces.
    let parts: [String]
    var routes: [ConsoleRoute]

    func names(in path: [String]) -> [String: String]? {
      guard path.count == parts.count else { return nil }
      var names: [String: String] = [:]
      for (part, word) in zip(parts, path) {
        if part.hasPrefix("{") {
          names[String(part.dropFirst().dropLast())] = word
        } else if part != word {
          return nil
        }
      }
      return names
    }
  }

  private let services: ConsoleServices
  private let places: [Place]

  init(_ services: ConsoleServices) {
    self.services = services
    var places: [Place] = []
    for route in services.routes {
      let parts = route.path.split(separator: "/").map(String.init)
      if let index = places.firstIndex(where: { $0.parts == parts }) {
        places[index].routes.append(route)
      } else {
        places.append(Place(parts: parts, routes: [route]))
      }
    }
    self.places = places
  }

  func respond(to request: Request, context: BasicRequestContext) async throws -> Response {
    let response: Response
    do {
      response = try await answer(request)
    } catch let fault as ConsoleFault {
      tell(fault, of: request)
      response = fault.response
    } catch let fault as Fault {
      let fault = ConsoleFault(fault)
      tell(fault, of: request)
      response = fault.response
    } catch {
      services.log.debug("a request was given up: \(error)")
      response =
        ConsoleFault(
          .badRequest, "request_cut_off", "the request ended before it was whole",
          remedy: "send it again"
        ).response
    }
    return request.method == .head ? response.createHeadResponse() : response
  }

  private func tell(_ fault: ConsoleFault, of request: Request) {
    let level: Logger.Level = fault.status.code >= 500 ? .error : .info
    services.log.log(
      level: level,
      "\(request.method) \(ConsoleResponder.plain(request.uri.path)): \(fault.status.code) \(fault.fault)"
    )
  }

  /// A path for the log: the words of an answer link are a secret.
  private static func plain(_ path: String) -> String {
    path.contains("answer/") ? "/answer/…" : PrivateText.masked(String(path.prefix(400)))
  }

  private func answer(_ request: Request) async throws -> Response {
    guard let (place, names) = try find(request.uri.path) else {
      throw ConsoleFault(
        .notFound, "unknown_path", "there is nothing at this path",
        remedy: "see the list of paths in the README")
    }
    let method: HTTPRequest.Method = request.method == .head ? .get : request.method
    guard let route = place.routes.first(where: { $0.method == method }) else {
      throw notAllowed(place, request)
    }
    let holder = try route.permission.map { try authorise(request, $0) }
    return try await route.answer(.init(request: request, names: names, holder: holder))
  }

  /// - Throws: where a part of the path is no UTF-8, or hides a slash or a step upward.
  private func find(_ path: String) throws -> (Place, [String: String])? {
    var parts: [String] = []
    for part in path.split(separator: "/", omittingEmptySubsequences: true) {
      guard let word = String(part).removingPercentEncoding,
        !word.contains("/"), !word.contains("\0"), word != ".", word != ".."
      else {
        throw ConsoleFault(
          .badRequest, "bad_path", "a part of the path is no plain name",
          remedy: "write names in UTF-8, percent-encoded, without slashes")
      }
      parts.append(word)
    }
    for place in places {
      if let names = place.names(in: parts) { return (place, names) }
    }
    return nil
  }

  private func notAllowed(_ place: Place, _ request: Request) -> ConsoleFault {
    var methods = place.routes.map(\.method.rawValue)
    if methods.contains("GET") { methods.append("HEAD") }
    let allowed = methods.sorted().joined(separator: ", ")
    var fault = ConsoleFault(
      .methodNotAllowed, "method_not_allowed",
      "\(request.method.rawValue.prefix(20)) is not done here", remedy: "use \(allowed)")
    fault.headers[.allow] = allowed
    return fault
  }

  // MARK: Who asks

  /// The only place where a token is looked at.
  private func authorise(_ request: Request, _ permission: Permission) throws -> TokenRecord {
    let words = (request.headers[.authorization] ?? "").split(separator: " ")
    guard words.count == 2, words[0].lowercased() == "bearer",
      let holder = try services.tokens.holder(of: String(words[1]))
    else {
      var fault = ConsoleFault(
        .unauthorized, "not_authorised", "the request shows no valid token",
        remedy: "send `Authorization: Bearer …` with a token of `freshet token new`")
      fault.headers[.wwwAuthenticate] = "Bearer realm=\"freshet\""
      throw fault
    }
    guard permission.roles.contains(holder.role) else {
      throw ConsoleFault(
        .forbidden, "not_permitted",
        "the token \(holder.id) (\(holder.role.rawValue)) may not do this",
        remedy: "ask the administrator for a token of another role")
    }
    if let seconds = services.rate.take(holder.id) {
      var fault = ConsoleFault(
        .tooManyRequests, "too_many_requests",
        "the token \(holder.id) asks more often than \(services.settings.requestsPerMinute) times a minute",
        remedy: "wait \(seconds) s, or raise `console: {per_minute}` in district.yaml")
      fault.headers[.retryAfter] = String(seconds)
      throw fault
    }
    return holder
  }
}
