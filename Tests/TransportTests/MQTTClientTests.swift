import Foundation
import Hydromet
import LocalServers
import Synchronization
import Testing
import Transport

@Suite(.serialized, .enabled(if: LocalBroker.isInstalled, "mosquitto is not installed"))
struct MQTTClientTests {
  /// What a client heard.
  private final class Ear: Sendable {
    let messages = Mutex<[MQTTMessage]>([])
    let events = Mutex<[MQTTEvent]>([])

    var payloads: [String] {
      messages.withLock { $0.map { String(decoding: $0.payload, as: UTF8.self) } }
    }

    func heard(_ matches: (MQTTEvent) -> Bool) -> Int {
      events.withLock { $0.count(where: matches) }
    }

    var subscribed: Int {
      heard { if case .subscribed = $0 { true } else { false } }
    }

    var lost: Int {
      heard { if case .disconnected = $0 { true } else { false } }
    }
  }

  private static func settings(_ broker: LocalBroker, _ name: String) -> MQTTSettings {
    var settings = MQTTSettings(host: "127.0.0.1", port: broker.port, clientID: name)
    settings.firstRetrySeconds = 0.1
    settings.longestRetrySeconds = 0.5
    return settings
  }

  private static func listener(
    _ broker: LocalBroker, _ name: String, _ subscriptions: [MQTTSubscription], _ ear: Ear
  ) throws -> MQTTClient {
    let client = try MQTTClient(
      settings(broker, name), subscriptions: subscriptions,
      onMessage: { message in ear.messages.withLock { $0.append(message) } },
      onEvent: { event in ear.events.withLock { $0.append(event) } })
    client.start()
    #expect(eventually { ear.subscribed >= subscriptions.count })
    return client
  }

  private static func speaker(_ broker: LocalBroker) throws -> MQTTClient {
    let client = try MQTTClient(settings(broker, "speaker"))
    client.start()
    return client
  }

  @Test func `a message arrives with its bytes, topic and properties, whatever the bytes`() throws {
    let broker = try #require(LocalBroker())
    let ear = Ear()
    let listener = try Self.listener(broker, "listener", [.init("rain/#")], ear)
    let speaker = try Self.speaker(broker)
    defer {
      listener.stop()
      speaker.stop()
    }
    let payloads: [[UInt8]] = [
      [], [0, 255, 0, 1], Array("雨".utf8), .init(repeating: 9, count: 900_000),
    ]
    for payload in payloads {
      var message = MQTTMessage(topic: "rain/綦江", payload: payload)
      message.contentType = "application/json"
      message.expirySeconds = 600
      message.userProperties = [
        .init("station", "57612"), .init("station", "57613"), .init("", ""),
      ]
      try speaker.publish(message, timeoutSeconds: 10)
    }
    #expect(eventually { ear.messages.withLock { $0.count } == 4 })
    let messages = ear.messages.withLock { $0 }
    #expect(messages.map(\.payload) == payloads)
    #expect(messages.allSatisfy { $0.topic == "rain/綦江" && $0.contentType == "application/json" })
    #expect(messages.allSatisfy { $0.userProperties.map(\.value) == ["57612", "57613", ""] })
  }

  @Test func `what is published while a client is away reaches it when it is back`() throws {
    let broker = try #require(LocalBroker())
    let speaker = try Self.speaker(broker)
    defer { speaker.stop() }
    let first = Ear()
    let listener = try Self.listener(broker, "gauge-reader", [.init("rain/+")], first)
    try speaker.publish(.init(topic: "rain/a", payload: [49]), timeoutSeconds: 10)
    #expect(eventually { first.payloads == ["1"] })
    listener.stop()
    try speaker.publish(.init(topic: "rain/a", payload: [50]), timeoutSeconds: 10)
    try speaker.publish(.init(topic: "rain/b", payload: [51]), timeoutSeconds: 10)
    let second = Ear()
    let back = try Self.listener(broker, "gauge-reader", [.init("rain/+")], second)
    defer { back.stop() }
    #expect(eventually { second.payloads == ["2", "3"] })
    #expect(second.heard { $0 == .connected(sessionWasKept: true) } == 1)
  }

  @Test func `a message that was not dealt with when the client died is sent again`() throws {
    let broker = try #require(LocalBroker())
    let speaker = try Self.speaker(broker)
    defer { speaker.stop() }
    let seen = Mutex(0)
    let gate = DispatchSemaphore(value: 0)
    let events = Ear()
    // This client hangs in its handler, as a process that is being killed does.
    let hanging = try MQTTClient(
      Self.settings(broker, "mortal"), subscriptions: [.init("rain/x")],
      onMessage: { _ in
        seen.withLock { $0 += 1 }
        gate.wait()
      }, onEvent: { event in events.events.withLock { $0.append(event) } })
    hanging.start()
    #expect(eventually { events.subscribed == 1 })
    try speaker.publish(.init(topic: "rain/x", payload: [55]), timeoutSeconds: 10)
    #expect(eventually { seen.withLock { $0 } == 1 })
    let ear = Ear()
    let heir = try Self.listener(broker, "mortal", [.init("rain/x")], ear)
    #expect(eventually { ear.payloads == ["7"] })
    hanging.stop(graceSeconds: 0)
    gate.signal()
    heir.stop()
  }

  @Test func `a broker that is killed and comes back is found again and told once about`() throws {
    let broker = try #require(LocalBroker())
    let ear = Ear()
    let listener = try Self.listener(broker, "listener", [.init("rain/#")], ear)
    let speaker = try Self.speaker(broker)
    defer {
      listener.stop()
      speaker.stop()
    }
    try speaker.publish(.init(topic: "rain/a", payload: [49]), timeoutSeconds: 10)
    #expect(eventually { ear.payloads == ["1"] })
    broker.kill()
    #expect(eventually { ear.lost >= 1 })
    let fault = #expect(throws: Fault.self) {
      try speaker.publish(.init(topic: "rain/a", payload: [50]), timeoutSeconds: 0.4)
    }
    #expect(["mqtt_not_connected", "mqtt_not_acknowledged"].contains(fault?.code))
    usleep(800_000)
    let lost = ear.lost
    #expect(lost <= 2, "one line for the loss, one for the closed port")
    broker.start()
    #expect(eventually { ear.subscribed == 2 })
    try speaker.publish(.init(topic: "rain/a", payload: [51]), timeoutSeconds: 10)
    #expect(eventually { ear.payloads.last == "3" })
    #expect(ear.lost == lost)
  }

  @Test func `clients of one group share the messages`() throws {
    let broker = try #require(LocalBroker())
    let ears = [Ear(), Ear()]
    let clients = try ears.enumerated().map { index, ear in
      try Self.listener(broker, "worker-\(index)", [.init("rain/#", group: "readers")], ear)
    }
    let speaker = try Self.speaker(broker)
    for number in 0..<20 {
      try speaker.publish(
        .init(topic: "rain/\(number)", payload: Array("\(number)".utf8)), timeoutSeconds: 10)
    }
    #expect(eventually { ears.reduce(0) { $0 + $1.payloads.count } == 20 })
    #expect(ears.allSatisfy { !$0.payloads.isEmpty })
    #expect(Set(ears.flatMap(\.payloads)).count == 20)
    for client in clients + [speaker] { client.stop() }
  }

  @Test func `the last will is spoken when a client breaks off, not when it takes leave`() throws {
    let broker = try #require(LocalBroker())
    let ear = Ear()
    let listener = try Self.listener(broker, "listener", [.init("state/#")], ear)
    defer { listener.stop() }
    var settings = Self.settings(broker, "loud")
    // Where the session is to outlive the connection, taking it over is no break.
    settings.sessionExpirySeconds = 0
    settings.will = MQTTMessage(
      topic: "state/loud", payload: Array("gone".utf8), userProperties: [.init("a", "b")])
    let polite = try MQTTClient(settings)
    polite.start()
    #expect(eventually { polite.isConnected })
    polite.stop()
    let first = try MQTTClient(settings)
    first.start()
    #expect(eventually { first.isConnected })
    #expect(ear.payloads == [])
    // A second client of the same name throws the first one out.
    let second = try MQTTClient(settings)
    second.start()
    #expect(eventually { ear.payloads.contains("gone") })
    #expect(ear.messages.withLock { $0.first?.userProperties } == [.init("a", "b")])
    first.stop()
    second.stop()
  }

  @Test func `a wrong password is told as a refusal, the right one is let in`() throws {
    let file = NSTemporaryDirectory() + "passwords-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: file) }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/mosquitto_passwd")
    process.arguments = ["-b", "-c", file, "reader", "right"]
    process.standardError = FileHandle.nullDevice
    try process.run()
    process.waitUntilExit()
    let broker = try #require(
      LocalBroker(settings: ["allow_anonymous false", "password_file \(file)"]))
    let ear = Ear()
    var settings = Self.settings(broker, "reader")
    settings.username = "reader"
    settings.password = "wrong"
    let stranger = try MQTTClient(
      settings, onEvent: { event in ear.events.withLock { $0.append(event) } })
    stranger.start()
    #expect(
      eventually {
        ear.heard {
          if case .disconnected(let fault) = $0 { fault.code == "mqtt_refused" } else { false }
        }
          >= 1
      })
    #expect(!stranger.isConnected)
    stranger.stop()
    settings.password = "right"
    let reader = try MQTTClient(settings)
    reader.start()
    #expect(eventually { reader.isConnected })
    reader.stop()
  }

  @Test func `topics, filters and names that mean nothing are refused with words`() throws {
    let broker = try #require(LocalBroker())
    let speaker = try Self.speaker(broker)
    defer { speaker.stop() }
    for topic in ["", "a/#", "a/+/b", "a\u{0}b"] {
      #expect(throws: Fault.self) {
        try speaker.publish(.init(topic: topic, payload: []), timeoutSeconds: 5)
      }
    }
    for filter in ["", "a/#/b", "a+"] {
      #expect(throws: Fault.self) {
        try MQTTClient(Self.settings(broker, "x"), subscriptions: [.init(filter)])
      }
    }
    #expect(throws: Fault.self) { try MQTTClient(Self.settings(broker, "")) }
  }
}

@Suite struct MQTTAddressTests {
  @Test func `an address names the host, the port and whether the line is secured`() throws {
    let plain = try MQTTSettings(address: "mqtt://broker.cn", clientID: "a")
    #expect(plain.host == "broker.cn" && plain.port == 1883 && plain.security == nil)
    let secured = try MQTTSettings(address: "mqtts://[::1]:8884/", clientID: "a")
    #expect(secured.host == "::1" && secured.port == 8884 && secured.security != nil)
    for text in [
      "", "http://a", "mqtt://", "mqtt://a:b", "mqtt://a:0", "mqtt://a:70000", "mqtt://u:p@a",
      "mqtt://a/b", "mqtt://[::1", "broker", "mqtt://[a]x",
    ] {
      #expect(throws: Fault.self, "\(text)") { try MQTTSettings(address: text, clientID: "a") }
    }
  }
}
