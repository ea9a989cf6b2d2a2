public import Hydromet

/// What kind of storm is asked for, and when.
public struct DrillPlan: Sendable, Hashable {
  public let seed: UInt64
  /// Start of the first period.
  public let start: Timestamp
  public let hours: Int
  /// Length of a radar frame and of a gauge report.
  public let step: TimeSpan
  /// Side of a radar cell, degrees.
  public let resolution: Double

  /// - Throws: a fault for lengths and sizes that make no storm: more than ten days, a step that
  ///   does not divide an hour into whole minutes, cells below 0.001° or above 0.1°.
  public init(
    seed: UInt64, start: Timestamp, hours: Int = 24, step: TimeSpan = .minutes(10),
    resolution: Double = 0.01
  ) throws(Fault) {
    guard (1...240).contains(hours) else {
      throw Fault(
        "drill_hours", "a storm of \(hours) h was asked for", remedy: "ask for 1 to 240 hours")
    }
    guard step.seconds >= 60, step.seconds % 60 == 0, 3600 % step.seconds == 0 else {
      throw Fault(
        "drill_step", "a step of \(step.text) was asked for",
        remedy: "use a step of whole minutes that divides an hour, such as 5min, 6min or 10min")
    }
    guard start.secondsSince1970 % Int64(step.seconds) == 0 else {
      throw Fault(
        "drill_start", "the start \(start.iso8601) is not a multiple of the step \(step.text)",
        remedy: "start at \(start.floored(toSeconds: step.seconds).iso8601)")
    }
    guard (0.001...0.1).contains(resolution) else {
      throw Fault(
        "drill_resolution", "cells of \(resolution)° were asked for",
        remedy: "use 0.001 to 0.1 degrees")
    }
    self.seed = seed
    self.start = start
    self.hours = hours
    self.step = step
    self.resolution = resolution
  }

  /// The night of the committed sample: from 14:00 Beijing time on 5 July 2026.
  public static let sampleStart = Timestamp(secondsSince1970: 1_783_231_200)

  public var end: Timestamp { start + hours * 3600 }

  /// Ends of all periods, first to last.
  public var periodEnds: [Timestamp] {
    (1...(hours * 3600 / step.seconds)).map { start + $0 * step.seconds }
  }

  /// Number of the period that ends at a moment, from 0; nil for any other moment.
  func index(ofPeriodEnding end: Timestamp) -> Int? {
    let seconds = end.seconds(since: start)
    guard seconds > 0, seconds <= hours * 3600, seconds % step.seconds == 0 else { return nil }
    return seconds / step.seconds - 1
  }
}
