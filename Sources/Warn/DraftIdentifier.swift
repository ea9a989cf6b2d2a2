import Hydromet

/// Identifiers of the drafts of one cycle, `ZZZZZZDDDUUUXX_YYYYMMDDhhmmss_N`, 31 characters.
///
/// ZZZZZZ is the district, DDD the agency (416, meteorological service), UUU 000 and XX 00 the inner
/// code and its extension, then Beijing time and a sequence digit within that second. One second has
/// ten digits, so **draft k of a cycle carries the second k ÷ 10 after the data time and the digit
/// k mod 10**: eleven drafts and more stay distinct, and the same cycle gives the same identifiers.
///
/// - Source: rules for values of GB/T 35965.1-2018; agency 416 as in published messages.
struct DraftIdentifier {
  /// The part before the first underscore: also the code of the sender.
  let sender: String
  let time: Timestamp

  init(districtCode: String, time: Timestamp) {
    sender = districtCode + "41600000"
    self.time = time
  }

  func text(draft number: Int) -> String {
    let c = BeijingTime.civil(time + number / 10)
    let date = padded(c.year, 4) + padded(c.month, 2) + padded(c.day, 2)
    let clock = padded(c.hour, 2) + padded(c.minute, 2) + padded(c.second, 2)
    return "\(sender)_\(date)\(clock)_\(number % 10)"
  }
}
