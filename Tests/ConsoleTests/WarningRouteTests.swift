import Archive
import Console
import Foundation
import Hydromet
import Pipeline
import Publish
import Testing
import Transport
import Warn

@Suite("Warnings over HTTP", .serialized)
struct WarningRouteTests {
  private static let township = "990110001000"
  private static let id = "rainstorm-990110001000-1"

  /// A console with one draft.
  private func desk() throws -> ConsoleDesk {
    let console = try ConsoleDesk(contacts: [
      "C1,周禾丰,主任,voice,13912345678,990110001000,*,blue,1,,"
    ])
    let desk = try WarningDesk(console.workspace, clock: console.clock)
    let content = WarningContent(
      level: .orange, basis: .observedRain, expires: console.clock.now + 3 * 3600,
      headline: "甲区气象台发布暴雨橙色预警", description: "过去1小时最大雨量72.0毫米。", instruction: "请转移。",
      englishHeadline: "Rainstorm orange warning", englishDescription: "72.0 mm in an hour.",
      englishInstruction: "Move.")
    _ = try console.workspace.ledger.prepare(
      WarningChain(hazard: .rainstorm, township: WarningRouteTests.township),
      .prepare(
        content: content, dataTime: console.clock.now, answer: .complete(.orange),
        lines: ["\(WarningRouteTests.township),township,60"]),
      by: WarningActor(.program, at: console.clock.now, because: "周期资料"), life: desk.life)
    return console
  }

  private func object(_ response: HTTPResponse) -> [String: Any] {
    (try? JSONSerialization.jsonObject(with: Data(response.body))) as? [String: Any] ?? [:]
  }

  private func step(
    _ desk: ConsoleDesk, _ name: String, _ token: String?, _ body: String,
    id: String = WarningRouteTests.id
  ) throws -> HTTPResponse {
    try desk.send(.post, "/api/v1/warnings/\(id)/\(name)", token: token, body: body)
  }

  @Test
  func `a draft becomes a released and a cancelled message, with names of tokens in the ledger`()
    throws
  {
    let desk = try desk()
    let ann = try desk.tokens.make(role: .forecaster, feeds: [], label: "安然", at: desk.clock.now)
    let chief = try desk.tokens.make(role: .chief, feeds: [], label: "陈明", at: desk.clock.now)
    let list = object(try desk.send(.get, "/api/v1/warnings", token: ann.token))
    let first = try #require((list["warnings"] as? [[String: Any]])?.first)
    #expect(first["id"] as? String == WarningRouteTests.id && first["level"] as? String == "orange")
    let revision = try #require(first["revision"] as? Int)
    let agreed = "{\"reason\":\"会商一致 13912345678\",\"revision\":\(revision)}"
    #expect(try step(desk, "review", ann.token, agreed).status == 200)
    #expect(try step(desk, "sign", chief.token, agreed).status == 200)
    let released = try step(desk, "release", ann.token, "{\"reason\":\"发布\"}")
    #expect(released.status == 200)
    let message = try #require(object(released)["message"] as? String)

    let alert = try desk.send(.get, "/warnings/cap/\(message).xml")
    #expect(alert.status == 200 && alert.header("Content-Type") == "application/cap+xml")
    let read = try CAPReader.read(alert.body, name: "alert")
    #expect(CAPChecker.findings(read, profile: .china).isEmpty)
    for (path, word) in [
      ("warnings.atom", "<feed"), ("warnings.rss", "<rss"),
      ("warnings.geojson", "FeatureCollection"),
    ] {
      let feed = try desk.send(.get, "/warnings/\(path)")
      let text = String(decoding: feed.body, as: UTF8.self)
      #expect(feed.status == 200 && text.contains(word) && text.contains("暴雨橙色预警"))
    }
    #expect(try step(desk, "cancel", chief.token, "{\"reason\":\"雨停\"}").status == 200)
    let account = try desk.send(
      .get, "/api/v1/warnings/\(WarningRouteTests.id)", token: ann.token)
    let text = String(decoding: account.body, as: UTF8.self)
    #expect(text.contains("安然") && text.contains("陈明") && !text.contains("13912345678"))
    #expect(!desk.log.text.contains("13912345678"))
    #expect(try desk.workspace.ledger.auditCheck().findings.isEmpty)
  }

  @Test func `only the roles of a step may take it`() throws {
    let desk = try desk()
    let body = "{\"reason\":\"会商一致\",\"revision\":1,\"seen\":\"rain\"}"
    let steps = [
      "edit", "review", "sign", "release", "cancel", "withdraw", "ratify", "feedback",
    ]
    for name in steps {
      #expect(try step(desk, name, nil, body).status == 401)
      for role in [Role.viewer, .uploader, .administrator] {
        #expect(try step(desk, name, try desk.token(role, feeds: []), body).status == 403)
      }
    }
    let viewer = try desk.token(.viewer, feeds: [])
    #expect(try desk.send(.get, "/api/v1/warnings", token: viewer).status == 200)
    #expect(try desk.send(.get, "/api/v1/alarms", token: viewer).status == 200)
    #expect(try desk.send(.get, "/api/v1/audit", token: viewer).status == 403)
    #expect(try desk.send(.get, "/api/v1/warnings", token: try desk.token()).status == 403)
    let administrator = try desk.token(.administrator, feeds: [])
    let audit = try desk.send(.get, "/api/v1/audit", token: administrator)
    #expect(audit.status == 200 && (object(audit)["findings"] as? [Any])?.isEmpty == true)
  }

  @Test(arguments: [
    ("review", "\"confirm_newer_fact\":true"), ("edit", "\"desciption\":\"x\""),
    ("cancel", "\"revision\":1"), ("feedback", "\"Seen\":\"rain\""),
  ])
  func `a misspelt word of an order is refused and named, and changes nothing`(
    name: String, word: String
  ) throws {
    let desk = try desk()
    let chief = try desk.token(.chief, feeds: [])
    let before = try desk.workspace.ledger.auditHead()
    let response = try step(desk, name, chief, "{\"reason\":\"一致\",\(word)}")
    let text = String(decoding: response.body, as: UTF8.self)
    #expect(response.status == 400 && text.contains("unknown_word"))
    #expect(text.contains(word.split(separator: "\"")[0]))
    #expect(try desk.workspace.ledger.auditHead() == before)
  }

  @Test func `what is not possible now is a conflict with what is, and changes nothing`() throws {
    let desk = try desk()
    let ann = try desk.token(.forecaster, feeds: [])
    let before = try desk.workspace.ledger.auditHead()
    let release = try step(desk, "release", ann, "{\"reason\":\"发布\"}")
    #expect(release.status == 409)
    #expect(String(decoding: release.body, as: UTF8.self).contains("illegal_transition"))
    #expect(
      try step(desk, "review", ann, "{\"reason\":\"一致\",\"revision\":7}").status == 409)
    #expect(
      try step(desk, "review", ann, "{\"reason\":\"一致\",\"revision\":1}", id: "nothing").status
        == 404)
    #expect(try desk.workspace.ledger.auditHead() == before)
  }

  @Test(arguments: [
    String(repeating: "[", count: 513), "", "{}", "[]", "{\"reason\":1}",
    "{\"reason\":\"x\"", "{\"reason\":\"\",\"revision\":1}",
    "{\"reason\":\"a\\u0000b\",\"revision\":1}", "{\"reason\":\"x\",\"revision\":\"1\"}",
    "{\"reason\":\"x\",\"revision\":1e999}",
  ])
  func `a body that is no order is refused in words`(body: String) throws {
    let desk = try desk()
    let response = try step(desk, "review", try desk.token(.forecaster, feeds: []), body)
    #expect(response.status == 400)
    #expect((object(response)["fault"] as? [String: Any])?["remedy"] != nil)
  }

  @Test func `names that would be paths or statements find nothing`() throws {
    let desk = try desk()
    let ann = try desk.token(.forecaster, feeds: [])
    for name in ["..%2f..%2fdistrict.yaml", "%00", "x';DROP%20TABLE%20warning;--", "%3Cscript%3E"] {
      let status = try desk.send(.get, "/api/v1/warnings/\(name)", token: ann).status
      #expect(status == 404 || status == 400)
      let file = try desk.send(.get, "/warnings/cap/\(name).xml").status
      #expect(file == 404 || file == 400)
    }
    #expect(try desk.workspace.ledger.openWarnings().count == 1)
  }

  @Test func `the duty officer lists calls and notes an answer over HTTP`() throws {
    let desk = try ConsoleDesk(
      contacts: ["C1,周禾丰,主任,voice,13912345678,990110001000,*,blue,1,,"],
      more: """
        calls:
          channels:
            voice: {kind: webhook, url: "http://127.0.0.1:9/"}
        """)
    let caller = try Caller(desk)
    try caller.order()
    try caller.pass(1)
    let ann = try desk.token(.forecaster, feeds: [])
    let list = try desk.send(.get, "/api/v1/calls", token: ann)
    let call = try #require((object(list)["calls"] as? [[String: Any]])?.first?["call"] as? Int)
    #expect(!String(decoding: list.body, as: UTF8.self).contains("13912345678"))
    let path = "/api/v1/calls/\(call)"
    #expect(try desk.send(.get, path, token: ann).status == 200)
    #expect(
      try desk.send(
        .post, "\(path)/answer", token: try desk.token(.viewer, feeds: []), body: "{\"by\":\"周\"}"
      ).status == 403)
    #expect(try desk.send(.post, "\(path)/answer", token: ann, body: "{}").status == 400)
    #expect(
      try desk.send(.post, "\(path)/answer", token: ann, body: "{\"by\":\"周禾丰\"}").status == 200)
    #expect(try caller.openCalls == 0)
    #expect(try desk.send(.get, "/api/v1/calls/99", token: ann).status == 404)
    #expect(try desk.send(.get, "/api/v1/calls/x", token: ann).status == 400)
    #expect(try desk.send(.get, "/api/v1/contacts/gaps", token: ann).status == 200)
  }

  @Test func `every path that the description names is there, and every path there is is named`()
    throws
  {
    let desk = try ConsoleDesk()
    let response = try desk.send(.get, "/api/v1/openapi.json")
    #expect(response.status == 200)
    let paths = try #require(object(response)["paths"] as? [String: [String: Any]])
    #expect(paths.count > 20)
    for (path, methods) in paths {
      let asked = path.split(separator: "/").map { $0.hasPrefix("{") ? "1" : String($0) }
        .joined(separator: "/")
      let answer = try desk.send(.delete, "/" + asked)
      #expect(answer.status == 405, "\(path)")
      let allowed = answer.header("Allow")?.split(separator: ",").map {
        $0.trimmingCharacters(in: .whitespaces).lowercased()
      }
      #expect(Set(allowed ?? []).subtracting(["head"]) == Set(methods.keys), "\(path)")
    }
  }
}
