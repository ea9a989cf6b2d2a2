import Archive
import Drill
import Formats
import Hydromet
import Pipeline

/// Station files that wait, as after a night without the service: claimed, decoded by workers, stored
/// durably in the ledger, and a cycle made of them that judges and publishes.
struct IntakeBenchmark: Benchmark {
  private let files: Int
  private static let stations = 100

  init(_ size: BenchSize) {
    files = size == .full ? 1000 : 200
  }

  private var intake: BenchLine {
    BenchLine(
      key: "intake_stations",
      title:
        "\(grouped(files)) station files of \(IntakeBenchmark.stations) stations are taken in and stored"
    )
  }
  private var whole: BenchLine {
    BenchLine(
      key: "intake_whole",
      title:
        "\(grouped(files)) station files of \(IntakeBenchmark.stations) stations are taken in, judged, stored and published",
      asked: files == 1000 ? "5 s" : nil)
  }

  var lines: [BenchLine] { [intake, whole] }

  func measure() throws -> [Measurement] {
    try TemporaryFolder.with { folder in
      let district = BenchDistrict(.smoke, in: folder)
      try district.writeDefinition()
      var input = Checksum()
      for step in 1...files { try deliver(step, to: folder, &input) }
      let engine = try Engine(
        openWorkspace(folder.path),
        options: .init(executable: try WorkerProcess.executable()), log: EngineOptions.quiet)
      defer { engine.stop() }
      let begin = Stopwatch.now
      try engine.digest()
      let stored = Stopwatch.now
      try engine.runCycle(at: BenchDistrict.end(ofStep: files))
      let published = Stopwatch.now
      guard engine.tally.accepted == files else {
        throw Fault(
          "bench_failed", at: .init(folder.path),
          "\(engine.tally.accepted) of \(files) station files were accepted",
          remedy: "this is a fault of the program: report it")
      }
      var result = Checksum()
      result.add(engine.tally.accepted)
      let all = Period(
        end: BenchDistrict.end(ofStep: files), seconds: (files + 1) * BenchDistrict.step)
      for reading in try engine.workspace.ledger.readings(feed: "gauges", in: all) {
        result.add(bytes: reading.station.utf8)
        result.add(reading.period.end.secondsSince1970)
        result.add(reading.tenths ?? -1)
      }
      return [
        Measurement(
          line: intake, seconds: [stored - begin], input: input.text, result: result.text),
        Measurement(
          line: whole, seconds: [published - begin], input: input.text, result: result.text),
      ]
    }
  }

  private func deliver(
    _ step: Int, to folder: TemporaryFolder, _ input: inout Checksum
  ) throws(Fault) {
    let end = BenchDistrict.end(ofStep: step)
    var chance = SplitMix64(seed: 8, subject: "bench intake \(step)")
    var text = CSVWriter.row(["station", "time", "rain [mm]"])
    for number in 1...IntakeBenchmark.stations {
      let tenths = Int(chance.number(0, 80))
      text += CSVWriter.row(
        ["S\(padded(number, 4))", BeijingTime.iso8601(end), "\(tenths / 10).\(tenths % 10)"])
    }
    input.add(bytes: text.utf8)
    try Terminal.deliver(
      text, to: "\(folder.path)/stations/observations/gauges-\(end.compact).csv")
  }
}
