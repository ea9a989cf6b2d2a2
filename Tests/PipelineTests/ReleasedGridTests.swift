import Archive
import Foundation
import Hydromet
import Pipeline
import Testing

@Suite("A feed whose grid was released")
struct ReleasedGridTests {
  @Test("knows nothing until a file decides its grid: every township is unknown, none is safe")
  func unknownUntilDecided() throws {
    let district = try TestDistrict()
    try TestStorm.write(1...6, into: district)
    let engine = try engine(district)
    defer { engine.stop() }
    try engine.digest()
    let time = TestStorm.end(6)
    let before = try engine.report(at: time)
    #expect(!before.fields.isEmpty)
    try engine.workspace.releaseGrid(of: "radar")
    let after = try engine.report(at: time)
    #expect(after.fields.isEmpty)
    #expect(after.townships.allSatisfy { $0.answer.name != "none" })
  }
}
