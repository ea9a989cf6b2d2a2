import Foundation
import Hydromet
import LocalServers
import Testing
import Transport

@Suite struct HTTPClientTests {
  private static func client(
    _ change: (inout HTTPClient.Settings) -> Void = { _ in }
  ) -> HTTPClient {
    var settings = HTTPClient.Settings()
    settings.proxy = ""
    settings.limits = TransferLimits(connectSeconds: 5, totalSeconds: 10, stallSeconds: 5)
    change(&settings)
    return HTTPClient(settings)
  }

  private static func code(_ body: () throws(Fault) -> some Any) -> String? {
    do throws(Fault) {
      _ = try body()
      return nil
    } catch {
      return error.code
    }
  }

  @Test func `a request carries its method, headers and body, and the answer comes back whole`()
    throws
  {
    let server = try #require(
      LocalHTTPServer { request in
        .init(201, headers: [("X-Method", request.method)], body: request.body.reversed())
      })
    defer { server.stop() }
    let body = (0..<100_000).map { UInt8(truncatingIfNeeded: $0) }
    for method in [HTTPRequest.Method.post, .put] {
      let response = try Self.client().send(
        HTTPRequest(method, "\(server.address)/a?b=c", headers: [.init("X-Word", "雨")], body: body))
      #expect(response.status == 201)
      #expect(response.header("x-method") == method.rawValue)
      #expect(response.body == body.reversed())
    }
    #expect(server.requests.allSatisfy { $0.path == "/a?b=c" && $0.headers["x-word"] == "雨" })
    #expect(server.requests.map(\.body) == [body, body])
  }

  @Test func `a status that says no is an answer, not a fault`() throws {
    let server = try #require(LocalHTTPServer { _ in .init(503, body: Array("later".utf8)) })
    defer { server.stop() }
    let response = try Self.client().send(HTTPRequest(.get, server.address))
    #expect(response.status == 503)
    #expect(response.isPassing && !response.isSuccess)
  }

  @Test func `a body beyond the limit is refused, announced or not`() throws {
    let server = try #require(
      LocalHTTPServer { request in
        request.path == "/lie"
          ? .init(
            headers: [("X-A", "b")], body: .init(repeating: 1, count: 5000), announcedLength: 0)
          : .init(body: .init(repeating: 1, count: 5000))
      })
    defer { server.stop() }
    let client = Self.client { $0.largestBytes = 4999 }
    #expect(
      Self.code { () throws(Fault) in try client.send(HTTPRequest(.get, server.address)) }
        == "http_too_large")
    let exact = Self.client { $0.largestBytes = 5000 }
    #expect(try exact.send(HTTPRequest(.get, server.address)).byteCount == 5000)
  }

  @Test func `redirects are followed as far as allowed, a ring of them ends`() throws {
    let server = try #require(
      LocalHTTPServer { request in
        switch request.path {
        case "/ring": .init(302, headers: [("Location", "/ring")])
        case "/one": .init(301, headers: [("Location", "/end")])
        case "/file": .init(302, headers: [("Location", "file:///etc/hostname")])
        default: .init(body: Array("end".utf8))
        }
      })
    defer { server.stop() }
    let client = Self.client()
    #expect(try client.send(HTTPRequest(.get, "\(server.address)/one")).body == Array("end".utf8))
    #expect(
      Self.code { () throws(Fault) in try client.send(HTTPRequest(.get, "\(server.address)/ring")) }
        == "http_redirects")
    #expect(server.requests.filter { $0.path == "/ring" }.count == 4)
    #expect(
      Self.code { () throws(Fault) in try client.send(HTTPRequest(.get, "\(server.address)/file")) }
        == "http_bad_request")
  }

  @Test func `only http and https are spoken, and headers cannot hide lines`() {
    let client = Self.client()
    for url in [
      "file:///etc/passwd", "ftp://127.0.0.1/", "/etc/passwd", "", "http://a b/", "gopher://x",
    ] {
      #expect(
        Self.code { () throws(Fault) in try client.send(HTTPRequest(.get, url)) }
          == "http_bad_request")
    }
    let request = HTTPRequest(.get, "http://127.0.0.1:9/", headers: [.init("A", "b\r\nC: d")])
    #expect(Self.code { () throws(Fault) in try client.send(request) } == "http_bad_request")
  }

  @Test func `a silent server, a closed port and a cut line are told apart`() throws {
    let server = try #require(
      LocalHTTPServer { request in
        request.path == "/silent"
          ? .init(silentSeconds: 3) : .init(body: Array("half".utf8), announcedLength: 100)
      })
    let client = Self.client { $0.limits.totalSeconds = 0.5 }
    let silent = HTTPRequest(.get, "\(server.address)/silent")
    #expect(Self.code { () throws(Fault) in try client.send(silent) } == "http_time_limit")
    let cut = HTTPRequest(.get, "\(server.address)/cut")
    #expect(Self.code { () throws(Fault) in try Self.client().send(cut) } == "http_cut_off")
    server.stop()
    let port = try #require(LocalPort.free())
    let closed = HTTPRequest(.get, "http://127.0.0.1:\(port)/")
    #expect(Self.code { () throws(Fault) in try Self.client().send(closed) } == "http_unreachable")
  }

  @Test func `a download is a whole file or none`() throws {
    let server = try #require(
      LocalHTTPServer { request in
        request.path == "/cut"
          ? .init(body: Array("half".utf8), announcedLength: 100)
          : .init(body: .init(repeating: 7, count: 300_000))
      })
    defer { server.stop() }
    let path = NSTemporaryDirectory() + "download-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: path) }
    let client = Self.client()
    let cut = HTTPRequest(.get, "\(server.address)/cut")
    #expect(Self.code { () throws(Fault) in try client.download(cut, to: path) } == "http_cut_off")
    #expect(!FileManager.default.fileExists(atPath: path))
    let response = try client.download(HTTPRequest(.get, server.address), to: path)
    #expect(response.byteCount == 300_000 && response.body.isEmpty)
    #expect(FileManager.default.contents(atPath: path) == Data(repeating: 7, count: 300_000))
    let again = HTTPRequest(.get, server.address)
    #expect(Self.code { () throws(Fault) in try client.download(again, to: path) } != nil)
  }

  @Test func `a client that is cancelled lets go of its requests`() throws {
    let server = try #require(LocalHTTPServer { _ in .init(silentSeconds: 8) })
    defer { server.stop() }
    let client = Self.client()
    Thread.detachNewThread {
      usleep(200_000)
      client.cancel()
    }
    let request = HTTPRequest(.get, server.address)
    #expect(Self.code { () throws(Fault) in try client.send(request) } == "http_cancelled")
  }

  @Test func `secrets of an address do not reach a log`() {
    let fault = #expect(throws: Fault.self) {
      try Self.client().send(HTTPRequest(.get, "ftp://user:word@host.cn/hook/a?token=secret#x"))
    }
    #expect(fault?.location?.file == "ftp://host.cn/hook/a")
  }
}
