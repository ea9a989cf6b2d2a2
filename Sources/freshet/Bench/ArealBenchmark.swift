import Accumulate
import Areal
import Hydromet
import Kernels
import Pipeline

/// Areal rainfall of thousands of basins: building weights and using them.
struct ArealBenchmark: Benchmark {
  private let size: BenchSize
  private let iterations: Int
  private let basins: String
  private let cells: String

  init(_ size: BenchSize) {
    self.size = size
    iterations = size == .full ? 30 : 5
    let (rows, columns) = ArealInputs.basins(size)
    basins = grouped(rows * columns)
    cells = "\(ArealInputs.side(size)) x \(ArealInputs.side(size))"
  }

  var lines: [BenchLine] {
    [build, buildAlone, frame, frameAlone, mean, meanAlone, field, windows]
  }

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
  private var mean: BenchLine {
    BenchLine(key: "areal_mean", title: "Mean alone of \(basins) basins, one frame, weights ready")
  }
  private var meanAlone: BenchLine {
    BenchLine(
      key: "areal_mean_one_thread",
      title: "Mean alone of \(basins) basins, one frame, weights ready, one thread")
  }
  private var field: BenchLine {
    BenchLine(
      key: "areal_field_one_thread",
      title: "Mean and largest cell of \(basins) basins, one field of floats, one thread")
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
    let built = try Stopwatch.runs(max(2, iterations / 5)) {
      try ArealBenchmark.weights(regions, geometry)
    }
    let builtAlone = try Stopwatch.runs(max(2, iterations / 5)) {
      try RegionWeights.build(regions: regions, geometry: geometry)
    }
    let weights = built.value
    let values = inputs.field
    let once = try sums(inputs, windows: 1)
    let many = try sums(inputs, windows: 12)
    return [
      Measurement(
        line: build, seconds: built.seconds, input: shapes,
        result: ArealBenchmark.checksum(of: weights)),
      Measurement(
        line: buildAlone, seconds: builtAlone.seconds, input: shapes,
        result: ArealBenchmark.checksum(of: builtAlone.value)),
      try filled(frame, weights, once, inputs, Parallel.workers),
      try filled(frameAlone, weights, once, inputs, .one),
      try filled(mean, weights, once, inputs, Parallel.workers, keepsLargest: false),
      try filled(meanAlone, weights, once, inputs, .one, keepsLargest: false),
      try averaged(field, weights, values, inputs),
      try filled(windows, weights, many, inputs, Parallel.workers),
    ]
  }

  /// Sums of so many frames, each window one frame longer than the one before; every cell is looked
  /// at.
  private func filled(
    _ line: BenchLine, _ weights: RegionWeights, _ sums: RollingSums, _ inputs: ArealInputs,
    _ workers: Workers, keepsLargest: Bool = true
  ) throws -> Measurement {
    var table = ArealRainTable(
      regions: weights.regionCount, windows: sums.windows.count, keepsLargest: keepsLargest)
    let runs = try Stopwatch.runs(iterations) {
      guard let planes = sums.planes else { return }
      try weights.fill(&table, from: planes, workers: workers, .all)
    }
    var result = Checksum()
    for value in table.mean { result.add(value) }
    for value in table.largest { result.add(value) }
    return Measurement(
      line: line, seconds: runs.seconds, input: inputs.checksum(of: inputs.field),
      result: result.text)
  }

  private func averaged(
    _ line: BenchLine, _ weights: RegionWeights, _ field: RainField, _ inputs: ArealInputs
  ) throws -> Measurement {
    let runs = try Stopwatch.runs(iterations) { try weights.statistics(of: field) }
    var result = Checksum()
    for region in runs.value {
      result.add(region.mean)
      result.add(region.maximum.map { Double($0) })
    }
    return Measurement(
      line: line, seconds: runs.seconds, input: inputs.checksum(of: field), result: result.text)
  }

  private func sums(_ inputs: ArealInputs, windows: Int) throws -> RollingSums {
    var sums = try RollingSums(
      geometry: inputs.rain.geometry, stepSeconds: ArealInputs.step,
      windows: (1...windows).map { TimeSpan(seconds: $0 * ArealInputs.step) })
    try sums.advance(to: ArealInputs.time) { inputs.depths(at: $0) }
    return sums
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

  private static func checksum(of weights: RegionWeights) -> String {
    var sum = Checksum()
    let areas = weights.regionAreas
    for region in 0..<weights.regionCount {
      sum.add(areas[region])
      weights.forEachCell(of: region) { row, column, weight in
        sum.add(row)
        sum.add(column)
        sum.add(weight)
      }
    }
    return sum.text
  }
}
