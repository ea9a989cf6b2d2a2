import Hydromet
import Pipeline
import Runoff

/// Soil states, flow and critical rain of many basins.
struct HydrologyBenchmark: Benchmark {
  private let size: BenchSize
  private let iterations: Int

  init(_ size: BenchSize) {
    self.size = size
    iterations = size == .full ? 5 : 3
  }

  private var basins: Int { size == .full ? 20_000 : 1_000 }
  private var years: Int { size == .full ? 10 : 1 }

  private var flow: BenchLine {
    BenchLine(
      key: "hydrology_flow",
      title:
        "Soil of \(grouped(basins)) basins moves on by a step, and their flow is worked out 24 h ahead in steps of 10 min",
      asked: "1 s")
  }
  private var decade: BenchLine {
    BenchLine(
      key: "hydrology_years",
      title: "\(years) years of hourly soil states and flow of 64 basins", asked: "5 s")
  }
  private var guidance: BenchLine {
    BenchLine(
      key: "hydrology_guidance",
      title: "Critical rain of \(grouped(basins)) basins is worked back for 12 durations",
      asked: "10 s")
  }

  var lines: [BenchLine] { [flow, decade, guidance] }

  /// Basins in trees of 64, each of its own size.
  private static func model(_ count: Int, step: TimeSpan) throws -> HydrologyModel {
    let ids = (0..<count).map { "b\($0)" }
    let parameters = ids.enumerated().map { index, id in
      let area = 5 + Double(index * 7919 % 400) / 10
      return BasinParameters(
        basin: id, area: area, reach: .init(hours: 0.3 + Double(index % 9) * 0.1, weight: 0.2),
        references: [.init(kind: .harmful, discharge: 6 * area, source: "bench")])
    }
    let downstream = ids.indices.map { index -> String? in
      let place = index % 64
      return place == 0 ? nil : ids[index - place + (place - 1) / 2]
    }
    return try HydrologyModel(parameters, downstream: downstream, step: step)
  }

  private static func rain(_ step: Int, basins: Int) -> BasinRain {
    let isWet = step / 6 % 50 < 4
    return BasinRain(
      depth: (0..<basins).map { isWet ? Double((step * 31 + $0 * 17) % 40) / 10 : 0 },
      knownShare: [Double](repeating: 1, count: basins))
  }

  func measure() throws -> [Measurement] {
    let start = Timestamp(secondsSince1970: 1_593_907_200)
    let model = try HydrologyBenchmark.model(basins, step: .minutes(10))
    var warm = model.start(at: start)
    for step in 0..<24 {
      try model.advance(
        &warm, rain: HydrologyBenchmark.rain(step, basins: basins), workers: Parallel.workers)
    }
    var input = Checksum()
    input.add(bytes: warm.bytes)
    return [
      try measureFlow(model, warm, input.text), try measureYears(start),
      try measureGuidance(model, warm, input.text),
    ]
  }

  private func measureFlow(
    _ model: HydrologyModel, _ warm: HydrologyState, _ input: String
  ) throws -> Measurement {
    let now = HydrologyBenchmark.rain(1, basins: basins)
    // Six hours of rain are expected, and eighteen dry ones.
    let expected = (0..<36).map { HydrologyBenchmark.rain($0 % 24, basins: basins).depth }
    let runs = try Stopwatch.runs(iterations) {
      var state = warm
      try model.advance(&state, rain: now, workers: Parallel.workers)
      return try model.forecast(
        from: state, steps: 144, expected: expected, workers: Parallel.workers)
    }
    var result = Checksum()
    for value in runs.value.discharge { result.add(value) }
    return Measurement(line: flow, seconds: runs.seconds, input: input, result: result.text)
  }

  private func measureYears(_ start: Timestamp) throws -> Measurement {
    let model = try HydrologyBenchmark.model(64, step: .hours(1))
    let rain = (0..<300).map { HydrologyBenchmark.rain($0, basins: 64) }
    let runs = try Stopwatch.runs(min(iterations, 3)) {
      var state = model.start(at: start)
      for step in 0..<(years * 8766) { try model.advance(&state, rain: rain[step % 300]) }
      return state
    }
    var input = Checksum()
    for step in rain { for depth in step.depth { input.add(depth) } }
    var result = Checksum()
    result.add(bytes: runs.value.bytes)
    return Measurement(
      line: decade, seconds: runs.seconds, input: input.text, result: result.text)
  }

  private func measureGuidance(
    _ model: HydrologyModel, _ warm: HydrologyState, _ input: String
  ) throws -> Measurement {
    let durations: [TimeSpan] =
      [.minutes(30)] + [1, 2, 3, 4, 5, 6, 8, 10, 12, 18, 24].map(TimeSpan.hours)
    let runs = try Stopwatch.runs(size == .full ? 2 : iterations) {
      try model.guidance(from: warm, durations: durations, workers: Parallel.workers)
    }
    var result = Checksum()
    for answer in runs.value { result.add(Int(answer.depth?.micrometres ?? -1)) }
    return Measurement(
      line: guidance, seconds: runs.seconds, input: input, result: result.text)
  }
}
