public import Hydromet

/// What names, reasons and texts of a warning may hold.
public enum WarningText {
  public static let longestReason = 500
  public static let longestText = 4000

  /// A name of 1 to 60 characters without control characters.
  public static func checked(_ author: WarningAuthor) throws(Fault) -> WarningAuthor {
    let name = trimmed(author.name)
    guard (1...60).contains(name.count), !hasControls(name) else {
      throw Fault(
        "bad_author", "the name of the author has \(name.count) characters or control characters",
        remedy: "give the name under which the office knows the person, at most 60 characters")
    }
    return WarningAuthor(name: PrivateText.masked(name), role: author.role)
  }

  /// A reason of 1 to 500 characters on one line, with telephone numbers masked.
  public static func checkedReason(_ reason: String) throws(Fault) -> String {
    let text = trimmed(reason)
    guard (1...longestReason).contains(text.count), !hasControls(text) else {
      throw Fault(
        "bad_reason",
        text.isEmpty ? "no reason is given" : "the reason is too long or has control characters",
        remedy: "say why in one line of at most \(longestReason) characters")
    }
    return PrivateText.masked(text)
  }

  /// - Throws: `bad_content` where a level, headline, description or instruction is missing, too long
  ///   or has control characters other than line ends.
  static func check(_ content: WarningContent, at record: String) throws(Fault) {
    func refuse(_ problem: String) -> Fault {
      Fault(
        "bad_content", at: .init(record), problem,
        remedy: "give a level from blue to red and texts of 1 to \(longestText) characters")
    }
    guard content.level != .none else { throw refuse("a warning of level none was drafted") }
    let texts = [
      ("headline", content.headline), ("description", content.description),
      ("instruction", content.instruction), ("English headline", content.englishHeadline),
      ("English description", content.englishDescription),
      ("English instruction", content.englishInstruction),
    ]
    for (name, text) in texts {
      guard (1...longestText).contains(text.count) else {
        throw refuse("the \(name) has \(text.count) characters")
      }
      guard !hasControls(text, allowsLines: true) else {
        throw refuse("the \(name) has control characters")
      }
    }
  }

  private static func hasControls(_ text: String, allowsLines: Bool = false) -> Bool {
    text.unicodeScalars.contains { scalar in
      if allowsLines && scalar == "\n" { return false }
      switch scalar.properties.generalCategory {
      case .control, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned:
        return true
      case .format:
        // Marks that turn the direction of text can make a text read other than it is.
        return true
      default: return false
      }
    }
  }

  private static func trimmed(_ text: String) -> String {
    var view = Substring(text)
    while let first = view.first, first.isWhitespace { view.removeFirst() }
    while let last = view.last, last.isWhitespace { view.removeLast() }
    return String(view)
  }
}
