public import Hydromet

/// The time that a file name seems to hold, for the order in which files are read: nothing is ever dated
/// by it.
public enum NameMoment {
  /// Finds a date and time written in digits: `20240710T1200`, `20240710_120000`, `202407101200`,
  /// `2024-07-10_12-00`, `2024071012`, or a date alone. The longest counts, the last of equals.
  ///
  /// - Returns: as if it were UTC; nil where the name holds none.
  public static func of(_ name: String) -> Timestamp? {
    let bytes = Array(name.utf8)
    var best: (moment: Timestamp, digits: Int)?
    var position = 0
    while position < bytes.count {
      let followsDigit = position > 0 && isDigit(bytes[position - 1])
      if !followsDigit, isDigit(bytes[position]), let found = read(bytes, from: position),
        found.digits >= best?.digits ?? 0
      {
        best = (found.moment, found.digits)
      }
      position += 1
    }
    return best?.moment
  }

  private static func isDigit(_ byte: UInt8) -> Bool { (48...57).contains(byte) }

  /// Year, month and day, then as many of hour, minute and second as follow; single marks between them
  /// are passed over. A number that goes on behind a mark is not taken apart: in
  /// `20240101_20240710121000` no hour follows the first date.
  private static func read(
    _ bytes: [UInt8], from start: Int
  ) -> (moment: Timestamp, digits: Int)? {
    var position = start
    var parts: [Int] = []
    var whole: (parts: [Int], end: Int)?
    var hasMarks = false
    for width in [4, 2, 2, 2, 2, 2] {
      var next = position
      if !parts.isEmpty, next < bytes.count, "-_.:T ".utf8.contains(bytes[next]) {
        next += 1
        hasMarks = true
      }
      guard next + width <= bytes.count else { break }
      var value = 0
      var isNumber = true
      for byte in bytes[next..<next + width] {
        isNumber = isNumber && isDigit(byte)
        value = value * 10 + Int(byte) - 48
      }
      guard isNumber else { break }
      parts.append(value)
      position = next + width
      let endsHere = position == bytes.count || !isDigit(bytes[position])
      if endsHere || parts.count == 6 && !hasMarks { whole = (parts, position) }
    }
    guard let whole, whole.parts.count >= 3, (1950...2200).contains(whole.parts[0]) else {
      return nil
    }
    parts = whole.parts
    parts += Array(repeating: 0, count: 6 - parts.count)
    func two(_ index: Int) -> String { parts[index] < 10 ? "0\(parts[index])" : "\(parts[index])" }
    let text = "\(parts[0])-\(two(1))-\(two(2))T\(two(3)):\(two(4)):\(two(5))Z"
    return Timestamp(iso8601: text).map { ($0, whole.end - start) }
  }
}
