import Foundation
import Glibc
import Hydromet
import Pipeline

/// What a run of the benchmarks found, for people and for programs.
struct BenchReport {
  let size: BenchSize
  private(set) var measurements: [Measurement] = []

  init(_ size: BenchSize) {
    self.size = size
  }

  mutating func add(_ measurement: Measurement) {
    measurements.append(measurement)
  }

  /// The first lines for people.
  var heading: String {
    let processors = ProcessorCount.online
    return """
      freshet \(ProgramVersion.text), size \(size.rawValue), \
      \(processors) processor\(processors == 1 ? "" : "s")

            best     median  runs
      """
  }

  /// Two lines for people: the seconds with the sentence, and the checksums.
  static func text(of measurement: Measurement) -> String {
    let asked = measurement.line.asked.map { " (asked: \($0))" } ?? ""
    let best = column(duration(measurement.best), 10)
    let median = column(duration(measurement.median), 11)
    let runs = column(String(measurement.seconds.count), 6)
    let rate = measurement.bytes.map {
      let rate = Double($0) / measurement.best
      return rate < 1e9
        ? String(format: ", %.0f MB/s", rate * 1e-6) : String(format: ", %.1f GB/s", rate * 1e-9)
    }
    return """
      \(best)\(median)\(runs)  \(measurement.line.title)\(asked)\(rate ?? "")
      \(column("", 29))input \(measurement.input), result \(measurement.result)
      """
  }

  /// The last line for people.
  var closing: String {
    "\npeak memory \(BenchReport.peakMegabytes) MB"
  }

  /// One object with everything, keys sorted.
  func json() throws -> String {
    let document = Document(
      program: "freshet \(ProgramVersion.text)", size: size.rawValue,
      processors: ProcessorCount.online,
      peakMemoryMegabytes: BenchReport.peakMegabytes,
      benchmarks: measurements.map { Document.Row($0) })
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    encoder.keyEncodingStrategy = .convertToSnakeCase
    return String(decoding: try encoder.encode(document), as: UTF8.self) + "\n"
  }

  private struct Document: Encodable {
    let program: String
    let size: String
    let processors: Int
    let peakMemoryMegabytes: Int
    let benchmarks: [Row]

    struct Row: Encodable {
      let key: String
      let title: String
      let asked: String?
      let bestSeconds: Double
      let medianSeconds: Double
      let iterations: Int
      let input: String
      let result: String
      let bytes: Int?

      init(_ measurement: Measurement) {
        key = measurement.line.key
        title = measurement.line.title
        asked = measurement.line.asked
        bestSeconds = measurement.best
        medianSeconds = measurement.median
        iterations = measurement.seconds.count
        input = measurement.input
        result = measurement.result
        bytes = measurement.bytes
      }
    }
  }

  /// `1.23 s`, `12.3 ms`: three digits that matter.
  private static func duration(_ seconds: Double) -> String {
    let (value, unit) = seconds < 1 ? (seconds * 1000, "ms") : (seconds, "s")
    let decimals = value < 10 ? 2 : value < 100 ? 1 : 0
    return String(format: "%.\(decimals)f \(unit)", value)
  }

  private static func column(_ text: String, _ width: Int) -> String {
    String(repeating: " ", count: max(0, width - text.count)) + text
  }

  /// The largest memory of this process that was resident at once. Workers are not counted: a process
  /// that was started from this one inherits its number.
  private static var peakMegabytes: Int {
    var usage = rusage()
    guard getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage) == 0 else { return 0 }
    return usage.ru_maxrss / 1024
  }
}
