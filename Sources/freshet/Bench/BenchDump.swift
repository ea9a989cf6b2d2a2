import Districts
import Foundation
import Hydromet

/// Leaves the inputs of the areal benchmarks in a folder, so that other programs work on the same.
enum BenchDump {
  static let basinsName = "basins.geojson"
  static let frameName = "frame.nc"
  static let largeName = "large.nc"
  static let countryName = "country.nc"

  /// - Returns: the paths that were written.
  static func write(_ size: BenchSize, to folder: String) throws -> [String] {
    let inputs = ArealInputs(size)
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let basins = inputs.regions.map { region in
      SmallBasin(
        id: region.id, name: region.id, downstream: nil, areaSquareKilometres: 0,
        geometry: region.geometry)
    }
    let paths = [basinsName, frameName, largeName, countryName].map { "\(folder)/\($0)" }
    try Terminal.deliver(DistrictFiles.basinsGeoJSON(basins), to: paths[0])
    try writeFrame(of: inputs, to: paths[1])
    let (rows, columns) = size == .full ? (6200, 4200) : (620, 420)
    try CountryRain(rows: rows, columns: columns).write(to: paths[2])
    try CountryRain(size).write(to: paths[3])
    return paths
  }

  /// Writes the frame whose values are `ArealInputs.field`.
  static func writeFrame(of inputs: ArealInputs, to path: String) throws(Fault) {
    try BenchFrameFile.write(
      inputs.rain.frame(0), geometry: inputs.rain.geometry,
      period: Period(end: ArealInputs.time, seconds: 600), path: path)
  }
}
