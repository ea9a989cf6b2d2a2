public import Archive
import Districts
public import Hydromet
import Publish
import Warn

/// What people order.
extension WarningDesk {
  public func review(
    _ id: String, revision: Int, confirms: Bool, by author: WarningAuthor, because reason: String
  ) throws(Fault) -> WarningDecision {
    try take(.review(revision: revision, confirmsNewerFacts: confirms), id, author, reason)
  }

  public func sign(
    _ id: String, revision: Int, confirms: Bool, by author: WarningAuthor, because reason: String
  ) throws(Fault) -> WarningDecision {
    try take(.sign(revision: revision, confirmsNewerFacts: confirms), id, author, reason)
  }

  public func withdraw(
    _ id: String, by author: WarningAuthor, because reason: String
  ) throws(Fault) -> WarningDecision {
    try take(.withdraw, id, author, reason)
  }

  public func ratify(
    _ id: String, by author: WarningAuthor, because reason: String
  ) throws(Fault) -> WarningDecision {
    try take(.ratify, id, author, reason)
  }

  private func take(
    _ step: WarningStep, _ id: String, _ author: WarningAuthor, _ reason: String
  ) throws(Fault) -> WarningDecision {
    try ledger.take(
      step, on: id, by: WarningActor(author, at: clock.now, because: reason), life: life)
  }

  /// Releases what is signed, with every form of the message and what has to go out.
  public func release(
    _ id: String, confirms: Bool = false, by author: WarningAuthor, because reason: String
  ) throws(Fault) -> WarningDecision {
    let decision = try ledger.release(
      id, by: WarningActor(author, at: clock.now, because: reason), confirmsNewerFacts: confirms,
      life: life, dispatch: dispatch(try ledger.warning(id)))
    try publish()
    return decision
  }

  /// Ends a message before its time.
  public func cancel(
    _ id: String, by author: WarningAuthor, because reason: String
  ) throws(Fault) -> WarningDecision {
    let decision = try ledger.cancel(
      id, by: WarningActor(author, at: clock.now, because: reason), life: life,
      dispatch: dispatch(try ledger.warning(id)))
    try publish()
    return decision
  }

  private func dispatch(_ record: WarningRecord?) -> WarningDispatch {
    let messages = messages
    return WarningDispatch(
      audience: record.map(audience) ?? [],
      documents: { record, message throws(Fault) in
        try WarningDesk.documents(messages, record, message)
      },
      deliveries: { record, message throws(Fault) in
        [
          OutboxItem(
            key: message.identifier, occasion: .init(message.kind), subject: record.id,
            message: message.identifier, hazard: record.chain.hazard,
            level: message.content.level, places: [record.chain.township],
            audience: record.audience,
            headline: messages.text(record, message, .led),
            text: messages.text(record, message, .sms), issued: message.sent,
            expires: message.content.expires)
        ]
      })
  }

  static func documents(
    _ messages: WarningMessages, _ record: WarningRecord, _ message: IssuedWarning
  ) throws(Fault) -> [MessageDocument] {
    var documents = [
      MessageDocument(form: "cap.xml", bytes: try messages.cap(record, message)),
      MessageDocument(form: "12379.xml", bytes: messages.national(record, message)),
    ]
    for length in TextLength.allCases {
      for language in ProductLanguage.allCases {
        let text = messages.text(record, message, length, language)
        documents.append(
          MessageDocument(
            form: "\(length.rawValue).\(language == .chinese ? "zh" : "en").txt",
            bytes: Array(text.utf8)))
      }
    }
    return documents
  }

  /// Ids of the contacts on the district's list who are called for this hazard, level and township.
  private func audience(_ record: WarningRecord) -> [String] {
    let level = record.proposal?.standing?.content.level ?? record.standing?.content.level ?? .none
    let points = district.description.hazardPoints.filter {
      $0.township == record.chain.township && $0.hazard == record.chain.hazard
    }.map(\.id)
    let places = Set(points + [record.chain.township, "*"])
    return Set(
      district.contacts.filter { contact in
        places.contains(contact.place) && contact.minimumLevel <= level
          && (contact.hazard == nil || contact.hazard == record.chain.hazard)
      }.map(\.id)
    ).sorted()
  }
}
