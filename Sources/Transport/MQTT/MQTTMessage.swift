/// A message of MQTT 5.
public struct MQTTMessage: Sendable, Hashable {
  /// How surely it arrives.
  public enum Quality: Int32, Sendable, Hashable {
    /// Perhaps not.
    case atMostOnce = 0
    /// Surely, perhaps twice.
    case atLeastOnce = 1
    case exactlyOnce = 2
  }

  /// A pair of words that travels with a message.
  public struct UserProperty: Sendable, Hashable {
    public var name: String
    public var value: String

    public init(_ name: String, _ value: String) {
      self.name = name
      self.value = value
    }
  }

  public var topic: String
  /// Any bytes, also none.
  public var payload: [UInt8]
  public var quality: Quality
  /// The broker keeps it for those who subscribe later.
  public var isRetained: Bool
  /// `application/json`; nil where nothing is said.
  public var contentType: String?
  /// Seconds after which the broker need not deliver it any more; nil for never.
  public var expirySeconds: UInt32?
  public var userProperties: [UserProperty]

  public init(
    topic: String, payload: [UInt8], quality: Quality = .atLeastOnce, isRetained: Bool = false,
    contentType: String? = nil, expirySeconds: UInt32? = nil, userProperties: [UserProperty] = []
  ) {
    self.topic = topic
    self.payload = payload
    self.quality = quality
    self.isRetained = isRetained
    self.contentType = contentType
    self.expirySeconds = expirySeconds
    self.userProperties = userProperties
  }
}

/// What a client wants to hear.
public struct MQTTSubscription: Sendable, Hashable {
  /// A topic filter: `cache/a/wis2/+/data/core/weather/#`.
  public var filter: String
  public var quality: MQTTMessage.Quality
  /// Clients of one group share the messages among them; nil hears them all.
  public var group: String?

  public init(
    _ filter: String, quality: MQTTMessage.Quality = .atLeastOnce, group: String? = nil
  ) {
    self.filter = filter
    self.quality = quality
    self.group = group
  }

  /// The filter as the broker is asked for it.
  public var wholeFilter: String { group.map { "$share/\($0)/\(filter)" } ?? filter }
}
