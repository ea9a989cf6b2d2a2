public import Hydromet

/// Where the messages of a GRIB file lie, without decoding any.
///
/// A message begins with `GRIB`, names its length (edition 1: three bytes at 4; edition 2: eight bytes
/// at 8) and ends with `7777`. Between messages there may be bulletin headers or padding.
///
/// - Source: WMO-No. 306, Manual on Codes, FM 92 GRIB editions 1 and 2, section 0.
public struct GRIBIndex: Sendable {
  /// One message of the file.
  public struct Message: Sendable, Hashable {
    public let offset: Int
    public let length: Int
    public let edition: Int
  }

  public let path: String
  public let messages: [Message]
  private static let mark = Array("GRIB".utf8)
  private static let largestCount = 100_000
  /// Longer than any bulletin header.
  private static let largestGap = 1 << 20

  /// Whether the first bytes are those of GRIB, perhaps behind the header of a bulletin.
  public static func isGRIB(_ head: [UInt8]) -> Bool {
    guard head.count >= 8 else { return false }
    for start in 0...min(512, head.count - 8)
    where head[start] == mark[0] && head[start..<(start + 4)].elementsEqual(mark) {
      return head[start + 7] == 1 || head[start + 7] == 2
    }
    return false
  }

  /// - Throws: `not_grib`, `truncated`, `unsupported_edition`, `damaged_grib`.
  public init(path: String) throws(Fault) {
    let file = try FileHead(path: path)
    var messages: [Message] = []
    var position = 0
    while let start = GRIBIndex.nextMark(in: file, from: position) {
      guard messages.count < GRIBIndex.largestCount else {
        throw GRIBIndex.damaged(path, start, "more than \(GRIBIndex.largestCount) messages")
      }
      let message = try GRIBIndex.message(in: file, at: start)
      messages.append(message)
      position = start + message.length
    }
    guard !messages.isEmpty else {
      throw Fault(
        "not_grib", at: Fault.Location(path), "there is no GRIB message",
        remedy: "give a GRIB file of edition 1 or 2")
    }
    self.path = path
    self.messages = messages
  }

  /// The bytes of a message.
  func bytes(of message: Message) throws(Fault) -> [UInt8] {
    let bytes = try FileHead(path: path).read(at: message.offset, count: message.length)
    guard bytes.count == message.length else {
      throw GRIBIndex.damaged(path, message.offset, "the message cannot be read whole")
    }
    return bytes
  }

  private static func nextMark(in file: FileHead, from position: Int) -> Int? {
    var start = position
    while start + 8 <= file.size, start - position <= largestGap {
      let piece = file.read(at: start, count: 4096)
      guard piece.count >= 4 else { return nil }
      for index in 0...(piece.count - 4)
      where piece[index] == mark[0] && piece[index..<(index + 4)].elementsEqual(mark) {
        return start + index
      }
      start += piece.count - 3
    }
    return nil
  }

  private static func message(in file: FileHead, at start: Int) throws(Fault) -> Message {
    let head = file.read(at: start, count: 16)
    guard head.count == 16 else { throw file.truncated("a message begins at byte \(start)") }
    let number = { (range: Range<Int>) in range.reduce(0) { $0 << 8 | UInt64(head[$1]) } }
    let edition = Int(head[7])
    let length: UInt64
    switch edition {
    case 1:
      length = number(4..<7)
      guard length < 0x80_0000 else {
        throw Fault(
          "unsupported_edition", at: Fault.Location(file.path, item: "byte \(start)"),
          "this edition 1 message has the long form, which only one centre writes",
          remedy: "convert it to edition 2 with grib_set -s edition=2")
      }
    case 2: length = number(8..<16)
    default:
      throw Fault(
        "unsupported_edition", at: Fault.Location(file.path, item: "byte \(start)"),
        "this is GRIB edition \(edition), expected 1 or 2", remedy: "convert it to edition 2")
    }
    guard length >= 16, length <= UInt64(file.size - start) else {
      throw file.truncated("the message at byte \(start) has \(length)")
    }
    guard length <= 1 << 31 else {
      throw damaged(file.path, start, "the message has \(length) bytes")
    }
    let end = file.read(at: start + Int(length) - 4, count: 4)
    guard end.elementsEqual(Array("7777".utf8)) else {
      throw damaged(file.path, start, "the message of \(length) bytes does not end with 7777")
    }
    return Message(offset: start, length: Int(length), edition: edition)
  }

  static func damaged(_ path: String, _ offset: Int, _ problem: String) -> Fault {
    Fault(
      "damaged_grib", at: Fault.Location(path, item: "byte \(offset)"), problem,
      remedy: "fetch the file again")
  }
}
