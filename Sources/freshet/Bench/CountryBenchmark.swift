import Accumulate
import Areal
import Foundation
import Hydromet
import Ingest
import Kernels
import Pipeline
import Risk

/// The cycle of a whole country: one packed grid is read, nine sums slide, the areal mean and the
/// largest cell of every basin and township are taken, and all are held against three levels.
struct CountryBenchmark: Benchmark {
  private let size: BenchSize
  private let iterations: Int
  private let units: CountryUnits

  init(_ size: BenchSize) {
    self.size = size
    iterations = size == .full ? 7 : 3
    units = CountryUnits(size)
  }

  static let step = 600
  static let windows: [TimeSpan] =
    [.minutes(10), .minutes(30)] + [1, 2, 3, 6, 12, 24, 72].map { .hours($0) }
  /// Different frames; they come again and again, so that 72 hours take no more memory. No window is a
  /// multiple of them, or the frame that leaves it would be the one that enters.
  private static let differentFrames = 23

  private var grid: String { size == .full ? "7,000 x 4,500" : "700 x 450" }
  private var subject: String {
    "\(grouped(units.basinCount)) basins and \(grouped(units.townshipCount)) townships"
  }
  private var read: BenchLine {
    BenchLine(key: "country_read", title: "A packed grid of \(grid) cells is read")
  }
  private var slide: BenchLine {
    BenchLine(key: "country_slide", title: "Nine rolling sums over \(grid) cells move one step")
  }
  private var areal: BenchLine {
    BenchLine(
      key: "country_areal",
      title: "Mean and largest cell of \(subject), nine windows, what changed since the last cycle")
  }
  private var arealWet: BenchLine {
    BenchLine(
      key: "country_areal_wet",
      title: "Mean and largest cell of \(subject), nine windows, dry parts skipped")
  }
  private var arealAll: BenchLine {
    BenchLine(
      key: "country_areal_all",
      title: "Mean and largest cell of \(subject), nine windows, every cell")
  }
  private var judge: BenchLine {
    BenchLine(
      key: "country_judge", title: "\(subject) are held against three levels of nine durations")
  }
  private var cycle: BenchLine {
    BenchLine(
      key: "country_cycle", title: "The cycle of a country: read, slide, areal, judge")
  }
  private var bandwidth: BenchLine {
    BenchLine(key: "memory_read", title: "Memory is read on all processors")
  }

  var lines: [BenchLine] { [read, slide, areal, judge, cycle, arealWet, arealAll, bandwidth] }

  func measure() throws -> [Measurement] {
    try TemporaryFolder.with { folder in
      let rain = CountryRain(size)
      let path = "\(folder.path)/country.nc"
      try rain.write(to: path)
      var state = try CountryState(rain, units, frames: CountryBenchmark.differentFrames)
      var seconds: [String: [Double]] = [:]
      for iteration in 0...iterations {
        let times = try state.runCycle(path)
        if iteration > 0 { for (key, value) in times { seconds[key, default: []].append(value) } }
      }
      let result = state.checksum
      let wet = try Stopwatch.runs(iterations) { try state.fill(.wet) }
      let all = try Stopwatch.runs(iterations) { try state.fill(.all) }
      let memory = MemoryRead(bytes: size == .full ? 1 << 30 : 1 << 26)
      let reading = Stopwatch.runs(iterations) { memory.read() }
      func measurement(_ line: BenchLine, bytes: Int? = nil) -> Measurement {
        Measurement(
          line: line, seconds: seconds[line.key] ?? [], input: state.input, result: result,
          bytes: bytes)
      }
      return [
        measurement(read), measurement(slide), measurement(areal), measurement(judge),
        measurement(cycle),
        Measurement(
          line: arealWet, seconds: wet.seconds, input: state.input, result: state.checksum,
          bytes: state.touchedBytes),
        Measurement(
          line: arealAll, seconds: all.seconds, input: state.input, result: state.checksum,
          bytes: state.allBytes),
        Measurement(
          line: bandwidth, seconds: reading.seconds, input: "-", result: "-", bytes: memory.bytes),
      ]
    }
  }
}

/// A country between two cycles.
private struct CountryState {
  private let rain: CountryRain
  private let frames: [DepthField]
  private let weights: RegionWeights
  private var sums: RollingSums
  private var table: ArealRainTable
  private var levels: LevelTable
  private var end = ArealInputs.time
  let input: String

  init(_ rain: CountryRain, _ units: CountryUnits, frames count: Int) throws {
    self.rain = rain
    let step = CountryBenchmark.step
    frames = (0..<count).map { rain.depths($0, end: ArealInputs.time, seconds: step) }
    weights = try units.weights(on: rain.geometry)
    sums = try RollingSums(
      geometry: rain.geometry, stepSeconds: step, windows: CountryBenchmark.windows,
      workers: Parallel.workers)
    table = ArealRainTable(regions: weights.regionCount, windows: CountryBenchmark.windows.count)
    levels = LevelTable(
      units: weights.regionCount, durations: CountryBenchmark.windows.count, levels: 3)
    for (duration, window) in CountryBenchmark.windows.enumerated() {
      for level in 0..<3 {
        let millimetres = 12 * (Double(window.seconds) / 3600).squareRoot() * Double(level + 1)
        for unit in 0..<weights.regionCount {
          levels.set(
            Depth(micrometres: Int32(millimetres * 1000) + Int32(unit % 500) * 10),
            duration: duration, level: level, unit: unit)
        }
      }
    }
    var checksum = Checksum()
    for value in rain.frame(0) { checksum.add(value) }
    checksum.add(Double(weights.regionCount))
    input = checksum.text
    try advance()
  }

  private mutating func advance() throws {
    let (end, frames, geometry) = (end, frames, rain.geometry)
    try sums.advance(to: end) { moment throws(Fault) in
      let number = Int(moment.secondsSince1970) / CountryBenchmark.step
      return DepthField(
        geometry: geometry, period: Period(end: moment, seconds: CountryBenchmark.step),
        tiles: frames[number % frames.count].tiles)
    }
  }

  /// One cycle; seconds of its parts. The file stands for the frame that enters: its values are
  /// read, and those of the frame whose turn it is are summed.
  mutating func runCycle(_ path: String) throws -> [String: Double] {
    let start = Stopwatch.now
    guard let field = try GriddedRain(path: path).depth(0) else { return [:] }
    let read = Stopwatch.now
    end = end + CountryBenchmark.step
    try advance()
    let slid = Stopwatch.now
    guard let planes = sums.planes else { return [:] }
    try weights.fill(&table, from: planes, workers: Parallel.workers)
    let filled = Stopwatch.now
    try levels.judge(table.leastMean, table.known, workers: Parallel.workers)
    let judged = Stopwatch.now
    guard field.cellCount == rain.geometry.cellCount else { return [:] }
    return [
      "country_read": read - start, "country_slide": slid - read, "country_areal": filled - slid,
      "country_judge": judged - filled, "country_cycle": judged - start,
    ]
  }

  /// The areal pass over all regions.
  mutating func fill(_ thoroughness: RegionWeights.Thoroughness) throws {
    guard let planes = sums.planes else { return }
    try weights.fill(&table, from: planes, workers: Parallel.workers, thoroughness)
  }

  /// Bytes that an areal pass must touch: the tiles with rain under the regions, the weights of the
  /// regions there, and the results.
  var touchedBytes: Int { sums.planes.map { weights.touchedBytes(in: $0) } ?? 0 }
  var allBytes: Int {
    sums.planes.map { weights.touchedBytes(in: $0, .all) } ?? 0
  }

  var checksum: String {
    var sum = Checksum()
    for value in table.mean { sum.add(value) }
    for value in table.largest { sum.add(value) }
    for level in levels.reached { sum.add(Int32(level)) }
    return sum.text
  }
}
