import CCurl
public import Hydromet

/// A mail: plain text in UTF-8. Everything that becomes a header is checked or encoded.
public struct MailMessage: Sendable, Hashable {
  public var sender: String
  public var recipient: String
  public var subject: String
  public var text: String
  /// The part before the `@` of the message's identity; the same where the mail is sent again.
  public var identity: String
  /// When it was written.
  public var date: Timestamp

  public init(
    sender: String, recipient: String, subject: String, text: String, identity: String,
    date: Timestamp
  ) {
    self.sender = sender
    self.recipient = recipient
    self.subject = subject
    self.text = text
    self.identity = identity
    self.date = date
  }
}

/// Hands mails to a server by SMTP, through curl. Blocks the thread that sends.
public final class MailClient: Sendable {
  public struct Settings: Sendable, Hashable {
    /// `smtp://mail.example.org:587` or `smtps://…`.
    public var url: String
    public var user: String?
    public var password: String?
    /// Refuses to speak with a server that does not secure the line.
    public var needsSecurity: Bool
    public var security = TransportSecurity()
    public var limits = TransferLimits(connectSeconds: 10, totalSeconds: 30, stallSeconds: 15)

    public init(
      url: String, user: String? = nil, password: String? = nil, needsSecurity: Bool = true
    ) {
      self.url = url
      self.user = user
      self.password = password
      self.needsSecurity = needsSecurity
    }
  }

  private let settings: Settings

  public init(_ settings: Settings) throws(Fault) {
    let isMail = settings.url.hasPrefix("smtp://") || settings.url.hasPrefix("smtps://")
    guard isMail, settings.url.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
      throw Fault(
        "mail_bad_settings", "this is no address of a mail server",
        remedy: "write smtp://host:587 or smtps://host:465")
    }
    self.settings = settings
  }

  /// - Throws: `mail_bad_address`, `mail_refused`, `mail_unreachable`, `mail_time_limit`, `mail_tls`.
  ///   The words hold no address.
  public func send(_ mail: MailMessage) throws(Fault) {
    guard MailText.isAddress(mail.recipient), MailText.isAddress(mail.sender) else {
      throw Fault(
        "mail_bad_address", "this is no mail address",
        remedy: "write name@domain without blanks and brackets")
    }
    let handle = try CurlHandle(protocols: "smtp,smtps")
    handle.set(CURLOPT_URL, settings.url)
    handle.set(settings.limits)
    handle.set(settings.security)
    if settings.needsSecurity { handle.set(CURLOPT_USE_SSL, Int(CURLUSESSL_ALL.rawValue)) }
    if let user = settings.user { handle.set(CURLOPT_USERNAME, user) }
    if let password = settings.password { handle.set(CURLOPT_PASSWORD, password) }
    handle.set(CURLOPT_MAIL_FROM, "<\(mail.sender)>")
    handle.set(CURLOPT_MAIL_RCPT, list: ["<\(mail.recipient)>"])
    let source = MailSource(Array(MailText.lines(of: mail).utf8))
    handle.set(CURLOPT_UPLOAD, 1)
    handle.set(CURLOPT_INFILESIZE_LARGE, offset: source.bytes.count)
    let data = Unmanaged.passUnretained(source).toOpaque()
    handle.set(CURLOPT_READFUNCTION, giveMail, CURLOPT_READDATA, data)
    let code = withExtendedLifetime(source) { handle.perform() }
    guard code == CURLE_OK else { throw fault(code, handle.number(CURLINFO_RESPONSE_CODE)) }
  }

  /// What curl says may name the recipient, so that only its kind is told.
  private func fault(_ code: CURLcode, _ answer: Int) -> Fault {
    let place = Fault.Location(HTTPFaults.shown(settings.url))
    let (name, remedy) =
      switch code {
      case CURLE_COULDNT_CONNECT, CURLE_COULDNT_RESOLVE_HOST:
        ("mail_unreachable", "check the address, the line and the firewall")
      case CURLE_OPERATION_TIMEDOUT: ("mail_time_limit", "check the line and the server")
      case CURLE_USE_SSL_FAILED, CURLE_SSL_CONNECT_ERROR, CURLE_PEER_FAILED_VERIFICATION,
        CURLE_SSL_CACERT_BADFILE:
        ("mail_tls", "check the certificate of the server and the trusted authorities")
      case CURLE_LOGIN_DENIED: ("mail_refused", "check the account and its password")
      default: ("mail_refused", "ask the owner of the mail server")
      }
    let said = answer > 0 ? ", the server answered \(answer)" : ""
    return Fault(name, at: place, "the mail was not taken\(said)", remedy: remedy)
  }
}

/// The bytes that curl takes piece by piece.
private final class MailSource {
  let bytes: [UInt8]
  var position = 0

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
  }
}

private func giveMail(
  _ room: UnsafeMutablePointer<CChar>?, _ size: Int, _ count: Int, _ data: UnsafeMutableRawPointer?
) -> Int {
  guard let room, let data else { return 0 }
  let source = Unmanaged<MailSource>.fromOpaque(data).takeUnretainedValue()
  let (length, overflows) = size.multipliedReportingOverflow(by: count)
  guard !overflows else { return 0 }
  let part = source.bytes[source.position..<min(source.bytes.count, source.position + length)]
  part.withUnsafeBytes { bytes in
    if let base = bytes.baseAddress {
      UnsafeMutableRawPointer(room).copyMemory(from: base, byteCount: bytes.count)
    }
  }
  source.position += part.count
  return part.count
}
