/// Hides telephone numbers and mail addresses in text that people wrote: reasons, notes, answers.
public enum PrivateText {
  /// The text with every telephone number and mail address masked but for its last two characters.
  ///
  /// A number is a run of digits, with single blanks, hyphens, dots, brackets or a plus between or
  /// before them, of 7 to 13 digits. Codes of 12 digits that begin with a province (11–65, 71, 81, 82,
  /// 91) or with the 99 of invented districts, and longer
  /// runs, such as message identifiers, are no numbers; nor are times and dates with colons.
  public static func masked(_ text: String) -> String { masked(text, isDocument: false) }

  /// The same for a document of a program, where bare numbers of seven or eight digits are the ids of
  /// stations: only mobile numbers, numbers with `+` or the trunk `0`, and mail addresses are masked.
  public static func maskedDocument(_ text: String) -> String { masked(text, isDocument: true) }

  private static func masked(_ text: String, isDocument: Bool) -> String {
    var characters = Array(text)
    maskMail(&characters)
    var position = 0
    while position < characters.count {
      guard isDigit(characters[position]) else {
        position += 1
        continue
      }
      let run = digitRun(characters, from: position)
      for digits in numbers(in: run.digits) where isTelephone(characters, digits) {
        if !isDocument || isDialled(characters, digits) { mask(&characters, digits) }
      }
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
      } else if marks.contains(text[position]), position + 1 < text.count {
        if isDigit(text[position + 1]) {
          position += 1
        } else if marks.contains(text[position + 1]), position + 2 < text.count,
          isDigit(text[position + 2])
        {
          position += 2
        } else {
          break
        }
      } else {
        break
      }
    }
    return (digits, position)
  }

  /// The run as one number, or, where it is too long for one, its unbroken pieces.
  private static func numbers(in digits: [Int]) -> [[Int]] {
    var pieces: [[Int]] = []
    for position in digits {
      if let last = pieces.last?.last, last + 1 == position {
        pieces[pieces.count - 1].append(position)
      } else {
        pieces.append([position])
      }
    }
    return digits.count <= 13 && !pieces.contains { $0.count >= 12 } ? [digits] : pieces
  }

  private static func isTelephone(_ text: [Character], _ digits: [Int]) -> Bool {
    guard let first = digits.first, let last = digits.last, (7...13).contains(digits.count) else {
      return false
    }
    if last + 1 < text.count, text[last + 1] == "_" || text[last + 1] == ":" { return false }
    if first > 0, text[first - 1] == "_" || text[first - 1] == ":" { return false }
    let isJoined = last - first + 1 == digits.count
    let lead = digits.prefix(2).reduce(0) { $0 * 10 + (digit(text[$1]) ?? 0) }
    if isJoined && digits.count == 12 && isProvince(lead) { return false }
    return isJoined || !isDate(text, digits)
  }

  /// Whether two digits begin area codes (GB/T 2260), or those of districts that do not exist.
  private static func isProvince(_ lead: Int) -> Bool {
    (11...65).contains(lead) || [71, 81, 82, 91, 99].contains(lead)
  }

  /// Whether the digits could only be dialled: a mobile number of China, one with `+` or `0` first.
  private static func isDialled(_ text: [Character], _ digits: [Int]) -> Bool {
    guard let first = digits.first, digits.count >= 10 else { return false }
    if first > 0, text[first - 1] == "+" || text[first - 1] == "＋" { return true }
    let values = digits.prefix(4).map { digit(text[$0]) ?? 0 }
    if values[0] == 0 { return true }
    if digits.count == 11 { return values[0] == 1 && values[1] >= 3 }
    return digits.count == 13 && values[0] == 8 && values[1] == 6
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
