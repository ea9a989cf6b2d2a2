public import Districts
import Formats
import Foundation
public import Hydromet
import Risk

/// Changes of thresholds that a verification proposes and a person accepts or rejects. Nothing
/// changes by itself.
public struct ThresholdProposals {
  public static let columns = [
    "id", "line", "unit_kind", "unit", "hazard", "duration_min", "level", "mm", "proposed_mm",
    "events", "csi", "csi_proposed", "state", "decided_at", "author", "reason",
  ]

  private let district: District
  private let path: String

  public init(_ district: District) {
    self.district = district
    path = "\(district.folder)/\(district.configuration.stateFolder)/threshold-proposals.csv"
  }

  /// Fewer events than this prove nothing about a threshold.
  public static let fewestEvents = 3

  /// Writes what a history proposes; proposals that are still open are replaced, decided ones stay.
  ///
  /// - Returns: how many rows are proposed to change.
  public func write(_ history: ThresholdHistory) throws(Fault) -> Int {
    var rows = try decided()
    var count = 0
    for entry in history.entries where entry.events.count >= ThresholdProposals.fewestEvents {
      // A row for every unit is not moved for the sake of one of them.
      guard entry.row.line > 0, isOwn(entry.row),
        let best = entry.record.bestFactor(entry.events), best.factor != 1
      else { continue }
      let now = entry.record.total(entry.events)
      let millimetres = (entry.row.depth.millimetres * best.factor).rounded()
      count += 1
      rows.append([
        ThresholdProposals.id(entry.row), String(entry.row.line), entry.row.unitKind.rawValue,
        entry.row.unit, entry.row.hazard.rawValue, String(entry.row.duration.seconds / 60),
        entry.row.level.name, entry.row.depth.shortText,
        Depth(millimetres: max(millimetres, 1))?.shortText ?? "", String(entry.events.count),
        ThresholdProposals.share(now.criticalSuccess),
        ThresholdProposals.share(best.score.criticalSuccess), "open", "", "", "",
      ])
    }
    try store(rows)
    return count
  }

  private func isOwn(_ row: CriticalRainfall) -> Bool {
    district.thresholds.contains { $0.line == row.line && $0.unit == row.unit }
  }

  static func share(_ value: Double?) -> String {
    value.flatMap { Depth(millimetres: $0)?.text } ?? ""
  }

  private static func id(_ row: CriticalRainfall) -> String {
    "\(row.unitKind.rawValue).\(row.unit).\(row.hazard.rawValue).\(row.duration.text).\(row.wetness.rawValue).\(row.level.name).\(row.statistic.rawValue)"
  }

  private func table() throws(Fault) -> [[String]] {
    guard FileManager.default.fileExists(atPath: path) else { return [] }
    let table = try CSVTable(bytes: FileBytes.read(path: path, limit: 1 << 26), file: path)
    return table.rows.map { row in
      ThresholdProposals.columns.map { name in
        table.column(named: name).map { table.text(row: row, column: $0) } ?? ""
      }
    }
  }

  private func decided() throws(Fault) -> [[String]] {
    try table().filter { $0[12] != "open" }
  }

  private func store(_ rows: [[String]]) throws(Fault) {
    let text = CSVWriter.text(ThresholdProposals.columns, rows)
    try FileBytes.write(Array(text.utf8), path: path)
  }

  /// The table of proposals as it stands.
  public func text() throws(Fault) -> String {
    CSVWriter.text(ThresholdProposals.columns, try table(), as: .sheet)
  }

  /// Writes a decision down, and for an acceptance lets the old row end and the new one begin behind it;
  /// every other byte of the threshold table stays.
  ///
  /// - Parameters:
  ///   - from: first day of the new row, 00:00 Beijing time.
  ///   - at: when it was decided.
  /// - Throws: `unknown_proposal`, `threshold_changed`, `bad_decision`; a table that would not pass the
  ///   check is put back as it was.
  public func decide(
    _ id: String, accepts: Bool, author: String, reason: String, from: Timestamp, at: Timestamp
  ) throws(Fault) {
    guard !author.isEmpty, !reason.isEmpty else {
      throw Fault(
        "bad_decision", "a decision has an author and a reason",
        remedy: "give --author and --reason")
    }
    var rows = try table()
    guard let index = rows.firstIndex(where: { $0[0] == id && $0[12] == "open" }) else {
      throw Fault(
        "unknown_proposal", at: .init(path), "there is no open proposal \(id)",
        remedy: "take an id from freshet thresholds list")
    }
    if accepts {
      let lines = try change(rows[index], author: author, reason: reason, from: from)
      for other in rows.indices where rows[other][12] == "open" {
        rows[other][1] = lines[rows[other][1]] ?? rows[other][1]
      }
    }
    rows[index][12] = accepts ? "accepted" : "rejected"
    rows[index][13] = at.iso8601
    rows[index][14] = author
    rows[index][15] = reason
    try store(rows)
  }

  /// - Returns: where the lines of the table's rows are now.
  private func change(
    _ proposal: [String], author: String, reason: String, from: Timestamp
  ) throws(Fault) -> [String: String] {
    let file = "\(district.folder)/\(district.configuration.thresholdsFile)"
    let before = try FileBytes.read(path: file, limit: 1 << 26)
    var edit = try CSVEdit(before, file: file)
    let table = edit.table
    let line = try line(of: proposal, file)
    guard let old = table.rows.first(where: { table.line(ofRow: $0) == line }) else {
      throw ThresholdProposals.changed(file, line)
    }
    for name in ["source", "author", "effective_from", "effective_to"] { edit.addColumn(name) }
    edit.set("effective_to", ofRow: old, to: ThresholdProposals.day(from - 1))
    edit.addRow(
      after: old,
      with: [
        "mm": proposal[8], "source": "verification of \(proposal[9]) events: \(reason)",
        "author": author, "effective_from": ThresholdProposals.day(from), "effective_to": "",
      ])
    let bytes = edit.bytes()
    let after = try CSVTable(bytes: bytes, file: file)
    try FileBytes.write(bytes, path: file)
    if let fault = District.check(folder: district.folder).faults.first {
      try FileBytes.write(before, path: file)
      throw fault
    }
    let lines = table.rows.map { row in
      (String(table.line(ofRow: row)), String(after.line(ofRow: row > old ? row + 1 : row)))
    }
    return Dictionary(lines, uniquingKeysWith: { first, _ in first })
  }

  /// Line of the row that a proposal was made for, in the table as it is now: the one that says the same,
  /// and of several the one that stands where it stood.
  private func line(of proposal: [String], _ file: String) throws(Fault) -> Int {
    let stated = Int(proposal[1]) ?? 0
    let found = District.check(folder: district.folder)
    if let fault = found.faults.first { throw fault }
    let lines = (found.district?.thresholds ?? []).filter {
      ThresholdProposals.id($0) == proposal[0] && $0.depth.shortText == proposal[7]
    }.map(\.line)
    if lines.count == 1 { return lines[0] }
    guard lines.contains(stated) else { throw ThresholdProposals.changed(file, stated) }
    return stated
  }

  private static func changed(_ file: String, _ line: Int) -> Fault {
    Fault(
      "threshold_changed", at: .init(file, line: line),
      "no row is the one that the proposal was made for, or several are",
      remedy: "run freshet verify thresholds again")
  }

  private static func day(_ time: Timestamp) -> String {
    let civil = BeijingTime.civil(time)
    return "\(padded(civil.year, 4))-\(padded(civil.month, 2))-\(padded(civil.day, 2))"
  }
}
