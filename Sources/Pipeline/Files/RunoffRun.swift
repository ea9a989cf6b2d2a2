public import Hydromet
public import Runoff

/// One model on one table, with the soil beside it: `freshet runoff run`.
public struct RunoffRun {
  public let run: CatchmentModel.Run
  private let series: CatchmentSeries
  private let antecedent: [Double]
  private let gapShare: [Double]
  private let index: [Double]
  /// What the run ended with, to go on from.
  public let state: RunoffState

  /// - Parameter start: what an earlier run ended with; it has to end where the series begins.
  /// - Throws: what `CatchmentModel.run` throws; `state_other_model` also where the state ends elsewhere.
  public init(
    _ model: CatchmentModel, _ values: [Double], on series: CatchmentSeries,
    antecedent parameters: AntecedentParameters, from start: RunoffState? = nil
  ) throws(Fault) {
    self.series = series
    try start?.check(model, values, series)
    run = try model.run(
      values, rain: series.rain, evaporation: series.evaporation, step: series.step,
      keepsStorage: true, from: start?.model)
    let recursion = try AntecedentRainfall(parameters, step: series.step)
    var depth = start?.soil[0] ?? recursion.start
    var gap = start?.soil[1] ?? 1
    var tanks = SoilWaterTanks()
    if let soil = start?.soil {
      tanks = SoilWaterTanks(upper: soil[2], middle: soil[3], lower: soil[4])
    }
    var antecedent: [Double] = []
    var gaps: [Double] = []
    var index: [Double] = []
    for rain in series.rain {
      depth = recursion.after(depth, rain: rain)
      gap *= recursion.recession
      tanks.pass(series.step, rain: rain)
      antecedent.append(depth)
      gaps.append(gap)
      index.append(tanks.index)
    }
    self.antecedent = antecedent
    gapShare = gaps
    self.index = index
    state = RunoffState(
      name: model.rawValue, step: series.step,
      time: series.firstEnd + (series.count - 1) * series.step.seconds, parameters: values,
      model: run.state, soil: [depth, gap, tanks.upper, tanks.middle, tanks.lower])
  }

  /// `time, rain_mm, evaporation_mm, flow_mm, observed_mm, storage_mm, antecedent_mm,
  /// soil_water_index_mm, start_share`: depths of the step that ends at `time`, states at its end.
  /// `start_share` is what the start from nothing still counts for in the antecedent rainfall.
  public var csv: String {
    var text =
      "time,rain_mm,evaporation_mm,flow_mm,observed_mm,storage_mm,antecedent_mm,"
      + "soil_water_index_mm,start_share\n"
    for step in 0..<series.count {
      let time = series.firstEnd + step * series.step.seconds
      let numbers: [Double?] = [
        series.rain[step], run.evaporation[step], run.flow[step], series.observed[step],
        run.storage[step], antecedent[step], index[step], gapShare[step],
      ]
      let cells = numbers.map { $0.map(RunoffRun.decimal) ?? "" }
      text += time.iso8601 + "," + cells.joined(separator: ",") + "\n"
    }
    return text
  }

  /// How far the water balance is from closing, mm.
  public var imbalance: Double {
    let left = run.flow.reduce(0, +) + run.evaporation.reduce(0, +)
    return run.startStorage + series.rain.reduce(0, +) + run.exchanged - left
      - (run.storage.last ?? run.startStorage)
  }

  /// Six decimals, rounded.
  static func decimal(_ value: Double) -> String {
    let scaled = (value * 1_000_000).rounded()
    guard scaled.magnitude < 9e15 else { return "\(value)" }
    let whole = Int64(scaled)
    let rest = String(whole.magnitude % 1_000_000)
    let zeros = String(repeating: "0", count: 6 - rest.count)
    return "\(whole < 0 ? "-" : "")\(whole.magnitude / 1_000_000).\(zeros)\(rest)"
  }
}
