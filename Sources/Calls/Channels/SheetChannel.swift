import Foundation
@_spi(Delivery) public import Hydromet
import Synchronization

/// The last rung: the printed call sheet of the duty officer, for when every line is dead.
///
/// A message is taken when its line is on the disk, in a file of the day that only the owner reads; the PDF
/// is drawn from that file. Numbers stand on it in full: it is for the one who dials them.
public final class SheetChannel: CallChannel {
  public typealias R = Live
  public let name = "sheet"
  private let folder: String
  private let office: String
  private let isDirty = Mutex<Set<String>>([])

  /// One line of a sheet.
  struct Line: Codable, Hashable {
    var key: String
    var time: Int64
    var name: String
    var number: String
    var level: String
    var text: String
    var needsAnswer: Bool
  }

  public init(folder: String, office: String) throws(Fault) {
    self.folder = folder
    self.office = office
    try FileDrop.makeFolder(folder)
  }

  public func deliver(_ message: CallMessage<Live>) throws(Fault) -> CallReceipt {
    let line = Line(
      key: message.key, time: message.at.secondsSince1970, name: message.personName,
      number: message.to.clearText, level: message.level.chineseName, text: message.text,
      needsAnswer: message.needsAnswer)
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    guard let bytes = try? encoder.encode(line) else {
      throw Fault("cannot_write", "the line cannot be written", remedy: "report this as a defect")
    }
    let day = SheetChannel.day(message.at)
    isDirty.withLock { _ = $0.insert(day) }
    try FileDrop.append(String(decoding: bytes, as: UTF8.self), to: "\(folder)/\(day).jsonl")
    return CallReceipt(detail: "on the call sheet")
  }

  /// Draws the sheets that have got lines since the last time.
  ///
  /// - Returns: their paths.
  public func draw() throws(Fault) -> [String] {
    let days = isDirty.withLock { days in
      defer { days = [] }
      return days.sorted()
    }
    var paths: [String] = []
    for day in days {
      let path = "\(folder)/\(day).pdf"
      try SheetPage.draw(SheetChannel.lines("\(folder)/\(day).jsonl"), day: day, office, to: path)
      paths.append(path)
    }
    return paths
  }

  /// The lines of a file, each key once, the newest first; a line that was cut off by a crash is left out.
  static func lines(_ path: String) -> [Line] {
    guard let data = FileManager.default.contents(atPath: path) else { return [] }
    let decoder = JSONDecoder()
    var lines: [Line] = []
    var seen: Set<String> = []
    for bytes in data.split(separator: 0x0A) {
      guard JSONText.isShallow(bytes), let line = try? decoder.decode(Line.self, from: Data(bytes)),
        seen.insert(line.key).inserted
      else { continue }
      lines.append(line)
    }
    return lines.reversed()
  }

  private static func day(_ moment: Timestamp) -> String {
    let c = BeijingTime.civil(moment)
    return "call-sheet-\(padded(c.year, 4))\(padded(c.month, 2))\(padded(c.day, 2))"
  }
}
