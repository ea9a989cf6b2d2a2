/// The abbreviated heading of a bulletin, `SMRO01 YRBK 171800 CCB` (WMO-No. 386, attachment II-5).
struct BulletinHeading: Hashable {
  /// Day of the month, hour and minute, UTC.
  let day: Int
  let hour: Int
  let minute: Int
  /// 0 for a first report, 1 for `CCA`, `CCB` 2 and so on; delayed bulletins (`RRA`) are first reports.
  let correction: Int

  /// Reads a line as a heading; nil where it is none.
  init?(_ text: StationText, _ line: Range<Int>) {
    // Nearly no line of a bulletin is one.
    guard let first = text.word(in: line, from: line.lowerBound), (4...6).contains(first.count),
      (65...90).contains(text.bytes[first.lowerBound])
    else { return nil }
    let words = text.words(in: line, limit: 6)
    guard words.count >= 3, (4...6).contains(words[0].count), words[1].count == 4,
      words[2].count == 6, let time = text.digits(words[2]),
      text.bytes[words[0]].prefix(4).allSatisfy({ (65...90).contains($0) }),
      text.bytes[words[1]].allSatisfy({ (65...90).contains($0) || StationText.isDigit($0) })
    else { return nil }
    day = time / 10_000
    hour = time / 100 % 100
    minute = time % 100
    guard (1...31).contains(day), hour < 24, minute < 60 else { return nil }
    correction = words.count > 3 ? BulletinHeading.correction(text.string(words[3])) : 0
  }

  /// The number of a `BBB` group.
  static func correction(_ group: String) -> Int {
    let letters = Array(group.uppercased().utf8)
    guard letters.count == 3 else { return 0 }
    if letters[0] == 67, letters[1] == 67, (65...88).contains(letters[2]) {
      return Int(letters[2]) - 64
    }
    return group.uppercased() == "COR" ? 1 : 0
  }
}
