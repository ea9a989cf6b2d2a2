/// A line of the head of a request or an answer.
public struct HTTPHeader: Sendable, Hashable {
  public var name: String
  public var value: String

  public init(_ name: String, _ value: String) {
    self.name = name
    self.value = value
  }

  /// Whether it can be sent as one line; anything else would smuggle further lines in.
  var isOneLine: Bool {
    let nameIsToken =
      !name.isEmpty
      && name.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: ":") }
    return nameIsToken && value.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 }
  }
}

/// What is asked of a server.
public struct HTTPRequest: Sendable, Hashable {
  public enum Method: String, Sendable, Hashable, CaseIterable {
    case get = "GET"
    case head = "HEAD"
    case post = "POST"
    case put = "PUT"
    case delete = "DELETE"
  }

  public var method: Method
  /// `http` or `https`.
  public var url: String
  public var headers: [HTTPHeader]
  public var body: [UInt8]?

  public init(
    _ method: Method = .get, _ url: String, headers: [HTTPHeader] = [], body: [UInt8]? = nil
  ) {
    self.method = method
    self.url = url
    self.headers = headers
    self.body = body
  }
}

/// What a server answered, whatever its status says.
public struct HTTPResponse: Sendable, Hashable {
  public let status: Int
  /// Of the last answer where others redirected to it.
  public let headers: [HTTPHeader]
  /// Empty where it was written to a file.
  public let body: [UInt8]
  /// Length of the body, in memory or on disk.
  public let byteCount: Int

  /// The first header of this name, in whatever letters.
  public func header(_ name: String) -> String? {
    headers.first { $0.name.lowercased() == name.lowercased() }?.value
  }

  public var isSuccess: Bool { (200...299).contains(status) }

  /// Whether the same request may succeed later: too early, too many, or a fault of the server.
  public var isPassing: Bool {
    [408, 425, 429].contains(status) || (500...599).contains(status) && status != 501
  }
}
