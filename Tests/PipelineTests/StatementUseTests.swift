import Foundation
import Hydromet
import Ingest
import Pipeline
import Testing

@Suite("What is stated and not used is told")
struct StatementUseTests {
  @Test("by inspect and convert, for a table of stations")
  func stations() throws {
    let district = try TestDistrict()
    try TestStorm.write(1...1, into: district)
    let path = "\(district.gauges)/\(TestStorm.gaugeName(1))"
    let words = "`--zr` says nothing here: it is for grids, and station CSV is a format of stations"
    let grids = GridStatement(stepSeconds: 600, reflectivity: .marshallPalmer)
    let stations = StationStatement(stepSeconds: 600)
    #expect(try InspectFiles.json(of: path, grids, stations: stations).contains(words))
    let converted = try ConvertFiles.readings(of: [path], statement: stations, grids: grids)
    #expect(converted.remarks.contains("\(path): \(words)"))
    let plain = try ConvertFiles.readings(of: [path], statement: stations)
    #expect(plain.table == converted.table)
    #expect(!plain.remarks.contains { $0.contains("says nothing") })
  }

  @Test("by inspect and convert, for a grid; the file that is written does not repeat it")
  func grids() throws {
    let district = try TestDistrict()
    try TestStorm.write(1...1, into: district)
    let path = "\(district.radar)/\(TestStorm.frameName(1))"
    let grids = GridStatement(firstRow: .south)
    let stations = StationStatement(station: "57612")
    let notes = try InspectFiles.json(of: path, grids, stations: stations)
    #expect(notes.contains("`--first-row` says nothing here: "))
    #expect(notes.contains("`--station` says nothing here: it is for stations"))
    let plain = "\(district.folder)/plain.nc"
    let stated = "\(district.folder)/stated.nc"
    let silent = try ConvertFiles.convert(path, GridStatement(), end: nil, to: plain)
    let told = try ConvertFiles.convert(path, grids, stations: stations, end: nil, to: stated)
    #expect(told.notes.count == silent.notes.count + 2)
    #expect(Array(told.notes.prefix(silent.notes.count)) == silent.notes)
    let files = try [plain, stated].map { try Data(contentsOf: URL(fileURLWithPath: $0)) }
    #expect(files[0] == files[1])
  }

  @Test("by the service, with the file, whose rain it takes; a step and a zone in use are not told")
  func service() throws {
    let district = try TestDistrict()
    try district.change(
      "district.yaml", "    late_after: 5min\n",
      to: "    late_after: 5min\n    state: {registration: centre}\n")
    try TestStorm.write(1...2, into: district)
    let diary = Diary()
    let engine = try engine(district, diary: diary)
    defer { engine.stop() }
    try engine.digest()
    #expect(engine.tally.accepted == 4 && engine.tally.quarantined == 0)
    let told = diary.lines(with: "says nothing here")
    #expect(told.count == 2)
    #expect(told.allSatisfy { $0.contains(" `registration` says nothing here") })
  }
}
