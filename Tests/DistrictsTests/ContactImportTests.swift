import Districts
import Foundation
import Hydromet
import Testing

@Suite struct ContactImportTests {
  private func table(_ district: SampleDistrict, _ text: String) throws -> String {
    try district.write("incoming.csv", text)
    return "\(district.folder)/incoming.csv"
  }

  @Test func `what was exported is taken back as it was`() throws {
    let district = try SampleDistrict()
    let before = try District.load(folder: district.folder).contacts
    #expect(!before.isEmpty)
    let path = try table(district, DistrictFiles.contactsCSV(before))
    #expect(try ContactImport.run(table: path, district: district.folder) == before.count)
    #expect(try District.load(folder: district.folder).contacts == before)
  }

  @Test func `a table with one fault changes nothing and tells no number`() throws {
    let district = try SampleDistrict()
    let before = try district.read("stations/contacts.csv")
    let lines = before.split(separator: "\n").map(String.init)
    let bad = [
      lines[0], lines.dropFirst().first ?? "", "C1|2,坏,duty,voice,13912345678,nowhere,*,blue,1,",
    ]
    for text in [bad.joined(separator: "\n"), "", "id,name\n1,2\n", "\u{0}\u{1}"] {
      let path = try table(district, text)
      let fault = #expect(throws: DistrictFaults.self) {
        _ = try ContactImport.run(table: path, district: district.folder)
      }
      #expect(fault.map { !"\($0)".contains("13912345678") } == true)
      #expect(try district.read("stations/contacts.csv") == before)
    }
  }

  @Test func `names that a spreadsheet would run or a table would break come back as they were`()
    throws
  {
    let district = try SampleDistrict()
    var contacts = try District.load(folder: district.folder).contacts
    let place = try #require(contacts.first?.place)
    for (number, name) in ["=HYPERLINK(1)", "a,b", "a\"b\"", "'; DROP TABLE x; --", "{to}"]
      .enumerated()
    {
      contacts.append(
        Contact(
          id: "X\(number)", name: name, role: "duty", address: "10000000\(number)",
          channel: "voice", place: place, hazard: nil, minimumLevel: .blue, order: 20 + number,
          deputy: nil))
    }
    let path = try table(district, DistrictFiles.contactsCSV(contacts))
    _ = try ContactImport.run(table: path, district: district.folder)
    let read = try District.load(folder: district.folder).contacts
    #expect(read.map(\.name) == contacts.map(\.name))
  }
}
