import Archive
import Console
import Districts
import Foundation
import Glibc
import Hydromet
import Pipeline
import Testing
import Transport

@Suite("Uploads", .serialized)
struct UploadTests {
  private static let rows = "station,time,rain [mm]\nG1,2024-07-10T12:00:00Z,1.0\n"

  @Test func `a pushed file is on the disk under its name before 201 is answered`() throws {
    let desk = try ConsoleDesk()
    let token = try desk.token()
    for (method, name) in [(HTTPRequest.Method.post, "a.csv"), (.put, "b.dat")] {
      let response = try desk.send(
        method, "/api/v1/upload/gauges/\(name)", token: token, body: Self.rows)
      #expect(response.status == 201)
      #expect(desk.file(name) == Self.rows)
    }
    #expect(desk.names == ["a.csv", "b.dat"])
  }

  @Test func `the same name and bytes again are answered with 200 and change nothing`() throws {
    let desk = try ConsoleDesk()
    let token = try desk.token()
    let path = "/api/v1/upload/gauges/a.csv"
    #expect(try desk.send(.post, path, token: token, body: Self.rows).status == 201)
    #expect(try desk.send(.post, path, token: token, body: Self.rows).status == 200)
    #expect(desk.names == ["a.csv"])
  }

  @Test
  func
    `other bytes of the same name replace them, and the earlier ones are kept and in the ledger`()
    throws
  {
    let desk = try ConsoleDesk()
    let token = try desk.token()
    let path = "/api/v1/upload/gauges/a.csv"
    let later = Self.rows + "G1,2024-07-10T12:10:00Z,2.0\n"
    #expect(try desk.send(.post, path, token: token, body: Self.rows).status == 201)
    #expect(try desk.send(.post, path, token: token, body: later).status == 201)
    #expect(desk.file("a.csv") == later)
    let earlier = Fingerprint(of: Array(Self.rows.utf8))
    let record = try #require(
      try desk.workspace.ledger.file(feed: "gauges", sha256: earlier.sha256))
    #expect(record.fate == .superseded && record.name == "a.csv")
    let kept = try #require(record.originalKeptAt)
    #expect(FileManager.default.contents(atPath: kept) == Data(Self.rows.utf8))
  }

  @Test func `nobody without a valid token of the right role and feed gets in`() throws {
    let desk = try ConsoleDesk()
    let path = "/api/v1/upload/gauges/a.csv"
    let made = try desk.tokens.make(
      role: .uploader, feeds: ["gauges"], label: "", at: Timestamp(secondsSince1970: 0))
    let wrong = String(made.token.dropLast()) + (made.token.hasSuffix("A") ? "B" : "A")
    let strangers = [nil, "", "x", wrong, "frt_00000000_abc", String(repeating: "a", count: 5000)]
    for token in strangers {
      let response = try desk.send(.post, path, token: token, body: Self.rows)
      #expect(response.status == 401)
      #expect(response.header("WWW-Authenticate")?.hasPrefix("Bearer") == true)
    }
    #expect(
      try desk.send(.post, path, token: try desk.token(.viewer, feeds: []), body: "a").status == 403
    )
    #expect(
      try desk.send(.post, path, token: try desk.token(feeds: ["other"]), body: "a").status == 403)
    #expect(try desk.send(.post, path, token: made.token, body: Self.rows).status == 201)
    _ = try desk.tokens.revoke(made.record.id, at: Timestamp(secondsSince1970: 1))
    #expect(try desk.send(.post, path, token: made.token, body: Self.rows).status == 401)
    let kept = String(
      decoding: FileManager.default.contents(atPath: desk.tokens.path) ?? Data(), as: UTF8.self)
    #expect(kept.contains(made.record.id) && !kept.contains(made.token))
    var status = stat()
    #expect(stat(desk.tokens.path, &status) == 0 && status.st_mode & 0o077 == 0)
  }

  @Test func `names that lead elsewhere or would never be taken in are refused`() throws {
    let desk = try ConsoleDesk()
    let token = try desk.token()
    let names = [
      "..%2F..%2Fdistrict.yaml", "%2Fetc%2Fpasswd", "..", "%2e%2e", ".hidden", "a.tmp", "a.part",
      "a~",
      "a%00b", "a%0Ab", "%FF%FE", String(repeating: "a", count: 201), "a%5Cb",
    ]
    for name in names {
      let status = try desk.send(
        .post, "/api/v1/upload/gauges/\(name)", token: token, body: Self.rows
      ).status
      #expect(status == 400 || status == 404, "\(name): \(status)")
    }
    let other = try desk.token(feeds: ["other"])
    #expect(
      try desk.send(.post, "/api/v1/upload/other/a.txt", token: other, body: "a").status == 400)
    #expect(desk.names.isEmpty)
    let chinese = try desk.send(
      .post, "/api/v1/upload/gauges/%E9%9B%A8%E9%87%8F.csv", token: token, body: Self.rows)
    #expect(chinese.status == 201)
    #expect(desk.names == ["雨量.csv"])
  }

  @Test func `files beyond the limit, announced or streamed, leave nothing behind`() throws {
    let desk = try ConsoleDesk(uploadMegabytes: 1)
    let token = try desk.token()
    let path = "/api/v1/upload/gauges/a.csv"
    let large = String(repeating: "x", count: 1 << 20) + "y"
    #expect(try desk.send(.put, path, token: token, body: large).status == 413)
    #expect(try desk.send(.put, path, token: token, body: String(large.dropLast())).status == 201)
    #expect(
      try desk.send(.put, "/api/v1/upload/gauges/b.csv", token: token, body: "").status == 400)
    #expect(desk.names == ["a.csv"])
  }

  @Test func `an upload that breaks off leaves nothing behind`() throws {
    let desk = try ConsoleDesk()
    let token = try desk.token()
    let connection = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(connection) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    address.sin_port = UInt16(desk.server.port).bigEndian
    let isConnected = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(connection, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
      }
    }
    try #require(isConnected)
    let request =
      "POST /api/v1/upload/gauges/a.csv HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer \(token)\r\n"
      + "Content-Length: 1000\r\n\r\nhalf"
    #expect(
      send(connection, request, request.utf8.count, Int32(MSG_NOSIGNAL)) == request.utf8.count)
    var begun = false
    for _ in 0..<200 where !begun {
      usleep(10_000)
      begun = !desk.names.isEmpty
    }
    #expect(begun, "the draft is there while bytes come in")
    shutdown(connection, Int32(SHUT_RDWR))
    for _ in 0..<500 where !desk.names.isEmpty { usleep(10_000) }
    #expect(desk.names.isEmpty)
  }

  @Test func `a token that asks too often is told when to come again, others are not held up`()
    throws
  {
    let desk = try ConsoleDesk(perMinute: 60)
    let token = try desk.token()
    var refused: HTTPResponse?
    for number in 0..<30 where refused == nil {
      let response = try desk.send(
        .post, "/api/v1/upload/gauges/\(number).csv", token: token, body: Self.rows)
      if response.status == 429 { refused = response }
    }
    #expect(
      (refused?.header("Retry-After")).flatMap { Int($0) }.map { (1...60).contains($0) } == true)
    let other = try desk.token()
    #expect(
      try desk.send(.post, "/api/v1/upload/gauges/z.csv", token: other, body: "a").status == 201)
  }
}

@Suite("Answers", .serialized)
struct AnswerTests {
  @Test func `anybody may ask for health, and learns nothing of paths`() throws {
    let desk = try ConsoleDesk()
    let response = try desk.send(.get, "/api/v1/health")
    #expect(response.status == 200)
    let text = String(decoding: response.body, as: UTF8.self)
    #expect(text.contains("\"status\":\"ok\"") && text.contains("\"district\":\"990110\""))
    #expect(!text.contains(desk.folder))
    let head = try desk.send(.head, "/api/v1/health")
    #expect(head.status == 200 && head.body.isEmpty)
  }

  @Test func `a method that a path does not have is answered with those that it has`() throws {
    let desk = try ConsoleDesk()
    let health = try desk.send(.post, "/api/v1/health", body: "")
    #expect(health.status == 405 && health.header("Allow") == "GET, HEAD")
    let upload = try desk.send(.get, "/api/v1/upload/gauges/a.csv")
    #expect(upload.status == 405 && upload.header("Allow") == "POST, PUT")
    #expect(try desk.send(.get, "/nothing").status == 404)
  }

  @Test func `a refusal is JSON with a code, what is wrong and what to do`() throws {
    let desk = try ConsoleDesk()
    let response = try desk.send(.get, "/nothing")
    let parsed =
      try JSONSerialization.jsonObject(with: Data(response.body)) as? [String: [String: String]]
    let fault = try #require(parsed?["fault"])
    #expect(fault["code"] == "unknown_path")
    #expect(fault["problem"]?.isEmpty == false && fault["remedy"]?.isEmpty == false)
  }

  @Test func `a port that is taken is a fault with words`() throws {
    let desk = try ConsoleDesk()
    var settings = desk.settings
    settings.port = desk.server.port
    let services = try desk.services(settings)
    let fault = #expect(throws: Fault.self) { try ConsoleServer(services) }
    #expect(fault?.code == "cannot_listen")
  }
}

@Suite struct PermissionTests {
  @Test func `only forecasters and chiefs sign, only a chief signs red, only loggers push`() {
    #expect(Permission.sign.roles == [.forecaster, .chief])
    #expect(Permission.signRed.roles == [.chief])
    #expect(!Permission.upload.roles.contains(.viewer))
    for permission in Permission.allCases where permission != .upload {
      #expect(!permission.roles.contains(.uploader))
    }
  }
}
