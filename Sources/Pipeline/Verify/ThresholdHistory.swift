public import Districts
import Formats
import Foundation
public import Hydromet
import Publish
public import Risk

/// How the rows of a district's threshold table did in cycles that were published.
public struct ThresholdHistory {
  /// One row and what it did.
  public struct Entry {
    public let row: CriticalRainfall
    public let record: ThresholdRecord
    public let events: [HarmEvent]
  }

  public let entries: [Entry]
  public let cycles: Int

  /// Reads the tables of published cycles, in the order of time.
  ///
  /// Rows for `*` are judged unit by unit and counted together only where they have events; rain is
  /// held against the depth that stands in the table, whatever soil it is for.
  ///
  /// - Throws: `no_cycle`, and faults of the tables.
  public init(
    _ district: District, productsFolder: String, events: [HarmEvent], from: Timestamp,
    to: Timestamp
  ) throws(Fault) {
    let names = ((try? FileManager.default.contentsOfDirectory(atPath: productsFolder)) ?? [])
      .filter { name in
        guard CyclePublisher.isCycleName(name), let time = Timestamp(iso8601: name) else {
          return false
        }
        return time >= from && time <= to
      }.sorted()
    guard !names.isEmpty else {
      throw Fault(
        "no_cycle", at: .init(productsFolder),
        "no cycle from \(from.iso8601) to \(to.iso8601) was published",
        remedy: "run freshet replay over the time first")
    }
    cycles = names.count
    var subjects = ThresholdHistory.subjects(district, events)
    for name in names {
      guard let time = Timestamp(iso8601: name) else { continue }
      var tables: [UnitKind: UnitTable] = [:]
      for kind in Set(subjects.map(\.row.unitKind)) {
        tables[kind] = try UnitTable("\(productsFolder)/\(name)", kind)
      }
      for index in subjects.indices {
        let subject = subjects[index]
        guard subject.row.holds(at: time) else { continue }
        let rain = tables[subject.row.unitKind]?.rain(of: subject.unit, subject.row)
        let ratio = rain?.depth.map {
          $0.millimetres / max(subject.row.depth.millimetres, 0.1)
        }
        subjects[index].record.add(time, ratio: ratio, isComplete: rain?.isComplete ?? false)
      }
    }
    entries = subjects.map { subject in
      Entry(
        row: subject.row.with(depth: subject.row.depth, unit: subject.unit),
        record: subject.record, events: subject.events)
    }
  }

  private struct Subject {
    let row: CriticalRainfall
    let unit: String
    let events: [HarmEvent]
    var record = ThresholdRecord()
  }

  private static func subjects(_ district: District, _ events: [HarmEvent]) -> [Subject] {
    struct Key: Hashable {
      let kind: UnitKind
      let unit: String
      let hazard: Hazard
    }
    let eventsOfUnit = Dictionary(grouping: events) {
      Key(kind: $0.unitKind, unit: $0.unit, hazard: $0.hazard)
    }
    let own = Set(
      district.thresholds.map { Key(kind: $0.unitKind, unit: $0.unit, hazard: $0.hazard) })
    return district.thresholds.flatMap { row -> [Subject] in
      let key = Key(kind: row.unitKind, unit: row.unit, hazard: row.hazard)
      guard row.unit == "*" else {
        return [Subject(row: row, unit: row.unit, events: eventsOfUnit[key] ?? [])]
      }
      let others = eventsOfUnit.keys.filter {
        $0.kind == row.unitKind && $0.hazard == row.hazard && !own.contains($0)
      }.map(\.unit).sorted()
      return others.map { unit in
        Subject(
          row: row, unit: unit,
          events: eventsOfUnit[Key(kind: row.unitKind, unit: unit, hazard: row.hazard)] ?? [])
      }
    }
  }
}

/// The rain of units in the tables of one published cycle.
private struct UnitTable {
  private let table: CSVTable
  private let rows: [String: Int]
  private let kind: UnitKind

  init(_ folder: String, _ kind: UnitKind) throws(Fault) {
    let name =
      switch kind {
      case .basin: "basins.csv"
      case .township: "townships.csv"
      case .hazardPoint: "points.csv"
      }
    let path = "\(folder)/\(name)"
    table = try CSVTable(bytes: FileBytes.read(path: path, limit: 1 << 28), file: path)
    var rows: [String: Int] = [:]
    let id = table.column(named: kind == .township ? "code" : "id") ?? 0
    for row in table.rows { rows[CSVWriter.unguarded(table.text(row: row, column: id))] = row }
    self.rows = rows
    self.kind = kind
  }

  /// The rain that a threshold is held against; a point's rows of areal rain are not in its table.
  func rain(of unit: String, _ threshold: CriticalRainfall) -> (depth: Depth?, isComplete: Bool)? {
    let window = threshold.duration.text
    let prefix =
      switch threshold.statistic {
      case .mean: "mean"
      case .maximumCell: "max"
      case .maximumGauge: "max_gauge"
      case .cell: "cell"
      case .upstreamMean: "upstream"
      }
    guard let row = rows[unit], let column = table.column(named: "\(prefix)_\(window)_mm") else {
      return nil
    }
    let known = table.column(named: "known_\(window)").flatMap {
      Double(table.text(row: row, column: $0))
    }
    let depth = Double(table.text(row: row, column: column)).flatMap { Depth(millimetres: $0) }
    return (depth, depth != nil && (known ?? 0) >= 1)
  }
}

/// Reads a table of events: `unit_kind, unit, hazard, start`, and `end` where it is known.
public enum HarmEventFile {
  public static func read(_ path: String) throws(Fault) -> [HarmEvent] {
    let table = try CSVTable(bytes: FileBytes.read(path: path, limit: 1 << 26), file: path)
    var columns: [String: Int] = [:]
    for name in ["unit_kind", "unit", "hazard", "start"] {
      guard let column = table.column(named: name) else {
        throw Fault(
          "missing_column", at: table.headerLocation(column: 0), "the table has no column \(name)",
          remedy: "write unit_kind,unit,hazard,start,end")
      }
      columns[name] = column
    }
    let end = table.column(named: "end")
    var events: [HarmEvent] = []
    for row in table.rows {
      func text(_ name: String) -> String { table.text(row: row, column: columns[name] ?? 0) }
      func fault(_ name: String, _ remedy: String) -> Fault {
        Fault(
          "bad_event", at: table.location(row: row, column: columns[name] ?? 0),
          "\(name): \"\(text(name))\" is not known", remedy: remedy)
      }
      guard let kind = UnitKind(rawValue: text("unit_kind")) else {
        throw fault("unit_kind", "write basin, township or hazard_point")
      }
      guard let hazard = Hazard(rawValue: text("hazard")) else {
        throw fault("hazard", "write \(Hazard.allCases.map(\.rawValue).joined(separator: ", "))")
      }
      let offset = BeijingTime.offsetSeconds
      guard let start = Timestamp(iso8601: text("start"), defaultOffsetSeconds: offset) else {
        throw fault("start", "write a time: 2026-07-05T11:00+08:00")
      }
      let last = end.map { table.text(row: row, column: $0) }.flatMap {
        Timestamp(iso8601: $0, defaultOffsetSeconds: offset)
      }
      events.append(
        HarmEvent(
          unitKind: kind, unit: text("unit"), hazard: hazard, start: start,
          end: max(last ?? start, start)))
    }
    return events
  }
}
