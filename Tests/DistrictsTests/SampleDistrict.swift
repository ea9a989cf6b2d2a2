import Districts
import Foundation
import Hydromet

/// A small district in a folder of its own: two square townships side by side on the 30th parallel,
/// and three basins of which two drain into the third.
final class SampleDistrict {
  let folder: String

  init() throws {
    let base = FileManager.default.temporaryDirectory
    let url = base.appendingPathComponent("freshet-district-\(UUID().uuidString)")
    folder = url.path
    for part in ["stations/observations", "grids/radar"] {
      try FileManager.default.createDirectory(
        at: url.appendingPathComponent(part), withIntermediateDirectories: true)
    }
    try write("district.yaml", SampleDistrict.settings)
    try write("stations/stations.csv", DistrictFiles.stationsCSV(SampleDistrict.stations))
    try write("stations/hazard-points.csv", DistrictFiles.hazardPointsCSV(SampleDistrict.points))
    try write("stations/thresholds.csv", DistrictFiles.thresholdsCSV(SampleDistrict.thresholds))
    try write("stations/contacts.csv", DistrictFiles.contactsCSV(SampleDistrict.contacts))
    try write("grids/townships.geojson", DistrictFiles.townshipsGeoJSON(SampleDistrict.townships))
    try write("grids/basins.geojson", DistrictFiles.basinsGeoJSON(SampleDistrict.basins))
  }

  deinit {
    try? FileManager.default.removeItem(atPath: folder)
  }

  func write(_ file: String, _ text: String) throws {
    try Data(text.utf8).write(to: URL(fileURLWithPath: "\(folder)/\(file)"))
  }

  func read(_ file: String) throws -> String {
    try String(contentsOfFile: "\(folder)/\(file)", encoding: .utf8)
  }

  func remove(_ file: String) throws {
    try FileManager.default.removeItem(atPath: "\(folder)/\(file)")
  }

  /// Replaces the first occurrence of a text in a file.
  func change(_ file: String, _ old: String, to new: String) throws {
    let text = try read(file)
    guard let range = text.range(of: old) else {
      throw Fault("test", "the file holds no \(old)", remedy: "correct the test")
    }
    try write(file, text.replacingCharacters(in: range, with: new))
  }

  func check() -> District.CheckResult {
    District.check(folder: folder)
  }

  /// Codes of the faults with the file's name and line.
  func faults() -> [String] {
    check().faults.map { fault in
      let file = fault.location?.file.split(separator: "/").last ?? ""
      let line = fault.location?.line.map { ":\($0)" } ?? ""
      return "\(fault.code) \(file)\(line)"
    }
  }

  static func square(_ west: Double, _ south: Double, _ size: Double = 0.1) -> MultiPolygon {
    MultiPolygon([
      Polygon(outer: [
        Point(x: west, y: south), Point(x: west + size, y: south),
        Point(x: west + size, y: south + size), Point(x: west, y: south + size),
      ])
    ])
  }

  static let townships = [
    Township(
      code: "990110001000", name: "东镇", englishName: "East", geometry: square(106.5, 30)),
    Township(code: "990110002000", name: "西镇", englishName: nil, geometry: square(106.4, 30)),
  ]

  static let basins = [
    SmallBasin(
      id: "B1", name: "上", downstream: "B3", areaSquareKilometres: 0,
      geometry: square(106.4, 30.05, 0.05)),
    SmallBasin(
      id: "B2", name: "中", downstream: "B3", areaSquareKilometres: 0,
      geometry: square(106.45, 30.05, 0.05)),
    SmallBasin(
      id: "B3", name: "下", downstream: nil, areaSquareKilometres: 0,
      geometry: square(106.4, 30, 0.05)),
  ]

  static let stations = [
    Station(
      id: "57612", name: "东站", place: Place(longitude: 106.55, latitude: 30.05),
      altitudeMetres: 254.5, kind: "national"),
    Station(
      id: "A7001", name: "西,站", place: Place(longitude: 106.412_345_6, latitude: 30.01),
      altitudeMetres: nil, kind: "rain"),
  ]

  static let points = [
    HazardPoint(
      id: "P1", name: "沟口", hazard: .flashFlood,
      place: Place(longitude: 106.42, latitude: 30.07), township: "990110002000", basin: "B1",
      people: 35),
    HazardPoint(
      id: "P2", name: "后山", hazard: .landslide, place: Place(longitude: 106.58, latitude: 30.02),
      township: "990110001000", basin: nil, people: nil),
  ]

  static func threshold(
    _ kind: UnitKind, _ unit: String, _ hazard: Hazard, hours: Int, _ level: RiskLevel,
    tenths: Int32, _ statistic: RainStatistic, wetness: Wetness = .any, from: Timestamp? = nil,
    to: Timestamp? = nil, line: Int = 0
  ) -> CriticalRainfall {
    CriticalRainfall(
      unitKind: kind, unit: unit, hazard: hazard, duration: .hours(hours), wetness: wetness,
      level: level, depth: Depth(tenthsOfMillimetre: tenths), statistic: statistic,
      source: "2025 年复核",
      author: "王", effectiveFrom: from, effectiveTo: to, line: line)
  }

  static let thresholds = [
    threshold(.hazardPoint, "P1", .flashFlood, hours: 1, .yellow, tenths: 305, .mean, line: 2),
    threshold(.hazardPoint, "P1", .flashFlood, hours: 1, .red, tenths: 500, .mean, line: 3),
    threshold(.hazardPoint, "P1", .flashFlood, hours: 3, .red, tenths: 800, .mean, line: 4),
    threshold(
      .township, "*", .landslide, hours: 24, .orange, tenths: 1000, .mean, wetness: .wet,
      from: Timestamp(iso8601: "2025-05-01T00:00+08:00"),
      to: Timestamp(iso8601: "2025-10-01T00:00+08:00"), line: 5),
    threshold(
      .township, "*", .landslide, hours: 24, .orange, tenths: 1200, .mean, wetness: .dry, line: 6),
  ]

  static let contacts = [
    Contact(
      id: "C1", name: "李", role: "mayor", address: "13900000001", channel: "voice",
      place: "990110001000", hazard: nil, minimumLevel: .yellow, order: 1, deputy: "C2"),
    Contact(
      id: "C2", name: "赵", role: "duty", address: "zhao@example.org", channel: "email",
      place: "990110001000", hazard: nil, minimumLevel: .yellow, order: 2, deputy: nil),
    Contact(
      id: "C3", name: "钱", role: "village_head", address: "13900000003", channel: "sms",
      place: "P1", hazard: .flashFlood, minimumLevel: .blue, order: 1, deputy: nil),
  ]

  static let settings = """
    district:
      code: "990110"
      name: 云溪区
      english_name: Yunxi District
      office: 云溪区气象台
      english_office: Yunxi Meteorological Office
    language: zh-Hans
    cadence: 10min
    windows: [1h, 3h, 10min, 24h]
    minimum_coverage: 1.0
    townships: {file: grids/townships.geojson, code: code, name: name, english_name: english_name, crs: null}
    basins: {file: grids/basins.geojson}
    feeds:
      radar:
        kind: grid
        folder: grids/radar
        pattern: "*.nc"
        step: 10min
        late_after: 5min
        state:
          variable: precipitation
          quantity: rate
          projection: EPSG:3857
          label: end
          missing_values: [-9, 65535]
          zone: UTC
          zr: 300 1.4 53
          member: 7
          time_from_name: qpe_yyyyMMddHHmm.bin
          registration: corner
          first_row: south
        limits: {memory_mb: 2048, seconds: 30}
      gauges:
        kind: stations
        folder: stations/observations
        step: 10min
        late_after: 0s
        originals: move
        move_to: stations/done
        state: {zone: "+08:00", units: {rain: mm}, columns: {rain: 雨}}
    products: {folder: products, keep: 30d}
    state: state
    warning: {validity: 6h}

    """
}
