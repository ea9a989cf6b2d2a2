/// Something that has to go out because of a decision; written in the same transaction as the decision.
///
/// The decision knows who has to hear and why; how they are reached is the business of delivery, which
/// reads the body. No address stands in an item: addresses are looked up when they are used.
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
  /// Id of the warning record, or of the alarm.
  public let subject: String
  /// Identifier of the message.
  public let message: String
  public let hazard: Hazard
  public let township: String
  public let level: RiskLevel
  /// Id of a contact; empty where the item is for a channel without a person (a feed, a loudspeaker)
  /// or for a plan that names its people itself.
  public let recipient: String
  /// `voice`, `sms`, `email`, …; empty where the plan decides.
  public let channel: String
  /// What delivery needs beyond this: a document of its own making.
  public let body: String
  /// Not before this moment.
  public let due: Timestamp

  public init(
    key: String, occasion: Occasion, subject: String, message: String, hazard: Hazard,
    township: String, level: RiskLevel, recipient: String, channel: String, body: String,
    due: Timestamp
  ) {
    self.key = key
    self.occasion = occasion
    self.subject = subject
    self.message = message
    self.hazard = hazard
    self.township = township
    self.level = level
    self.recipient = recipient
    self.channel = channel
    self.body = body
    self.due = due
  }
}
