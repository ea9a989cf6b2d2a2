import Formats
import Hydromet
import Ingest
import Testing

@Suite("Times of grids")
struct GridTimeTests {
  let folder: GridTestFolder

  init() throws {
    folder = try GridTestFolder()
  }

  private func steps(
    _ grid: SyntheticGrid, _ statement: GridStatement = GridStatement()
  ) throws -> [GriddedRain.Step] {
    try grid.write(to: folder.file("grid.nc"))
    return try GriddedRain(path: folder.file("grid.nc"), statement: statement).steps
  }

  private func text(_ step: GriddedRain.Step) -> String {
    guard let period = step.period else { return "? \(step.label?.iso8601 ?? "?")" }
    return "\(period.start.iso8601) \(period.end.iso8601)"
  }

  @Test("the spacing of the times is the length of the periods, which end at the times")
  func spacing() throws {
    var grid = SyntheticGrid()
    grid.times = [0, 5, 10]
    let found = try steps(grid)
    #expect(
      found.map(text) == [
        "2021-08-23T08:45:00Z 2021-08-23T08:50:00Z", "2021-08-23T08:50:00Z 2021-08-23T08:55:00Z",
        "2021-08-23T08:55:00Z 2021-08-23T09:00:00Z",
      ])
    let fields = try GriddedRain.read(path: folder.file("grid.nc"))
    #expect(fields.map { $0.values[0] } == [0.25, 0.5, 0.75])
  }

  @Test("a gap does not make periods longer, and steps come in order of time")
  func gapsAndOrder() throws {
    var grid = SyntheticGrid()
    grid.times = [20, 0, 5]
    let found = try steps(grid)
    #expect(found.map { $0.period?.seconds } == [300, 300, 300])
    #expect(
      found.map { $0.period?.end.iso8601 } == [
        "2021-08-23T08:50:00Z", "2021-08-23T08:55:00Z", "2021-08-23T09:10:00Z",
      ])
    let fields = try GriddedRain.read(path: folder.file("grid.nc"))
    #expect(fields.map { $0.values[0] } == [0.5, 0.75, 0.25])
    grid.times = [0, 5, 12]
    #expect(try steps(grid).allSatisfy { $0.period == nil && $0.label != nil })
  }

  @Test("bounds decide, wherever the label stands in them")
  func bounds() throws {
    var grid = SyntheticGrid()
    for label in [0.0, 30, 60] {
      grid.times = [label]
      grid.timeBounds = [0, 60]
      #expect(try steps(grid).map(text) == ["2021-08-23T08:50:00Z 2021-08-23T09:50:00Z"])
    }
    grid.times = [61]
    let fault = #expect(throws: Fault.self) { try steps(grid) }
    #expect(fault?.code == "bad_bounds")
    grid.times = [0]
    grid.timeBounds = [60, 0]
    #expect(throws: Fault.self) { try steps(grid) }
  }

  @Test("start and end times beside the grid are its period, as in Rainfields files")
  func scalars() throws {
    var grid = SyntheticGrid()
    let unit: (name: String, value: NetCDFValue) = (
      "units", .text("seconds since 1970-01-01 00:00:00 UTC")
    )
    grid.scalars = [
      ("valid_time", 1_604_102_400, [unit, ("long_name", .text("End of accumulation period"))]),
      ("start_time", 1_604_101_800, [unit, ("long_name", .text("Start of accumulation period"))]),
      ("forecast_reference_time", 0, [unit]),
    ]
    #expect(try steps(grid).map(text) == ["2020-10-30T23:50:00Z 2020-10-31T00:00:00Z"])
    let fault = #expect(throws: Fault.self) { try steps(grid, GridStatement(stepSeconds: 300)) }
    #expect(fault?.code == "contradiction")
    grid.scalars.swapAt(0, 1)
    grid.scalars[0].value = 1_604_102_400
    grid.scalars[1].value = 1_604_101_800
    #expect(throws: Fault.self) { try steps(grid) }
  }

  @Test(
    "one time alone needs its length from an attribute or a statement",
    arguments: [
      ([("cell_methods", .text("time: sum (interval: 5 minutes)"))], nil, 300),
      ([("cell_methods", .text("area: mean time: sum (interval: 1 h comment: x)"))], nil, 3600),
      ([("accumulation_period", .text("10 min"))], nil, 600), ([], 900, 900), ([], nil, nil),
    ] as [([(name: String, value: NetCDFValue)], Int?, Int?)])
  func oneTime(
    attributes: [(name: String, value: NetCDFValue)], stated: Int?, seconds: Int?
  ) throws {
    var grid = SyntheticGrid()
    grid.times = [10]
    grid.attributes += attributes
    let found = try steps(grid, GridStatement(stepSeconds: stated))
    #expect(found.map { $0.period?.seconds } == [seconds])
    #expect(found[0].label?.iso8601 == "2021-08-23T09:00:00Z")
  }

  @Test("a label is the end of a period unless the file or a statement says otherwise")
  func labels() throws {
    var grid = SyntheticGrid()
    grid.times = [0, 10]
    #expect(try steps(grid)[0].period?.end.iso8601 == "2021-08-23T08:50:00Z")
    #expect(
      try steps(grid, GridStatement(label: .start))[0].period?.end.iso8601 == "2021-08-23T09:00:00Z"
    )
    #expect(
      try steps(grid, GridStatement(label: .middle))[0].period?.end.iso8601
        == "2021-08-23T08:55:00Z")
    grid.timeAttributes.append(("long_name", .text("start of accumulation period")))
    #expect(try steps(grid)[0].period?.end.iso8601 == "2021-08-23T09:00:00Z")
    grid.timeAttributes[1] = ("long_name", .text("time since the start of the run"))
    #expect(try steps(grid)[0].period?.end.iso8601 == "2021-08-23T08:50:00Z")
  }

  @Test(
    "every form of CF time is understood",
    arguments: [
      ("seconds since 1970-01-01", "standard", 1_629_708_600, "2021-08-23T08:50:00Z"),
      ("seconds since 1970-1-1 0:0:0.0", "gregorian", 1_629_708_600, "2021-08-23T08:50:00Z"),
      ("hours since 2021-08-23T00:00:00Z", "proleptic_gregorian", 8.5, "2021-08-23T08:30:00Z"),
      ("hours since 1900-01-01 00:00:00.0", "standard", 1_066_160.5, "2021-08-17T08:30:00Z"),
      ("hours since 2021-08-23 00:00:00 0:00", "standard", 12, "2021-08-23T12:00:00Z"),
      ("days since 2021-08-23 08:00 +8:00", "standard", 0.5, "2021-08-23T12:00:00Z"),
      ("minutes since 2021-08-23 16:50:00+0800", "standard", 5, "2021-08-23T08:55:00Z"),
      ("days since 0001-01-01", "proleptic_gregorian", 738_024, "2021-08-23T00:00:00Z"),
      ("ns since 1970-01-01T00:00:00", "standard", 1.6297086e18, "2021-08-23T08:50:00Z"),
      ("days since 0001-01-01", "standard", 738_026, "2021-08-23T00:00:00Z"),
      ("hours since 1-1-1 00:00:0.0", "gregorian", 17_712_624, "2021-08-23T00:00:00Z"),
      ("seconds since 1970-01-01 00:00:00 UTC", "julian", 1_629_708_600, "2021-08-23T08:50:00Z"),
    ] as [(String, String, Double, String)])
  func forms(unit: String, calendar: String, value: Double, expected: String) throws {
    var grid = SyntheticGrid()
    grid.times = [value]
    grid.timeAttributes = [("units", .text(unit)), ("calendar", .text(calendar))]
    #expect(try steps(grid)[0].label?.iso8601 == expected)
  }

  @Test(
    "other calendars, months, impossible dates, NaN and implausible years are refused",
    arguments: [
      ("days since 2000-01-01", "noleap", 1), ("days since 2000-01-01", "360_day", 1),
      ("months since 2000-01-01", "standard", 1), ("days since 0001-01-01", "standard", 1),
      ("days since 1800-01-01", "julian", 80_000), ("days since 2000-01-01", "julian", 36_600),
      ("days since 2000-02-30", "standard", 1), ("hours since yesterday", "standard", 1),
      ("days since 2000-01-01", "standard", .nan), ("days since 2000-01-01", "standard", 1e300),
      ("days since 1800-01-01", "standard", 1), ("days since 2000-01-01", "standard", 100_000),
    ] as [(String, String, Double)])
  func refused(unit: String, calendar: String, value: Double) throws {
    var grid = SyntheticGrid()
    grid.times = [value]
    grid.timeAttributes = [("units", .text(unit)), ("calendar", .text(calendar))]
    let fault = #expect(throws: Fault.self) { try steps(grid) }
    #expect(["bad_time", "implausible_time"].contains(fault?.code))
  }

  @Test("the same time twice is refused")
  func twice() throws {
    var grid = SyntheticGrid()
    grid.times = [0, 5, 5]
    let fault = #expect(throws: Fault.self) { try steps(grid) }
    #expect(fault?.code == "bad_time")
  }

  @Test("a summary of several times spans them all")
  func summary() throws {
    var grid = SyntheticGrid()
    grid.times = [0, 5]
    try grid.write(to: folder.file("grid.nc"))
    let summary = try GriddedRain.inspect(path: folder.file("grid.nc"))
    #expect(summary.times == 2)
    #expect(summary.periodStart == "2021-08-23T08:45:00Z")
    #expect(summary.periodEnd == "2021-08-23T08:55:00Z")
    #expect(summary.missingCells == 2)
    #expect(summary.zeroCells == 2)
    #expect(summary.positiveCells == 44)
    #expect(summary.max == 22.25)
    #expect(summary.order == "time y x; x rising, y falling")
  }
}
