import Foundation
import Hydromet
import Ingest
import Pipeline
import Testing

/// Lists of stations, `--stations`.
struct StationListTests {
  private func list(_ header: String) throws -> [Station] {
    let folder = TestFolder.fresh("station-list")
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let path = "\(folder)/stations.csv"
    try "\(header)\n57612,綦江,106.65,29\n".write(toFile: path, atomically: true, encoding: .utf8)
    return try StationList(path: path).stations
  }

  @Test(arguments: StationColumnNames.station)
  func `a list names its stations as a table of readings does`(name: String) throws {
    for (longitude, latitude) in zip(StationColumnNames.longitude, StationColumnNames.latitude) {
      let stations = try list("\(name.uppercased()),name,\(longitude),\(latitude)")
      #expect(stations.map(\.id) == ["57612"] && stations.first?.name == "綦江")
      #expect(stations.first?.place == Place(longitude: 106.65, latitude: 29))
    }
    let table = "\(name),time,period,rain [mm]\n57612,2024-07-09T12:00Z,1h,1.5\n"
    let readings = try StationFile.read(bytes: Array(table.utf8), file: "t.csv").readings
    #expect(readings.map(\.station) == ["57612"])
  }

  @Test func `the Chinese names of the station's column are known`() {
    for name in ["站号", "区站号", "站点", "测站编码"] {
      #expect(StationColumnNames.station.contains(name), "\(name)")
    }
  }
}
