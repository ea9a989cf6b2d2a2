import Foundation
public import Hydromet

/// The audit ledger as a text file, one JSON object a line, the head last: verified anywhere, without
/// the database.
public enum AuditFile {
  private struct Line: Codable {
    var sequence: Int64?
    var time: Int64?
    var kind: String?
    var subject: String?
    var author: String?
    var body: String?
    var previous: String?
    var hash: String?
    /// Only in the last line.
    var head: String?
  }

  /// The whole chain as bytes.
  public static func bytes(of ledger: Ledger) throws(Fault) -> [UInt8] {
    var text: [UInt8] = []
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    func add(_ line: Line) throws {
      text.append(contentsOf: try encoder.encode(line))
      text.append(0x0A)
    }
    var head = AuditHead.empty
    try ledger.eachAuditRow { row in
      try add(
        Line(
          sequence: row.sequence, time: row.entry.time.secondsSince1970, kind: row.entry.kind,
          subject: row.entry.subject, author: row.entry.author, body: row.entry.body,
          previous: row.previous, hash: row.hash))
      head = row.head
    }
    do { try add(Line(head: head.description)) } catch {
      throw Fault("cannot_write", "the audit ledger: \(error)", remedy: "report this as a defect")
    }
    return text
  }

  /// Walks the lines of such a file and says what is wrong.
  ///
  /// - Parameter heads: heads that were written down elsewhere. A file without its last line is
  ///   truncated, whatever they say.
  public static func check(_ bytes: [UInt8], heads: [AuditHead] = []) -> AuditCheck {
    let lines = bytes.split(separator: 0x0A, omittingEmptySubsequences: true)
    let decoder = JSONDecoder()
    func read(_ bytes: ArraySlice<UInt8>) -> Line? {
      JSONText.isShallow(bytes) ? try? decoder.decode(Line.self, from: Data(bytes)) : nil
    }
    let own = lines.last.flatMap(read)?.head.flatMap { AuditHead($0) }
    var check = AuditCheck(heads: (own.map { [$0] } ?? []) + heads)
    for (index, bytes) in lines.enumerated() {
      guard let line = read(bytes) else {
        check.addUnreadable(line: index + 1, "this is no row of an audit ledger")
        continue
      }
      if line.head != nil {
        if index != lines.count - 1 {
          check.addUnreadable(line: index + 1, "rows follow the head")
        }
        continue
      }
      guard let sequence = line.sequence, let time = line.time, let kind = line.kind,
        let subject = line.subject, let author = line.author, let body = line.body,
        let previous = line.previous, let hash = line.hash
      else {
        check.addUnreadable(line: index + 1, "the row lacks a field")
        continue
      }
      check.add(
        AuditRow(
          sequence: sequence,
          entry: AuditEntry(
            stored: Timestamp(secondsSince1970: time), kind: kind, subject: subject,
            author: author, body: body), previous: previous, hash: hash))
    }
    if own == nil { check.noteTruncated("the file does not end with its head") }
    check.finish()
    return check
  }
}
