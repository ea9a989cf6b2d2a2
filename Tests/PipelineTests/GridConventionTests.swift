import Estimate
import Formats
import Hydromet
import Ingest
import Pipeline
import Testing

@Suite("Grids as netCDF keep to the CF conventions")
struct GridConventionTests {
  private let district: TestDistrict
  private let frames: [String]

  init() throws {
    district = try TestDistrict()
    try TestStorm.write(1...2, into: district)
    frames = [1, 2].map { [district] in "\(district.radar)/\(TestStorm.frameName($0))" }
  }

  /// The dimensions, and a line for every variable that is no field, in the order of the file.
  private func coordinates(_ file: NetCDFFile) -> [String] {
    let lines = file.variables.filter { $0.shape.count < 3 }.map { variable in
      let words = variable.attributes.filter { $0.name != "crs_wkt" }.map {
        "\($0.name) \($0.value.text ?? "\($0.value.numbers ?? [])")"
      }
      let dimensions = variable.dimensions.map(\.name).joined(separator: ",")
      return "\(variable.name)(\(dimensions)): " + words.joined(separator: ", ")
    }
    return [file.dimensions.map(\.name).joined(separator: " ")] + lines
  }

  private func time(_ longName: String?, _ words: String) -> String {
    "time(time): standard_name time, " + (longName.map { "long_name \($0), " } ?? "")
      + "units seconds since 1970-01-01 00:00:00, calendar standard" + words
  }

  private static let places = [
    "lat(lat): standard_name latitude, long_name centre of the cell, units degrees_north, axis Y",
    "lon(lon): standard_name longitude, long_name centre of the cell, units degrees_east, axis X",
    mapping,
  ]
  private static let mapping =
    "crs(): grid_mapping_name latitude_longitude, semi_major_axis [6378137.0], "
    + "inverse_flattening [298.257223563]"

  /// Start and end of the time, and the north-western centre.
  private func expect(_ file: NetCDFFile, from start: Timestamp, to end: Timestamp) throws {
    let seconds = [start, end].map { Double($0.secondsSince1970) }
    #expect(try file.doubles(try #require(file.variable("time"))) == [seconds[1]])
    if let bounds = file.variable("time_bounds") { #expect(try file.doubles(bounds) == seconds) }
    let north = try file.doubles(try #require(file.variable("lat")))[0]
    let west = try file.doubles(try #require(file.variable("lon")))[0]
    #expect(abs(north - 30.395) < 1e-9 && abs(west - 108.305) < 1e-9)
    #expect(file.text("Conventions") == "CF-1.8")
    let fields = file.variables.filter { $0.shape.count == 3 }
    #expect(!fields.isEmpty && fields.allSatisfy { $0.text("grid_mapping") == "crs" })
  }

  @Test("a converted grid says its periods, places and projection")
  func converted() throws {
    let path = "\(district.folder)/grid.nc"
    _ = try ConvertFiles.convert(frames[0], GridStatement(), end: nil, to: path)
    let file = try NetCDFFile(path: path)
    #expect(
      coordinates(file) == [
        "time lat lon nv",
        time("end of the period", ", axis T, bounds time_bounds"), "time_bounds(time,nv): ",
      ] + GridConventionTests.places)
    try expect(file, from: TestStorm.start, to: TestStorm.end(1))
  }

  @Test("merged rain says its period, places and projection")
  func merged() throws {
    let path = "\(district.folder)/merged.nc"
    let request = EstimateFiles.Request(
      radar: frames, gauges: [1, 2].map { "\(district.gauges)/\(TestStorm.gaugeName($0))" },
      stations: "\(district.folder)/stations/stations.csv",
      settings: MergeSettings(choice: .automatic),
      statement: StationStatement(stepSeconds: TestStorm.step), window: .minutes(20))
    try EstimateFiles.write(try EstimateFiles.merge(request), to: path)
    let file = try NetCDFFile(path: path)
    #expect(
      coordinates(file) == [
        "time nv lat lon",
        time("end of the period", ", axis T, bounds time_bounds"), "time_bounds(time,nv): ",
      ] + GridConventionTests.places)
    try expect(file, from: TestStorm.start, to: TestStorm.end(2))
  }

  @Test("a sum says its window, places and projection")
  func summed() throws {
    let path = "\(district.folder)/sum.nc"
    let sum = try AccumulateFiles.sum(
      of: frames, window: .minutes(20), end: nil, GridStatement())
    try AccumulateFiles.write(sum, paths: frames, to: path)
    let file = try NetCDFFile(path: path)
    #expect(
      coordinates(file) == [
        "time nv lat lon", "window(time): long_name length of the accumulation, units s",
        time("end of the accumulation", ", bounds time_bounds"), "time_bounds(time,nv): ",
      ] + GridConventionTests.places + [
        "expected_frames(time): long_name frames that make a complete sum, units 1"
      ])
    try expect(file, from: TestStorm.start, to: TestStorm.end(2))
  }

  @Test("the soil of cells says its time, places and projection")
  func soil() throws {
    let path = "\(district.folder)/soil.nc"
    let run = try CellSoilFiles.run(
      frames, GridStatement(), parameters: .usual, restart: nil)
    try run.write(to: path)
    let file = try NetCDFFile(path: path)
    #expect(
      coordinates(file) == [
        "time lat lon", time(nil, ""),
        "lat(lat): standard_name latitude, units degrees_north, axis Y",
        "lon(lon): standard_name longitude, units degrees_east, axis X",
        GridConventionTests.mapping,
      ])
    try expect(file, from: TestStorm.start, to: TestStorm.end(2))
  }
}
