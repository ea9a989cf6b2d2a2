import Districts
import Hydromet
import Testing

@Suite("Parameters of basins")
struct BasinParameterTests {
  private let path = "stations/basin-parameters.csv"

  @Test("without a table every basin has its usual parameters, said to be default")
  func usual() throws {
    let sample = try SampleDistrict()
    let district = try District.load(folder: sample.folder)
    #expect(district.basinParameters.map(\.basin) == district.description.basins.map(\.id))
    #expect(district.basinParameters.allSatisfy { $0.source == "default" && $0.references.isEmpty })
    #expect(!district.definitionFiles.contains(path))
  }

  @Test("a row of its own goes before the row for all; empty cells keep what is usual")
  func rows() throws {
    let sample = try SampleDistrict()
    let id = try #require(try District.load(folder: sample.folder).description.basins.first?.id)
    try sample.write(
      path,
      """
      basin,capacity_mm,b,reservoirs,reservoir_h,harmful_m3s,q2_m3s,q10_m3s,evaporation_mm_day,source
      *,90,,,,,,,2,all
      \(id),130,0.4,2.5,0.8,55,20,60,1 1 2 3 4 4 5 5 3 2 1 1,survey 2019

      """)
    let district = try District.load(folder: sample.folder)
    let own = try #require(district.basinParameters.first)
    #expect(own.antecedent.capacity == 130 && own.runoff.tensionExponent == 0.4)
    #expect(own.response == NashResponse(reservoirs: 2.5, hours: 0.8))
    #expect(own.runoff.freeCapacity == XinanjiangParameters.usual.freeCapacity)
    #expect(
      ReferenceFlow.harmful(of: own.references)?.discharge == 55 && own.source == "survey 2019")
    #expect(own.monthlyEvaporation[6] == 5)
    for other in district.basinParameters.dropFirst() {
      #expect(other.antecedent.capacity == 90 && other.monthlyEvaporation[0] == 2)
    }
    #expect(district.definitionFiles.contains(path))
  }

  @Test(
    "what cannot be is refused with its line",
    arguments: [
      ("basin,capacity_mm\nNOWHERE,100\n", "unknown_basin"),
      ("basin,capacity_mm\n*,-5\n", "bad_number"),
      ("basin,ki_per_day,kg_per_day\n*,0.6,0.6\n", "bad_number"),
      ("basin,q2_m3s,q5_m3s\n*,30,20\n", "not_rising"),
      ("basin,evaporation_mm_day\n*,1 2 3\n", "bad_number"),
      ("basin,b\n*,0.3\n*,0.4\n", "duplicate_id"),
      ("name,b\nB,0.3\n", "missing_column"),
    ])
  func refusals(text: String, code: String) throws {
    let sample = try SampleDistrict()
    try sample.write(path, text)
    let faults = District.check(folder: sample.folder).faults
    #expect(faults.contains { $0.code == code && $0.location?.line != nil }, "\(faults)")
  }
}
