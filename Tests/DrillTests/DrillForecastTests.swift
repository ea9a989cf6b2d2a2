import Districts
import Drill
import Foundation
import Hydromet
import Testing

@Suite("Forecasts of a drill")
struct DrillForecastTests {
  static let district = DistrictDescription(
    id: "000000", name: "d", englishName: "d", office: "o", englishOffice: "o", townships: [],
    basins: [], hazardPoints: [],
    stations: [(121.0, 31.6), (121.6, 32.2)].enumerated().map { number, place in
      Station(
        id: "S\(number)", name: "s", place: Place(longitude: place.0, latitude: place.1),
        altitudeMetres: nil, kind: "rain")
    }, rivers: [])

  static func storm(_ forecast: DrillForecast?) throws -> SyntheticStorm {
    try SyntheticStorm(
      plan: try DrillPlan(
        seed: 5, start: DrillPlan.sampleStart, hours: 12, leadHours: 6, resolution: 0.05,
        forecast: forecast), district: district)
  }

  /// The mean of six moments of an hour, mm.
  static func truth(_ storm: SyntheticStorm, _ place: Place, hourEnd: Timestamp) -> Double {
    (0..<6).reduce(0) { $0 + storm.intensity(at: place, hourEnd - 3600 + 300 + $1 * 600) } / 6
  }

  @Test("without an error every hour and cell has the rain that comes")
  func exact() throws {
    let storm = try DrillForecastTests.storm(
      DrillForecast(displacementKilometres: 0, share: 1, delay: TimeSpan(seconds: 0)))
    let fields = storm.expectedFields(issued: storm.plan.start)
    #expect(fields.count == 24)
    var wet = 0
    for (hour, field) in fields.enumerated() {
      #expect(field.period?.end == storm.plan.start + (hour + 1) * 3600)
      for (cell, value) in field.values.enumerated() {
        let centre = field.geometry.centre(
          row: cell / field.geometry.columns, column: cell % field.geometry.columns)
        let truth = DrillForecastTests.truth(
          storm, Place(longitude: centre.x, latitude: centre.y),
          hourEnd: storm.plan.start + (hour + 1) * 3600)
        #expect(abs(Double(value) - truth) < 0.051)
        if value > 5 { wet += 1 }
      }
    }
    #expect(wet > 100)
  }

  @Test("the stated share, delay and displacement are what is wrong, growing with the lead")
  func stated() throws {
    let late = try DrillForecastTests.storm(
      DrillForecast(displacementKilometres: 0, share: 0.5, delay: .hours(1)))
    let fields = late.expectedFields(issued: late.plan.start)
    for hour in 1..<12 {
      for (cell, value) in fields[hour].values.enumerated() {
        let centre = fields[hour].geometry.centre(
          row: cell / fields[hour].geometry.columns, column: cell % fields[hour].geometry.columns)
        let truth = DrillForecastTests.truth(
          late, Place(longitude: centre.x, latitude: centre.y),
          hourEnd: late.plan.start + hour * 3600)
        #expect(abs(Double(value) - truth / 2) < 0.051)
      }
    }
    let moved = try DrillForecastTests.storm(
      DrillForecast(displacementKilometres: 24, share: 1, delay: TimeSpan(seconds: 0)))
    let all = moved.expectedFields(issued: moved.plan.start)
    func middle(_ field: RainField, _ value: (Place) -> Double) -> Double {
      var (sum, weight) = (0.0, 0.0)
      for cell in field.values.indices {
        let centre = field.geometry.centre(
          row: cell / field.geometry.columns, column: cell % field.geometry.columns)
        let depth = value(Place(longitude: centre.x, latitude: centre.y))
        sum += depth * centre.x
        weight += depth
      }
      return weight > 0 ? sum / weight : 0
    }
    // Six hours ahead the middle of the rain lies some kilometres too far east.
    let field = all[6]
    let expected = middle(field) { place in
      let (row, column) =
        field.geometry.cell(at: Point(x: place.longitude, y: place.latitude)) ?? (
          0, 0
        )
      return Double(field.values[row * field.geometry.columns + column])
    }
    let came = middle(field) {
      DrillForecastTests.truth(moved, $0, hourEnd: moved.plan.start + 7 * 3600)
    }
    #expect(expected > came + 0.02)
  }

  @Test(
    "issues come as files of their own feed, none before the storm's first; without a plan none")
  func files() throws {
    let storm = try DrillForecastTests.storm(DrillForecast(every: .hours(3)))
    let files = storm.files.filter { $0.feed == .forecast }
    #expect(files.count == 6)
    #expect(files.allSatisfy { $0.arrival >= storm.plan.start })
    #expect(files.first?.name == "drill-forecast-20240709T060000Z.nc")
    #expect(try DrillForecastTests.storm(nil).files.allSatisfy { $0.feed != .forecast })
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("freshet-drill-\(UUID().uuidString)").path
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let path = try DrillWriter(folder: folder).write(try #require(files.first), of: storm)
    #expect(path.hasSuffix("grids/nwp/drill-forecast-20240709T060000Z.nc"))
    #expect(FileManager.default.contents(atPath: path)?.isEmpty == false)
  }

  @Test("errors that cannot be are refused")
  func refusals() {
    #expect(throws: Fault.self) { try DrillForecast(every: .minutes(30)) }
    #expect(throws: Fault.self) { try DrillForecast(every: .hours(48)) }
    #expect(throws: Fault.self) { try DrillForecast(displacementKilometres: .nan) }
    #expect(throws: Fault.self) { try DrillForecast(share: 0) }
    #expect(throws: Fault.self) { try DrillForecast(delay: .hours(13)) }
  }

  @Test("a drill with forecasts has a feed for them, and its district is without faults")
  func district() throws {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("freshet-drill-\(UUID().uuidString)").path
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let writer = DrillWriter(folder: folder)
    try writer.writeDistrict(Sample.district, hasForecasts: true)
    try writer.writeEarlierRain(of: try Sample.storm.get())
    let result = District.check(folder: folder)
    #expect(result.faults.isEmpty, "\(result.faults)")
    let read = try #require(result.district)
    #expect(read.configuration.feeds.map(\.kind) == [.forecast, .grid, .stations])
    #expect(read.configuration.soilCells == 1)
    // Three months and a few hours, without a gap, up to the first hour of the storm.
    let rain = read.earlierRain
    #expect(rain.count > 90 && rain.last?.period.end == DrillPlan.sampleStart)
    #expect(zip(rain, rain.dropFirst()).allSatisfy { $0.period.end == $1.period.start })
    #expect(rain.contains { $0.millimetres > 10 } && rain.contains { $0.millimetres == 0 })
  }
}
