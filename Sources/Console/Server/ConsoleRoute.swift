import Hummingbird

/// One thing that can be asked: a method, a path, who may, and the answer.
struct ConsoleRoute: Sendable {
  /// A request that may be answered.
  struct Call: Sendable {
    let request: Request
    /// The parts of the path that stand in braces, decoded; each is one name without slashes.
    let names: [String: String]
    /// Who asks; nil where the route asks nobody.
    let holder: TokenRecord?

    func name(_ key: String) -> String { names[key] ?? "" }

    /// A word of the query that is `true` or `false`; false where it is left out.
    ///
    /// - Throws: `bad_query` where it is neither.
    func flag(_ key: String) throws(ConsoleFault) -> Bool {
      switch request.uri.queryParameters[Substring(key)] {
      case nil, "false": return false
      case "true": return true
      default:
        throw ConsoleFault(
          .badRequest, "bad_query", "\(key) is neither true nor false", remedy: "write \(key)=true")
      }
    }
  }

  let method: HTTPRequest.Method
  /// `/api/v1/upload/{feed}/{name}`
  let path: String
  /// Nil lets everybody in.
  let permission: Permission?
  let answer: @Sendable (Call) async throws -> Response

  init(
    _ method: HTTPRequest.Method, _ path: String, _ permission: Permission?,
    _ answer: @escaping @Sendable (Call) async throws -> Response
  ) {
    self.method = method
    self.path = path
    self.permission = permission
    self.answer = answer
  }
}
