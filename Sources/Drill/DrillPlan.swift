public import Hydromet

/// What kind of storm is asked for, and when.
public struct DrillPlan: Sendable, Hashable {
  public let seed: UInt64
  /// Start of the first period.
  public let start: Timestamp
  public let hours: Int
  /// Hours of nearly dry weather before the storm, so that the longest sums are complete from
  /// its first period on.
  public let leadHours: Int
  /// Length of a radar frame and of a gauge report.
  public let step: TimeSpan
  /// Side of a radar cell, degrees.
  public let resolution: Double
  /// Nil where the storm comes without forecasts.
  public let forecast: DrillForecast?

  /// - Throws: a fault for lengths and sizes that make no storm: more than ten days, a lead-in of
  ///   more than three, a step that does not divide an hour into whole minutes, cells below 0.001° or above 0.1°.
  public init(
    seed: UInt64, start: Timestamp, hours: Int = 24, leadHours: Int = 72,
    step: TimeSpan = .minutes(10), resolution: Double = 0.01, forecast: DrillForecast? = nil
  ) throws(Fault) {
    guard (1...240).contains(hours) else {
      throw Fault(
        "drill_hours", "a storm of \(hours) h was asked for", remedy: "ask for 1 to 240 hours")
    }
    guard (0...72).contains(leadHours) else {
      throw Fault(
        "drill_lead", "a lead-in of \(leadHours) h was asked for", remedy: "ask for 0 to 72 hours")
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
    self.leadHours = leadHours
    self.step = step
    self.resolution = resolution
    self.forecast = forecast
  }

  /// The night of the committed sample: from 20:00 Beijing time on 9 July 2024.
  public static let sampleStart = Timestamp(secondsSince1970: 1_720_526_400)

  /// Start of the lead-in; the start of the storm where there is none.
  public var leadStart: Timestamp { start - leadHours * 3600 }
  public var end: Timestamp { start + hours * 3600 }

  /// Ends of all periods, first to last.
  public var periodEnds: [Timestamp] {
    (1...(hours * 3600 / step.seconds)).map { start + $0 * step.seconds }
  }

  /// Ends of the periods of the lead-in, first to last.
  var leadPeriodEnds: [Timestamp] {
    let count = leadHours * 3600 / step.seconds
    return (0..<count).map { leadStart + ($0 + 1) * step.seconds }
  }

  /// Ends of the hours of the lead-in, first to last.
  var leadHourEnds: [Timestamp] {
    (0..<leadHours).map { leadStart + ($0 + 1) * 3600 }
  }

  /// Number of the period that ends at a moment, from 0; nil for any other moment.
  func index(ofPeriodEnding end: Timestamp) -> Int? {
    let seconds = end.seconds(since: start)
    guard seconds > 0, seconds <= hours * 3600, seconds % step.seconds == 0 else { return nil }
    return seconds / step.seconds - 1
  }
}
