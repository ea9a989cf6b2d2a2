import Formats
import Hydromet

/// BUFR surface reports, through ecCodes: SYNOP (3 07 080), one-hour and n-minute templates (3 07 091,
/// 3 07 092, 3 07 096) and whatever else gives its values by the same elements, with several messages
/// and subsets, compressed or not.
///
/// The time of a report is the end of its periods; the length stands in the time displacement in
/// front of a value (0 04 024, 0 04 025, 0 04 026), which must reach back. Rain −0.1 kg m⁻² is a trace
/// (reference −1 of 0 13 011 and 0 13 019 to 0 13 023). Associated fields (0 31 021) and the flags of
/// 0 33 005 become CMA quality codes. Values inside first order statistics (0 08 023) and the second
/// of two sensors are left alone. Time increments (0 04 011 to 0 04 016, 0 04 065) are not followed:
/// what stands behind one is refused.
///
/// - Source: WMO-No. 306, volume I.2, FM 94, tables B, C and D (version 33 of the tables).
enum BUFRStations {
  /// Whether a message begins near the front: headings may stand before it.
  static func recognises(_ bytes: [UInt8]) -> Bool {
    let head = Array(bytes.prefix(StationRecogniser.reach))
    guard head.count >= 8 else { return false }
    for i in 0..<(head.count - 7)
    where head[i] == 66 && head[i + 1] == 85 && head[i + 2] == 70 && head[i + 3] == 82 {
      if (0...5).contains(head[i + 7]) { return true }
    }
    return false
  }

  static let messageLimit = 100_000

  static func read(
    _ bytes: [UInt8], file: String, statement: StationStatement
  ) throws(Fault) -> StationFile.Result {
    let (messages, broken) = BUFRMessage.places(in: bytes)
    var collector = ReadingCollector(file: file)
    for place in broken {
      collector.refuse(
        "cut_message", at: place, "a BUFR message begins here and does not end as it says",
        remedy: "ask the sender for the file again")
    }
    for (index, message) in messages.prefix(messageLimit).enumerated() {
      let location = Fault.Location(
        file, item: "message \(index + 1) at byte \(message.bytes.lowerBound)")
      do throws(Fault) {
        let unpacked = try BUFRMessage(
          bytes[message.bytes], keeping: BUFRReport.elements, at: location)
        guard unpacked.category <= 1 else {
          throw Fault(
            "not_stations", at: location,
            "the message is of category \(unpacked.category), surface data (0, 1) are expected",
            remedy: "keep such messages out of the feed")
        }
        let heading = headingCorrection(bytes, before: message.bytes.lowerBound, file)
        BUFRReports.read(
          unpacked, at: message.bytes.lowerBound,
          correction: max(unpacked.updateSequence, heading), into: &collector)
      } catch {
        collector.refuse(
          error.code, at: message.bytes.lowerBound, error.problem, remedy: error.remedy)
      }
    }
    if messages.count > messageLimit {
      collector.refuse(
        "too_many_messages", at: messages[messageLimit].bytes.lowerBound,
        "the file has \(messages.count) messages, \(messageLimit) were read",
        remedy: "split the file")
    }
    return try collector.finish(.bufr) { place in
      let number = messages.firstIndex { $0.bytes.contains(place) }.map { "message \($0 + 1), " }
      return Fault.Location(file, item: "\(number ?? "")byte \(place)")
    }
  }

  /// The correction number of the heading that stands before a message, 0 where there is none.
  private static func headingCorrection(_ bytes: [UInt8], before end: Int, _ file: String) -> Int {
    let start = max(0, end - 80)
    let text = StationText(Array(bytes[start..<end]), file: file)
    var position = 0
    var correction = 0
    while let (line, next) = text.line(from: position) {
      if let heading = BulletinHeading(text, line) { correction = heading.correction }
      position = next
    }
    return correction
  }
}
