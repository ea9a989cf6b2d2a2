import ArgumentParser
import Hydromet

/// The benchmarks.
struct BenchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bench", abstract: "The benchmarks, with fixed seeds.",
    discussion: """
      Seconds are reported, never judged. Inputs come from fixed seeds; the
      checksums of inputs and results are the same on every machine, so that two
      machines can be compared. The replay needs the sample district in the current
      folder, and is left out elsewhere and from --size smoke.

      freshet bench --only cycle
      """)

  @Option(help: "smoke: within a minute; full: the sizes that are promised.")
  var size: BenchSize = .smoke

  @Option(help: "Only benchmarks whose title has this text.")
  var only: String?

  @Option(help: "text or json.")
  var format: TextFormat = .text

  @Option(
    help:
      "Write the basins (GeoJSON) and the frame (netCDF) into this folder, and measure nothing.",
    completion: .directory)
  var dump: String?

  @Option(
    help: "Measure the reading of this grid file alone, its first field, whole and as depths.",
    completion: .file())
  var read: String?

  func run() throws {
    if let dump {
      for path in try BenchDump.write(size, to: dump) { Terminal.say(path) }
      return
    }
    var report = BenchReport(size)
    let chosen = benchmarks.filter { $0.lines.contains(where: isWanted) }
    guard !chosen.isEmpty else {
      throw ValidationError("no benchmark's title has the text \(only ?? "")")
    }
    if format == .text { Terminal.say(report.heading) }
    for benchmark in chosen {
      let measurements = try benchmark.measure()
      if measurements.isEmpty {
        for line in benchmark.lines { Terminal.complain("left out: \(line.title)") }
      }
      for measurement in measurements where isWanted(measurement.line) {
        report.add(measurement)
        if format == .text { Terminal.say(BenchReport.text(of: measurement)) }
      }
    }
    switch format {
    case .text: Terminal.say(report.closing)
    case .json: try Terminal.deliver(try report.json(), to: nil)
    }
  }

  private var benchmarks: [any Benchmark] {
    if let read { return [FileBenchmark(path: read)] }
    var list: [any Benchmark] = [
      ArealBenchmark(size), ReadBenchmark(size), RollingBenchmark(size), CountryBenchmark(size),
      JudgeBenchmark(size), CycleBenchmark(size), IntakeBenchmark(size), StationTextBenchmark(size),
      StartBenchmark(size), QualityBenchmark(size), CallBenchmark(size),
      HydrologyBenchmark(size), MergeBenchmark(size),
    ]
    if size == .full { list.append(ReplayBenchmark()) }
    return list
  }

  private func isWanted(_ line: BenchLine) -> Bool {
    guard let only else { return true }
    return line.title.lowercased().contains(only.lowercased())
  }
}

extension BenchSize: ExpressibleByArgument {}
