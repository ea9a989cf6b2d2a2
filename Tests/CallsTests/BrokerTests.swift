import Calls
import Foundation
import Hydromet
import LocalServers
import Testing
import Transport

struct BrokerTests {
  private func live(_ content: CallContent) throws -> CallMessage<Live> {
    guard case .live(let message) = CallEnvelope(content, isRehearsal: false) else {
      throw Fault("test", "no live message", remedy: "look at it")
    }
    return message
  }

  @Test(.enabled(if: LocalBroker.isInstalled, "mosquitto is not installed"))
  func `a broker gets a notification in the shape of WIS2`() throws {
    let broker = try #require(LocalBroker())
    let listener = try Counterpart(
      "mosquitto_sub",
      [
        "-h", "127.0.0.1", "-p", "\(broker.port)", "-V", "mqttv5", "-t", "freshet/#", "-C", "1",
        "-W", "30",
      ])
    let settings = try MQTTSettings(
      address: "mqtt://127.0.0.1:\(broker.port)", clientID: "freshet-test")
    let channel = BrokerChannel(
      name: "mqtt", topic: "freshet/990110/calls", client: try MQTTClient(settings),
      timeoutSeconds: 10)
    let content = CallContent(
      key: "S1-7", personName: "屏幕", to: Address("screen-1"), subject: "", text: "橙色预警\"，转移",
      needsAnswer: false, level: .orange, attempt: 1, link: nil,
      at: Timestamp(secondsSince1970: 1_720_490_400))
    let message = try live(content)
    // The listener may still be on its way: it gets one of several.
    for _ in 0..<20 where listener.lines.isEmpty {
      _ = try channel.deliver(message)
      Thread.sleep(forTimeInterval: 0.5)
    }
    let line = try listener.first()
    let note = try #require(
      JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
    #expect(note["type"] as? String == "Feature")
    #expect((note["id"] as? String).flatMap { UUID(uuidString: $0) } != nil)
    let properties = try #require(note["properties"] as? [String: Any])
    #expect(properties["pubtime"] as? String == "2024-07-09T02:00:00Z")
    #expect((properties["content"] as? [String: Any])?["value"] as? String == "橙色预警\"，转移")
    #expect((note["links"] as? [[String: Any]])?.first?["rel"] as? String == "canonical")
    withExtendedLifetime(broker) {}
  }

  @Test(arguments: ["#", "a/+", "", "a b", "13912345678\n"])
  func `an address that is no part of a topic is refused without being told`(address: String) throws
  {
    let settings = try MQTTSettings(address: "mqtt://127.0.0.1:9", clientID: "freshet-test")
    let channel = BrokerChannel(
      name: "mqtt", topic: "freshet", client: try MQTTClient(settings), timeoutSeconds: 0.2)
    let content = CallContent(
      key: "1", personName: "", to: Address(address), subject: "", text: "", needsAnswer: false,
      level: .red, attempt: 1, link: nil, at: Timestamp(secondsSince1970: 0))
    let message = try live(content)
    let fault = try #require(throws: Fault.self) { _ = try channel.deliver(message) }
    #expect(!fault.description.contains("13912345678"))
  }
}
