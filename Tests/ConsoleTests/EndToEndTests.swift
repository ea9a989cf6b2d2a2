import Archive
import Foundation
import Glibc
import Hydromet
import LocalServers
import Pipeline
import Testing
import Transport

@Suite("From rain to the answered call", .serialized, .enabled(if: LocalBroker.isInstalled))
struct EndToEndTests {
  /// The far ends of the three channels.
  private struct World {
    let gateway: LocalHTTPServer
    let mail: Counterpart
    let broker: LocalBroker
    let screen: Counterpart
    let district: LiveDistrict

    init() throws {
      gateway = try #require(LocalHTTPServer { _ in .init(200, body: Array("{}".utf8)) })
      mail = try Counterpart(python: Servers.mail)
      broker = try #require(LocalBroker())
      screen = try Counterpart(
        "mosquitto_sub",
        ["-h", "127.0.0.1", "-p", "\(broker.port)", "-V", "mqttv5", "-t", "freshet/#"])
      district = try LiveDistrict(
        gateway: gateway.address, mail: "smtp://127.0.0.1:\(try mail.first())",
        broker: "mqtt://127.0.0.1:\(broker.port)")
    }

    /// What the gateway was given, one dictionary for each message.
    var messages: [[String: String]] {
      gateway.requests.compactMap {
        (try? JSONSerialization.jsonObject(with: Data($0.body))) as? [String: String]
      }
    }

    func message(holding text: String) -> [String: String]? {
      messages.last { $0["text"]?.contains(text) == true }
    }
  }

  private func press(_ answer: String, _ link: String) throws -> Int {
    var settings = HTTPClient.Settings()
    settings.proxy = ""
    settings.redirects = 0
    let form = HTTPHeader("Content-Type", "application/x-www-form-urlencoded")
    return try HTTPClient(settings).send(
      HTTPRequest(.post, link, headers: [form], body: Array("answer=\(answer)".utf8))
    ).status
  }

  /// Brings the draft of the first township to a release by the command line.
  private func release(_ district: LiveDistrict) throws -> String {
    let id = "rainstorm-\(LiveDistrict.township)-1"
    let steps = [
      ["review", id, "--revision", "1", "--author", "安然", "--reason", "会商一致"],
      ["sign", id, "--revision", "1", "--author", "陈明", "--role", "chief", "--reason", "同意"],
      ["release", id, "--author", "安然", "--reason", "发布"],
    ]
    for step in steps {
      let (status, text) = try district.run(["warning"] + step)
      #expect(status == 0, "\(step): \(text)")
    }
    return id
  }

  @Test
  func
    `rain calls by itself, a signed warning reaches everybody by three ways, an answer is kept, and the end reaches everybody`()
    throws
  {
    let world = try World()
    let district = world.district
    try district.start()
    // The alarm on observed rain goes out by itself and says so.
    #expect(
      eventually(within: 60) { world.message(holding: "自动报警") != nil },
      "\(district.log.suffix(3000))")
    let alarm = try #require(world.message(holding: "自动报警"))
    #expect(alarm["to"] == LiveDistrict.number)
    #expect(try press("received", try #require(alarm["link"])) == 303)
    #expect(
      eventually(within: 20) {
        world.mail.lines.count >= 2 && world.screen.lines.count >= 1
      })

    let before = (world.mail.lines.count, world.screen.lines.count)
    let id = try release(district)
    let signed = { world.messages.last { $0["text"]?.contains("自动报警") == false } }
    #expect(eventually(within: 20) { signed() != nil })
    let message = try #require(signed())
    #expect(message["text"]?.contains("暴雨橙色预警") == true)
    #expect(
      eventually(within: 20) {
        world.mail.lines.count > before.0 && world.screen.lines.count > before.1
      })
    #expect(try press("evacuated", try #require(message["link"])) == 303)
    let open = try district.run(["call", "list"]).text
    #expect(!open.contains(id), "\(open)")

    // Times of the effect are in the report.
    let report = try district.run(["warning", "report"]).text
    let line = try #require(report.split(separator: "\n").first { $0.contains(",\(id),") })
    let fields = line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    #expect(fields[6] == "gateway")
    let moments = fields[7...10].compactMap { Timestamp(iso8601: $0, defaultOffsetSeconds: nil) }
    #expect(moments.count == 4 && moments == moments.sorted(), "\(line)")
    #expect(fields.last == "acted")

    // Everybody who got the alert hears that it is over.
    let told = (world.messages.count, world.mail.lines.count, world.screen.lines.count)
    let end = try district.run(
      ["warning", "cancel", id, "--author", "陈明", "--role", "chief", "--reason", "雨停"])
    #expect(end.status == 0)
    #expect(
      eventually(within: 20) {
        world.messages.count > told.0 && world.mail.lines.count > told.1
          && world.screen.lines.count > told.2
      })
    #expect(world.message(holding: "解除") != nil)

    #expect(district.stop() == 0)
    #expect(try district.run(["audit"]).status == 0)
    // Each key came once, and no address stands in a log, a product or the ledger.
    let keys = world.messages.compactMap { $0["key"] }
    #expect(Set(keys).count == keys.count)
    #expect(try district.files(holding: LiveDistrict.number) == [])
    #expect(try district.files(holding: LiveDistrict.mailbox) == [])
    #expect(!district.log.isEmpty)
  }

  @Test func `a release that is killed has happened wholly or not at all, and can be given again`()
    throws
  {
    let world = try World()
    let district = world.district
    #expect(try district.run(["cycle", "."]).status == 0)
    let id = "rainstorm-\(LiveDistrict.township)-1"
    for step in [
      ["review", id, "--revision", "1", "--author", "安然", "--reason", "会商一致"],
      ["sign", id, "--revision", "1", "--author", "陈明", "--role", "chief", "--reason", "同意"],
    ] {
      #expect(try district.run(["warning"] + step).status == 0)
    }
    let order = ["warning", "release", id, "--author", "安然", "--reason", "发布"]
    let saved = "\(district.folder)-saved"
    defer { try? FileManager.default.removeItem(atPath: saved) }
    try FileManager.default.copyItem(atPath: "\(district.folder)/state", toPath: saved)
    var outcomes: Set<Int> = []
    for round in 0..<16 {
      try FileManager.default.removeItem(atPath: "\(district.folder)/state")
      try? FileManager.default.removeItem(atPath: "\(district.folder)/products/warnings")
      try FileManager.default.copyItem(atPath: saved, toPath: "\(district.folder)/state")
      let process = district.process(order)
      process.standardOutput = FileHandle.nullDevice
      process.standardError = FileHandle.nullDevice
      try process.run()
      usleep(UInt32(round * 12_000))
      kill(process.processIdentifier, SIGKILL)
      process.waitUntilExit()
      let issued = try inspect(district, id)
      outcomes.insert(issued)
      #expect((try district.run(order).status == 0) == (issued == 0))
      #expect(try inspect(district, id) == 1)
      // What the dead process did not write into the products is written by the next look.
      #expect(try district.run(["cycle", "."]).status == 0)
      let cap = try FileManager.default.contentsOfDirectory(
        atPath: "\(district.folder)/products/warnings/cap")
      #expect(cap.count == 1)
      #expect(try district.run(["audit"]).status == 0)
    }
    #expect(outcomes.isSubset(of: [0, 1]))
  }

  /// - Returns: how often the record was released; its documents and deliveries must agree.
  private func inspect(_ district: LiveDistrict, _ id: String) throws -> Int {
    let ledger = try Ledger(path: "\(district.folder)/state/ledger.sqlite")
    defer { try? ledger.close() }
    let record = try #require(try ledger.warning(id))
    #expect(try ledger.outbox(of: id).count == record.issued.count)
    for message in record.issued {
      #expect(try ledger.documents(ofMessage: message.identifier).count == 10)
    }
    #expect(try ledger.damages().isEmpty)
    return record.issued.count
  }
}
