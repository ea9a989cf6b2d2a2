import Hydromet
import Risk

/// The judgement of a province with its evidence: units, hazards and durations one by one.
struct JudgeBenchmark: Benchmark {
  private let units: Int
  private let iterations: Int

  init(_ size: BenchSize) {
    units = size == .full ? 20_000 : 2000
    iterations = size == .full ? 7 : 3
  }

  private static let hazards: [Hazard] = [.flashFlood, .landslide, .waterlogging, .river]
  private static let durations = [1, 2, 3, 4, 6, 8, 12, 18, 24, 36, 48, 72].map {
    TimeSpan.hours($0)
  }
  private static let states: [(Wetness, Int32)] = [(.dry, 120), (.normal, 100), (.wet, 80)]

  private var fixed: BenchLine {
    BenchLine(
      key: "judge_units",
      title: "\(grouped(units)) basins, four hazards, 12 durations, four levels, with evidence",
      asked: units == 20_000 ? "1 s" : nil)
  }
  private var moving: BenchLine {
    BenchLine(
      key: "judge_units_soil",
      title: "\(grouped(units)) basins, four hazards, 12 durations, four levels, three soil states",
      asked: units == 20_000 ? "1 s" : nil)
  }

  var lines: [BenchLine] { [fixed, moving] }

  func measure() throws -> [Measurement] {
    let time = Timestamp(secondsSince1970: 1_782_000_000)
    return [(fixed, false), (moving, true)].map { line, moves in
      let judge = UnitJudge(
        table: CriticalRainfallTable(rows(moves), at: time), stayThousandths: 800)
      let runs = Stopwatch.runs(iterations) { run(judge, moves) }
      var input = Checksum()
      input.add(Double(units))
      var result = Checksum()
      for count in runs.value { result.add(Double(count)) }
      return Measurement(
        line: line, seconds: runs.seconds, input: input.text, result: result.text)
    }
  }

  /// Rows for every unit of the kind: what a unit looks up is the same as with rows of its own.
  private func rows(_ moves: Bool) -> [CriticalRainfall] {
    var rows: [CriticalRainfall] = []
    for hazard in JudgeBenchmark.hazards {
      for (step, duration) in JudgeBenchmark.durations.enumerated() {
        for level in RiskLevel.warnings {
          for (state, share) in moves ? JudgeBenchmark.states : [(.any, 100)] {
            let tenths = Int32(200 + 60 * step + 120 * level.rawValue) * share / 100
            rows.append(
              CriticalRainfall(
                unitKind: .basin, unit: "*", hazard: hazard, duration: duration, wetness: state,
                level: level, depth: Depth(tenthsOfMillimetre: tenths), statistic: .mean,
                source: "bench", author: "bench", effectiveFrom: nil, effectiveTo: nil,
                line: rows.count + 2))
          }
        }
      }
    }
    return rows
  }

  /// Units at each level.
  private func run(_ judge: UnitJudge, _ moves: Bool) -> [Int] {
    var counts = [0, 0, 0, 0, 0]
    for unit in 0..<units {
      let strength = Double((unit * 7919) % 1000) / 1000
      let inputs = UnitInputs(
        fallen: { _, duration in
          let hours = Double(duration.seconds) / 3600
          return ComparedRain(
            depth: Depth(millimetres: strength * 30 * hours.squareRoot()), isComplete: true,
            isBlind: false)
        }, soil: UnitSoil(saturation: moves ? strength : nil))
      for hazard in JudgeBenchmark.hazards {
        let found = judge.assess(
          kind: .basin, unit: "B", name: "B", hazard: hazard, inputs: inputs)
        counts[found?.answer.level.rawValue ?? 0] += 1
      }
    }
    return counts
  }
}
