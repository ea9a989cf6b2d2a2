public import Hydromet

/// What became of a notification.
public enum NoticeFate: String, Sendable, Hashable, CaseIterable {
  /// Its data are still to be fetched.
  case waiting
  /// Its data were handed to the feed.
  case delivered
  /// Its data, or later ones of the same name, had come before.
  case repeated
  /// It says that data were taken back by their producer; what was taken in stays.
  case withdrawn
  /// Its data are not to be had, or are not what it says.
  case refused
}

/// A notification that came in.
public struct NoticeRecord: Sendable, Hashable {
  public let id: Int64
  public let feed: String
  /// The notification's own identifier.
  public let notice: String
  public let dataID: String
  public let published: Timestamp
  /// The hash that it states, as `method:value`; nil where it states none.
  public let integrity: String?
  public let topic: String
  /// The message itself, until its fate is decided.
  public let message: [UInt8]?
  public let firstSeen: Timestamp
  public let attempts: Int
  public let fate: NoticeFate
  public let fileName: String?
  /// Why it was refused or is a repeat: code and words.
  public let reasonCode: String?
  public let reason: String?
}

/// What is known of a notification when it comes in.
public struct ArrivingNotice: Sendable, Hashable {
  public var notice: String
  public var dataID: String
  public var published: Timestamp
  public var integrity: String?
  public var topic: String
  public var message: [UInt8]

  public init(
    notice: String, dataID: String, published: Timestamp, integrity: String?, topic: String,
    message: [UInt8]
  ) {
    self.notice = notice
    self.dataID = dataID
    self.published = published
    self.integrity = integrity
    self.topic = topic
    self.message = message
  }
}
