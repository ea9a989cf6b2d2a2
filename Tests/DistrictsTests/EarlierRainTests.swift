import Districts
import Hydromet
import Testing

@Suite("Rain before the first frame")
struct EarlierRainTableTests {
  private let path = "stations/rain-before.csv"

  @Test("rows are read with their zone, or as Beijing time; the table defines the district")
  func rows() throws {
    let sample = try SampleDistrict()
    let id = try #require(try District.load(folder: sample.folder).description.basins.first?.id)
    try sample.write(
      path,
      """
      basin,from,to,mm
      *,2024-07-01T08:00,2024-07-02T08:00,12.5
      \(id),2024-07-01T00:00:00Z,2024-07-02T00:00:00Z,3

      """)
    let district = try District.load(folder: sample.folder)
    let period = Period(
      start: Timestamp(secondsSince1970: 1_719_792_000),
      end: Timestamp(secondsSince1970: 1_719_878_400))
    #expect(
      district.earlierRain == [
        EarlierRain(basin: nil, period: period, millimetres: 12.5),
        EarlierRain(basin: id, period: period, millimetres: 3),
      ])
    #expect(district.definitionFiles.contains(path))
  }

  @Test(
    "what cannot be is refused with its line",
    arguments: [
      ("NOWHERE,2024-07-01T08:00,2024-07-02T08:00,1", "unknown_basin"),
      ("*,2024-07-01T08:00,2024-07-02T08:00,-1", "bad_number"),
      ("*,2024-07-01T08:00,2024-07-03T08:00,1", "bad_period"),
      ("*,2024-07-02T08:00,2024-07-01T08:00,1", "bad_period"),
      ("*,1 July,2024-07-02T08:00,1", "bad_time"),
      (
        "*,2024-07-01T08:00,2024-07-02T08:00,1\n*,2024-07-02T07:00,2024-07-02T09:00,1",
        "overlapping_rain"
      ),
    ])
  func refusals(rows: String, code: String) throws {
    let sample = try SampleDistrict()
    try sample.write(path, "basin,from,to,mm\n\(rows)\n")
    let faults = District.check(folder: sample.folder).faults
    #expect(faults.contains { $0.code == code && $0.location?.line != nil }, "\(faults)")
  }
}
