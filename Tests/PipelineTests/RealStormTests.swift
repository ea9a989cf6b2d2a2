import Districts
import Foundation
import Hydromet
import Ingest
import Pipeline
import Publish
import Testing

/// Areas around Brisbane in a storm, against numbers that other software found in the same files.
@Suite(
  "A real storm over Brisbane",
  .enabled(if: RealData.isThere, "skipped: no real data (set FRESHET_DATA)"))
struct RealStormTests {
  /// A row of the facts; what the source calls NA is nil.
  struct Fact {
    let name: String
    let area: Double
    let gridShare: Double
    let mean: Double?
    let maxima: [(millimetres: Double, end: String)]
  }

  private static let facts: [Fact] = {
    let path = RealData.path("facts/bom-brisbane-20201031_lga.csv")
    let text = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
    return text.split(separator: "\n").dropFirst().compactMap { line in
      let fields = line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
      guard fields.count == 12, let area = Double(fields[1]), let share = Double(fields[2]) else {
        return nil
      }
      let maxima = stride(from: 6, to: 12, by: 2).compactMap { index in
        Double(fields[index]).map { ($0, fields[index + 1]) }
      }
      return Fact(
        name: fields[0], area: area, gridShare: share, mean: Double(fields[3]), maxima: maxima)
    }
  }()

  private static var frames: [String] {
    let folder = RealData.path("radar/bom-brisbane-20201031")
    return ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).sorted()
      .filter { $0.hasSuffix(".nc") }.map { "\(folder)/\($0)" }
  }

  private static let shapes = RealData.path("polygons/brisbane-lga/seq_lga.geojson")

  private static func agree(_ a: Double, _ b: Double) -> Bool {
    abs(a - b) <= max(0.02, abs(b) * 0.005)
  }

  @Test("the areal sums of a day are those of exact cell shares, and areas outside have none")
  func day() throws {
    #expect(RealStormTests.facts.count == 24)
    var areal = try ArealFiles(.init(path: RealStormTests.shapes, idField: "NAME"))
    let rows = try areal.rowsOfSum(of: RealStormTests.frames, GridStatement())
    for fact in RealStormTests.facts {
      let row = try #require(rows.first { $0.region == fact.name })
      #expect(abs(row.gridShare - fact.gridShare) < 0.002, "\(fact.name) \(row.gridShare)")
      #expect(abs(row.areaSquareKilometres / fact.area - 1) < 0.005, "\(fact.name)")
      if let mean = fact.mean {
        #expect(RealStormTests.agree(row.mean ?? .nan, mean), "\(fact.name) \(row.mean ?? .nan)")
      } else {
        #expect(row.mean == nil && row.maximum == nil && row.gridShare == 0, "\(fact.name)")
      }
    }
    #expect(rows.count { $0.gridShare == 0 } == 3)
    #expect(rows.count { $0.gridShare > 0 && $0.gridShare < 0.9995 } == 11)
  }

  @Test("a district made from the areas and run over the day has the known maxima at their times")
  func cycles() throws {
    let folder = TestFolder.fresh("brisbane")
    defer { try? FileManager.default.removeItem(atPath: folder) }
    _ = try DistrictCreator.create(
      folder: folder, code: "990210", name: "布里斯班", townships: .init(path: RealStormTests.shapes))
    for path in RealStormTests.frames {
      let name = path.split(separator: "/").last.map(String.init) ?? ""
      try FileManager.default.createSymbolicLink(
        atPath: "\(folder)/grids/radar/\(name)", withDestinationPath: path)
    }
    var options = Engine.Options(executable: Program.path)
    options.isDurable = false
    let engine = try Engine(try Workspace(folder: folder), options: options, log: quietLogger)
    defer { engine.stop() }
    try engine.digest()
    #expect(engine.tally.accepted == 144)

    let start = try #require(Timestamp(iso8601: "2020-10-31T00:00:00Z"))
    let hours = [1, 3, 6]
    var largest: [String: [(Depth, Timestamp)]] = [:]
    var meanAt: [String: Depth] = [:]
    for number in 0..<144 {
      let report = try engine.report(at: start + number * 600)
      for township in report.district.townships {
        let rain = try #require(report.unitRainfall.first { $0.unit == township.code })
        for (index, hour) in hours.enumerated() {
          let window = try #require(report.windows.firstIndex(of: .hours(hour)))
          guard let mean = rain.windows[window].mean else { continue }
          var own = largest[township.name] ?? hours.map { _ in (Depth.zero, start) }
          meanAt["\(township.name) \(hour) \(report.time.iso8601.dropLast(4))"] = mean
          if mean > own[index].0 { own[index] = (mean, report.time) }
          largest[township.name] = own
        }
      }
    }
    for fact in RealStormTests.facts {
      guard !fact.maxima.isEmpty else {
        #expect(largest[fact.name] == nil, "\(fact.name) lies outside")
        continue
      }
      let own = try #require(largest[fact.name])
      for (index, maximum) in fact.maxima.enumerated() {
        let depth = own[index].0
        #expect(
          RealStormTests.agree(depth.millimetres, maximum.millimetres),
          "\(fact.name) \(hours[index]) h: \(depth.millimetres) mm, known \(maximum.millimetres)")
        let then = try #require(meanAt["\(fact.name) \(hours[index]) \(maximum.end.dropLast())"])
        #expect(
          RealStormTests.agree(then.millimetres, maximum.millimetres),
          "\(fact.name) \(hours[index]) h ending \(maximum.end): \(then.millimetres) mm")
      }
    }
    try checkTable(engine, of: "Logan (C)", largest)
  }

  /// The published table holds the very numbers of the report.
  private func checkTable(
    _ engine: Engine, of name: String, _ largest: [String: [(Depth, Timestamp)]]
  ) throws {
    let (depth, end) = try #require(largest[name]?[1])
    let published = try engine.runCycle(at: end)
    let text = try String(contentsOfFile: "\(published.folder)/townships.csv", encoding: .utf8)
    let lines = text.split(whereSeparator: \.isNewline)
    let names = lines[0].split(separator: ",")
    let column = try #require(names.firstIndex(of: "mean_3h_mm"))
    let row = try #require(lines.first { $0.contains(name) })
    let fields = row.split(separator: ",", omittingEmptySubsequences: false)
    #expect(String(fields[column]) == depth.text)
  }
}
