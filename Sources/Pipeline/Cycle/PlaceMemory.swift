import Hydromet
import Quality

/// What weeks of rain show of the places of stations, as it is carried from one stretch to the next: sums of
/// pairs of a gauge and of the cells around it, which fade.
///
/// Numbers are kept with 24 bits, in memory as in the ledger, so that a restart changes nothing.
struct PlaceMemory: Sendable, Hashable {
  let geometry: GridGeometry
  let turn: [Float]
  /// By the id of the station and its cell: one that is moved begins anew.
  let stations: [String: [Float]]

  init(geometry: GridGeometry, turn: [Float], stations: [String: [Float]]) {
    self.geometry = geometry
    self.turn = turn
    self.stations = stations
  }

  /// - Parameter names: ids of the stations, in the order of the audit.
  init(_ audit: PlaceAudit, names: [String], cells: [GridCell?]) {
    var stations: [String: [Float]] = [:]
    for (index, name) in names.enumerated() {
      stations[PlaceMemory.key(name, cells[index])] = audit.numbers(of: index).map { Float($0) }
    }
    self.init(
      geometry: audit.geometry, turn: audit.turnNumbers.map { Float($0) }, stations: stations)
  }

  private static func key(_ name: String, _ cell: GridCell?) -> String {
    cell.map { "\(name) \($0.row) \($0.column)" } ?? name
  }

  /// The audit that goes on.
  func audit(names: [String], cells: [GridCell?], swapped: [GridCell?]) -> PlaceAudit {
    var audit = PlaceAudit(geometry: geometry, cells: cells, swapped: swapped)
    for (index, name) in names.enumerated() {
      if let numbers = stations[PlaceMemory.key(name, cells[index])] {
        _ = audit.carry(numbers.map { Double($0) }, of: index)
      }
    }
    _ = audit.carryTurn(turn.map { Double($0) })
    return audit
  }

  /// What is left of the weight of an hour after a quarter of a day: half of it after fifteen days.
  static let fading = 0.988_514_020_352_896_2
}
