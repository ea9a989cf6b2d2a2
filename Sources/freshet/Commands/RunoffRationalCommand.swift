import ArgumentParser
import Hydromet
import Runoff

/// The rational formula on the command line.
struct RunoffRationalCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rational",
    abstract: "Peak flow of a small hill basin from design rain 推理公式.",
    discussion: """
      Qm = 0.278 psi (Sp / tau^n) F with tau = 0.278 L / (m J^1/3 Qm^1/4); for basins
      below 200 km2. Writes peak, times and the branch of the formula as CSV. With
      --flow it is solved the other way: the Sp that brings the peak to this flow.

      freshet runoff rational --area 45 --length 12 --slope 0.02 --rain 80 --decay 0.6 \\
        --infiltration 3 --confluence 1.0
      """)

  @Option(help: "F, km².")
  var area: Double
  @Option(help: "L, from the outlet to the divide, km.")
  var length: Double
  @Option(help: "J, the mean slope of the stream as a fraction.")
  var slope: Double
  @Option(help: "m, the confluence parameter 汇流参数.")
  var confluence: Double
  @Option(help: "mu, the mean infiltration, mm/h.")
  var infiltration: Double
  @Option(help: "Sp, the largest rain of one hour, mm.")
  var rain: Double?
  @Option(help: "The flow that is to be reached, m³/s, in place of the rain.")
  var flow: Double?
  @Option(
    help:
      "n, by which intensity falls with duration: one number, or those below 1 h, to 6 h, beyond.")
  var decay: [Double] = [0.6]
  @OptionGroup var output: OutputOption

  func validate() throws {
    guard (rain == nil) != (flow == nil) else {
      throw ValidationError("give either --rain or --flow")
    }
    guard [1, 3].contains(decay.count) else {
      throw ValidationError("give --decay once, or three times")
    }
  }

  func run() throws {
    let formula = try RationalFormula(
      area: area, length: length, slope: slope, confluence: confluence, infiltration: infiltration)
    let exponents = RationalFormula.Decay(
      belowOneHour: decay[0], belowSixHours: decay[decay.count / 2], beyond: decay[decay.count - 1])
    let hourly = try rain ?? formula.hourlyRain(reaching: flow ?? 0, decay: exponents)
    let peak = try formula.peak(hourlyRain: hourly, decay: exponents)
    func text(_ value: Double) -> String {
      value.isFinite ? "\((value * 10_000).rounded() / 10_000)" : ""
    }
    try Terminal.deliver(
      "hourly_rain_mm,peak_m3s,concentration_h,production_h,runoff_coefficient,branch\n"
        + "\(text(hourly)),\(text(peak.discharge)),\(text(peak.concentration)),"
        + "\(text(peak.production)),\(text(peak.coefficient)),"
        + "\(peak.isWhole ? "whole" : "partial")\n", to: output.path)
  }
}
