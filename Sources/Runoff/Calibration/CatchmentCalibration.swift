public import Hydromet

/// Rain, evaporation capacity and measured flow of one catchment in steps of one length, all in mm a
/// step.
public struct CatchmentSeries: Sendable {
  /// End of the first step.
  public var firstEnd: Timestamp
  public var step: TimeSpan
  /// What is not known is 0 here and counted in `missingRain`.
  public var rain: [Double]
  public var evaporation: [Double]
  /// nil where it was not measured.
  public var observed: [Double?]
  public var missingRain: Int

  public init(
    firstEnd: Timestamp, step: TimeSpan, rain: [Double], evaporation: [Double],
    observed: [Double?], missingRain: Int = 0
  ) {
    self.firstEnd = firstEnd
    self.step = step
    self.rain = rain
    self.evaporation = evaporation
    self.observed = observed
    self.missingRain = missingRain
  }

  public var count: Int { rain.count }

  /// Sums of so many steps; the flow of steps some of which were not measured is the mean of the others
  /// times their number. Steps at the end that do not fill a sum are left out.
  public func summed(over steps: Int) -> CatchmentSeries {
    guard steps > 1 else { return self }
    var result = CatchmentSeries(
      firstEnd: firstEnd + (steps - 1) * step.seconds,
      step: TimeSpan(seconds: step.seconds * steps), rain: [], evaporation: [], observed: [],
      missingRain: missingRain)
    for start in stride(from: 0, through: count - steps, by: steps) {
      let range = start..<(start + steps)
      result.rain.append(rain[range].reduce(0, +))
      result.evaporation.append(evaporation[range].reduce(0, +))
      let known = observed[range].compactMap { $0 }
      result.observed.append(
        known.isEmpty ? nil : known.reduce(0, +) * Double(steps) / Double(known.count))
    }
    return result
  }
}

/// What a calibration makes as large as it can.
public enum CalibrationGoal: String, Sendable, CaseIterable {
  case nashSutcliffe = "nse"
  case klingGupta = "kge"

  func cost(_ scores: FlowScores) -> Double {
    switch self {
    case .nashSutcliffe: 1 - (scores.nashSutcliffe ?? -.infinity)
    case .klingGupta: 1 - (scores.klingGupta ?? -.infinity)
    }
  }
}

extension CatchmentModel {
  /// The parameters that fit the measured flow of a range of steps best.
  ///
  /// - Parameters:
  ///   - range: the steps whose flow counts; the model runs from the first step of the series on.
  /// - Throws: `no_flow` where no flow was measured in the range; `wrong_step`.
  public func calibrated(
    to series: CatchmentSeries, range: Range<Int>, goal: CalibrationGoal,
    search: ShuffledComplexEvolution,
    progress: (ShuffledComplexEvolution.Progress) -> Void = { _ in }
  ) throws(Fault) -> [Double] {
    let range = range.clamped(to: 0..<series.count)
    guard series.observed[range].contains(where: { $0 != nil }) else {
      throw Fault(
        "no_flow", "no flow was measured in the steps to calibrate on",
        remedy: "give a column of measured flow, or a shorter warm-up")
    }
    // One run with the usual parameters finds what is wrong with the series.
    _ = try run(
      parameters.map(\.usual), rain: series.rain, evaporation: series.evaporation,
      step: series.step)
    let rain = Array(series.rain[..<range.upperBound])
    let evaporation = Array(series.evaporation[..<range.upperBound])
    let bounds = parameters.map { own in
      own.isLogarithmic
        ? Elementary.log(own.range.lowerBound)...Elementary.log(own.range.upperBound) : own.range
    }
    func natural(_ point: [Double]) -> [Double] {
      zip(point, parameters).map { value, own in
        min(
          max(own.isLogarithmic ? Elementary.exp(value) : value, own.range.lowerBound),
          own.range.upperBound)
      }
    }
    let start = parameters.map { $0.isLogarithmic ? Elementary.log($0.usual) : $0.usual }
    let best = search.minimum(bounds: bounds, start: start, progress: progress) { point in
      guard
        let run = try? run(
          natural(point), rain: rain, evaporation: evaporation, step: series.step)
      else { return .infinity }
      return goal.cost(FlowScores(computed: run.flow, observed: series.observed, range: range))
    }
    return natural(best?.point ?? start)
  }
}

/// Forecasts of the flow some steps ahead, with the rain that fell, held against a flow that stays as it
/// is.
public struct LeadScores: Sendable, Hashable {
  /// Share of the error now that is taken to be there still: fitted on `fit`.
  public let persistenceOfError: Double
  /// Nash–Sutcliffe of the computed flow corrected by the last error, and of the last measured flow.
  public let corrected: Double?
  public let persistence: Double?

  /// - Parameters:
  ///   - fit: steps on which the share is fitted; `range`: steps that are scored.
  public init(
    computed: [Double], observed: [Double?], lead: Int, fit: Range<Int>, range: Range<Int>
  ) {
    var (product, square) = (0.0, 0.0)
    for step in fit where step >= lead {
      guard let before = observed[step - lead], let now = observed[step] else { continue }
      let error = before - computed[step - lead]
      product += error * (now - computed[step])
      square += error * error
    }
    let share = square > 0 ? min(max(product / square, 0), 1) : 0
    var corrected: [Double] = []
    var last: [Double] = []
    var target: [Double?] = []
    for step in range where step >= lead {
      guard let before = observed[step - lead] else { continue }
      corrected.append(max(computed[step] + share * (before - computed[step - lead]), 0))
      last.append(before)
      target.append(observed[step])
    }
    persistenceOfError = share
    self.corrected = FlowScores(computed: corrected, observed: target).nashSutcliffe
    persistence = FlowScores(computed: last, observed: target).nashSutcliffe
  }
}
