import Foundation
import Hydromet
import Pipeline
import Publish
import Testing

/// A district whose tables are wrong is not opened, and says every place.
@Suite("A wrong district")
struct WrongDistrictTests {
  private func codes(_ change: (TestDistrict) throws -> Void) throws -> [String] {
    let district = try TestDistrict()
    try change(district)
    do {
      _ = try Workspace(folder: district.folder)
      return []
    } catch let error as WorkspaceFaults {
      #expect(error.faults.allSatisfy { !$0.remedy.isEmpty && $0.location != nil })
      return error.faults.map(\.code)
    }
  }

  @Test("two stations with one id")
  func stations() throws {
    let codes = try codes { try $0.change("stations/stations.csv", "G2", to: "G1") }
    #expect(codes == ["duplicate_id"])
  }

  @Test("a higher level that needs less rain, and a longer duration that needs less")
  func thresholds() throws {
    #expect(
      try !codes {
        let more = "basin,*,flash_flood,30,any,red,8,mean,test,test,,\n"
        try $0.write("stations/thresholds.csv", TestDistrict.thresholds + more)
      }.isEmpty)
    #expect(
      try !codes {
        let more = "basin,*,flash_flood,120,any,orange,5,mean,test,test,,\n"
        try $0.write("stations/thresholds.csv", TestDistrict.thresholds + more)
      }.isEmpty)
  }

  @Test("a contact without a number")
  func contacts() throws {
    let codes = try codes {
      let head = try String(contentsOfFile: "\($0.folder)/stations/contacts.csv", encoding: .utf8)
      try $0.write("stations/contacts.csv", head + "C1,李,mayor,voice,,*,*,blue,1,\n")
    }
    #expect(!codes.isEmpty)
  }

  @Test("settings that refer to themselves without end, and settings of a million keys")
  func settings() throws {
    #expect(
      try !codes {
        var text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
        for level in 1...9 {
          let parts = [String](repeating: "*a\(level - 1)", count: 10).joined(separator: ", ")
          text += "a\(level): &a\(level) [\(parts)]\n"
        }
        try $0.write("district.yaml", text + TestDistrict.settings)
      }.isEmpty)
    #expect(
      try !codes {
        try $0.write("district.yaml", String(repeating: "[", count: 100_000))
      }.isEmpty)
  }
}
