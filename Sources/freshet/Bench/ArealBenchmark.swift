import Areal
import Hydromet
import Pipeline

/// Areal rainfall of thousands of basins: building weights and using them.
struct ArealBenchmark: Benchmark {
  private let size: BenchSize
  private let iterations: Int
  private let basins: String
  private let cells: String

  init(_ size: BenchSize) {
    self.size = size
    iterations = size == .full ? 15 : 5
    let (rows, columns) = ArealInputs.basins(size)
    basins = grouped(rows * columns)
    cells = "\(ArealInputs.side(size)) x \(ArealInputs.side(size))"
  }

  var lines: [BenchLine] { [build, buildAlone, frame, frameAlone, windows] }

  private var build: BenchLine {
    BenchLine(
      key: "areal_build",
      title: "Weights of \(basins) basins on a grid of \(cells) cells are built")
  }
  private var buildAlone: BenchLine {
    BenchLine(
      key: "areal_build_one_thread",
      title: "Weights of \(basins) basins on a grid of \(cells) cells are built by one thread")
  }
  private var frame: BenchLine {
    BenchLine(
      key: "areal_frame",
      title: "Mean and largest cell of \(basins) basins, one frame, weights ready")
  }
  private var frameAlone: BenchLine {
    BenchLine(
      key: "areal_frame_one_thread",
      title: "Mean and largest cell of \(basins) basins, one frame, weights ready, one thread")
  }
  private var windows: BenchLine {
    BenchLine(
      key: "areal_windows",
      title: "Mean and largest cell of \(basins) basins, twelve windows, weights ready")
  }

  func measure() throws -> [Measurement] {
    let inputs = ArealInputs(size)
    let regions = inputs.regions
    let geometry = inputs.rain.geometry
    let shapes = inputs.checksum(of: regions)
    let built = try Stopwatch.runs(max(2, iterations / 3)) {
      try ArealBenchmark.weights(regions, geometry)
    }
    let builtAlone = try Stopwatch.runs(max(2, iterations / 3)) {
      try RegionWeights.build(regions: regions, geometry: geometry)
    }
    let weights = built.value
    let field = inputs.field
    let values = inputs.checksum(of: field)
    let once = try Stopwatch.runs(iterations) {
      try ArealBenchmark.inParallel(weights) { range throws(Fault) in
        try weights.statistics(of: field, regions: range)
      }
    }
    let onceAlone = try Stopwatch.runs(iterations) { try weights.statistics(of: field) }
    let sums = inputs.sums
    let many = try Stopwatch.runs(iterations) {
      try ArealBenchmark.inParallel(weights) { range throws(Fault) in
        try weights.statistics(of: sums, regions: range)
      }
    }
    return [
      Measurement(
        line: build, seconds: built.seconds, input: shapes,
        result: ArealBenchmark.checksum(of: weights)),
      Measurement(
        line: buildAlone, seconds: builtAlone.seconds, input: shapes,
        result: ArealBenchmark.checksum(of: builtAlone.value)),
      Measurement(
        line: frame, seconds: once.seconds, input: values,
        result: ArealBenchmark.checksum(of: once.value)),
      Measurement(
        line: frameAlone, seconds: onceAlone.seconds, input: values,
        result: ArealBenchmark.checksum(of: onceAlone.value)),
      Measurement(
        line: windows, seconds: many.seconds, input: inputs.checksum(of: sums),
        result: ArealBenchmark.checksum(of: many.value)),
    ]
  }

  /// Builds weights on all processors, as a cycle does.
  private static func weights(
    _ regions: [Region], _ geometry: GridGeometry
  ) throws -> RegionWeights {
    let parts = Parallel.map(Parallel.ranges(of: regions.count, minimumLength: 64)) {
      range throws(Fault) in
      try RegionWeights.build(regions: regions[range], geometry: geometry)
    }
    let lists = try parts.map { try $0.get() }
    guard let joined = RegionWeights(joining: lists) else {
      return try RegionWeights.build(regions: regions, geometry: geometry)
    }
    return joined
  }

  /// Statistics on all processors, as a cycle takes them.
  private static func inParallel<Value: Sendable>(
    _ weights: RegionWeights, _ body: (Range<Int>) throws(Fault) -> [Value]
  ) throws(Fault) -> [Value] {
    var values: [Value] = []
    values.reserveCapacity(weights.regionCount)
    let ranges = Parallel.ranges(of: weights.regionCount, minimumLength: 32)
    for part in Parallel.map(ranges, body) { values += try part.get() }
    return values
  }

  private static func checksum(of weights: RegionWeights) -> String {
    var sum = Checksum()
    for region in 0..<weights.regionCount {
      sum.add(weights.regionAreas[region])
      weights.forEachCell(of: region) { row, column, weight in
        sum.add(row)
        sum.add(column)
        sum.add(weight)
      }
    }
    return sum.text
  }

  private static func checksum(of statistics: [ArealStatistics]) -> String {
    var sum = Checksum()
    for region in statistics {
      sum.add(region.mean)
      sum.add(region.maximum.map { Double($0) })
    }
    return sum.text
  }

  private static func checksum(of statistics: [[ArealAccumulation]]) -> String {
    var sum = Checksum()
    for value in statistics.joined() {
      sum.add(value.meanMicrometres)
      sum.add(value.maximum.map { Double($0.micrometres) })
    }
    return sum.text
  }
}
