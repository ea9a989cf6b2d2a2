/// Hides telephone numbers and mail addresses in text that people wrote: reasons, notes, answers.
public enum PrivateText {
  /// The text with every telephone number and mail address masked but for its last two characters.
  ///
  /// A number is a run of digits, with single blanks, hyphens, dots, brackets or a plus between or
  /// before them, of 7 to 13 digits. Codes of 12 digits that begin with a province (11–65) and longer
  /// runs, such as message identifiers, are no numbers; nor are times and dates with colons.
  public static func masked(_ text: String) -> String {
    var characters = Array(text)
    maskMail(&characters)
    var position = 0
    while position < characters.count {
      guard isDigit(characters[position]) else {
        position += 1
        continue
      }
      let run = digitRun(characters, from: position)
      if isTelephone(characters, run) { mask(&characters, run.digits) }
      position = run.end
    }
    return String(characters)
  }

  private static func isDigit(_ character: Character) -> Bool { digit(character) != nil }

  /// ASCII and full-width digits; 三 in 三江镇 is none.
  private static func digit(_ character: Character) -> Int? {
    guard let scalar = character.unicodeScalars.first else { return nil }
    switch scalar.value {
    case 0x30...0x39, 0xFF10...0xFF19: return character.wholeNumberValue
    default: return nil
    }
  }

  /// Positions of digits joined by single marks, and the position behind the last.
  private static func digitRun(_ text: [Character], from start: Int) -> (digits: [Int], end: Int) {
    let marks: Set<Character> = [" ", "-", ".", "(", ")", "（", "）", "–", "\u{A0}", "\u{3000}"]
    var digits: [Int] = []
    var position = start
    while position < text.count {
      if isDigit(text[position]) {
        digits.append(position)
        position += 1
      } else if marks.contains(text[position]), position + 1 < text.count,
        isDigit(text[position + 1])
      {
        position += 1
      } else {
        break
      }
    }
    return (digits, position)
  }

  private static func isTelephone(
    _ text: [Character], _ run: (digits: [Int], end: Int)
  ) -> Bool {
    guard let first = run.digits.first, (7...13).contains(run.digits.count) else { return false }
    let isJoined = run.digits.count == run.end - first
    if run.end < text.count, text[run.end] == "_" || text[run.end] == ":" { return false }
    if first > 0, text[first - 1] == "_" || text[first - 1] == ":" { return false }
    let lead = run.digits.prefix(2).reduce(0) { $0 * 10 + (digit(text[$1]) ?? 0) }
    if isJoined && run.digits.count == 12 && (11...65).contains(lead) { return false }
    return isJoined || !isDate(text, run.digits)
  }

  /// `2026-07-05`, also with an hour behind it.
  private static func isDate(_ text: [Character], _ digits: [Int]) -> Bool {
    guard let first = digits.first, text.count >= first + 10 else { return false }
    let year = digits.prefix(4).reduce(0) { $0 * 10 + (digit(text[$1]) ?? 0) }
    return (1900...2100).contains(year) && text[first + 4] == "-" && text[first + 7] == "-"
      && digits.count <= 10
  }

  private static func mask(_ text: inout [Character], _ digits: [Int]) {
    for position in digits.dropLast(2) { text[position] = "*" }
  }

  private static func maskMail(_ text: inout [Character]) {
    for at in text.indices where text[at] == "@" {
      var start = at
      while start > 0, isMailCharacter(text[start - 1]) { start -= 1 }
      for position in start..<at { text[position] = "*" }
    }
  }

  private static func isMailCharacter(_ character: Character) -> Bool {
    character.isASCII && (character.isLetter || character.isNumber || "._%+-".contains(character))
  }
}
