import Hydromet

/// How wet every basin was step after step, as far as it is known: what thresholds of three states are
/// chosen by. Each step carries the hash of all the rain behind it, so that late rain replaces it.
struct SoilTrace {
  private struct Row {
    let chain: String
    /// s = Pa / Wm by basin; not a number where it is not known.
    let saturations: [Float]
  }

  private var rows: [Timestamp: Row] = [:]

  mutating func note(_ end: Timestamp, _ chain: String, _ saturations: [Float]) {
    rows[end] = Row(chain: chain, saturations: saturations)
  }

  mutating func forget(before time: Timestamp) {
    rows = rows.filter { $0.key >= time }
  }

  /// The first and the last step from a place on that is not known with its chain.
  func missing(
    of steps: [BasinRains.Step], _ chains: [String], from first: Int
  ) -> ClosedRange<Int>? {
    func lacks(_ index: Int) -> Bool {
      index >= first && rows[steps[index].end]?.chain != chains[index]
    }
    guard let lower = steps.indices.first(where: lacks),
      let upper = steps.indices.last(where: lacks)
    else { return nil }
    return lower...upper
  }

  /// Of successive steps, the newest first.
  func rows(of steps: ArraySlice<BasinRains.Step>) -> [[Float]] {
    steps.reversed().map { rows[$0.end]?.saturations ?? [] }
  }
}

/// How wet units were by their cells, the newest step first.
struct UnitTrace {
  let units: [UnitPlace]
  /// Of each step one number for each unit; not a number where it is not known.
  let rows: [[Float]]

  static let none = UnitTrace(units: [], rows: [])
}

/// How wet every basin was, and with the expected rain will be, around one data time.
struct SoilHistory {
  private let places: [String: Int]
  private let step: Int
  /// Seconds from the data time to the newest state, not above 0.
  private let newest: Int
  /// The newest step and those before it.
  private let earlier: [[Float]]
  /// The steps after the newest.
  private let later: SoilAhead
  /// Empty where no rule asks.
  private let days: EarlierDays
  private let byCells: UnitTrace
  /// Files that say what the states rest on.
  let pages: [CyclePage]
  private let cellPlaces: [UnitPlace: Int]

  static let none = SoilHistory(
    basins: [], step: 1, dataTime: Timestamp(secondsSince1970: 0),
    newest: Timestamp(secondsSince1970: 0), earlier: [])

  init(
    basins: [String], step: Int, dataTime: Timestamp, newest: Timestamp, earlier: [[Float]],
    later: SoilAhead = .none, days: EarlierDays = .none, byCells: UnitTrace = .none,
    pages: [CyclePage] = []
  ) {
    self.pages = pages
    self.byCells = byCells
    cellPlaces = Dictionary(
      byCells.units.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
    self.days = days
    places = Dictionary(
      basins.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
    self.step = max(step, 1)
    self.newest = newest.seconds(since: dataTime)
    self.earlier = earlier
    self.later = later
  }

  /// Rain of each 24 h before the last 24 h, so many seconds after the data time; nil where nobody asked
  /// for it, or the basin is not known.
  func earlierDays(ofBasin basin: String, after seconds: Int = 0) -> [EarlierDay]? {
    places[basin].flatMap { days.days(ofBasin: $0, after: seconds - newest) }
  }

  /// Soil water index of a basin so many seconds after the data time, with the expected rain, and the
  /// share of what it remembers that is not known; nil where nobody asked for it.
  func index(ofBasin basin: String, after seconds: Int) -> (millimetres: Double, gapShare: Double)?
  {
    places[basin].flatMap { later.index(ofBasin: $0, after: (seconds - newest) / step) }
  }

  /// What the cells will be to a unit.
  func cells(of unit: UnitPlace, after seconds: Int) -> UnitCellSoil? {
    later.cells(of: unit, after: (seconds - newest) / step)
  }

  /// s = Pa / Wm of a basin at the last step that ends so many seconds after the data time or before;
  /// nil where it is not known. Nil in place of the function for a basin without soil.
  func saturation(ofBasin basin: String) -> ((Int) -> Double?)? {
    guard let place = places[basin] else { return nil }
    return { seconds in
      let steps = steps(to: seconds)
      return SoilHistory.known(
        steps > 0
          ? later.saturations(after: steps) : SoilHistory.row(earlier, before: -steps), place)
    }
  }

  /// The same of a unit by its cells; nil where it has none, or no threshold asks.
  func saturation(byCellsOf unit: UnitPlace, minimumCoverage: Double) -> ((Int) -> Double?)? {
    guard let place = cellPlaces[unit] else { return nil }
    return { seconds in
      let steps = steps(to: seconds)
      guard steps > 0 else {
        return SoilHistory.known(SoilHistory.row(byCells.rows, before: -steps), place)
      }
      guard let cells = later.cells(of: unit, after: steps),
        cells.coverage >= minimumCoverage - 1e-6,
        SoilState.isKnown(cells.meanSaturation, gapShare: cells.gapShare)
      else { return nil }
      return cells.meanSaturation
    }
  }

  /// Steps from the newest to the last that ends so many seconds after the data time or before.
  private func steps(to seconds: Int) -> Int {
    let offset = seconds - newest
    return offset >= 0 ? offset / step : (offset - step + 1) / step
  }

  private static func row(_ rows: [[Float]], before steps: Int) -> [Float] {
    rows.indices.contains(steps) ? rows[steps] : []
  }

  private static func known(_ row: [Float], _ place: Int) -> Double? {
    guard row.indices.contains(place), row[place].isFinite else { return nil }
    return Double(row[place])
  }
}
