import Foundation
import Hydromet
import Logging
import Pipeline
import Publish

/// Cycles of a large district, as the service runs them: a frame arrives, is taken in by a worker, the
/// report is computed and published, on the disk before it counts.
struct CycleBenchmark: Benchmark {
  private let size: BenchSize
  private let iterations: Int

  init(_ size: BenchSize) {
    self.size = size
    iterations = size == .full ? 9 : 3
  }

  /// Steps of history before the first measured cycle: the longest window.
  private static let history = 144

  private var subject: String {
    size == .full
      ? "a district with 500 x 500 cells, 2,000 basins and 12 durations"
      : "a district with 120 x 120 cells, 200 basins and 12 durations"
  }
  private var intake: BenchLine {
    BenchLine(key: "cycle_intake", title: "A cycle of \(subject): the last frame is taken in")
  }
  private var computed: BenchLine {
    BenchLine(key: "cycle_computed", title: "A cycle of \(subject): computed", asked: "1 s")
  }
  private var published: BenchLine {
    BenchLine(key: "cycle_published", title: "A cycle of \(subject): published")
  }
  private var whole: BenchLine {
    BenchLine(
      key: "cycle_whole",
      title: "A cycle of \(subject): from the last byte to the published cycle", asked: "3 s")
  }

  var lines: [BenchLine] { [intake, computed, published, whole] }

  /// Moments of one cycle.
  private struct Moments {
    var written = 0.0
    var takenIn = 0.0
    var computed = 0.0
    var published = 0.0
  }

  func measure() throws -> [Measurement] {
    try TemporaryFolder.with { folder in
      let district = BenchDistrict(size, in: folder)
      try district.writeDefinition()
      for step in 1...CycleBenchmark.history {
        try district.deliverFrame(step)
        try district.deliverGauges(step)
      }
      let engine = try Engine(
        openWorkspace(folder.path),
        options: Engine.Options(executable: try WorkerProcess.executable()),
        log: EngineOptions.quiet)
      defer { engine.stop() }
      try engine.digest()
      guard engine.tally.accepted == 2 * CycleBenchmark.history else {
        throw Fault(
          "bench_failed",
          "\(engine.tally.accepted) of \(2 * CycleBenchmark.history) files were taken in",
          remedy: "report this as a defect")
      }
      // The first cycle sums the whole history and builds the weights.
      var last = try engine.runCycle(at: BenchDistrict.end(ofStep: CycleBenchmark.history)).folder
      var moments: [Moments] = []
      for step in 1...iterations {
        let cycle = try measureCycle(CycleBenchmark.history + step, of: district, engine)
        moments.append(cycle.moments)
        last = cycle.folder
      }
      return measurements(
        moments, input: inputChecksum(of: district), result: try resultChecksum(of: last))
    }
  }

  private func measureCycle(
    _ step: Int, of district: BenchDistrict, _ engine: Engine
  ) throws -> (moments: Moments, folder: String) {
    try district.deliverGauges(step)
    try engine.digest()
    try district.deliverFrame(step)
    var moments = Moments()
    moments.written = Stopwatch.now
    try engine.digest()
    moments.takenIn = Stopwatch.now
    let cycle = try engine.runCycle(at: BenchDistrict.end(ofStep: step)) {
      moments.computed = Stopwatch.now
    }
    moments.published = Stopwatch.now
    return (moments, cycle.folder)
  }

  private func measurements(
    _ moments: [Moments], input: String, result: String
  ) -> [Measurement] {
    func measurement(_ line: BenchLine, _ seconds: (Moments) -> Double) -> Measurement {
      Measurement(line: line, seconds: moments.map(seconds), input: input, result: result)
    }
    return [
      measurement(intake) { $0.takenIn - $0.written },
      measurement(computed) { $0.computed - $0.takenIn },
      measurement(published) { $0.published - $0.computed },
      measurement(whole) { $0.published - $0.written },
    ]
  }

  /// The definition of the district and the rain of one frame; all frames are that one, moved.
  private func inputChecksum(of district: BenchDistrict) -> String {
    var sum = Checksum()
    for name in ["district.yaml", "grids/basins.geojson", "stations/thresholds.csv"] {
      let data = FileManager.default.contents(atPath: "\(district.folder.path)/\(name)")
      sum.add(bytes: data ?? Data())
    }
    for value in district.rain.frame(0) { sum.add(value) }
    return sum.text
  }

  /// The tables of the last cycle. The manifest would not do: it names the hashes of the inputs, and
  /// netCDF files name the version of the library that wrote them.
  private func resultChecksum(of folder: String) throws -> String {
    var sum = Checksum()
    for name in ["townships.csv", "basins.csv", "points.csv", "gauges.csv", "assessments.csv"] {
      sum.add(bytes: try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(name)")))
    }
    return sum.text
  }
}
