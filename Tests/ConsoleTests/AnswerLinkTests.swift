import Archive
import Foundation
import Hydromet
import Pipeline
import Testing
import Transport
import Warn

@Suite("Answer links", .serialized)
struct AnswerLinkTests {
  private static let people = [
    "C1,周禾丰,主任,voice,13900000001,990110001000,*,blue,1,,",
    "C2,\"<b>李&\"\"四'</b>\",副主任,voice,13900000002,990110001000,*,blue,2,,",
    "D1,值班员,值班,voice,13900000009,*,*,blue,1,,",
  ]

  private func caller() throws -> Caller {
    try Caller(
      try ConsoleDesk(
        contacts: AnswerLinkTests.people,
        more: """
          calls:
            channels:
              voice: {kind: webhook, url: "http://127.0.0.1:9/"}
          """))
  }

  private func text(_ response: HTTPResponse) -> String {
    String(decoding: response.body, as: UTF8.self)
  }

  @Test func `looking at a link answers nothing, pressing a button does, and the calls stop`()
    throws
  {
    let caller = try caller()
    try caller.order()
    let call = try #require(try caller.pass(1).first)
    let link = caller.link(call)
    for _ in 0..<3 {
      let page = try caller.desk.send(.get, link)
      #expect(page.status == 200 && text(page).contains("山洪橙色预警"))
      #expect(page.header("Cache-Control") == "no-store")
      #expect(page.header("Referrer-Policy") == "no-referrer")
    }
    #expect(try caller.desk.send(.head, link).status == 200)
    #expect(try caller.desk.send(.get, link + "?answer=received").status == 200)
    #expect(try caller.openCalls == 1)
    #expect(try caller.press(.received, link) == 303)
    #expect(try caller.openCalls == 0)
    #expect(try caller.pass(600).isEmpty)
    #expect(text(try caller.desk.send(.get, link)).contains("周禾丰: 收到"))
    #expect(try caller.desk.workspace.ledger.auditCheck().findings.isEmpty)
  }

  @Test func `the same button pressed twice is one answer in the ledger`() throws {
    let caller = try caller()
    try caller.order()
    let link = caller.link(try #require(try caller.pass(1).first))
    for _ in 0..<3 { #expect(try caller.press(.received, link) == 303) }
    var lines = 0
    try caller.desk.workspace.ledger.eachAuditRow(of: "w") { row in
      if row.entry.kind == "call.answer" { lines += 1 }
    }
    #expect(lines == 1)
  }

  @Test func `a link holds for its own message alone, and not for ever`() throws {
    let caller = try caller()
    try caller.order()
    let call = try #require(try caller.pass(1).first)
    let link = caller.link(call)
    let other = "/answer/\(call.id + 1).\(link.split(separator: ".").last ?? "")"
    let strangers = [
      other, String(link.dropLast()) + (link.hasSuffix("0") ? "1" : "0"), "/answer/1",
      "/answer/%2e%2e", "/answer/1.'%20OR%201=1", "/answer/\(String(repeating: "9", count: 3000))",
    ]
    for link in strangers {
      let status = try caller.desk.send(.get, link).status
      #expect(status == 404 || status == 400)
      #expect(try caller.press(.received, link) == status)
    }
    #expect(try caller.openCalls == 1)
    caller.desk.clock.pass(3600 + 24 * 3600)
    #expect(try caller.desk.send(.get, link).status == 410)
    #expect(try caller.press(.received, link) == 410)
  }

  @Test func `a cancelled warning asks nobody for an answer any more`() throws {
    let caller = try caller()
    try caller.order()
    let link = caller.link(try #require(try caller.pass(1).first))
    try caller.order("2", kind: .cancel, headline: "解除")
    try caller.pass(2)
    let page = text(try caller.desk.send(.get, link))
    #expect(page.contains("已解除") && !page.contains("<button"))
    #expect(try caller.press(.received, link) == 410)
  }

  @Test func `who cannot act is left alone and the next person is called at once`() throws {
    let caller = try caller()
    try caller.order()
    let first = try #require(try caller.pass(1).first)
    #expect(first.person == "C1")
    #expect(try caller.press(.cannotAct, caller.link(first)) == 303)
    #expect(try caller.openCalls == 1)
    #expect(try caller.pass(2).map(\.person) == ["C2"])
  }

  @Test func `who needs help is heard at the duty desk at once`() throws {
    let caller = try caller()
    try caller.order()
    let first = try #require(try caller.pass(1).first)
    #expect(try caller.press(.needsHelp, caller.link(first)) == 303)
    let told = try caller.pass(3)
    #expect(told.map(\.person) == ["D1"])
    #expect(told.first?.body.contains("周禾丰 已应答并请求支援") == true)
    #expect(try caller.openCalls == 0)
  }

  @Test func `who has moved the people has acted, at the time of the answer`() throws {
    let caller = try caller()
    try caller.order()
    let first = try #require(try caller.pass(30).first)
    #expect(try caller.press(.evacuated, caller.link(first), words: "三组38人") == 303)
    let feedback = try #require(try caller.desk.workspace.ledger.feedback(on: "w").first)
    #expect(feedback.observation == .acted && feedback.township == "990110001000")
    #expect(feedback.time == caller.desk.clock.now && feedback.note == "三组38人")
  }

  @Test func `names and texts of others are only words on the page, in Chinese or English`() throws
  {
    let caller = try caller()
    try caller.order(headline: "</h1><script>alert(1)</script>{to}")
    let calls = try caller.pass(400)
    let second = try #require(calls.first { $0.person == "C2" })
    for language in ["", "?lang=en", "?lang=%3Cscript%3E"] {
      let page = text(try caller.desk.send(.get, caller.link(second) + language))
      #expect(!page.contains("<script") && !page.contains("<b>"))
      #expect(page.contains("&lt;b&gt;李&amp;&quot;四&#39;&lt;/b&gt;"))
      #expect(page.contains(language == "?lang=en" ? "please answer" : "请应答"))
    }
    let words = "%3Cscript%3E%0d%0aSet-Cookie:a%27);DROP%20TABLE%20call_answer;--%2013912345678"
    #expect(try caller.press(.received, caller.link(second), words: words) == 303)
    let page = text(try caller.desk.send(.get, caller.link(second)))
    #expect(!page.contains("<script") && !page.contains("13912345678"))
    #expect(try caller.desk.workspace.ledger.auditCheck().findings.isEmpty)
  }

  @Test func `no form that is not the page's own answers anything`() throws {
    let caller = try caller()
    try caller.order()
    let link = caller.link(try #require(try caller.pass(1).first))
    let form = HTTPHeader("Content-Type", "application/x-www-form-urlencoded")
    let bodies: [(String, [HTTPHeader])] = [
      ("answer=received", [HTTPHeader("Content-Type", "text/plain")]),
      ("{\"answer\":\"received\"}", [HTTPHeader("Content-Type", "application/json")]),
      ("", [form]), ("answer=%zz", [form]), ("answer=everything", [form]),
      ("answer=received&words=" + String(repeating: "x", count: 5000), [form]),
    ]
    for (body, headers) in bodies {
      let status = try caller.desk.send(.post, link, body: body, headers: headers).status
      #expect((400..<500).contains(status))
    }
    #expect(try caller.openCalls == 1)
  }

  @Test func `a storm of guessed links is turned away and a true one still answers`() throws {
    let caller = try caller()
    try caller.order()
    let link = caller.link(try #require(try caller.pass(1).first))
    var statuses: Set<Int> = []
    for number in 0..<300 {
      statuses.insert(try caller.desk.send(.get, "/answer/\(number).00").status)
    }
    #expect(statuses == [404, 429])
    #expect(try caller.press(.received, link) == 303)
    var own: Set<Int> = []
    for _ in 0..<30 { own.insert(try caller.desk.send(.get, link).status) }
    #expect(own == [200, 429])
  }

  @Test func `neither the words of a link nor a number stands in the log`() throws {
    let caller = try caller()
    try caller.order()
    let link = caller.link(try #require(try caller.pass(1).first))
    _ = try caller.desk.send(.put, link)
    _ = try caller.desk.send(.get, String(link.dropLast(2)))
    _ = try caller.press(.received, link, words: "13912345678")
    _ = try caller.desk.send(.get, "/nowhere/13912345678")
    let code = link.split(separator: ".").last.map { String($0.prefix(16)) } ?? "?"
    #expect(!caller.desk.log.text.isEmpty)
    #expect(!caller.desk.log.text.contains(code))
    #expect(!caller.desk.log.text.contains("13912345678"))
  }
}
