public import Hydromet

/// What a decision asks the callers to do. It is written in the same transaction as the decision.
public struct CallOrder: Sendable, Hashable {
  public enum Kind: String, Sendable, Hashable, Codable, CaseIterable {
    /// A warning or an alarm: the people of the places are called until somebody answers.
    case alert
    /// A higher level: everybody is called again, whether they had answered or not.
    case upgrade
    /// A change that needs no answer: those who were told are told.
    case inform
    /// The warning is over: open calls stop, and everybody who was told is told.
    case cancel
  }

  /// Unique, and the same whenever the same decision is written again.
  public let id: String
  /// The chain of messages this belongs to: all orders of one warning have it.
  public let warning: String
  public let kind: Kind
  public let hazard: Hazard
  public let level: RiskLevel
  /// Township or village codes and hazard point ids.
  public let places: [String]
  /// Ids of contacts who are told besides; they need not answer.
  public let audience: [String]
  public let headline: String
  /// What is said or written, without the request to answer.
  public let text: String
  public let issued: Timestamp
  /// Nobody is called about it from this moment on.
  public let expires: Timestamp
  /// A drill: it can only go to channels of rehearsals.
  public let isRehearsal: Bool

  public init(
    id: String, warning: String, kind: Kind, hazard: Hazard, level: RiskLevel, places: [String],
    audience: [String] = [], headline: String, text: String, issued: Timestamp, expires: Timestamp,
    isRehearsal: Bool
  ) {
    self.id = id
    self.warning = warning
    self.kind = kind
    self.hazard = hazard
    self.level = level
    self.places = places
    self.audience = audience
    self.headline = headline
    self.text = text
    self.issued = issued
    self.expires = expires
    self.isRehearsal = isRehearsal
  }
}

/// A chain of calls that an order opens.
public struct CallOpening: Sendable, Hashable {
  /// Unique within the order: `place`, `place/person`.
  public let key: String
  /// The place of the order that `place` is or lies in.
  public let root: String
  public let place: String
  /// The one person the chain is for; nil where anybody of the place may answer.
  public let person: String?
  public let goal: CallChain.Goal
  public let ladder: [CallRung]

  public init(
    key: String, root: String, place: String, person: String?, goal: CallChain.Goal,
    ladder: [CallRung]
  ) {
    self.key = key
    self.root = root
    self.place = place
    self.person = person
    self.goal = goal
    self.ladder = ladder
  }
}

extension CallOrder {
  /// What a decision left in the outbox.
  public init(_ item: OutboxItem, isRehearsal: Bool) {
    let kind: Kind =
      switch item.occasion {
      case .release, .rainAlarm: .alert
      case .upgrade: .upgrade
      case .cancel: .cancel
      case .update, .downgrade, .extend: .inform
      }
    self.init(
      id: item.key, warning: item.subject, kind: kind, hazard: item.hazard, level: item.level,
      places: item.places, audience: item.audience,
      headline: CallWording.line(item.headline, limit: 200),
      text: CallWording.line(item.text, limit: 1000), issued: item.issued, expires: item.expires,
      isRehearsal: isRehearsal)
  }
}
