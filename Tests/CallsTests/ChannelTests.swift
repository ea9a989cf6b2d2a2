import Calls
import Crypto
import Foundation
import Hydromet
import LocalServers
import Testing
import Transport

struct ChannelTests {
  private static let number = "13912345678"

  private func content(
    _ text: String = "橙色预警：石角镇立即转移。", to: String = number, subject: String = "山洪橙色预警"
  ) -> CallContent {
    CallContent(
      key: "S1-42", personName: "周禾丰", to: Address(to), subject: subject, text: text,
      needsAnswer: true, level: .orange, attempt: 1, link: "https://x.example/answer/42.ab",
      at: Timestamp(secondsSince1970: 1_720_490_400))
  }

  private func live(_ content: CallContent) throws -> CallMessage<Live> {
    guard case .live(let message) = CallEnvelope(content, isRehearsal: false) else {
      throw Fault("test", "no live message", remedy: "look at it")
    }
    return message
  }

  private func client() -> HTTPClient {
    var settings = HTTPClient.Settings()
    settings.limits = TransferLimits(connectSeconds: 2, totalSeconds: 5, stallSeconds: 5)
    settings.proxy = ""
    return HTTPClient(settings)
  }

  private func object(_ line: String) throws -> [String: Any] {
    try #require(JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
  }

  @Test
  func `a webhook is signed, keeps its key when it is asked again, and is taken in the end`() throws
  {
    let server = try Counterpart(python: Servers.http, ["503", "503"])
    let port = try server.first()
    let channel = WebhookChannel(
      name: "hook", url: "http://127.0.0.1:\(port)/in", secret: "geheim", client: client(),
      now: { Timestamp(secondsSince1970: 1_720_490_400) })
    #expect(try channel.deliver(live(content())).detail == "HTTP 200")
    let requests = try server.lines(atLeast: 4).dropFirst().map(object)
    let keys = requests.compactMap { ($0["headers"] as? [String: String])?["Idempotency-Key"] }
    #expect(keys == ["S1-42", "S1-42", "S1-42"])
    let body = try #require(requests[0]["body"] as? String)
    let headers = try #require(requests[0]["headers"] as? [String: String])
    let code = HMAC<SHA256>.authenticationCode(
      for: Data("1720490400.\(body)".utf8), using: SymmetricKey(data: Data("geheim".utf8)))
    let expected = code.map { String(format: "%02x", $0) }.joined()
    #expect(headers["Freshet-Signature"] == "t=1720490400,v1=\(expected)")
    #expect(try object(body)["to"] as? String == ChannelTests.number)
  }

  @Test
  func `a refusal is told without the number that was called`() throws {
    let server = try Counterpart(python: Servers.http, ["404"])
    let port = try server.first()
    var settings = GatewayChannel.Settings(
      url: "http://127.0.0.1:\(port)/sms?to={to}", body: "{\"text\":\"{text}\"}")
    settings.secret = "geheim"
    let channel = try GatewayChannel(name: "sms", settings, client: client())
    let fault = try #require(throws: Fault.self) { _ = try channel.deliver(live(content())) }
    #expect(!fault.description.contains(ChannelTests.number))
    #expect(fault.code == "channel_failed")
  }

  @Test
  func `a dead gateway is told without number and secret`() throws {
    var settings = GatewayChannel.Settings(
      url: "http://127.0.0.1:9/sms?to={to}&key={secret}", body: "{}")
    settings.secret = "geheim"
    settings.attempts = 1
    let channel = try GatewayChannel(name: "sms", settings, client: client())
    let fault = try #require(throws: Fault.self) { _ = try channel.deliver(live(content())) }
    #expect(!fault.description.contains(ChannelTests.number))
    #expect(!fault.description.contains("geheim"))
  }

  @Test
  func `names and texts cannot leave the string, the form or the header they stand in`() throws {
    let server = try Counterpart(python: Servers.http)
    let port = try server.first()
    var settings = GatewayChannel.Settings(
      url: "http://127.0.0.1:\(port)/sms?to={to}", body: "{\"text\":\"{text}\",\"key\":\"{key}\"}")
    settings.headers = [("X-Subject", "{subject}"), ("Authorization", "Bearer {secret}")]
    settings.secret = "geheim"
    settings.success = "\"code\":0"
    let channel = try GatewayChannel(name: "sms", settings, client: client())
    let evil = "\",\"to\":\"all\"}{secret}\r\nX: 1"
    _ = try channel.deliver(live(content(evil, to: "139&to=all#/../", subject: "a\r\nX-Evil: 1")))
    let request = try object(try server.lines(atLeast: 2)[1])
    let body = try object(try #require(request["body"] as? String))
    #expect(body.keys.sorted() == ["key", "text"])
    #expect((body["text"] as? String)?.hasPrefix(evil) == true)
    #expect(request["path"] as? String == "/sms?to=139%26to%3Dall%23%2F..%2F")
    let headers = try #require(request["headers"] as? [String: String])
    #expect(headers["X-Evil"] == nil)
    #expect(headers["X-Subject"] == "aX-Evil: 1")
    #expect(headers["Authorization"] == "Bearer geheim")
  }

  @Test
  func `a gateway whose answer does not say that it took the message has not taken it`() throws {
    let server = try Counterpart(python: Servers.http)
    var settings = GatewayChannel.Settings(
      url: "http://127.0.0.1:\(try server.first())/", body: "text={text}")
    settings.isJSON = false
    settings.success = "accepted"
    let channel = try GatewayChannel(name: "sms", settings, client: client())
    #expect(throws: Fault.self) { _ = try channel.deliver(live(content())) }
  }

  @Test
  func `a template with an unknown name is refused`() {
    let settings = GatewayChannel.Settings(url: "http://127.0.0.1:9/", body: "{number}")
    #expect(throws: Fault.self) {
      _ = try GatewayChannel(name: "x", settings, client: HTTPClient())
    }
  }

  @Test
  func `a mail arrives with its Chinese subject and text, and with one identity`() throws {
    let server = try Counterpart(python: Servers.mail)
    let client = try MailClient(
      .init(url: "smtp://127.0.0.1:\(try server.first())", needsSecurity: false))
    let channel = MailChannel(name: "mail", sender: "freshet@example.org", client: client)
    let subject = "云溪区气象台发布山洪灾害气象风险橙色预警[II级/重大]\r\nBcc: all@example.org"
    _ = try channel.deliver(live(content(to: "zhou@example.org", subject: subject)))
    let mail = try object(try server.lines(atLeast: 2)[1])
    let data = try #require(mail["data"] as? [String])
    let head = data.prefix { !$0.isEmpty }
    #expect(mail["to"] as? [String] == ["RCPT TO:<zhou@example.org>"])
    #expect(!head.contains { $0.hasPrefix("Bcc") })
    #expect(head.contains("Message-ID: <S1-42@example.org>"))
    #expect(head.allSatisfy { $0.utf8.count <= 998 && $0.utf8.allSatisfy { $0 < 0x80 } })
    let body = data.drop { !$0.isEmpty }.joined()
    let text = String(decoding: try #require(Data(base64Encoded: body)), as: UTF8.self)
    #expect(text.hasPrefix("橙色预警：石角镇立即转移。"))
    #expect(text.contains("https://x.example/answer/42.ab"))
  }

  @Test(arguments: [
    "no@example.org", "a b@example.org", "a@b@c", "a@example.org>\r\nRCPT TO:<b@example.org", "",
  ])
  func `a mail that cannot be addressed or is refused is told without its address`(to: String)
    throws
  {
    let server = try Counterpart(python: Servers.mail)
    let client = try MailClient(
      .init(url: "smtp://127.0.0.1:\(try server.first())", needsSecurity: false))
    let channel = MailChannel(name: "mail", sender: "freshet@example.org", client: client)
    let fault = try #require(throws: Fault.self) { _ = try channel.deliver(live(content(to: to))) }
    #expect(to.isEmpty || !fault.description.contains(to))
    #expect(server.lines.count == 1)
  }

  @Test
  func `a mail server without security is refused where security is asked for`() throws {
    let server = try Counterpart(python: Servers.mail)
    let client = try MailClient(.init(url: "smtp://127.0.0.1:\(try server.first())"))
    let channel = MailChannel(name: "mail", sender: "freshet@example.org", client: client)
    #expect(throws: Fault.self) { _ = try channel.deliver(live(content(to: "a@example.org"))) }
    #expect(server.lines.count == 1)
  }

  @Test
  func `a program gets one line of JSON and says what became of it`() throws {
    let folder = try TestFolder()
    let path = try folder.write(
      "gateway",
      "#!/bin/sh\ncat > \(folder.path)/in\necho '{\"status\":\"answered\",\"words\":\"1\"}'\n",
      executable: true)
    let channel = ProgramChannel(name: "voice", path: path, secret: "geheim", timeoutSeconds: 5)
    #expect(try channel.deliver(live(content())).answer == "1")
    let input = try String(contentsOfFile: "\(folder.path)/in", encoding: .utf8)
    #expect(try object(input)["to"] as? String == ChannelTests.number)
    #expect(input.filter { $0 == "\n" }.count == 1)
  }

  @Test(arguments: [
    "#!/bin/sh\nexit 3\n", "#!/bin/sh\necho no\n",
    "#!/bin/sh\necho '{\"status\":\"failed\",\"detail\":\"13912345678\"}'\n",
    "#!/bin/sh\nprintf '[%.0s' $(seq 513)\n",
    "#!/bin/sh\nyes\n",
  ])
  func `a program that fails is a fault without the number`(script: String) throws {
    // Some end before they have read their line; the service is not ended by that either.
    signal(SIGPIPE, SIG_IGN)
    let folder = try TestFolder()
    let path = try folder.write("gateway", script, executable: true)
    let channel = ProgramChannel(name: "voice", path: path, secret: nil, timeoutSeconds: 1)
    let fault = try #require(throws: Fault.self) { _ = try channel.deliver(live(content())) }
    #expect(!fault.description.contains(ChannelTests.number))
  }

  @Test
  func `a program that hangs is killed with its children at its time limit`() throws {
    let folder = try TestFolder()
    let path = try folder.write(
      "gateway", "#!/bin/sh\nsleep 60 &\necho $! > \(folder.path)/child\nwait\n", executable: true)
    let channel = ProgramChannel(name: "voice", path: path, secret: nil, timeoutSeconds: 0.5)
    let started = Date()
    #expect(throws: Fault.self) { _ = try channel.deliver(live(content())) }
    #expect(Date().timeIntervalSince(started) < 10)
    let child = try String(contentsOfFile: "\(folder.path)/child", encoding: .utf8)
    let pid = try #require(Int32(child.trimmingCharacters(in: .whitespacesAndNewlines)))
    // A killed process is still there for a moment on a busy machine.
    #expect(
      eventually(within: 10) {
        let state = try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8)
        return state == nil || state?.contains(") Z ") == true
      })
  }

  @Test
  func `a file for the loudspeakers appears whole, and once`() throws {
    let folder = try TestFolder()
    let channel = try BroadcastChannel(name: "speaker", folder: "\(folder.path)/drop")
    for _ in 0..<2 { _ = try channel.deliver(live(content())) }
    let names = try FileManager.default.contentsOfDirectory(atPath: "\(folder.path)/drop")
    #expect(names == ["S1-42.json"])
  }

  @Test
  func `a drill reaches the folder of rehearsals and no live channel, whatever channel is named`()
    throws
  {
    struct Alarm: CallChannel {
      typealias R = Live
      let name: String
      let rung: @Sendable () -> Void
      func deliver(_ message: CallMessage<Live>) throws(Fault) -> CallReceipt {
        rung()
        return CallReceipt(detail: "")
      }
    }
    let folder = try TestFolder()
    let names = ["voice", "sms", "mail", "sheet"]
    let channels = names.map { Alarm(name: $0) { Issue.record("a drill reached a live channel") } }
    let switchboard = CallSwitchboard(
      live: channels, rehearsal: try RehearsalChannel(folder: folder.path))
    for name in names {
      _ = try switchboard.deliver(CallEnvelope(content(), isRehearsal: true), on: name)
    }
    let file = try String(contentsOfFile: "\(folder.path)/S1-42.json", encoding: .utf8)
    #expect(!file.contains(ChannelTests.number))
  }

  @Test
  func `a call sheet is a PDF that names people and numbers, newest first, each message once`()
    throws
  {
    let folder = try TestFolder()
    let sheet = try SheetChannel(folder: folder.path, office: "云溪区气象台")
    for key in ["A-1", "A-2", "A-1"] {
      var one = content()
      one.key = key
      _ = try sheet.deliver(live(one))
    }
    let path = try #require(try sheet.draw().first)
    #expect(try sheet.draw().isEmpty)
    let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
    #expect(bytes.prefix(5) == Data("%PDF-".utf8))
    #expect(bytes.count > 2000)
    let lines = path.replacingOccurrences(of: ".pdf", with: ".jsonl")
    // A line that is no message, and one of no moment that a calendar has.
    let file = try FileHandle(forWritingTo: URL(fileURLWithPath: lines))
    _ = try file.seekToEnd()
    let late = try String(contentsOfFile: lines, encoding: .utf8).split(separator: "\n")[0]
      .replacing(#/"time":\d+/#, with: "\"time\":\(Int64.max)")
      .replacing("A-1", with: "A-3")
    let deep = String(repeating: "[", count: 513)
    try file.write(contentsOf: Data("\(deep)\n\(late)\n".utf8))
    try file.close()
    _ = try sheet.deliver(live(content()))
    #expect(try sheet.draw() == [path])
    #expect(try String(contentsOfFile: lines, encoding: .utf8).contains(ChannelTests.number))
    let rights = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
    #expect(rights == 0o600)
  }

  @Test
  func `an answer link holds for one message and this district alone`() throws {
    let token = try CallToken(key: Array(repeating: 7, count: 32))
    let other = try CallToken(key: Array(repeating: 8, count: 32))
    let text = token.text(for: 42)
    #expect(token.delivery(of: text) == 42)
    #expect(other.delivery(of: text) == nil)
    #expect(token.delivery(of: text.replacingOccurrences(of: "42.", with: "43.")) == nil)
    for bad in ["", "42", "42.", "-1.00", ".", "42.\(text)", String(text.dropLast())] {
      #expect(token.delivery(of: bad) == nil)
    }
    #expect(throws: Fault.self) { _ = try CallToken(key: []) }
  }
}
