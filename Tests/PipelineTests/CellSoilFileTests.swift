import Foundation
import Hydromet
import Ingest
import Pipeline
import Testing

/// `freshet runoff cells`.
@Suite("Soil of cells of plain files")
struct CellSoilFileTests {
  @Test("a run that goes on from its state is one long run; a missing frame enters the gap share")
  func restart() throws {
    let district = try TestDistrict()
    try TestStorm.write((1...12).filter { $0 != 7 }, into: district)
    func paths(_ numbers: some Sequence<Int>) -> [String] {
      numbers.filter { $0 != 7 }.map { "\(district.radar)/\(TestStorm.frameName($0))" }
    }
    let whole = try CellSoilFiles.run(
      paths((1...12).reversed()), GridStatement(), parameters: .usual, restart: nil)
    #expect(whole.steps == 12 && whole.missingSteps == 1)
    let state = "\(district.folder)/soil.state"
    var last: CellSoil?
    for part in [1...3, 4...8, 6...12] {
      let run = try CellSoilFiles.run(
        paths(part), GridStatement(), parameters: .usual, restart: state)
      try run.save(to: state)
      last = run.soil
    }
    #expect(last == whole.soil)
    let complete = try CellSoilFiles.run(
      paths(1...6), GridStatement(), parameters: .usual, restart: nil)
    #expect(complete.missingSteps == 0)
    #expect(throws: Fault.self) {
      try CellSoilFiles.run(
        paths([3, 3]), GridStatement(), parameters: .usual, restart: nil)
    }
    try whole.write(to: "\(district.folder)/soil.nc")
    #expect(FileManager.default.fileExists(atPath: "\(district.folder)/soil.nc"))
    #expect(throws: Fault.self) {
      try CellSoilFiles.run(
        paths(1...3), GridStatement(),
        parameters: AntecedentParameters(dailyRecession: 0.8, capacity: 90), restart: state)
    }
  }
}
