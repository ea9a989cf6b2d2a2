import Crypto
@_spi(Delivery) public import Hydromet
public import Transport

/// Publishes a notification by MQTT 5 in the shape of WIS2 (WNM 1.0): for display screens, apps and other
/// offices. The address of a contact is the last part of the topic.
public final class BrokerChannel: CallChannel {
  public typealias R = Live
  public let name: String
  private let topic: String
  private let client: MQTTClient
  private let timeoutSeconds: Double

  /// - Parameter topic: what stands before the address: `freshet/500110/calls`. No bureau of a district has
  ///   a centre id of WIS2, so nothing is published below `origin`.
  public init(name: String, topic: String, client: MQTTClient, timeoutSeconds: Double = 15) {
    self.name = name
    self.topic = topic
    self.client = client
    self.timeoutSeconds = timeoutSeconds
    client.start()
  }

  public func deliver(_ message: CallMessage<Live>) throws(Fault) -> CallReceipt {
    let address = message.to.clearText
    let isPlain = address.unicodeScalars.allSatisfy {
      $0.properties.isAlphabetic || ("0"..."9").contains($0) || "-_./".unicodeScalars.contains($0)
    }
    guard isPlain, !address.isEmpty else {
      throw Fault(
        "bad_topic", "the address of the contact is no part of a topic",
        remedy: "write letters, digits, -, _ and /")
    }
    do throws(Fault) {
      try client.publish(
        MQTTMessage(
          topic: "\(topic)/\(address)",
          payload: Array(BrokerChannel.notification(message).utf8), quality: .atLeastOnce,
          contentType: "application/geo+json",
          userProperties: [.init("idempotency-key", message.key)]),
        timeoutSeconds: timeoutSeconds)
    } catch {
      // Its words hold the topic, and with it the address.
      throw Fault(
        "channel_failed", "the channel \(name) failed: \(error.code)", remedy: "check the broker")
    }
    return CallReceipt(detail: "acknowledged by the broker")
  }

  /// - Source: WMO WIS2 Notification Message 1.0: id, conformsTo, geometry, pubtime, data_id, content of
  ///   at most 4096 bytes, one canonical link.
  static func notification(_ message: CallMessage<Live>) -> String {
    let id = uuid(message.key)
    var content = message.wholeText
    while content.utf8.count > 4096 { content = String(content.dropLast(64)) }
    let time = message.at.iso8601
    return """
      {"id":"\(id)","conformsTo":["http://wis.wmo.int/spec/wnm/1/conf/core"],"type":"Feature",\
      "geometry":null,"properties":{"pubtime":"\(time)","datetime":"\(time)",\
      "data_id":\(JSONText.quoted("freshet/calls/\(message.key)")),"level":\(JSONText.quoted(message.level.name)),\
      "needs_answer":\(message.needsAnswer),"content":{"encoding":"utf-8",\
      "size":\(content.utf8.count),"value":\(JSONText.quoted(content))}},"links":[{"rel":"canonical",\
      "type":"text/plain","href":\(JSONText.quoted(message.link ?? "urn:uuid:\(id)"))}]}
      """
  }

  /// An UUID that is the same for the same key (version 8, RFC 9562).
  static func uuid(_ key: String) -> String {
    var bytes = Array(SHA256.hash(data: Array("freshet call \(key)".utf8)).prefix(16))
    bytes[6] = bytes[6] & 0x0F | 0x80
    bytes[8] = bytes[8] & 0x3F | 0x80
    let text = Hexadecimal.text(bytes)
    var parts: [Substring] = []
    var rest = Substring(text)
    for length in [8, 4, 4, 4, 12] {
      parts.append(rest.prefix(length))
      rest = rest.dropFirst(length)
    }
    return parts.joined(separator: "-")
  }
}
