@_spi(Delivery) import Hydromet

/// A message in the forms that other programs read.
enum CallDocument {
  static func values(_ message: CallMessage<Live>) -> [String: String] {
    [
      "to": message.to.clearText, "text": message.wholeText, "subject": message.subject,
      "key": message.key, "level": message.level.name, "link": message.link ?? "",
      "name": message.personName,
    ]
  }

  /// One line of JSON:
  /// `{"key":…,"to":…,"name":…,"subject":…,"text":…,"level":…,"needs_answer":…,"attempt":…,"link":…}`.
  static func json(_ message: CallMessage<Live>) -> String {
    json(
      message.key, to: message.to.clearText, message.personName, message.subject, message.text,
      message.level, message.needsAnswer, message.attempt, message.link)
  }

  /// The same with the number hidden: a drill shows nobody's number.
  static func maskedJSON(_ message: CallMessage<Rehearsal>) -> String {
    json(
      message.key, to: message.to.masked, message.personName, message.subject, message.text,
      message.level, message.needsAnswer, message.attempt, message.link)
  }

  private static func json(
    _ key: String, to: String, _ name: String, _ subject: String, _ text: String,
    _ level: RiskLevel, _ needsAnswer: Bool, _ attempt: Int, _ link: String?
  ) -> String {
    let fields = [
      ("key", JSONText.quoted(key)), ("to", JSONText.quoted(to)), ("name", JSONText.quoted(name)),
      ("subject", JSONText.quoted(subject)), ("text", JSONText.quoted(text)),
      ("level", JSONText.quoted(level.name)),
      ("needs_answer", needsAnswer ? "true" : "false"), ("attempt", String(attempt)),
      ("link", link.map(JSONText.quoted) ?? "null"),
    ]
    return "{" + fields.map { "\"\($0.0)\":\($0.1)" }.joined(separator: ",") + "}"
  }
}
