import Hydromet

/// Finds the format of a station file by its first bytes.
enum StationRecogniser {
  /// How far bulletins may have headings in front, bytes.
  static let reach = 65_536

  /// - Throws: `empty_file`, or `not_stations` where the content is a known format without stations.
  static func format(of bytes: [UInt8], file: String) throws(Fault) -> StationFormat {
    let text = StationText(bytes, file: file)
    var start = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    while start < bytes.count, StationText.isBlank(bytes[start]) { start += 1 }
    guard start < bytes.count else {
      throw Fault(
        "empty_file", at: .init(file), "the file has no content",
        remedy: "fetch it again once its sender has written it")
    }
    if let binary = try binaryFormat(bytes, start, file) { return binary }
    if let micaps = try diamondFormat(text, start) { return micaps }
    switch bytes[start] {
    case UInt8(ascii: "<"): return .musicXML
    case UInt8(ascii: "{"), UInt8(ascii: "["): return .musicJSON
    default: break
    }
    let firstEnd = text.endOfLine(from: start)
    let first = text.trimmed(start..<firstEnd)
    if isTOA5(text, first) { return .toa5 }
    if let table = tableFormat(text, first) { return table }
    if isMonthly(text, first) { return .cmaMonthly }
    if let z = zFormat(text, first, next: firstEnd + 1) { return z }
    if RegionalRainFile.recognises(text, from: start) { return .cmaRain }
    if holdsSynop(bytes, from: start) { return .synop }
    return .csv
  }

  private static func binaryFormat(
    _ bytes: [UInt8], _ start: Int, _ file: String
  ) throws(Fault) -> StationFormat? {
    if bytes[start...].starts(with: "mdfs".utf8) { return .mdfs }
    if BUFRStations.recognises(bytes) { return .bufr }
    if NetCDFStations.isNetCDF(bytes) { return .netCDF }
    if bytes[start...].starts(with: "GRIB".utf8) {
      throw notStations(file, "a GRIB grid")
    }
    return nil
  }

  private static func diamondFormat(
    _ text: StationText, _ start: Int
  ) throws(Fault) -> StationFormat? {
    let words = text.words(in: start..<min(start + 64, text.bytes.count), limit: 2)
    guard words.count == 2, text.string(words[0]).lowercased() == "diamond",
      let number = text.digits(words[1])
    else { return nil }
    switch number {
    case 1: return .diamond1
    case 3: return .diamond3
    default: throw notStations(text.file, "MICAPS diamond \(number)")
    }
  }

  private static func notStations(_ file: String, _ what: String) -> Fault {
    Fault(
      "not_stations", at: .init(file, item: "byte 0"),
      "this is \(what), a station file is expected",
      remedy: "give it to a feed of kind: grid, or check the pattern of the feed")
  }

  private static func isTOA5(_ text: StationText, _ line: Range<Int>) -> Bool {
    let head = text.string(line.prefix(7).startIndex..<min(line.upperBound, line.lowerBound + 7))
    return head.hasPrefix("\"TOA5\"") || head.hasPrefix("TOA5,")
  }

  private static func tableFormat(_ text: StationText, _ line: Range<Int>) -> StationFormat? {
    let header = text.string(line.lowerBound..<min(line.upperBound, line.lowerBound + 8192))
      .lowercased()
    guard header.contains(","), header.contains("wsi_series"), header.contains("wsi_local") else {
      return nil
    }
    return .awsList
  }

  /// `58237 3256N 11854E 000238 …`: an A-file's first line (QX/T 119).
  private static func isMonthly(_ text: StationText, _ line: Range<Int>) -> Bool {
    let words = text.words(in: line, limit: 4)
    guard words.count == 4, words[0].count == 5, words[1].count == 5, words[2].count == 6,
      let north = words[1].last, let east = words[2].last
    else { return false }
    return text.digits(words[1].dropLast()) != nil && text.digits(words[2].dropLast()) != nil
      && (text.bytes[north] == UInt8(ascii: "N") || text.bytes[north] == UInt8(ascii: "S"))
      && (text.bytes[east] == UInt8(ascii: "E") || text.bytes[east] == UInt8(ascii: "W"))
  }

  /// A station line (id, DDMMSS, DDDMMSS, …) followed by a line that begins with a time (regional) or
  /// with two letters (national).
  private static func zFormat(
    _ text: StationText, _ line: Range<Int>, next: Int
  ) -> StationFormat? {
    let words = text.words(in: line, limit: 12)
    guard words.count >= 4, words[0].count == 5, let second = text.line(from: next) else {
      return nil
    }
    let hasPlace =
      words[1].count == 6 && words[2].count == 7 && text.digits(words[1]) != nil
      && text.digits(words[2]) != nil
    guard hasPlace || text.compactTime(words[1]) != nil else { return nil }
    let parts = text.words(in: second.content, limit: 2)
    guard let lead = parts.first else { return nil }
    if hasPlace, lead.count == 14, text.digits(lead) != nil { return .cmaRegional }
    let isTag = lead.count == 2 && text.bytes[lead].allSatisfy { (65...90).contains($0) }
    return isTag ? .cmaNational : nil
  }

  /// `AAXX` as a word near the front.
  private static func holdsSynop(_ bytes: [UInt8], from start: Int) -> Bool {
    let end = min(bytes.count, start + reach)
    guard end - start >= 4 else { return false }
    for i in start...(end - 4) where bytes[i] == 65 {
      guard bytes[i + 1] == 65, bytes[i + 2] == 88, bytes[i + 3] == 88 else { continue }
      let before = i == start || StationText.isBlank(bytes[i - 1]) || bytes[i - 1] < 32
      if before, i + 4 == bytes.count || StationText.isBlank(bytes[i + 4]) { return true }
    }
    return false
  }
}
