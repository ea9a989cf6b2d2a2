/// The identifier of a message, `ZZZZZZDDDUUUXX_YYYYMMDDhhmmss_N`: who sends it, when it was entered
/// (Beijing time) and the digit within that second.
///
/// - Source: rules for values of GB/T 35965.1-2018; real messages may lack `_N`.
public struct MessageIdentifier: Sendable, Hashable, CustomStringConvertible {
  /// Fourteen digits: area, agency, inner code, extension.
  public let sender: String
  public let time: Timestamp
  /// 0…9; nil where the message has none.
  public let sequence: Int?

  public init(sender: String, time: Timestamp, sequence: Int?) {
    self.sender = sender
    self.time = time
    self.sequence = sequence
  }

  /// The sender of a district's weather office: agency 416, no inner code, no extension.
  public static func sender(ofDistrict code: String) -> String { code + "41600000" }

  /// Reads such an identifier; nil for anything else.
  public init?(_ text: String) {
    let parts = text.split(separator: "_", omittingEmptySubsequences: false)
    guard parts.count == 2 || parts.count == 3, parts[0].utf8.count == 14,
      parts[1].utf8.count == 14
    else { return nil }
    for part in parts where !part.utf8.allSatisfy({ (48...57).contains($0) }) { return nil }
    if parts.count == 3, parts[2].utf8.count != 1 { return nil }
    let digits = parts[1].utf8.map { Int($0 - 48) }
    func number(_ range: Range<Int>) -> Int { range.reduce(0) { $0 * 10 + digits[$1] } }
    let civil = CivilTime(
      year: number(0..<4), month: number(4..<6), day: number(6..<8), hour: number(8..<10),
      minute: number(10..<12), second: number(12..<14))
    guard civil.hour < 24, let time = civil.timestamp(offsetSeconds: BeijingTime.offsetSeconds)
    else { return nil }
    self.init(
      sender: String(parts[0]), time: time, sequence: parts.count == 3 ? Int(parts[2]) : nil)
  }

  public var description: String {
    let c = BeijingTime.civil(time)
    let date = padded(c.year, 4) + padded(c.month, 2) + padded(c.day, 2)
    let clock = padded(c.hour, 2) + padded(c.minute, 2) + padded(c.second, 2)
    return "\(sender)_\(date)\(clock)" + (sequence.map { "_\($0)" } ?? "")
  }

  /// The next one: the next digit, or the first of the next second.
  public var successor: MessageIdentifier {
    let next = (sequence ?? -1) + 1
    return next < 10
      ? MessageIdentifier(sender: sender, time: time, sequence: next)
      : MessageIdentifier(sender: sender, time: time + 1, sequence: 0)
  }
}
