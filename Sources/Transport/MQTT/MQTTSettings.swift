import CMosquitto
public import Hydromet

/// How a client reaches its broker.
public struct MQTTSettings: Sendable, Hashable {
  public var host: String
  public var port: Int
  /// The broker knows the client, and keeps its messages while it is away, by this name.
  public var clientID: String
  public var username: String?
  public var password: String?
  /// Nil for a connection in the clear.
  public var security: TransportSecurity?
  public var keepAliveSeconds = 30
  /// How long the broker keeps subscriptions and unheard messages of a client that is away.
  public var sessionExpirySeconds: UInt32 = 7 * 86_400
  /// Forgets what the broker kept at the first connection.
  public var startsClean = false
  /// Messages the broker may send before the first of them is dealt with.
  public var unhandledLimit: UInt16 = 32
  /// The largest message that the broker should send, bytes.
  public var largestMessage: UInt32 = 1 << 20
  /// What the broker says for the client when the connection breaks.
  public var will: MQTTMessage?
  /// Wait before the first new attempt; it doubles up to `longestRetrySeconds`.
  public var firstRetrySeconds = 1.0
  public var longestRetrySeconds = 60.0

  public init(host: String, port: Int = 1883, clientID: String) {
    self.host = host
    self.port = port
    self.clientID = clientID
  }

  /// Reads `mqtt://host:1883` or `mqtts://host:8883`; the ports may be left out.
  ///
  /// - Throws: `bad_broker`.
  public init(address: String, clientID: String) throws(Fault) {
    let fault = Fault(
      "bad_broker", "\"\(address.prefix(200))\" is no address of a broker",
      remedy: "write mqtt://host:1883, or mqtts://host:8883 for a secured connection")
    guard let mark = address.firstIndex(of: ":"), address[mark...].hasPrefix("://") else {
      throw fault
    }
    let scheme = address[..<mark]
    guard ["mqtt", "mqtts"].contains(scheme) else { throw fault }
    var rest = address.dropFirst(scheme.count + 3)
    if rest.hasSuffix("/") { rest = rest.dropLast() }
    var host = rest
    var port = scheme == "mqtts" ? 8883 : 1883
    let colons = rest.utf8.filter { $0 == UInt8(ascii: ":") }.count
    if rest.hasPrefix("["), let end = rest.firstIndex(of: "]") {
      host = rest[rest.index(after: rest.startIndex)..<end]
      rest = rest[rest.index(after: end)...]
      guard rest.isEmpty || rest.hasPrefix(":") else { throw fault }
      if !rest.isEmpty { port = Int(rest.dropFirst()) ?? 0 }
    } else if colons > 0 {
      guard colons == 1, let colon = rest.firstIndex(of: ":") else { throw fault }
      host = rest[..<colon]
      port = Int(rest[rest.index(after: colon)...]) ?? 0
    }
    let isPlain = host.utf8.allSatisfy {
      $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: "@")
    }
    guard !host.isEmpty, host.utf8.count <= 255, isPlain, (1...65_535).contains(port) else {
      throw fault
    }
    self.init(host: String(host), port: port, clientID: clientID)
    if scheme == "mqtts" { security = TransportSecurity() }
  }

  /// - Throws: `mqtt_bad_settings`.
  func check() throws(Fault) {
    guard !clientID.isEmpty, clientID.utf8.count <= 1024, !clientID.utf8.contains(0) else {
      throw Fault(
        "mqtt_bad_settings", "the client has no name, so the broker could not keep its messages",
        remedy: "give it a name of its own that stays the same")
    }
    guard (1...65_535).contains(port), (5...65_535).contains(keepAliveSeconds), !host.isEmpty else {
      throw Fault(
        "mqtt_bad_settings", "the host, the port or the keep-alive time is no such thing",
        remedy: "give a host, a port of 1 to 65535 and 5 to 65535 seconds")
    }
  }

  /// Whether a filter may be subscribed to.
  public static func isFilter(_ text: String) -> Bool {
    !text.isEmpty && text.utf8.count <= 65_535 && !text.utf8.contains(0)
      && mosquitto_sub_topic_check(text) == Int32(MOSQ_ERR_SUCCESS.rawValue)
  }

  /// Whether a message may be published to a topic.
  public static func isTopic(_ text: String) -> Bool {
    !text.isEmpty && text.utf8.count <= 65_535 && !text.utf8.contains(0)
      && mosquitto_pub_topic_check(text) == Int32(MOSQ_ERR_SUCCESS.rawValue)
  }
}
