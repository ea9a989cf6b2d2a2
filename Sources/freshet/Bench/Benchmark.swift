import Pipeline

/// How much a benchmark is asked to do: a glance within a minute, or the sizes of the promises.
enum BenchSize: String, CaseIterable {
  case smoke
  case full
}

/// One line of a report before it is measured: a sentence that says what happens.
struct BenchLine {
  /// A short name for programs that read the report.
  let key: String
  let title: String
  /// What is asked of it, `1 s`; nil where nothing is.
  var asked: String?
}

/// Benchmarks that share their inputs.
protocol Benchmark {
  var lines: [BenchLine] { get }

  /// Makes the inputs, measures, and gives one measurement per line that could be measured.
  func measure() throws -> [Measurement]
}

/// What was measured. Seconds are reported, never judged.
struct Measurement {
  let line: BenchLine
  /// One number per iteration, in their order.
  let seconds: [Double]
  /// Checksum of the inputs.
  let input: String
  /// Checksum of the results.
  let result: String
  /// Bytes that must be touched; nil where nobody counts them.
  var bytes: Int?

  var best: Double { seconds.min() ?? 0 }

  /// The middle of the sorted seconds; the mean of the two in the middle of an even number.
  var median: Double {
    let sorted = seconds.sorted()
    guard !sorted.isEmpty else { return 0 }
    return (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
  }
}

/// Measures elapsed time.
enum Stopwatch {
  private static let clock = SystemClock()

  static var now: Double { clock.monotonicSeconds }

  /// Runs a body so often and gives the seconds of each run with the result of the last.
  ///
  /// The body runs once before, unmeasured, so that pages and caches are as in a long-lived service.
  static func runs<Value>(
    _ count: Int, _ body: () throws -> Value
  ) rethrows -> (seconds: [Double], value: Value) {
    var value = try body()
    var seconds: [Double] = []
    for _ in 0..<count {
      let start = now
      value = try body()
      seconds.append(now - start)
    }
    return (seconds, value)
  }
}

/// `20,000`: whole numbers in titles.
func grouped(_ number: Int) -> String {
  let digits = Array(String(number.magnitude))
  var text = number < 0 ? "-" : ""
  for (index, digit) in digits.enumerated() {
    if index > 0, (digits.count - index) % 3 == 0 { text += "," }
    text.append(digit)
  }
  return text
}
