public import Hydromet

/// Whether messages can reach people.
public protocol Reach: Sendable {}

/// The channels of real life.
public enum Live: Reach {}

/// The channels of drills.
public enum Rehearsal: Reach {}

/// A message for a channel of this reach. Only `CallEnvelope` makes them, from what the order says; there
/// is no way from a message of a rehearsal to a live channel, because no such function compiles.
public struct CallMessage<R: Reach>: Sendable {
  /// The same at every attempt: the far end can tell a repetition.
  public let key: String
  public let personName: String
  public let to: Address
  /// One line.
  public let subject: String
  /// One line.
  public let text: String
  public let needsAnswer: Bool
  public let level: RiskLevel
  public let attempt: Int
  /// Where the person answers with one touch; nil where the district has no such page.
  public let link: String?
  public let at: Timestamp

  /// The text with the link behind it.
  public var wholeText: String { link.map { "\(text) \($0)" } ?? text }
}

/// What a message is made from.
public struct CallContent: Sendable {
  public var key: String
  public var personName: String
  public var to: Address
  public var subject: String
  public var text: String
  public var needsAnswer: Bool
  public var level: RiskLevel
  public var attempt: Int
  public var link: String?
  public var at: Timestamp

  public init(
    key: String, personName: String, to: Address, subject: String, text: String, needsAnswer: Bool,
    level: RiskLevel, attempt: Int, link: String?, at: Timestamp
  ) {
    self.key = key
    self.personName = personName
    self.to = to
    self.subject = subject
    self.text = text
    self.needsAnswer = needsAnswer
    self.level = level
    self.attempt = attempt
    self.link = link
    self.at = at
  }
}

/// The one place where it is decided which reach a message has.
public enum CallEnvelope: Sendable {
  case live(CallMessage<Live>)
  case rehearsal(CallMessage<Rehearsal>)

  public init(_ content: CallContent, isRehearsal: Bool) {
    if isRehearsal {
      self = .rehearsal(CallMessage(content))
    } else {
      self = .live(CallMessage(content))
    }
  }
}

extension CallMessage {
  fileprivate init(_ content: CallContent) {
    key = content.key
    personName = content.personName
    to = content.to
    subject = content.subject
    text = content.text
    needsAnswer = content.needsAnswer
    level = content.level
    attempt = content.attempt
    link = content.link
    at = content.at
  }
}

/// What a channel says about a message that it took.
public struct CallReceipt: Sendable, Hashable {
  /// What the person answered in the call itself, such as a key; nil where they did not.
  public let answer: String?
  /// What the other side said, for the ledger: never an address.
  public let detail: String

  public init(answer: String? = nil, detail: String) {
    self.answer = answer
    self.detail = detail
  }
}

/// A way to people of one reach. `deliver` blocks its thread, for no longer than its time limit; it may be
/// called again with the same key after a crash.
public protocol CallChannel<R>: Sendable {
  associatedtype R: Reach
  var name: String { get }
  /// - Throws: a fault where the message was not taken; its words hold no address and no secret.
  func deliver(_ message: CallMessage<R>) throws(Fault) -> CallReceipt
}

/// All channels of a district, and the one of rehearsals.
public struct CallSwitchboard: Sendable {
  private let live: [String: any CallChannel<Live>]
  private let rehearsal: any CallChannel<Rehearsal>

  public init(live: [any CallChannel<Live>], rehearsal: any CallChannel<Rehearsal>) {
    self.live = Dictionary(live.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    self.rehearsal = rehearsal
  }

  public var channelNames: [String] { live.keys.sorted() }

  /// - Parameter channel: where a live message goes; a rehearsal has only one way.
  public func deliver(_ envelope: CallEnvelope, on channel: String) throws(Fault) -> CallReceipt {
    switch envelope {
    case .rehearsal(let message): return try rehearsal.deliver(message)
    case .live(let message):
      guard let channel = live[channel] else {
        throw Fault(
          "no_such_channel", "there is no channel \(channel)",
          remedy: "describe it under calls: channels: in district.yaml")
      }
      return try channel.deliver(message)
    }
  }
}
