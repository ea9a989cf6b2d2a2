import CMosquitto
import Glibc

/// A list of MQTT 5 properties that is made here and freed here.
final class MQTTProperties {
  private(set) var list: OpaquePointer?

  init() {}

  /// Those of a message that is published, or of a will.
  init(_ message: MQTTMessage) {
    if let type = message.contentType { add(MQTT_PROP_CONTENT_TYPE, text: type) }
    if let seconds = message.expirySeconds { add(MQTT_PROP_MESSAGE_EXPIRY_INTERVAL, seconds) }
    for property in message.userProperties {
      _ = mosquitto_property_add_string_pair(
        &list, Int32(MQTT_PROP_USER_PROPERTY.rawValue), property.name, property.value)
    }
  }

  deinit { mosquitto_property_free_all(&list) }

  func add(_ property: mqtt5_property, _ value: UInt32) {
    _ = mosquitto_property_add_int32(&list, Int32(property.rawValue), value)
  }

  func add(_ property: mqtt5_property, short value: UInt16) {
    _ = mosquitto_property_add_int16(&list, Int32(property.rawValue), value)
  }

  func add(_ property: mqtt5_property, text: String) {
    _ = mosquitto_property_add_string(&list, Int32(property.rawValue), text)
  }

  /// Hands the list over to a function that frees it where it succeeds.
  func release() -> OpaquePointer? {
    defer { list = nil }
    return list
  }

  /// A text of a list that belongs to the library.
  static func text(_ property: mqtt5_property, in list: OpaquePointer?) -> String? {
    var text: UnsafeMutablePointer<CChar>?
    guard mosquitto_property_read_string(list, Int32(property.rawValue), &text, false) != nil,
      let text
    else { return nil }
    defer { free(text) }
    return String(cString: text)
  }

  static func number(_ property: mqtt5_property, in list: OpaquePointer?) -> UInt32? {
    var value: UInt32 = 0
    let found = mosquitto_property_read_int32(list, Int32(property.rawValue), &value, false)
    return found == nil ? nil : value
  }

  /// The pairs of words that came with a message, at most 100 of them.
  static func userProperties(in list: OpaquePointer?) -> [MQTTMessage.UserProperty] {
    var pairs: [MQTTMessage.UserProperty] = []
    var place = list
    while pairs.count < 100, place != nil {
      var name: UnsafeMutablePointer<CChar>?
      var value: UnsafeMutablePointer<CChar>?
      place = mosquitto_property_read_string_pair(
        place, Int32(MQTT_PROP_USER_PROPERTY.rawValue), &name, &value, !pairs.isEmpty)
      defer {
        free(name)
        free(value)
      }
      guard place != nil, let name, let value else { return pairs }
      pairs.append(.init(String(cString: name), String(cString: value)))
    }
    return pairs
  }
}
