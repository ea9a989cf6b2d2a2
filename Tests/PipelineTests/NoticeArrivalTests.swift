import Archive
import Crypto
import Foundation
import Hydromet
import LocalServers
import Pipeline
import Synchronization
import Testing
import Transport

private func makeEngine(_ district: TestDistrict, _ clock: TestClock) throws -> Engine {
  try engine(district, clock: clock)
}

/// Notifications over a real broker, links to a real server, on the loopback.
@Suite(
  "Data that notifications announce", .serialized,
  .enabled(if: LocalBroker.isInstalled, "mosquitto is not installed"))
struct NoticeArrivalTests {
  /// A district whose gauges are announced, a broker, a server and somebody who announces.
  private final class Scene {
    let district: TestDistrict
    let broker: LocalBroker
    let server: LocalHTTPServer
    let engine: Engine
    let clock = TestClock(
      Timestamp(iso8601: "2024-07-10T13:00:00Z") ?? Timestamp(secondsSince1970: 0))
    private let speaker: MQTTClient
    private var listeners: [NoticeListener] = []
    private static let numbers = Atomic<Int>(0)

    init(
      more: String = "",
      _ answer: @escaping @Sendable (LocalHTTPServer.Request) -> LocalHTTPServer.Reply
    ) throws {
      let broker = try #require(LocalBroker())
      self.broker = broker
      server = try #require(LocalHTTPServer(answer))
      district = try TestDistrict { settings in
        settings.replacingOccurrences(
          of: "    folder: stations/observations\n",
          with: """
                folder: stations/observations
                wis2: {broker: "mqtt://127.0.0.1:\(broker.port)", topics: ["cache/a/wis2/#"], largest_mb: 1, seconds: 5\(more)}

            """
        ).replacingOccurrences(of: "pattern: \"*.csv\"", with: "pattern: \"*\"")
      }
      engine = try makeEngine(district, clock)
      var settings = MQTTSettings(host: "127.0.0.1", port: broker.port, clientID: "centre")
      settings.firstRetrySeconds = 0.1
      settings.longestRetrySeconds = 0.5
      speaker = try MQTTClient(settings)
      speaker.start()
      try listen()
    }

    deinit {
      stopListening()
      speaker.stop()
      server.stop()
      engine.stop()
    }

    func listen() throws {
      listeners = try engine.listenToNotices()
      #expect(eventually { listeners.allSatisfy(\.isListening) })
    }

    func stopListening() {
      for listener in listeners { listener.stop() }
      listeners = []
    }

    /// Announces data; the hash is that of `bytes` unless another is given.
    func announce(
      _ dataID: String, path: String = "/data", bytes: String, id: String? = nil,
      published: String = "2024-07-10T12:01:00Z", rel: String = "canonical", inline: Bool = false,
      hashOf: String? = nil
    ) throws {
      let hash = Data(SHA512.hash(data: Data((hashOf ?? bytes).utf8))).base64EncodedString()
      var properties: [String: Any] = [
        "pubtime": published, "data_id": dataID, "datetime": "2024-07-10T12:00:00Z",
        "integrity": ["method": "sha512", "value": hash],
      ]
      if inline {
        properties["content"] = ["encoding": "utf-8", "value": bytes, "size": bytes.utf8.count]
      }
      let number = Scene.numbers.add(1, ordering: .relaxed).newValue
      let feature: [String: Any] = [
        "id": id ?? "notice-\(number)", "type": "Feature", "geometry": NSNull(),
        "conformsTo": ["http://wis.wmo.int/spec/wnm/1/conf/core"], "properties": properties,
        "links": [["rel": rel, "href": server.address + path]],
      ]
      try publish([UInt8](try JSONSerialization.data(withJSONObject: feature)))
    }

    func publish(_ payload: [UInt8]) throws {
      try speaker.publish(
        .init(topic: "cache/a/wis2/cn-cma/data/core/weather", payload: payload), timeoutSeconds: 20)
    }

    func records() -> [NoticeRecord] {
      (try? engine.workspace.ledger.notices(feed: "gauges")) ?? []
    }

    func decided(_ count: Int) -> Bool {
      eventually(within: 30) { records().count(where: { $0.fate != .waiting }) >= count }
    }

    /// Lets the hours pass in which what failed is tried again.
    func letHoursPass(until count: Int) -> Bool {
      for _ in 0..<10 {
        if eventually(within: 2.5, { records().count(where: { $0.fate != .waiting }) >= count }) {
          return true
        }
        clock.move(to: clock.now + 7200)
      }
      return false
    }

    func file(_ name: String) -> String? {
      FileManager.default.contents(atPath: "\(district.gauges)/\(name)").map {
        String(decoding: $0, as: UTF8.self)
      }
    }

    var names: [String] {
      (try? FileManager.default.contentsOfDirectory(atPath: district.gauges))?.sorted() ?? []
    }
  }

  private static let rows = "station,time,rain [mm]\nG1,2024-07-10T12:00:00Z,1.0\n"

  @Test func `the file behind a link is fetched, proved, named by its data and taken in`() throws {
    let scene = try Scene { _ in .init(body: Array(Self.rows.utf8)) }
    try scene.announce("cn-cma/rain/20240710T12.csv", bytes: Self.rows)
    #expect(scene.decided(1))
    #expect(scene.records().map(\.fate) == [.delivered])
    #expect(scene.file("cn-cma=rain=20240710T12.csv") == Self.rows)
    try scene.engine.digest()
    #expect(scene.engine.tally.accepted == 1)
  }

  @Test func `data that came along need no link`() throws {
    let scene = try Scene { _ in .init(404) }
    try scene.announce("rain-a", bytes: Self.rows, inline: true)
    #expect(scene.decided(1))
    #expect(scene.file("rain-a") == Self.rows)
    #expect(scene.server.requests.isEmpty)
  }

  @Test func `inline data with another hash are not believed, the link is followed`() throws {
    let scene = try Scene { _ in .init(body: Array(Self.rows.utf8)) }
    try scene.announce("rain-a", bytes: "damaged", inline: true, hashOf: Self.rows)
    #expect(scene.decided(1))
    #expect(scene.file("rain-a") == Self.rows)
  }

  @Test func `bytes with another hash are asked for again, then quarantined with the reason`()
    throws
  {
    let scene = try Scene { _ in .init(body: Array("other bytes".utf8)) }
    try scene.announce("rain-a", bytes: Self.rows)
    #expect(eventually { scene.records().first?.reasonCode == "wrong_hash" })
    #expect(scene.letHoursPass(until: 1))
    #expect(scene.records().map(\.fate) == [.refused])
    #expect(scene.server.requests.count == 7)
    #expect(scene.names.isEmpty)
    let files = try scene.engine.workspace.ledger.files(feed: "gauges")
    #expect(files.map(\.fate) == [.quarantined] && files.map(\.name) == ["rain-a"])
    #expect(files.first?.reason?.code == "wrong_hash")
  }

  @Test func `a file that is too large and a ring of redirects are refused at once`() throws {
    let scene = try Scene { request in
      request.path == "/ring"
        ? .init(302, headers: [("Location", "/ring")])
        : .init(body: .init(repeating: 65, count: (1 << 20) + 1))
    }
    try scene.announce("large", bytes: "x")
    try scene.announce("ring", path: "/ring", bytes: "x")
    #expect(scene.decided(2))
    #expect(Set(scene.records().map(\.reasonCode)) == ["http_too_large", "http_redirects"])
    #expect(scene.names.isEmpty)
    let files = try scene.engine.workspace.ledger.files(feed: "gauges", fate: .quarantined)
    #expect(Set(files.map(\.name)) == ["large", "ring"])
  }

  @Test func `a cut transfer, a server at fault and a file not there yet are asked again and come`()
    throws
  {
    let count = Mutex<[String: Int]>([:])
    let scene = try Scene { request in
      let number = count.withLock { count in
        count[request.path, default: 0] += 1
        return count[request.path] ?? 0
      }
      let whole = LocalHTTPServer.Reply(body: Array(Self.rows.utf8))
      guard number == 1 else { return whole }
      switch request.path {
      case "/cut": return .init(body: Array("stat".utf8), announcedLength: 100)
      case "/fault": return .init(503)
      default: return .init(404)
      }
    }
    for path in ["/cut", "/fault", "/early"] {
      try scene.announce("rain\(path)", path: path, bytes: Self.rows)
    }
    #expect(scene.letHoursPass(until: 3))
    #expect(scene.records().allSatisfy { $0.fate == .delivered && $0.attempts == 2 })
    #expect(scene.names == ["rain=cut", "rain=early", "rain=fault"])
  }

  @Test func `a dead link ends refused, and holds up nothing else`() throws {
    let scene = try Scene { request in
      request.path == "/dead" ? .init(410) : .init(body: Array(Self.rows.utf8))
    }
    try scene.announce("gone", path: "/dead", bytes: Self.rows)
    try scene.announce("here", bytes: Self.rows)
    #expect(scene.decided(2))
    #expect(scene.names == ["here"])
    #expect(scene.records().first { $0.dataID == "gone" }?.reasonCode == "link_refused")
  }

  @Test func `repeats, by identifier or of the same data through another cache, do nothing`() throws
  {
    let scene = try Scene { _ in .init(body: Array(Self.rows.utf8)) }
    try scene.announce("rain-a", bytes: Self.rows, id: "one")
    #expect(scene.decided(1))
    try scene.announce("rain-a", bytes: Self.rows, id: "one")
    try scene.announce("rain-a", bytes: Self.rows, id: "two")
    #expect(scene.decided(2))
    #expect(Set(scene.records().map(\.fate)) == [.delivered, .repeated])
    #expect(scene.records().count == 2)
    #expect(scene.server.requests.count == 1)
  }

  @Test func `an update supersedes, and what it replaced cannot come back`() throws {
    let better = Self.rows.replacingOccurrences(of: "1.0", with: "7.5")
    let scene = try Scene { request in
      .init(body: Array((request.path == "/new" ? better : Self.rows).utf8))
    }
    try scene.announce("rain-a", bytes: Self.rows)
    #expect(scene.decided(1))
    try scene.engine.digest()
    try scene.announce(
      "rain-a", path: "/new", bytes: better, published: "2024-07-10T12:20:00Z", rel: "update")
    #expect(scene.decided(2))
    #expect(scene.file("rain-a") == better)
    try scene.announce("rain-a", bytes: Self.rows, published: "2024-07-10T12:01:30Z")
    #expect(scene.decided(3))
    #expect(scene.file("rain-a") == better)
    try scene.engine.digest()
    #expect(scene.engine.tally.accepted == 2)
    let fates = try scene.engine.workspace.ledger.fateCounts(feed: "gauges")
    #expect(fates == [.accepted: 1, .superseded: 1])
  }

  @Test func `data taken back by their producer are noted, and nothing is taken away`() throws {
    let scene = try Scene { _ in .init(body: Array(Self.rows.utf8)) }
    try scene.announce("rain-a", bytes: Self.rows)
    #expect(scene.decided(1))
    try scene.announce("rain-a", bytes: Self.rows, rel: "deletion")
    #expect(scene.decided(2))
    #expect(Set(scene.records().map(\.fate)) == [.delivered, .withdrawn])
    #expect(scene.names == ["rain-a"])
  }

  @Test func `messages that are no notifications end in the ledger with a reason, once each`()
    throws
  {
    let scene = try Scene { _ in .init(404) }
    for payload in [[], [0xFF, 0x00], Array("{}".utf8), .init(repeating: 0x20, count: 9000), []] {
      try scene.publish(payload)
    }
    #expect(scene.decided(4))
    #expect(scene.records().count == 4)
    #expect(
      scene.records().allSatisfy {
        $0.fate == .refused && $0.reasonCode?.hasPrefix("notice_") == true
      })
  }

  @Test func `links to hosts that are not listed are not followed`() throws {
    let scene = try Scene(more: ", hosts: [data.example.org]") { _ in
      .init(body: Array(Self.rows.utf8))
    }
    try scene.announce("rain-a", bytes: Self.rows)
    #expect(scene.decided(1))
    #expect(scene.records().map(\.reasonCode) == ["host_not_listed"])
    #expect(scene.server.requests.isEmpty)
  }

  @Test func `what is announced while the service or the broker is away is caught up with`() throws
  {
    let scene = try Scene { request in .init(body: Array((request.path + Self.rows).utf8)) }
    try scene.announce("a", path: "/a", bytes: "/a" + Self.rows)
    #expect(scene.decided(1))
    scene.stopListening()
    try scene.announce("b", path: "/b", bytes: "/b" + Self.rows)
    scene.broker.stop()
    scene.broker.start()
    try scene.listen()
    #expect(scene.decided(2))
    scene.broker.kill()
    usleep(300_000)
    scene.broker.start()
    try scene.announce("c", path: "/c", bytes: "/c" + Self.rows)
    #expect(scene.decided(3))
    #expect(scene.names == ["a", "b", "c"])
  }
}
