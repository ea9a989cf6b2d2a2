import Formats
import Foundation
public import Hydromet
import Runoff

/// What a run of one model ended with, in a file of its own: the next run goes on from there with the
/// same bits. Every number stands in the file with all its bits, as sixteen hexadecimal digits.
public struct RunoffState: Sendable, Hashable {
  /// Of the model.
  let name: String
  let step: TimeSpan
  /// End of the last step.
  public let time: Timestamp
  let parameters: [Double]
  let model: [Double]
  /// Antecedent rainfall, the share of it that the start stands for, and the three tanks.
  let soil: [Double]

  private static let heading = "freshet runoff state 1"

  /// - Throws: `state_other_model` where the state is not the one from which the series goes on.
  func check(
    _ model: CatchmentModel, _ values: [Double], _ series: CatchmentSeries
  ) throws(Fault) {
    let begins = series.firstEnd - series.step.seconds
    guard name == model.rawValue, step == series.step, parameters == values, time == begins,
      soil.count == 5, !self.model.isEmpty
    else {
      throw Fault(
        "state_other_model",
        "the state is of \(name) with steps of \(step.text) and ends at \(time.iso8601); the series "
          + "begins at \(begins.iso8601)",
        remedy: "go on with the model, the parameters and the step it was saved with, or remove it")
    }
  }

  /// Reads a state; nil where there is no such file.
  ///
  /// - Throws: `state_damaged`.
  public static func read(_ path: String) throws(Fault) -> RunoffState? {
    guard FileManager.default.fileExists(atPath: path) else { return nil }
    let text = String(decoding: try FileBytes.read(path: path, limit: 1 << 24), as: UTF8.self)
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    guard lines.count >= 7, lines[0] == heading, let seconds = Int(lines[2]), seconds > 0,
      let time = Timestamp(iso8601: lines[3]), let parameters = numbers(lines[4]),
      let model = numbers(lines[5]), let soil = numbers(lines[6]), soil.count == 5
    else {
      throw Fault(
        "state_damaged", at: .init(path), "the file is no whole state of a run",
        remedy: "remove it: the next run begins anew and writes another")
    }
    return RunoffState(
      name: lines[1], step: TimeSpan(seconds: seconds), time: time, parameters: parameters,
      model: model, soil: soil)
  }

  /// Writes the state in place of what is there.
  public func write(_ path: String) throws(Fault) {
    let lines = [
      RunoffState.heading, name, String(step.seconds), time.iso8601,
      RunoffState.text(parameters), RunoffState.text(model), RunoffState.text(soil),
    ]
    try FileBytes.write(Array((lines.joined(separator: "\n") + "\n").utf8), path: path)
  }

  private static func text(_ numbers: [Double]) -> String {
    numbers.map { number in
      let digits = String(number.bitPattern, radix: 16)
      return String(repeating: "0", count: 16 - digits.count) + digits
    }.joined(separator: " ")
  }

  private static func numbers(_ line: String) -> [Double]? {
    var numbers: [Double] = []
    for word in line.split(separator: " ") {
      guard word.count == 16, let bits = UInt64(word, radix: 16),
        Double(bitPattern: bits).isFinite
      else { return nil }
      numbers.append(Double(bitPattern: bits))
    }
    return numbers
  }
}
