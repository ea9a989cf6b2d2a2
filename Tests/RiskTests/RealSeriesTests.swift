import Foundation
import Hydromet
import Risk
import Testing

/// Real series of rain, evaporation and flow, where `FRESHET_DATA` names their folder.
enum RealSeries {
  static let folder = ProcessInfo.processInfo.environment["FRESHET_DATA"].map { $0 + "/hydrology/" }

  static var isThere: Bool {
    folder.map { FileManager.default.fileExists(atPath: $0) } ?? false
  }

  /// Hourly values of three columns; `NA` is missing, evaporation that is missing is none.
  static func read(_ file: String, rain: String, evaporation: String, flow: String) throws
    -> RainFlowSeries
  {
    let text = try String(contentsOfFile: (folder ?? "") + file, encoding: .utf8)
    let lines = text.split(whereSeparator: \.isNewline)
    let header = try #require(lines.first).split(separator: ",").map(String.init)
    let places = try [rain, evaporation, flow].map { try #require(header.firstIndex(of: $0)) }
    let rows = lines.dropFirst().map { $0.split(separator: ",", omittingEmptySubsequences: false) }
    return RainFlowSeries(
      step: .hours(1),
      rain: rows.map { Double($0[places[0]]).flatMap { Depth(millimetres: $0) } },
      evaporation: rows.map { Double($0[places[1]]) ?? 0 },
      flow: rows.map { Double($0[places[2]]) })
  }
}

struct RealSeriesTests {
  @Test(
    "leaving one year of three out, a threshold that moves with the soil beats the best fixed one",
    .enabled(if: RealSeries.isThere, "FRESHET_DATA is not set"),
    arguments: [0.95, 0.98, 0.99])
  func threeYears(quantile: Double) throws {
    let series = try RealSeries.read(
      "airgr-L0123003/BasinObs_hourly_2004-2006.csv", rain: "P", evaporation: "E", flow: "Qmm")
    var options = SeriesVerification.Options()
    options.quantile = quantile
    let found = try SeriesVerification(series, options)
    let fixed = try #require(found.fixed.criticalSuccess)
    let moving = try #require(found.moving.criticalSuccess)
    print("L0123003 \(quantile): \(found.fixed) \(fixed) / \(found.moving) \(moving)")
    #expect(found.parts.count == 3)
    #expect(moving > fixed)
  }

  @Test(
    "on a brook of 6.5 km², a third held out at a time, it beats the best fixed one as well",
    .enabled(if: RealSeries.isThere, "FRESHET_DATA is not set"), arguments: [0.9, 0.95])
  func brook(quantile: Double) throws {
    let series = try RealSeries.read(
      "hupsel-brook/PEQ_Hupsel_201101-201206.csv", rain: "P", evaporation: "ETpot", flow: "Q")
    var options = SeriesVerification.Options()
    options.quantile = quantile
    options.lead = .hours(6)
    let found = try SeriesVerification(series, options)
    let fixed = try #require(found.fixed.criticalSuccess)
    let moving = try #require(found.moving.criticalSuccess)
    print("Hupsel \(quantile): \(found.fixed) \(fixed) / \(found.moving) \(moving)")
    #expect(moving > fixed)
  }
}
