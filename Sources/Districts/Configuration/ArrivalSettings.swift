/// Where browsers and loggers are listened to.
public struct ConsoleSettings: Sendable, Hashable {
  /// An address of this machine; the loopback where nothing else is stated.
  public var host = "127.0.0.1"
  public var port = 8080
  /// The largest file that a logger may push.
  public var uploadMegabytes = 64
  /// Requests that one token may make in a minute.
  public var requestsPerMinute = 600

  public init() {}
}

/// Notifications of WIS 2.0 by which the files of a feed are announced.
public struct NoticeSource: Sendable, Hashable {
  /// `mqtts://host:8883` or `mqtt://host:1883`.
  public var broker: String
  /// Topic filters: `cache/a/wis2/+/data/core/weather/surface-based-observations/#`.
  public var topics: [String]
  /// The name by which the broker knows this client; nil for one made of the district and the feed.
  public var client: String?
  public var user: String?
  public var password: String?
  /// File in the district's folder whose first line is the password.
  public var passwordFile: String?
  /// File in the district's folder with the certificates that are trusted, PEM.
  public var authorities: String?
  /// Clients of one group share the notifications.
  public var group: String?
  /// Hosts whose links are followed; all of them where empty.
  public var hosts: [String] = []
  /// The largest file that is fetched.
  public var megabytes = 64
  /// How long one file may take.
  public var seconds = 60
  /// Whether data without a hash are refused.
  public var requiresIntegrity = false

  public init(broker: String, topics: [String]) {
    self.broker = broker
    self.topics = topics
  }
}
