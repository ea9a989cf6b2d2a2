import Foundation
import Hydromet
import Pipeline
import Runoff
import Testing

/// Tables that `freshet runoff` reads.
@Suite("Tables of one catchment")
struct RunoffTableTests {
  private func read(
    _ text: String, _ change: (inout RunoffTable.Statement) -> Void = { _ in }
  ) throws -> RunoffTable {
    let folder = TestFolder.fresh("runoff-table")
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let path = "\(folder)/table.csv"
    try Data(text.utf8).write(to: URL(fileURLWithPath: path))
    var statement = RunoffTable.Statement()
    change(&statement)
    return try RunoffTable.read(path: path, statement)
  }

  private func code(
    _ text: String, _ change: (inout RunoffTable.Statement) -> Void = { _ in }
  ) -> String? {
    do {
      _ = try read(text, change)
      return nil
    } catch { return (error as? Fault)?.code }
  }

  private static let rows = "2026-07-01T00:30Z,2,0.4,3\n2026-07-01T01:00Z,4,0.4,5\n"

  @Test("millimetres an hour beside millimetres a step are refused, by name and by statement")
  func mixture() {
    let mixed = "time,rain_mm,evaporation_mm_per_h,flow_mm\n" + RunoffTableTests.rows
    #expect(code(mixed) == "mixed_units")
    let bare = "time,rain,evaporation,flow\n" + RunoffTableTests.rows
    #expect(code(bare) == "unit_not_stated")
    #expect(
      code(bare) {
        $0.rainUnit = "mm"
        $0.evaporationUnit = "mm"
        $0.flowUnit = "mm/h"
      } == "mixed_units")
    #expect(
      code(bare) {
        $0.rainUnit = "mm/h"
        $0.evaporationUnit = "inch"
        $0.flowUnit = "mm/h"
      } == "unknown_unit")
  }

  @Test("millimetres an hour become millimetres a step, and a flow in m³/s asks for the area")
  func units() throws {
    let text = "time,rain_mm/h,evaporation_mm/h,flow_m3/s\n" + RunoffTableTests.rows
    #expect(code(text) == "no_area")
    let table = try read(text) { $0.area = 3.6 }
    #expect(table.series.step == .minutes(30))
    #expect(table.series.rain == [1, 2])
    #expect(table.series.evaporation == [0.2, 0.2])
    // 3 m³/s over 3.6 km² in half an hour are 1.5 mm.
    #expect(abs((table.series.observed[0] ?? 0) - 1.5) < 1e-12)
  }

  @Test("gaps are told, and steps that leave time out are refused")
  func gaps() throws {
    let table = try read(
      "time,rain_mm,evaporation_mm\n2026-07-01T00:00Z,,0.1\n2026-07-01T01:00Z,4,0.1\n")
    #expect(table.series.missingRain == 1)
    #expect(table.notes.contains { $0.contains("missing in 1 of 2") })
    #expect(
      code(
        "time,rain_mm,evaporation_mm\n2026-07-01T00:00Z,1,0\n2026-07-01T01:00Z,1,0\n2026-07-01T03:00Z,1,0\n"
      ) == "uneven_steps")
  }

  @Test(
    "a run stopped at every tenth step goes on with the same bits from its file",
    arguments: [CatchmentModel.xinanjiang, .gr4h])
  func restart(model: CatchmentModel) throws {
    let rain = (0..<200).map { hour -> Double in
      let isWet = hour / 24 % 3 == 0
      return isWet ? Double(hour * 37 % 90) / 10 : 0
    }
    func series(_ range: Range<Int>) -> CatchmentSeries {
      CatchmentSeries(
        firstEnd: TestStorm.start + (range.lowerBound + 1) * 3600, step: .hours(1),
        rain: Array(rain[range]), evaporation: range.map { _ in 0.1 },
        observed: range.map { _ in nil }, missingRain: 0)
    }
    let values = model.parameters.map(\.usual)
    func run(_ range: Range<Int>, _ start: RunoffState?) throws -> RunoffRun {
      try RunoffRun(model, values, on: series(range), antecedent: .usual, from: start)
    }
    let whole = try run(0..<200, nil)
    let path = TestFolder.fresh("state")
    defer { try? FileManager.default.removeItem(atPath: path) }
    #expect(try RunoffState.read(path) == nil)
    var text: [Substring] = []
    for first in stride(from: 0, to: 200, by: 10) {
      let part = try run(first..<first + 10, try RunoffState.read(path))
      try part.state.write(path)
      text += part.csv.split(separator: "\n").dropFirst()
    }
    #expect(text == Array(whole.csv.split(separator: "\n").dropFirst()))
    let last = try #require(try RunoffState.read(path))
    #expect(last == whole.state)
    // It ends where the series ends, and goes on from nowhere else.
    #expect(throws: Fault.self) { try run(0..<10, last) }
    try Data("freshet runoff state 1\nxinanjiang".utf8).write(to: URL(fileURLWithPath: path))
    #expect(throws: Fault.self) { try RunoffState.read(path) }
  }
}
