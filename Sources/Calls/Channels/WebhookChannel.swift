import Glibc
@_spi(Delivery) public import Hydromet
public import Transport

/// Posts each message as JSON to another program's address, signed:
/// `Freshet-Signature: t=<seconds since 1970>,v1=<HMAC-SHA-256 of "t.body" with the shared secret>`.
/// `Idempotency-Key` is the same at every attempt.
public struct WebhookChannel: CallChannel {
  public typealias R = Live
  public let name: String
  private let url: String
  private let secret: String?
  private let client: HTTPClient
  private let attempts: Int
  private let now: @Sendable () -> Timestamp

  public init(
    name: String, url: String, secret: String?, client: HTTPClient, attempts: Int = 3,
    now: @escaping @Sendable () -> Timestamp
  ) {
    self.name = name
    self.url = url
    self.secret = secret
    self.client = client
    self.attempts = max(1, attempts)
    self.now = now
  }

  public func deliver(_ message: CallMessage<Live>) throws(Fault) -> CallReceipt {
    let body = Array(CallDocument.json(message).utf8)
    let time = now().secondsSince1970
    var headers = [
      HTTPHeader("Content-Type", "application/json; charset=utf-8"),
      HTTPHeader("Idempotency-Key", message.key),
    ]
    if let secret {
      let code = CallSignature.header(secret: secret, time: time, body: body)
      headers.append(HTTPHeader("Freshet-Signature", code))
    }
    let request = HTTPRequest(.post, url, headers: headers, body: body)
    return try HTTPSending.send(request, client, attempts: attempts, channel: name) { response in
      CallReceipt(detail: "HTTP \(response.status)")
    }
  }
}

/// A gateway for short messages or voice that is asked by HTTP, in its own words.
public struct GatewayChannel: CallChannel {
  public typealias R = Live

  public struct Settings: Sendable {
    public var url: String
    public var body: String
    /// Values are written as JSON; as a form otherwise.
    public var isJSON = true
    public var headers: [(name: String, value: String)] = []
    public var secret: String?
    /// What the answer holds where the gateway has taken the message; nil where its status says it.
    public var success: String?
    public var attempts = 2

    public init(url: String, body: String) {
      self.url = url
      self.body = body
    }
  }

  public let name: String
  private let settings: Settings
  private let url: CallTemplate
  private let body: CallTemplate
  private let headers: [(name: String, value: CallTemplate)]
  private let client: HTTPClient

  public init(name: String, _ settings: Settings, client: HTTPClient) throws(Fault) {
    self.name = name
    self.settings = settings
    url = try CallTemplate(settings.url, at: "\(name).url")
    body = try CallTemplate(settings.body, at: "\(name).body")
    var headers: [(name: String, value: CallTemplate)] = []
    for header in settings.headers {
      headers.append(
        (header.name, try CallTemplate(header.value, at: "\(name).headers.\(header.name)")))
    }
    self.headers = headers
    self.client = client
  }

  public func deliver(_ message: CallMessage<Live>) throws(Fault) -> CallReceipt {
    var values = CallDocument.values(message)
    values["secret"] = settings.secret ?? ""
    let type = settings.isJSON ? "application/json" : "application/x-www-form-urlencoded"
    var lines = [
      HTTPHeader("Content-Type", "\(type); charset=utf-8"),
      HTTPHeader("Idempotency-Key", message.key),
    ]
    for header in headers {
      lines.append(HTTPHeader(header.name, header.value.filled(values, for: .header)))
    }
    let request = HTTPRequest(
      .post, url.filled(values, for: .form), headers: lines,
      body: Array(body.filled(values, for: settings.isJSON ? .json : .form).utf8))
    let success = settings.success
    let name = name
    return try HTTPSending.send(request, client, attempts: settings.attempts, channel: name) {
      response throws(Fault) in
      let text = String(decoding: response.body.prefix(65_536), as: UTF8.self)
      if let success, !text.contains(success) {
        throw Fault(
          "gateway_refused", "the gateway \(name) did not take the message",
          remedy: "compare its answer with success: in the channel's settings")
      }
      return CallReceipt(detail: "HTTP \(response.status)")
    }
  }
}

/// Asks again where it may help.
enum HTTPSending {
  static func send(
    _ request: HTTPRequest, _ client: HTTPClient, attempts: Int, channel: String,
    _ accept: (HTTPResponse) throws(Fault) -> CallReceipt
  ) throws(Fault) -> CallReceipt {
    var pause: UInt32 = 300_000
    for attempt in 1...attempts {
      var passing = false
      var detail = ""
      do throws(Fault) {
        let response = try client.send(request)
        if response.isSuccess { return try accept(response) }
        passing = response.isPassing
        detail = "HTTP \(response.status)"
      } catch {
        passing = HTTPClient.isPassing(error)
        // The words of the library may hold the address that was asked, and with it a number.
        detail = error.code
      }
      guard passing, attempt < attempts else {
        throw Fault(
          "channel_failed", "the channel \(channel) failed: \(detail)",
          remedy: "check the line, the address and the account")
      }
      usleep(pause)
      pause = min(pause * 3, 3_000_000)
    }
    throw Fault("channel_failed", "the channel \(channel) failed", remedy: "check its settings")
  }
}
