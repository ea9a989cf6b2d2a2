import Archive
import Calls
import Foundation
import Hydromet
import Pipeline
import Testing
import Transport
import Warn

@Suite("Reports of gateways", .serialized)
struct CallbackTests {
  private func caller() throws -> Caller {
    let desk = try ConsoleDesk(
      contacts: [
        "C1,周禾丰,主任,voice,13900000001,990110001000,*,blue,1,,sms=13900000001",
        "C2,李四,副主任,voice,13900000002,990110001000,*,blue,2,,sms=13900000002",
      ],
      more: """
        calls:
          channels:
            voice: {kind: webhook, url: "http://127.0.0.1:9/", secret_file: secret}
            sms: {kind: webhook, url: "http://127.0.0.1:9/", secret_file: other-secret}
            open: {kind: webhook, url: "http://127.0.0.1:9/"}
        """)
    try Data("geheim\n".utf8).write(to: URL(fileURLWithPath: "\(desk.folder)/secret"))
    try Data("anders\n".utf8).write(to: URL(fileURLWithPath: "\(desk.folder)/other-secret"))
    return try Caller(desk)
  }

  private func send(
    _ caller: Caller, _ body: String, channel: String = "voice", secret: String = "geheim",
    lateBy seconds: Int64 = 0, changed: String? = nil
  ) throws -> HTTPResponse {
    let time = caller.desk.clock.now.secondsSince1970 - seconds
    let header = CallSignature.header(secret: secret, time: time, body: Array(body.utf8))
    return try caller.desk.send(
      .post, "/api/v1/callback/\(channel)", body: changed ?? body,
      headers: [HTTPHeader("Freshet-Signature", header)])
  }

  private func taken(_ response: HTTPResponse) throws -> Int? {
    let parsed = try JSONSerialization.jsonObject(with: Data(response.body)) as? [String: Int]
    return parsed?["taken"]
  }

  @Test func `a message that the network could not bring is tried by the next channel at once`()
    throws
  {
    let caller = try caller()
    try caller.order()
    let call = try #require(try caller.pass(1).first)
    #expect(call.channel == "voice")
    let body =
      "{\"kind\":\"report\",\"key\":\"\(call.key)\",\"arrived\":false,\"detail\":\"空号 13900000001\"}"
    let response = try send(caller, body)
    #expect(response.status == 200)
    #expect(try taken(response) == 1)
    let next = try #require(try caller.pass(1).first)
    #expect(next.person == "C1" && next.channel == "sms")
    // The same report again changes nothing.
    #expect(try send(caller, body).status == 200)
    #expect(try caller.pass(5).isEmpty)
    let record = try #require(try caller.desk.workspace.ledger.callDelivery(call.id)?.record)
    #expect(record.state == "failed" && record.detail?.contains("13900000001") == false)
  }

  @Test func `a short message from a person answers everything that waits for them`() throws {
    let caller = try caller()
    try caller.order()
    try caller.pass(1)
    let body = "[{\"kind\":\"reply\",\"from\":\"+86 139-0000-0001\",\"text\":\"收到！\"}]"
    #expect(try taken(send(caller, body, channel: "sms", secret: "anders")) == 1)
    #expect(try caller.openCalls == 0)
  }

  @Test func `words that answer nothing and numbers of strangers close no call`() throws {
    let caller = try caller()
    try caller.order()
    try caller.pass(1)
    for (from, text) in [
      ("13900000001", "没有收到"), ("13900000001", ""), ("13912345678", "收到"), ("", "收到"),
      ("' OR 1=1 --", "收到"),
    ] {
      let body = "{\"kind\":\"reply\",\"from\":\"\(from)\",\"text\":\"\(text)\"}"
      #expect(try taken(send(caller, body)) == 0)
    }
    #expect(try caller.openCalls == 1)
  }

  @Test(arguments: [("1", 0), ("3", 0), ("9", 1), ("7", 1)])
  func `the key that is pressed in a call answers it`(key: String, open: Int) throws {
    let caller = try caller()
    try caller.order()
    let call = try #require(try caller.pass(1).first)
    let body = "{\"kind\":\"key\",\"key\":\"\(call.key)\",\"pressed\":\"\(key)\"}"
    #expect(try send(caller, body).status == 200)
    #expect(try caller.openCalls == open)
  }

  @Test func `nobody speaks for a gateway without its secret, late, or with other words`() throws {
    let caller = try caller()
    try caller.order()
    let call = try #require(try caller.pass(1).first)
    let body = "{\"kind\":\"key\",\"key\":\"\(call.key)\",\"pressed\":\"1\"}"
    #expect(try send(caller, body, secret: "geheim ").status == 401)
    #expect(try send(caller, body, secret: "anders").status == 401)
    #expect(try send(caller, body, lateBy: 301).status == 401)
    #expect(try send(caller, body, lateBy: -301).status == 401)
    #expect(try send(caller, body, changed: body + " ").status == 401)
    #expect(try send(caller, body, channel: "open", secret: "").status == 401)
    // The secret in the open does not help a wrong signature.
    let both = [
      HTTPHeader("Freshet-Signature", "t=0,v1=00"), HTTPHeader("Authorization", "Bearer geheim"),
    ]
    let mixed = try caller.desk.send(
      .post, "/api/v1/callback/voice", body: body, headers: both)
    #expect(mixed.status == 401)
    #expect(try send(caller, body, channel: "nothing").status == 401)
    #expect(
      try caller.desk.send(.post, "/api/v1/callback/voice", token: "anders", body: body).status
        == 401)
    // Another channel's gateway cannot speak of this channel's messages.
    #expect(try taken(send(caller, body, channel: "sms", secret: "anders")) == 0)
    #expect(try caller.openCalls == 1)
    #expect(
      try caller.desk.send(.post, "/api/v1/callback/voice", token: "geheim", body: body).status
        == 200)
    #expect(try caller.openCalls == 0)
  }

  @Test(arguments: [
    "", "[]x", "{}", "{\"kind\":\"report\"}", "{\"kind\":\"key\",\"key\":1}", "[[]]", "nul",
    "{\"kind\":\"other\",\"key\":\"S-1\"}", String(repeating: "[", count: 513),
  ])
  func `what is no report is refused in words`(body: String) throws {
    let caller = try caller()
    let response = try send(caller, body)
    #expect(response.status == 400)
    #expect(String(decoding: response.body, as: UTF8.self).contains("bad_body"))
  }

  @Test func `keys of other ledgers and impossible keys are about nothing here`() throws {
    let caller = try caller()
    try caller.order()
    let call = try #require(try caller.pass(1).first)
    for key in ["T-\(call.id)", "S-", "S-99999999999999999999", "S-0", "", "S--1", "-"] {
      let body = "{\"kind\":\"report\",\"key\":\"\(key)\",\"arrived\":false}"
      #expect(try taken(send(caller, body)) == 0)
    }
    #expect(try caller.pass(3).isEmpty)
  }
}
