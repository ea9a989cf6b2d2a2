import Districts
import Foundation
import Hydromet
import Pipeline

/// A small district in a folder of its own: four townships, four basins, two points and six gauges
/// under a grid of 20 x 20 cells. Three townships lie wholly in the grid, the fourth only in part.
final class TestDistrict {
  let folder: String
  private let removesFolder: Bool

  /// - Parameter settings: changes `district.yaml` before it is written.
  init(at path: String? = nil, settings change: (String) -> String = { $0 }) throws {
    folder = path ?? TestFolder.fresh("district")
    removesFolder = path == nil
    for part in ["stations/observations", "grids/radar"] {
      try FileManager.default.createDirectory(
        atPath: "\(folder)/\(part)", withIntermediateDirectories: true)
    }
    try write("district.yaml", change(TestDistrict.settings))
    try write("stations/stations.csv", DistrictFiles.stationsCSV(TestDistrict.stations))
    try write("stations/hazard-points.csv", DistrictFiles.hazardPointsCSV(TestDistrict.points))
    try write("stations/thresholds.csv", TestDistrict.thresholds)
    try write("stations/contacts.csv", DistrictFiles.contactsCSV([]))
    try write("grids/townships.geojson", DistrictFiles.townshipsGeoJSON(TestDistrict.townships))
    try write("grids/basins.geojson", DistrictFiles.basinsGeoJSON(TestDistrict.basins))
  }

  /// A district that is there already; it is removed with the last reference.
  init(existing path: String) {
    folder = path
    removesFolder = true
  }

  deinit {
    if removesFolder { try? FileManager.default.removeItem(atPath: folder) }
  }

  var radar: String { "\(folder)/grids/radar" }
  var gauges: String { "\(folder)/stations/observations" }
  var products: String { "\(folder)/products" }

  func write(_ name: String, _ text: String) throws {
    try Data(text.utf8).write(to: URL(fileURLWithPath: "\(folder)/\(name)"))
  }

  /// Replaces the first occurrence of a text in a file.
  func change(_ name: String, _ old: String, to new: String) throws {
    let text = try String(contentsOfFile: "\(folder)/\(name)", encoding: .utf8)
    guard let range = text.range(of: old) else {
      throw Fault("test", "the file holds no \(old)", remedy: "correct the test")
    }
    try write(name, text.replacingCharacters(in: range, with: new))
  }

  static func square(_ west: Double, _ south: Double, _ width: Double, _ height: Double)
    -> MultiPolygon
  {
    MultiPolygon([
      Polygon(outer: [
        Point(x: west, y: south), Point(x: west + width, y: south),
        Point(x: west + width, y: south + height), Point(x: west, y: south + height),
      ])
    ])
  }

  static let townships = [
    Township(
      code: "990110001000", name: "甲镇", englishName: "A", geometry: square(108.3, 30.3, 0.1, 0.1)),
    Township(
      code: "990110002000", name: "乙镇", englishName: "B", geometry: square(108.4, 30.3, 0.1, 0.1)),
    Township(
      code: "990110003000", name: "丙镇", englishName: "C", geometry: square(108.3, 30.2, 0.1, 0.1)),
    Township(
      code: "990110004000", name: "丁镇", englishName: "D",
      geometry: square(108.4, 30.2, 0.15, 0.1)),
  ]
  /// Townships that the grid covers wholly.
  static let coveredTownships = Set(townships.prefix(3).map(\.code))

  static let basins = [
    SmallBasin(
      id: "B1", name: "上", downstream: "B3", areaSquareKilometres: 0,
      geometry: square(108.305, 30.345, 0.08, 0.05)),
    SmallBasin(
      id: "B2", name: "中", downstream: "B3", areaSquareKilometres: 0,
      geometry: square(108.385, 30.345, 0.1, 0.05)),
    SmallBasin(
      id: "B3", name: "下", downstream: nil, areaSquareKilometres: 0,
      geometry: square(108.305, 30.25, 0.09, 0.09)),
    SmallBasin(
      id: "B4", name: "外", downstream: nil, areaSquareKilometres: 0,
      geometry: square(108.45, 30.21, 0.09, 0.05)),
  ]

  /// G1 and G2 lie in the first township, one in each of the next two, two in the fourth.
  static let stations = [
    ("G1", 108.33, 30.33), ("G2", 108.37, 30.37), ("G3", 108.45, 30.35), ("G4", 108.35, 30.25),
    ("G5", 108.45, 30.25), ("G6", 108.52, 30.25),
  ].map { id, longitude, latitude in
    Station(
      id: id, name: "\(id) 站", place: Place(longitude: longitude, latitude: latitude),
      altitudeMetres: 300, kind: "rain")
  }

  static let points = [
    HazardPoint(
      id: "P1", name: "沟口", hazard: .flashFlood, place: Place(longitude: 108.32, latitude: 30.36),
      township: "990110001000", basin: "B1", people: 35),
    HazardPoint(
      id: "P2", name: "后山", hazard: .landslide, place: Place(longitude: 108.42, latitude: 30.32),
      township: "990110002000", basin: nil, people: 12),
  ]

  static let thresholds = """
    unit_kind,unit,hazard,duration_min,wetness,level,mm,statistic,source,author,effective_from,effective_to
    township,*,rainstorm,60,any,yellow,12,mean,test,test,,
    township,*,rainstorm,120,any,red,40,max_cell,test,test,,
    township,*,waterlogging,30,any,blue,8,max_gauge,test,test,,
    basin,*,flash_flood,30,any,orange,9,mean,test,test,,
    basin,*,flash_flood,60,any,red,18,mean,test,test,,
    hazard_point,P1,flash_flood,60,any,orange,15,mean,test,test,,
    hazard_point,P2,landslide,60,any,yellow,20,cell,test,test,,

    """

  static let settings = """
    district: {code: "990110", name: 试验区, english_name: Test, office: 试验台, english_office: Test Office}
    language: zh-Hans
    cadence: 10min
    windows: [10min, 30min, 1h, 2h]
    minimum_coverage: 1.0
    townships: {file: grids/townships.geojson, code: code, name: name, english_name: english_name}
    basins: {file: grids/basins.geojson, id: id, name: name, downstream: downstream}
    feeds:
      radar:
        kind: grid
        folder: grids/radar
        pattern: "*.nc"
        step: 10min
        late_after: 5min
        limits: {memory_mb: 256, seconds: 20}
      gauges:
        kind: stations
        folder: stations/observations
        pattern: "*.csv"
        step: 10min
        late_after: 5min
        state: {zone: "+00:00"}
        limits: {memory_mb: 256, seconds: 20}

    """
}
