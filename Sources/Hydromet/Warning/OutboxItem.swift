/// Something that has to go out because of a decision; written in the same transaction as the decision.
///
/// The decision knows which places have to hear and why; whom to call there, in which order and how, is
/// the business of delivery. No address stands in an item: addresses are looked up when they are used.
public struct OutboxItem: Sendable, Hashable, Codable {
  /// Why it goes out.
  public enum Occasion: String, Sendable, Hashable, Codable, CaseIterable {
    case release
    case update
    case upgrade
    case downgrade
    case extend
    case cancel
    /// The alarm on observed rain, which nobody signed.
    case rainAlarm = "rain_alarm"

    public init(_ kind: ReleaseKind) {
      switch kind {
      case .initial: self = .release
      case .update: self = .update
      case .upgrade: self = .upgrade
      case .downgrade: self = .downgrade
      case .extend: self = .extend
      case .cancel: self = .cancel
      }
    }
  }

  /// Distinct for everything that has to go out once: a second item with the same key is not written.
  public let key: String
  public let occasion: Occasion
  /// Id of the warning record, or of the alarm: all items of one warning have it.
  public let subject: String
  /// Identifier of the message.
  public let message: String
  public let hazard: Hazard
  public let level: RiskLevel
  /// Codes of townships and ids of hazard points whose people have to hear.
  public let places: [String]
  /// Ids of contacts who have to hear besides those of the places: who got an earlier message.
  public let audience: [String]
  /// One line.
  public let headline: String
  /// What is said or written.
  public let text: String
  public let issued: Timestamp
  /// Nobody is called about it from this moment on.
  public let expires: Timestamp

  public init(
    key: String, occasion: Occasion, subject: String, message: String, hazard: Hazard,
    level: RiskLevel, places: [String], audience: [String], headline: String, text: String,
    issued: Timestamp, expires: Timestamp
  ) {
    self.key = key
    self.occasion = occasion
    self.subject = subject
    self.message = message
    self.hazard = hazard
    self.level = level
    self.places = places
    self.audience = audience
    self.headline = headline
    self.text = text
    self.issued = issued
    self.expires = expires
  }
}
