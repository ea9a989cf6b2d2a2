import Hydromet

/// Reads `stations/rain-before.csv`: what fell on the basins before the first radar frame, as an office
/// has it in its books. Soil states begin with it instead of knowing nothing for a month.
///
/// | column | meaning |
/// |---|---|
/// | `basin` | id, or `*` for all that have no row of their own at the time |
/// | `from`, `to` | ISO 8601, Beijing time where no zone is named; at most 24 h |
/// | `mm` | areal rain of the time |
struct EarlierRainTable {
  private(set) var rows: [EarlierRain] = []

  static let path = "stations/rain-before.csv"

  init?(path: String, basins: [SmallBasin], _ findings: inout Findings) {
    guard
      let table = DistrictTable(
        path: path, required: ["basin", "from", "to", "mm"], optional: ["source"], &findings)
    else { return nil }
    let known = Set(basins.map(\.id))
    var numbers: [(row: Int, rain: EarlierRain)] = []
    for row in table.rows {
      if let rain = EarlierRainTable.read(table, row, known, &findings) {
        numbers.append((row, rain))
      }
    }
    let sorted = numbers.sorted {
      ($0.rain.basin ?? "", $0.rain.period.start, $0.row)
        < ($1.rain.basin ?? "", $1.rain.period.start, $1.row)
    }
    for (first, next) in zip(sorted, sorted.dropFirst())
    where first.rain.basin == next.rain.basin && next.rain.period.start < first.rain.period.end {
      findings.fault(
        "overlapping_rain", at: table.location(next.row, "from"),
        "the rain of \(next.rain.basin ?? "all basins") from \(next.rain.period.start.iso8601) is in "
          + "line \(table.line(first.row)) already",
        remedy: "let the times of one basin follow each other without overlap")
    }
    rows = numbers.map(\.rain)
  }

  private static func read(
    _ table: DistrictTable, _ row: Int, _ known: Set<String>, _ findings: inout Findings
  ) -> EarlierRain? {
    let basin = table.filled(row, "basin", &findings)
    let from = moment(table, row, "from", &findings)
    let to = moment(table, row, "to", &findings)
    let depth = table.number(row, "mm", 0...2000, &findings)
    guard let basin, let from, let to, let depth else { return nil }
    guard basin == "*" || known.contains(basin) else {
      findings.fault(
        "unknown_basin", at: table.location(row, "basin"),
        "\(basin) is no basin of the district",
        remedy: "write the id of a basin, or * for all that have no row of their own")
      return nil
    }
    let seconds = to.seconds(since: from)
    guard seconds > 0, seconds <= 86_400 else {
      findings.fault(
        "bad_period", at: table.location(row, "to"),
        "the rain is of \(seconds / 60) minutes", remedy: "give rain of at most 24 hours a row")
      return nil
    }
    return EarlierRain(
      basin: basin == "*" ? nil : basin, period: Period(start: from, end: to), millimetres: depth)
  }

  private static func moment(
    _ table: DistrictTable, _ row: Int, _ name: String, _ findings: inout Findings
  ) -> Timestamp? {
    let text = table.text(row, name)
    if let moment = Timestamp(iso8601: text, defaultOffsetSeconds: BeijingTime.offsetSeconds),
      abs(moment.secondsSince1970) < 100_000_000_000
    {
      return moment
    }
    findings.fault(
      "bad_time", at: table.location(row, name), "\(name): \"\(text)\" is no time",
      remedy: "write 2026-07-05T08:00, Beijing time, or a time with its zone")
    return nil
  }
}
