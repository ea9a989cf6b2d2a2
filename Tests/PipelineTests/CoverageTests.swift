import Foundation
import Hydromet
import Pipeline
import Publish
import Testing

/// Missing is never "no risk": what is known is derived here from what was put into the folders, not
/// from what the program says of its coverage.
@Suite("Missing data")
struct CoverageTests {
  /// What arrives of the storm.
  struct Arrival: CustomStringConvertible, Sendable {
    let description: String
    var frames = Set(1...14)
    var gauges = Set(TestDistrict.stations.map(\.id))
    var gaugeFiles = Set(1...14)
  }

  private static let arrivals: [Arrival] = {
    let all = Set(1...14)
    let stations = Set(TestDistrict.stations.map(\.id))
    var list = (1...14).map {
      Arrival(description: "frame \($0) missing", frames: all.subtracting([$0]))
    }
    list.append(Arrival(description: "everything"))
    list.append(Arrival(description: "no radar", frames: []))
    list.append(Arrival(description: "no gauges", gaugeFiles: []))
    list.append(Arrival(description: "nothing", frames: [], gaugeFiles: []))
    list.append(Arrival(description: "half the gauges", gauges: ["G1", "G3", "G6"]))
    list.append(Arrival(description: "a gauge file missing", gaugeFiles: all.subtracting([13])))
    return list
  }()

  /// Rows of the threshold table that hold for a unit: its own, else those of every unit.
  private func rows(_ kind: String, _ unit: String, _ hazard: Hazard) -> [(String, Int)] {
    let table = TestDistrict.thresholds.split(separator: "\n").dropFirst().map {
      $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
    let own = table.filter { $0[0] == kind && $0[2] == hazard.rawValue && $0[1] == unit }
    let any = table.filter { $0[0] == kind && $0[2] == hazard.rawValue && $0[1] == "*" }
    return (own.isEmpty ? any : own).compactMap { row in Int(row[3]).map { (row[7], $0) } }
  }

  private static let stationsOfTownship = [
    "990110001000": ["G1", "G2"], "990110002000": ["G3"], "990110003000": ["G4"],
    "990110004000": ["G5", "G6"],
  ]
  private static let basinsInGrid: Set<String> = ["B1", "B2", "B3"]

  /// Whether what arrived covers a rule of a unit at the end of a frame.
  private func covers(
    _ arrival: Arrival, _ assessment: UnitAssessment, _ statistic: String, _ minutes: Int,
    _ end: Int
  ) -> Bool {
    let steps = Set(end - minutes / 10 + 1...end)
    if statistic == "max_gauge" {
      let stations = CoverageTests.stationsOfTownship[assessment.unit] ?? []
      return arrival.gaugeFiles.isSuperset(of: steps) && arrival.gauges.isSuperset(of: stations)
    }
    guard arrival.frames.isSuperset(of: steps) else { return false }
    switch assessment.unitKind {
    case .township: return TestDistrict.coveredTownships.contains(assessment.unit)
    case .basin: return CoverageTests.basinsInGrid.contains(assessment.unit)
    case .hazardPoint: return true
    }
  }

  @Test(
    "no unit and no township is at none unless the files cover each of its rules",
    arguments: arrivals)
  func honest(_ arrival: Arrival) throws {
    let district = try TestDistrict()
    for number in 1...14 {
      if arrival.frames.contains(number) {
        try TestFrame(number).write(to: "\(district.radar)/\(TestStorm.frameName(number))")
      }
      if arrival.gaugeFiles.contains(number) {
        try TestStorm.gaugeText(number, stations: arrival.gauges).write(
          toFile: "\(district.gauges)/\(TestStorm.gaugeName(number))", atomically: true,
          encoding: .utf8)
      }
    }
    let engine = try engine(district, workers: 1)
    defer { engine.stop() }
    try engine.digest()
    var nones = 0
    var levels = 0
    for number in [6, 12, 13, 14] {
      let report = try engine.report(at: TestStorm.end(number))
      #expect(report.assessments.count >= 4 * 2 + 4 + 2)
      for assessment in report.assessments {
        let rules = rows(assessment.unitKind.rawValue, assessment.unit, assessment.hazard)
        #expect(!rules.isEmpty)
        let isCovered = rules.allSatisfy { covers(arrival, assessment, $0.0, $0.1, number) }
        let place = "\(assessment.unitKind) \(assessment.unit) \(assessment.hazard) at \(number)"
        if assessment.answer == .complete(.none) {
          #expect(isCovered, "\(place) says none")
          nones += 1
        }
        if assessment.answer.level > .none { levels += 1 }
        if isCovered { #expect(assessment.answer.state == .complete, "\(place) is covered") }
      }
      for township in report.townships where township.answer == .complete(.none) {
        #expect(township.parts.allSatisfy { $0.answer == .complete(.none) })
        #expect(township.township != "990110004000", "a part of it lies outside the grid")
      }
    }
    if arrival.description == "everything" { #expect(nones > 5 && levels > 5) }
    if arrival.description == "nothing" { #expect(nones == 0 && levels == 0) }
  }
}
