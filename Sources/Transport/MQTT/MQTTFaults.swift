import CMosquitto
import Hydromet

/// What the library and the broker say, in the words of `Fault`.
enum MQTTFaults {
  static func library(_ code: Int32, _ broker: String) -> Fault {
    Fault(
      "mqtt_unreachable", at: .init(broker),
      "no connection: \(String(cString: mosquitto_strerror(code)))",
      remedy: "check the address, the line and the broker; it is tried again")
  }

  static func refusedConnection(_ reason: Int32, _ broker: String) -> Fault {
    Fault(
      "mqtt_refused", at: .init(broker),
      "the broker refuses the connection: \(String(cString: mosquitto_reason_string(reason)))",
      remedy: "check user name, password and certificate; it is tried again")
  }

  static func refusedSubscription(_ filter: String, _ reason: Int32, _ broker: String) -> Fault {
    Fault(
      "mqtt_subscription_refused", at: .init(broker, item: filter),
      "the broker refuses the subscription (reason \(reason))",
      remedy: "check the topic and what the user may read")
  }

  static func notPublished(_ topic: String, _ problem: String, _ broker: String) -> Fault {
    Fault(
      "mqtt_not_published", at: .init(broker, item: topic), problem,
      remedy: "check the topic, the size of the message and what the user may write")
  }

  static func notAcknowledged(_ topic: String, _ seconds: Double, _ broker: String) -> Fault {
    Fault(
      "mqtt_not_acknowledged", at: .init(broker, item: topic),
      "the broker has not acknowledged the message within \(seconds) s; it may have it all the same",
      remedy: "send it again where twice is better than never")
  }

  static func notConnected(_ topic: String, _ seconds: Double, _ broker: String) -> Fault {
    Fault(
      "mqtt_not_connected", at: .init(broker, item: topic),
      "there was no connection for \(seconds) s; the message was not sent",
      remedy: "check the address, the line and the broker; then send it again")
  }
}
