import ArgumentParser

struct BenchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bench", abstract: "The benchmarks, with fixed seeds.")
  func run() throws {}
}
