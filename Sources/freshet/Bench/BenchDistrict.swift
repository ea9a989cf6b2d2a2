import Districts
import Drill
import Formats
import Foundation
import Hydromet

/// A district of any size on disk, with feeds that deliver when told.
///
/// Its originals are moved once they are read, so that a feed's folder holds only what is new.
struct BenchDistrict {
  let folder: TemporaryFolder
  let rain: BenchRain
  private let basins: BenchMesh
  private let townships = 30
  private let stations: [Station]
  private let townshipMesh: BenchMesh

  static let step = 600
  /// The data time before the first frame.
  static let start = Timestamp(secondsSince1970: 1_719_964_800)
  static let windows: [TimeSpan] =
    [.minutes(10), .minutes(20), .minutes(30)]
    + [1, 2, 3, 4, 6, 8, 12, 18, 24].map { .hours($0) }

  init(_ size: BenchSize, in folder: TemporaryFolder) {
    self.folder = folder
    rain = BenchRain(side: size == .full ? 500 : 120, seed: 4)
    basins =
      size == .full
      ? BenchMesh(rows: 40, columns: 50, box: rain.box, seed: 5)
      : BenchMesh(rows: 10, columns: 20, box: rain.box, seed: 5)
    townshipMesh = BenchMesh(rows: 5, columns: 6, box: rain.box, seed: 6)
    var chance = SplitMix64(seed: 7, subject: "bench stations")
    let box = rain.box
    stations = (1...60).map { number in
      Station(
        id: "S\(padded(number, 4))", name: "站\(number)",
        place: Place(
          longitude: chance.number(box.minX, box.maxX), latitude: chance.number(box.minY, box.maxY)),
        altitudeMetres: nil, kind: "rain")
    }
  }

  var basinCount: Int { basins.count }

  static func end(ofStep step: Int) -> Timestamp { start + step * self.step }

  /// Writes settings, tables and shapes.
  func writeDefinition() throws {
    for name in ["stations/observations", "grids/radar", "done/radar", "done/gauges"] {
      try folder.makeFolder(name)
    }
    let files = [
      ("district.yaml", BenchDistrict.settings),
      ("grids/townships.geojson", DistrictFiles.townshipsGeoJSON(townshipList)),
      ("grids/basins.geojson", DistrictFiles.basinsGeoJSON(basinList)),
      ("stations/stations.csv", DistrictFiles.stationsCSV(stations)),
      ("stations/hazard-points.csv", DistrictFiles.hazardPointsCSV(hazardPoints)),
      ("stations/thresholds.csv", DistrictFiles.thresholdsCSV(BenchThresholds.rows)),
      ("stations/contacts.csv", DistrictFiles.contactsCSV(contacts)),
    ]
    for (name, text) in files { try Terminal.deliver(text, to: "\(folder.path)/\(name)") }
  }

  /// Delivers the radar frame of a step, from 1.
  func deliverFrame(_ step: Int) throws(Fault) {
    let end = BenchDistrict.end(ofStep: step)
    try BenchFrameFile.write(
      rain.frame(step), geometry: rain.geometry,
      period: Period(end: end, seconds: BenchDistrict.step),
      path: "\(folder.path)/grids/radar/radar-\(end.compact).nc")
  }

  /// Delivers the gauges' reports of a step: what the radar sees above them.
  func deliverGauges(_ step: Int) throws(Fault) {
    let end = BenchDistrict.end(ofStep: step)
    let frame = rain.frame(step)
    var text = CSVWriter.row(["station", "time", "rain [mm]", "quality"])
    for station in stations {
      let place = Point(x: station.place.longitude, y: station.place.latitude)
      guard let cell = rain.geometry.cell(at: place) else { continue }
      let tenths = frame[cell.row * rain.side + cell.column]
      text += CSVWriter.row(
        [station.id, BeijingTime.iso8601(end), "\(tenths / 10).\(tenths % 10)", "0"])
    }
    try Terminal.deliver(
      text, to: "\(folder.path)/stations/observations/gauges-\(end.compact).csv")
  }

  private var townshipList: [Township] {
    (0..<townships).map { index in
      Township(
        code: "990900\(padded(index + 1, 3))000", name: "试验镇\(index + 1)",
        englishName: "Bench \(index + 1)", geometry: townshipMesh.area(index))
    }
  }

  private var basinList: [SmallBasin] {
    (0..<basins.count).map { index in
      SmallBasin(
        id: "B\(padded(index + 1, 5))", name: "流域\(index + 1)", downstream: nil,
        areaSquareKilometres: 0, geometry: basins.area(index))
    }
  }

  /// A landslide point in every tenth basin.
  private var hazardPoints: [HazardPoint] {
    let townships = townshipList
    return stride(from: 0, to: basins.count, by: 10).compactMap { index in
      let place = basins.centre(index)
      guard let township = townships.first(where: { $0.geometry.contains(place) }) else {
        return nil
      }
      return HazardPoint(
        id: "P\(padded(index + 1, 5))", name: "点\(index + 1)", hazard: .landslide,
        place: Place(longitude: place.x, latitude: place.y), township: township.code,
        basin: "B\(padded(index + 1, 5))", people: 100)
    }
  }

  private var contacts: [Contact] {
    [
      Contact(
        id: "C1", name: "值班", role: "duty", address: "10000000001", channel: "voice", place: "*",
        hazard: nil, minimumLevel: .blue, order: 1, deputy: nil)
    ]
  }
}
