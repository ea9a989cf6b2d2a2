import Formats
import Hydromet
import Ingest
import Testing

@Suite("Faults of grid files")
struct GridFaultTests {
  let folder: GridTestFolder

  init() throws {
    folder = try GridTestFolder()
  }

  private func fault(
    _ grid: SyntheticGrid, _ statement: GridStatement = GridStatement()
  ) throws -> Fault? {
    try grid.write(to: folder.file("grid.nc"))
    return #expect(throws: Fault.self) {
      try GriddedRain.read(path: folder.file("grid.nc"), statement: statement)
    }
  }

  @Test(
    "coordinates with NaN, gaps, repetitions or uneven cells are refused with their position",
    arguments: [
      ([-2500, -1500, .nan, 500, 1500, 2500], "bad_coordinates"),
      ([-2500, -1500, .infinity, 500, 1500, 2500], "bad_coordinates"),
      ([-2500, -1500, -500, 500, 1500, 3500], "uneven_coordinates"),
      ([-2500, -1500, -500, 530, 1500, 2500], "uneven_coordinates"),
      ([-2500, -1500, -1500, 500, 1500, 2500], "uneven_coordinates"),
      ([-2500, 1500, -500, 500, -1500, 2500], "uneven_coordinates"),
      ([7, 7, 7, 7, 7, 7], "bad_coordinates"),
      ([0, 1e-10, 2e-10, 3e-10, 4e-10, 5e-10], "bad_coordinates"),
      ([0, 1e9, 2e9, 3e9, 4e9, 5e9], "bad_coordinates"),
    ] as [([Double], String)])
  func coordinates(values: [Double], code: String) throws {
    var grid = SyntheticGrid()
    grid.xCoordinates = values
    #expect(try fault(grid)?.code == code)
    #expect(try fault(grid)?.location?.item == "x")
  }

  @Test(
    "bounds that contradict their coordinates are refused",
    arguments: [
      [-3000, -2000, -2000, -1000, -1000, 0, 0, 1000, 1000, 2000, 2000, 3500],
      [-3000, -2000, -2000, -1000, -1000, 0, 0, 1000, 1000, 2000, .nan, 3000],
      [0, 1000, 1000, 2000, 2000, 3000, 3000, 4000, 4000, 5000, 5000, 6000],
      [-2600, -2400, -1600, -1400, -600, -400, 400, 600, 1400, 1600, 2400, 2600],
    ] as [[Double]])
  func bounds(values: [Double]) throws {
    var grid = SyntheticGrid()
    grid.xBounds = values
    #expect(try fault(grid)?.code == "bad_bounds")
  }

  @Test("axes whose attributes contradict each other or their names are refused")
  func contradictoryAxes() throws {
    var swapped = SyntheticGrid()
    swapped.xAttributes[0] = ("standard_name", .text("projection_y_coordinate"))
    swapped.yAttributes[0] = ("standard_name", .text("projection_x_coordinate"))
    #expect(try fault(swapped)?.code == "contradictory_axes")
    var twice = SyntheticGrid()
    twice.xName = "a"
    twice.yName = "b"
    twice.yAttributes[0] = ("standard_name", .text("projection_x_coordinate"))
    #expect(try fault(twice)?.code == "contradictory_axes")
    var both = SyntheticGrid()
    both.xAttributes.append(("axis", .text("Y")))
    #expect(try fault(both)?.code == "contradictory_axes")
  }

  @Test("longitude and latitude that are exchanged show by their numbers")
  func exchanged() throws {
    var grid = SyntheticGrid.geographic(firstLongitude: 29, firstLatitude: 106.5, step: 0.01)
    #expect(try fault(grid)?.code == "bad_coordinates")
    grid = SyntheticGrid.geographic(firstLongitude: 106.5, firstLatitude: 29, step: 100)
    #expect(try fault(grid)?.code == "bad_coordinates")
  }

  @Test("coordinates whose unit does not fit the projection are refused")
  func unitAgainstProjection() throws {
    var grid = SyntheticGrid()
    grid.xAttributes[1] = ("units", .text("degrees"))
    grid.yAttributes[1] = ("units", .text("degrees"))
    #expect(try fault(grid)?.code == "unknown_unit")
    grid.xAttributes[1] = ("units", .text("pixels"))
    #expect(try fault(grid)?.code == "unknown_unit")
    var mixed = SyntheticGrid()
    mixed.xAttributes[1] = ("units", .text("km"))
    #expect(try fault(mixed)?.code == "unknown_unit")
    #expect(
      try fault(SyntheticGrid(), GridStatement(coordinateUnit: "km"))?.code == "unknown_unit")
  }

  @Test("a grid without coordinates is refused")
  func noCoordinates() throws {
    let writer = try NetCDFWriter(path: folder.file("bare.nc"))
    let y = try writer.dimension("y", length: 2)
    let x = try writer.dimension("x", length: 3)
    let rain = try writer.variable(
      "rain", .float, dimensions: [y, x], attributes: [("units", .text("mm"))])
    try writer.write([Float](repeating: 1, count: 6), to: rain)
    try writer.close()
    let fault = #expect(throws: Fault.self) {
      try GriddedRain.read(path: folder.file("bare.nc"))
    }
    #expect(fault?.code == "no_grid")
  }

  @Test("a variable with several layers is refused, one with one layer is read")
  func layers() throws {
    for count in [1, 2] {
      let writer = try NetCDFWriter(path: folder.file("layers.nc"))
      let level = try writer.dimension("level", length: count)
      let y = try writer.dimension("lat", length: 2)
      let x = try writer.dimension("lon", length: 3)
      let lat = try writer.variable("lat", .double, dimensions: [y])
      let lon = try writer.variable("lon", .double, dimensions: [x])
      let rain = try writer.variable(
        "rain", .float, dimensions: [level, y, x], attributes: [("units", .text("mm"))])
      try writer.write([30.0, 29], to: lat)
      try writer.write([105.0, 106, 107], to: lon)
      try writer.write((0..<(6 * count)).map(Float.init), to: rain)
      try writer.close()
      if count == 1 {
        #expect(
          try GriddedRain.read(path: folder.file("layers.nc"))[0].values == [0, 1, 2, 3, 4, 5])
      } else {
        let fault = #expect(throws: Fault.self) {
          try GriddedRain.read(path: folder.file("layers.nc"))
        }
        #expect(["no_grid", "extra_dimension"].contains(fault?.code))
      }
    }
  }

  @Test(
    "a file cut at any byte is a fault or the same field, never a crash and never a drier field",
    arguments: [true, false])
  func truncated(isClassic: Bool) throws {
    var grid = SyntheticGrid()
    grid.isClassic = isClassic
    grid.times = [0, 5]
    try grid.write(to: folder.file("whole.nc"))
    let whole = try GriddedRain.read(path: folder.file("whole.nc"))
    let bytes = try folder.read("whole.nc")
    var lengths = Array(stride(from: 0, to: bytes.count, by: max(1, bytes.count / 200)))
    lengths += (max(0, bytes.count - 40)..<bytes.count)
    for length in lengths {
      try folder.write(Array(bytes[..<length]), "cut.nc")
      guard let cut = try? GriddedRain.read(path: folder.file("cut.nc")) else { continue }
      #expect(cut.count == whole.count)
      for (a, b) in zip(cut, whole) {
        #expect(a.geometry == b.geometry && areSame(a.values, b.values), "cut to \(length) bytes")
      }
    }
  }

  @Test(
    "what no reader knows is named as such with its size and first bytes",
    arguments: [[], Array("Datum,Regen\n".utf8), [0, 0, 0, 0, 0, 0, 0, 0]] as [[UInt8]])
  func otherFiles(bytes: [UInt8]) throws {
    let path = try folder.write(bytes, "radar.nc")
    let fault = #expect(throws: Fault.self) { try GriddedRain.inspect(path: path) }
    #expect(fault?.code == "unknown_format")
    #expect(fault?.problem.contains("\(bytes.count) bytes") == true)
  }
}
