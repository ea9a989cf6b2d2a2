import Formats
import Hydromet

/// Settles what a file says twice: equal values count once, a value stands above a report that there
/// is none, and values that contradict each other are all refused.
struct StationSettlement {
  private struct Key: Hashable {
    let station: String
    let element: Element
    let period: Period
  }

  private struct Entry {
    var reading: GaugeReading
    /// Rows and columns that gave a value for the key.
    var places: [(row: Int, column: Int)]
    var isContradicted = false
  }

  private let table: CSVTable
  private var entries: [Entry] = []
  private var index: [Key: Int] = [:]

  init(_ table: CSVTable) {
    self.table = table
  }

  mutating func add(_ reading: GaugeReading, row: Int, column: Int) {
    let key = Key(station: reading.station, element: reading.element, period: reading.period)
    guard let place = index[key] else {
      index[key] = entries.count
      entries.append(Entry(reading: reading, places: [(row, column)]))
      return
    }
    guard reading.tenths != nil else { return }
    let known = entries[place].reading
    if known.tenths == nil {
      entries[place] = Entry(reading: reading, places: [(row, column)])
      return
    }
    entries[place].places.append((row, column))
    if known.tenths != reading.tenths || known.isTrace != reading.isTrace {
      entries[place].isContradicted = true
    }
  }

  func result() -> (readings: [GaugeReading], conflicts: [Fault]) {
    var readings: [GaugeReading] = []
    var conflicts: [Fault] = []
    readings.reserveCapacity(entries.count)
    for entry in entries {
      guard entry.isContradicted else {
        readings.append(entry.reading)
        continue
      }
      let lines = entry.places.map { String(table.line(ofRow: $0.row)) }.joined(separator: ", ")
      let reading = entry.reading
      for place in entry.places {
        conflicts.append(
          Fault(
            "contradicting_rows", at: table.location(row: place.row, column: place.column),
            "lines \(lines) give different \(reading.element.rawValue) for station "
              + "\(reading.station) at \(reading.period.end.iso8601)",
            remedy: "send the right value alone; none of them is used"))
      }
    }
    return (readings, conflicts)
  }
}
