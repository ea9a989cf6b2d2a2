import Foundation
import Hydromet
import Runoff
import Testing

/// Measured catchments that are not part of the repository: the folder `FRESHET_DATA`, else `../shared/data`.
enum RealCatchments {
  static let folder: String = {
    if let stated = ProcessInfo.processInfo.environment["FRESHET_DATA"] { return stated }
    return "../shared/data"
  }()

  static var isThere: Bool { FileManager.default.fileExists(atPath: "\(folder)/hydrology") }
  static let absence = "skipped: no measured catchments (set FRESHET_DATA)"

  /// Cells of the rows below the header.
  static func rows(_ path: String) throws -> [[String]] {
    let text = try String(contentsOfFile: "\(folder)/\(path)", encoding: .utf8)
    return text.split(whereSeparator: \.isNewline).dropFirst().map { line in
      line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
  }

  enum Catchment: String, CaseIterable, Sendable {
    case hupsel
    case huagrahuma
    case airgr

    func series() throws -> CatchmentSeries {
      switch self {
      case .hupsel:
        try read("hydrology/hupsel-brook/PEQ_Hupsel_201101-201206.csv", 1, 2, 3, 1, .hours(1))
      case .huagrahuma:
        try read(
          "hydrology/huagrahuma/huagrahuma_steps0-4999.csv", 1, 2, 3, 1000, .minutes(15)
        ).summed(over: 4)
      case .airgr:
        try read("hydrology/airgr-L0123003/BasinObs_hourly_2004-2006.csv", 1, 3, 5, 1, .hours(1))
      }
    }

    private func read(
      _ path: String, _ rain: Int, _ evaporation: Int, _ flow: Int, _ factor: Double,
      _ step: TimeSpan
    ) throws -> CatchmentSeries {
      let rows = try RealCatchments.rows(path)
      return CatchmentSeries(
        firstEnd: Timestamp(secondsSince1970: 0), step: step,
        rain: rows.map { (Double($0[rain]) ?? 0) * factor },
        evaporation: rows.map { (Double($0[evaporation]) ?? 0) * factor },
        observed: rows.map { Double($0[flow]).map { $0 * factor } })
    }
  }
}

@Suite(.enabled(if: RealCatchments.isThere, "\(RealCatchments.absence)"))
struct RealCatchmentTests {
  @Test(
    "calibrated on the first half, Xin'anjiang is within 0.1 of GR4H on the second, and six hours ahead it beats a flow that stays",
    arguments: RealCatchments.Catchment.allCases)
  func unseen(catchment: RealCatchments.Catchment) throws {
    let series = try catchment.series()
    let skipped = min(30 * 24, series.count / 8)
    let first = skipped..<(series.count / 2)
    let second = (series.count / 2)..<series.count
    func scores(_ model: CatchmentModel) throws -> (unseen: Double, lead: LeadScores) {
      let values = try model.calibrated(
        to: series, range: first, goal: .nashSutcliffe,
        search: ShuffledComplexEvolution(complexes: 3, evaluations: 3000))
      let run = try model.run(
        values, rain: series.rain, evaporation: series.evaporation, step: series.step)
      let unseen = FlowScores(computed: run.flow, observed: series.observed, range: second)
      let lead = LeadScores(
        computed: run.flow, observed: series.observed, lead: 6, fit: first, range: second)
      return (try #require(unseen.nashSutcliffe), lead)
    }
    let (gr4h, xinanjiang) = (try scores(.gr4h), try scores(.xinanjiang))
    #expect(xinanjiang.unseen >= gr4h.unseen - 0.1)
    let (own, stays) = (
      try #require(xinanjiang.lead.corrected), try #require(xinanjiang.lead.persistence)
    )
    #expect(own > stays)
  }

  @Test(
    "water codes of the Freiberger Mulde give the basins below and the areas above of the facts")
  func mulde() throws {
    let rows = try RealCatchments.rows("facts/freiberger-mulde-dev_topology_and_ry20210823.csv")
    // Names hold no commas; the last four cells are area, rain, code below and area above.
    let ids = rows.map { $0[0] }
    let areas = rows.compactMap { Double($0[$0.count - 4]) }
    #expect(ids.count == 186 && areas.count == 186)
    let downstream = StreamCode.downstream(of: ids)
    #expect(downstream.map { $0 ?? "" } == rows.map { $0[$0.count - 2] })
    let tree = try BasinTree(ids: ids, downstream: downstream)
    for (above, row) in zip(tree.accumulated(areas), rows) {
      let fact = try #require(Double(row[row.count - 1]))
      #expect((above - fact).magnitude < 0.01, "\(row[0])")
    }
  }
}
