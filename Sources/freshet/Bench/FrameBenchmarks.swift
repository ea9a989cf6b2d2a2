import Accumulate
import Hydromet
import Ingest

/// Reading one frame of radar rain.
struct ReadBenchmark: Benchmark {
  private let size: BenchSize
  private let iterations: Int

  init(_ size: BenchSize) {
    self.size = size
    iterations = size == .full ? 30 : 10
  }

  private var read: BenchLine {
    let side = ArealInputs.side(size)
    return BenchLine(
      key: "read_frame", title: "A frame of \(side) x \(side) cells is read from packed netCDF")
  }

  private var readLarge: BenchLine {
    BenchLine(
      key: "read_large",
      title: "A packed grid of \(largeRows) x \(largeColumns) cells is read from deflated netCDF")
  }

  private var largeRows: Int { size == .full ? 6200 : 620 }
  private var largeColumns: Int { size == .full ? 4200 : 420 }

  var lines: [BenchLine] { [read, readLarge] }

  func measure() throws -> [Measurement] {
    let inputs = ArealInputs(size)
    return try TemporaryFolder.with { folder in
      let path = "\(folder.path)/frame.nc"
      try BenchDump.writeFrame(of: inputs, to: path)
      let runs = try Stopwatch.runs(iterations) { try GriddedRain(path: path).field(0) }
      return [
        Measurement(
          line: read, seconds: runs.seconds, input: inputs.checksum(of: inputs.field),
          result: inputs.checksum(of: runs.value)),
        try measureLarge(in: folder),
      ]
    }
  }
}

extension ReadBenchmark {
  private func measureLarge(in folder: TemporaryFolder) throws -> Measurement {
    let rain = CountryRain(rows: largeRows, columns: largeColumns)
    let path = "\(folder.path)/large.nc"
    try rain.write(to: path)
    let runs = try Stopwatch.runs(max(5, iterations / 3)) { try GriddedRain(path: path).field(0) }
    var input = Checksum()
    for value in rain.frame(0) { input.add(value) }
    var result = Checksum()
    for value in runs.value.values { result.add(Double(value)) }
    return Measurement(
      line: readLarge, seconds: runs.seconds, input: input.text, result: result.text)
  }
}

/// Rolling sums of a grid that move on by one frame.
struct RollingBenchmark: Benchmark {
  private let side: Int
  private let iterations: Int

  init(_ size: BenchSize) {
    side = ArealInputs.side(size)
    iterations = size == .full ? 24 : 6
  }

  private static let step = 600
  private static let windows: [TimeSpan] =
    [.minutes(10), .minutes(30)] + [1, 2, 3, 6, 12, 24, 72].map { .hours($0) }
  /// Different frames; they come again and again, so that 72 hours cost no memory.
  private static let differentFrames = 37

  private var advance: BenchLine {
    BenchLine(
      key: "rolling_step",
      title: "One step of nine rolling sums over \(side) x \(side) cells")
  }

  var lines: [BenchLine] { [advance] }

  func measure() throws -> [Measurement] {
    let rain = BenchRain(side: side, seed: 3)
    let frames = (0..<RollingBenchmark.differentFrames).map { step in
      rain.frame(step).map { Int32($0) * 100 }
    }
    let tiles = frames.compactMap {
      DepthTiles(rows: rain.side, columns: rain.side, micrometres: $0)
    }
    let frame = { (end: Timestamp) throws(Fault) -> DepthField? in
      let step = Int(end.secondsSince1970) / RollingBenchmark.step
      return DepthField(
        geometry: rain.geometry, period: Period(end: end, seconds: RollingBenchmark.step),
        tiles: tiles[step % tiles.count])
    }
    var sums = try RollingSums(
      geometry: rain.geometry, stepSeconds: RollingBenchmark.step,
      windows: RollingBenchmark.windows)
    var end = ArealInputs.time
    try sums.advance(to: end, frame: frame)
    let runs = try Stopwatch.runs(iterations) {
      end = end + RollingBenchmark.step
      try sums.advance(to: end, frame: frame)
    }
    var input = Checksum()
    for values in frames { for value in values { input.add(value) } }
    var result = Checksum()
    for field in RollingBenchmark.windows.compactMap({ sums.field(for: $0) }) {
      for value in field.micrometres { result.add(value) }
    }
    return [
      Measurement(line: advance, seconds: runs.seconds, input: input.text, result: result.text)
    ]
  }
}
