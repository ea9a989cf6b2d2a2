import Archive
import Districts
import Formats
import Foundation
public import Hydromet

/// The health of every station with the delays of its reports: what the ledger knows of the arrivals beside
/// the numbers that the newest cycle of the time published.
///
/// Delays stand here and not in the products: when a file arrived is no part of what a cycle is made from.
public struct ArrivalTable: Sendable {
  public static let columns = [
    "station", "name", "arrived", "delay_median_s", "delay_90_s", "delay_largest_s", "awaited",
    "late", "late_share",
  ]

  /// One row for each listed station and each that reported, below a header of stable names; the columns of
  /// `station_health.csv` follow where a cycle was published.
  public let csv: String
  /// Stations of which a reading was late.
  public let lateStations: Int

  /// - Parameter period: ends of the periods of the readings.
  /// - Throws: faults of the ledger, and of the table of the cycle.
  public init(_ workspace: Workspace, in period: Period) throws(Fault) {
    var delays: [String: ArrivalDelay] = [:]
    for feed in workspace.district.configuration.feeds where feed.kind == .stations {
      for delay in try workspace.ledger.delays(feed: feed.name, element: .rain, in: period) {
        // Of a station in several feeds that in which most arrived.
        if delays[delay.station].map({ $0.readings < delay.readings }) ?? true {
          delays[delay.station] = delay
        }
      }
    }
    let listed = workspace.district.description.stations
    let cycle = try workspace.ledger.newestCycle(atOrBefore: period.end)
    var health: (columns: [String], rows: [String: [String]])?
    if let cycle {
      let name = URL(fileURLWithPath: cycle.folder).lastPathComponent
      health = try ArrivalTable.health("\(workspace.productsFolder)/\(name)")
    }
    let ids = Set(listed.map(\.id))
    let stations =
      listed.map { ($0.id, $0.name) }
      + delays.keys.filter { !ids.contains($0) }.sorted().map { ($0, "") }
    let rows = stations.map { id, name in
      [id, name] + ArrivalTable.cells(delays[id])
        + (health.map { $0.rows[id] ?? $0.columns.map { _ in "" } } ?? [])
    }
    csv = CSVWriter.text(
      ArrivalTable.columns + (health?.columns ?? []), rows, as: .sheet)
    lateStations = delays.values.count { $0.late > 0 }
  }

  private static func cells(_ delay: ArrivalDelay?) -> [String] {
    guard let delay else { return ["0", "", "", "", "0", "0", ""] }
    let hundredths = delay.awaited == 0 ? 0 : (100 * delay.late + delay.awaited / 2) / delay.awaited
    let share = "\(hundredths / 100).\(padded(hundredths % 100, 2))"
    return [
      "\(delay.readings)", "\(delay.medianSeconds)", "\(delay.ninetiethSeconds)",
      "\(delay.largestSeconds)", "\(delay.awaited)", "\(delay.late)",
      delay.awaited == 0 ? "" : share,
    ]
  }

  /// The rest of the row of every station in the table of a cycle; nil where the cycle has none any more.
  private static func health(
    _ folder: String
  ) throws(Fault) -> (columns: [String], rows: [String: [String]])? {
    let path = "\(folder)/station_health.csv"
    guard FileManager.default.fileExists(atPath: path) else { return nil }
    let table = try CSVTable(bytes: FileBytes.read(path: path, limit: 1 << 28), file: path)
    let kept = table.header.indices.filter { !columns.contains(table.header[$0]) }
    let id = table.column(named: "station") ?? 0
    var rows: [String: [String]] = [:]
    for row in table.rows {
      let text = { (column: Int) in CSVWriter.unguarded(table.text(row: row, column: column)) }
      rows[text(id)] = kept.map(text)
    }
    return (kept.map { table.header[$0] }, rows)
  }
}
