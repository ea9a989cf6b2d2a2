import ArgumentParser
import Foundation

extension DrillCommand {
  /// How good merged fields are where the truth is known.
  struct Scores: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "scores",
      abstract: "Errors of merged rain against the truth of invented storms.",
      discussion: """
        Prints a table of root mean square errors, mm in an hour, by method, number of gauges and kind of
        storm, and how the error of the field that auto took compares with its stated standard error.
        """)

    @Option(parsing: .upToNextOption, help: "Seeds of the storms.")
    var seeds: [UInt64] = [7, 8, 9]

    @Option(parsing: .upToNextOption, help: "Numbers of gauges over the grid.")
    var gauges: [Int] = [10, 30, 100, 300]

    @OptionGroup var output: OutputOption

    func validate() throws {
      guard !seeds.isEmpty, !gauges.isEmpty, gauges.allSatisfy({ (1...20_000).contains($0) })
      else { throw ValidationError("give seeds, and 1 to 20000 gauges") }
    }

    func run() throws {
      let bar = ProgressBar("storms ")
      let rows = try StormScores(seeds: seeds, gaugeCounts: gauges).rows {
        bar.show($0, of: $1)
      }
      bar.finish()
      try Terminal.deliver(StormScores.markdown(rows), to: output.path)
    }
  }
}
