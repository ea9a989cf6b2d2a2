public import Hydromet

/// A step that was taken, and everything that it brought about.
public struct WarningDecision: Sendable, Hashable {
  public let event: WarningEvent
  public let record: WarningRecord
  /// The message that went out with it; nil for steps that send nothing.
  public let message: IssuedWarning?
}

/// One form of a released message, as it was written and signed: it is never written again.
public struct MessageDocument: Sendable, Hashable {
  /// `cap`, `12379`, `text`, …: the form, which is also the ending of its address.
  public let form: String
  public let bytes: [UInt8]

  public init(form: String, bytes: [UInt8]) {
    self.form = form
    self.bytes = bytes
  }
}

/// Who acts, when and why.
public struct WarningActor: Sendable, Hashable {
  public let author: WarningAuthor
  public let time: Timestamp
  public let reason: String

  public init(_ author: WarningAuthor, at time: Timestamp, because reason: String) {
    self.author = author
    self.time = time
    self.reason = reason
  }
}

/// What is written together with a release or a cancel.
public struct WarningDispatch {
  /// Ids of the contacts who get the message, besides those who got an earlier one.
  public var audience: [String]
  /// The forms of the message.
  public var documents: (WarningRecord, IssuedWarning) throws(Fault) -> [MessageDocument]
  /// What has to go out. The record's audience already holds everybody who gets this message.
  public var deliveries: (WarningRecord, IssuedWarning) throws(Fault) -> [OutboxItem]

  public init(
    audience: [String] = [],
    documents: @escaping (WarningRecord, IssuedWarning) throws(Fault) -> [MessageDocument] = {
      _, _ throws(Fault) in []
    },
    deliveries: @escaping (WarningRecord, IssuedWarning) throws(Fault) -> [OutboxItem] = {
      _, _ throws(Fault) in []
    }
  ) {
    self.audience = audience
    self.documents = documents
    self.deliveries = deliveries
  }
}
