import Hydromet

/// The basins and the rain of the areal benchmarks, which the peers get too.
struct ArealInputs {
  let rain: BenchRain
  let mesh: BenchMesh

  init(_ size: BenchSize) {
    rain = BenchRain(side: ArealInputs.side(size), seed: 1)
    let (rows, columns) = ArealInputs.basins(size)
    mesh = BenchMesh(rows: rows, columns: columns, box: rain.box, seed: 2)
  }

  /// Rows and columns of cells.
  static func side(_ size: BenchSize) -> Int { size == .full ? 500 : 160 }

  /// Rows and columns of basins.
  static func basins(_ size: BenchSize) -> (rows: Int, columns: Int) {
    size == .full ? (125, 160) : (40, 50)
  }

  /// The end of the frame: any time will do.
  static let time = Timestamp(secondsSince1970: 1_720_000_800)

  /// Basins that tile the grid, of 74 vertices each.
  var regions: [Region] {
    (0..<mesh.count).map { Region(id: "B\(padded($0, 5))", geometry: mesh.area($0)) }
  }

  /// One frame of rain, mm.
  var field: RainField {
    RainField(
      geometry: rain.geometry, quantity: .amount,
      period: Period(end: ArealInputs.time, seconds: 600),
      values: rain.frame(0).map { Float(Double($0) / 10) })
  }

  /// Seconds of a frame.
  static let step = 600

  /// The frame that ends at a time; at `time` it has the values of `field`.
  func depths(at end: Timestamp) -> DepthField {
    let age = ArealInputs.time.seconds(since: end) / ArealInputs.step
    return DepthField(
      geometry: rain.geometry, period: Period(end: end, seconds: ArealInputs.step),
      micrometres: rain.frame(age * 7).map { Int32($0) * 100 })
  }

  func checksum(of regions: [Region]) -> String {
    var sum = Checksum()
    for region in regions {
      for ring in region.geometry.rings {
        for point in ring {
          sum.add(point.x)
          sum.add(point.y)
        }
      }
    }
    return sum.text
  }

  func checksum(of field: RainField) -> String {
    var sum = Checksum()
    for value in field.values { sum.add(Double(value)) }
    return sum.text
  }
}
