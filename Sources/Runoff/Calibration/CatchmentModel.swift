public import Hydromet

/// A model of one catchment with parameters in a list, for series and calibration: rain and evaporation
/// capacity in, flow out, all in mm a step.
public enum CatchmentModel: String, Sendable, Hashable, CaseIterable {
  case xinanjiang
  case gr4h
  case curveNumber = "scs-cn"
  case initialConstant = "initial-constant"

  /// A parameter that is given or looked for.
  public struct Parameter: Sendable, Hashable {
    public let name: String
    public let unit: String
    public let range: ClosedRange<Double>
    public let usual: Double
    /// Looked for on the scale of its logarithm.
    public let isLogarithmic: Bool

    init(
      _ name: String, _ unit: String, _ range: ClosedRange<Double>, _ usual: Double,
      isLogarithmic: Bool = false
    ) {
      self.name = name
      self.unit = unit
      self.range = range
      self.usual = usual
      self.isLogarithmic = isLogarithmic
    }
  }

  public var parameters: [Parameter] {
    switch self {
    case .xinanjiang: CatchmentModel.xinanjiangParameters
    case .gr4h:
      [
        Parameter("X1", "mm", 10...3000, 350, isLogarithmic: true),
        Parameter("X2", "mm/h", -3...3, 0), Parameter("X3", "mm", 5...800, 90, isLogarithmic: true),
        Parameter("X4", "h", 0.5...120, 10, isLogarithmic: true),
      ]
    case .curveNumber:
      [Parameter("CN", "", 30...98, 75), Parameter("Ia/S", "", 0...0.5, 0.2)]
        + CatchmentModel.eventParameters
    case .initialConstant:
      [
        Parameter("Wm", "mm", 10...300, 100, isLogarithmic: true),
        Parameter("K", "per day", 0.7...0.99, 0.9),
        Parameter("mu", "mm/h", 0.01...30, 2, isLogarithmic: true),
      ] + CatchmentModel.eventParameters
    }
  }

  private static let xinanjiangParameters = [
    Parameter("K", "", 0.3...1.6, 0.95), Parameter("B", "", 0.05...1.5, 0.3),
    Parameter("IM", "", 0...0.15, 0.02), Parameter("UM", "mm", 2...60, 20),
    Parameter("LM", "mm", 10...150, 70), Parameter("DM", "mm", 5...200, 30),
    Parameter("C", "", 0.01...0.3, 0.15),
    Parameter("SM", "mm", 2...150, 25, isLogarithmic: true), Parameter("EX", "", 0.3...2.5, 1.2),
    Parameter("KI", "per day", 0.01...0.9, 0.35), Parameter("KG/(1-KI)", "", 0.01...0.95, 0.5),
    Parameter("CI", "per day", 0.01...0.99, 0.6), Parameter("CG", "per day", 0.8...0.9995, 0.985),
    Parameter("n", "", 1...6, 3), Parameter("nK", "h", 0.3...120, 6, isLogarithmic: true),
  ]

  /// Response of the net rain, and a store that a share of the losses feeds.
  private static let eventParameters = [
    Parameter("n", "", 1...6, 3), Parameter("nK", "h", 0.3...120, 6, isLogarithmic: true),
    Parameter("base share", "", 0...0.9, 0.3),
    Parameter("base recession", "per day", 0.7...0.999, 0.95),
  ]

  /// What a run gave, one number a step.
  public struct Run: Sendable {
    /// mm a step.
    public var flow: [Double] = []
    public var evaporation: [Double] = []
    /// Water in the catchment at the end of every step, mm; empty where it was not asked for.
    public var storage: [Double] = []
    /// Water at the start, and what came from or went to other catchments in all, mm.
    public var startStorage = 0.0
    public var exchanged = 0.0
    /// Everything that the model remembers at the end, to go on from; empty for the models of events,
    /// which are not taken up again.
    public var state: [Double] = []
  }

  /// Runs a series from the customary start.
  ///
  /// - Parameters:
  ///   - values: in the order of `parameters`.
  ///   - rain: mm a step; `evaporation` likewise, as long as `rain`.
  ///   - keepsStorage: the water in the catchment is wanted too.
  ///   - state: what an earlier run of the same parameters and step ended with; nil for the customary
  ///     start.
  /// - Throws: `bad_parameter`, `wrong_step` (GR4H is for hours), `state_other_model`.
  public func run(
    _ values: [Double], rain: [Double], evaporation: [Double], step: TimeSpan,
    keepsStorage: Bool = false, from state: [Double]? = nil
  ) throws(Fault) -> Run {
    guard values.count == parameters.count, rain.count == evaporation.count else {
      throw Fault(
        "bad_parameter",
        "\(values.count) parameters, \(rain.count) steps of rain and \(evaporation.count) of "
          + "evaporation for the model \(rawValue)",
        remedy: "give \(parameters.map(\.name).joined(separator: ", ")) and series of one length")
    }
    switch self {
    case .xinanjiang:

      return try CatchmentModel.xinanjiang(values, rain, evaporation, step, keepsStorage, state)
    case .gr4h:
      return try CatchmentModel.gr4h(values, rain, evaporation, step, keepsStorage, state)
    case .curveNumber, .initialConstant:
      guard state == nil else { throw CatchmentModel.foreignState }
      return try event(values, rain, evaporation, step, keepsStorage)
    }
  }

  private static let foreignState = Fault(
    "state_other_model", "the state does not belong to this model and these parameters",
    remedy: "go on with the model, parameters and step that it was saved with, or begin anew")

  private static func xinanjiang(
    _ v: [Double], _ rain: [Double], _ evaporation: [Double], _ step: TimeSpan, _ keeps: Bool,
    _ start: [Double]?
  ) throws(Fault) -> Run {
    let model = try Xinanjiang(
      XinanjiangParameters(
        evaporationRatio: v[0], tensionExponent: v[1], imperviousShare: v[2], upperCapacity: v[3],
        lowerCapacity: v[4], deepCapacity: v[5], deepEvaporation: v[6], freeCapacity: v[7],
        freeExponent: v[8], interflowOutlet: v[9], groundwaterOutlet: v[10] * (0.999 - v[9]),
        interflowRecession: v[11], groundwaterRecession: v[12]), step: step)
    var response = Response(
      try UnitHydrograph(nash: NashResponse(reservoirs: v[13], hours: v[14] / v[13]), step: step))
    var state = model.state(saturation: 0.5)
    if let start {
      guard start.count > 6, start.allSatisfy(\.isFinite), response.restore(start[6...]) else {
        throw foreignState
      }
      state = Xinanjiang.State(
        upper: start[0], lower: start[1], deep: start[2], free: start[3], interflow: start[4],
        groundwater: start[5])
    }
    var run = Run()
    run.startStorage = state.storage + response.held
    run.flow.reserveCapacity(rain.count)
    for index in rain.indices {
      let out = model.advance(&state, rain: rain[index], evaporation: evaporation[index])
      run.flow.append(response.pass(out.surface) + (out.interflow + out.groundwater))
      guard keeps else { continue }
      run.evaporation.append(out.evaporation)
      run.storage.append(state.storage + response.held)
    }
    run.state =
      [state.upper, state.lower, state.deep, state.free, state.interflow, state.groundwater]
      + response.pending
    return run
  }

  private static func gr4h(
    _ v: [Double], _ rain: [Double], _ evaporation: [Double], _ step: TimeSpan, _ keeps: Bool,
    _ start: [Double]?
  ) throws(Fault) -> Run {
    guard step.seconds == 3600 else {
      throw Fault(
        "wrong_step", "GR4H was given steps of \(step.text)",
        remedy: "GR4H is for hours: sum the table to hours, or choose another model")
    }
    var model = try GR4H(
      .init(
        productionCapacity: v[0], exchange: v[1], routingCapacity: v[2],
        unitHydrographHours: v[3]))
    if let start, !model.restore(start) { throw foreignState }
    let exchangedBefore = model.exchanged
    var run = Run()
    run.startStorage = model.storage
    run.flow.reserveCapacity(rain.count)
    for index in rain.indices {
      let out = model.advance(rain: rain[index], evaporation: evaporation[index])
      run.flow.append(out.flow)
      guard keeps else { continue }
      run.evaporation.append(out.evaporation)
      run.storage.append(model.storage)
    }
    run.exchanged = model.exchanged - exchangedBefore
    run.state = model.numbers
    return run
  }

  /// The two loss methods with a unit hydrograph; a share of the loss feeds a base flow store, and the
  /// rest is counted as evaporation.
  private func event(
    _ v: [Double], _ rain: [Double], _ evaporation: [Double], _ step: TimeSpan, _ keeps: Bool
  ) throws(Fault) -> Run {
    let last = v.suffix(4)
    let offset = last.startIndex
    var response = Response(
      try UnitHydrograph(
        nash: NashResponse(reservoirs: last[offset], hours: last[offset + 1] / last[offset]),
        step: step))
    let recession = Elementary.pow(last[offset + 3], Double(step.seconds) / 86_400)
    var losses = try EventLosses(self, v, step: step)
    var base = 0.0
    var run = Run()
    run.flow.reserveCapacity(rain.count)
    for depth in rain {
      let net = losses.netRain(depth)
      base += (depth - net) * last[offset + 2]
      let fromBase = base * (1 - recession)
      base -= fromBase
      run.flow.append(response.pass(net) + fromBase)
      guard keeps else { continue }
      run.evaporation.append((depth - net) * (1 - last[offset + 2]))
      run.storage.append(base + response.held)
    }
    return run
  }
}

/// Net rain on its way through a unit hydrograph.
struct Response {
  private let shares: [Double]
  private(set) var pending: [Double]

  /// Takes up what was on its way; false, and nothing is changed, where it is of another length.
  mutating func restore(_ numbers: ArraySlice<Double>) -> Bool {
    guard numbers.count == pending.count else { return false }
    pending = Array(numbers)
    return true
  }

  init(_ hydrograph: UnitHydrograph) {
    shares = hydrograph.shares
    pending = [Double](repeating: 0, count: shares.count)
  }

  /// Water that has entered and not passed, mm.
  var held: Double { pending.reduce(0, +) }

  mutating func pass(_ net: Double) -> Double {
    pending.withUnsafeMutableBufferPointer { pending in
      shares.withUnsafeBufferPointer { shares in
        let passing = pending[0] + net * shares[0]
        for next in 1..<max(shares.count, 1) {
          pending[next - 1] = pending[next] + net * shares[next]
        }
        pending[shares.count - 1] = 0
        return passing
      }
    }
  }
}

/// Losses of rain by event: an event ends with twelve hours without rain.
private struct EventLosses {
  private enum Method {
    case curve(CurveNumber)
    case constant(AntecedentRainfall, rate: Double)
  }

  private let method: Method
  private let hours: Double
  private let dryStepsToEnd: Int
  private let fiveDays: Int
  private var drySteps: Int
  /// Rain and runoff of the event so far, mm.
  private var rain = 0.0
  private var runoff = 0.0
  private var curve = CurveNumber(75)
  /// What the soil lacks before it lets water run off, mm.
  private var lack = 0.0
  private var antecedent: Double
  private var past: [Double] = []
  private var pastSum = 0.0

  init(_ model: CatchmentModel, _ v: [Double], step: TimeSpan) throws(Fault) {
    hours = Double(step.seconds) / 3600
    dryStepsToEnd = max(1, 12 * 3600 / step.seconds)
    fiveDays = max(1, 5 * 86_400 / step.seconds)
    drySteps = dryStepsToEnd
    if model == .curveNumber {
      method = .curve(CurveNumber(v[0], initialShare: v[1]))
      antecedent = 0
    } else {
      let recursion = try AntecedentRainfall(
        AntecedentParameters(dailyRecession: v[1], capacity: v[0]), step: step)
      method = .constant(recursion, rate: v[2])
      antecedent = recursion.start
    }
  }

  mutating func netRain(_ depth: Double) -> Double {
    drySteps = depth > 0 ? 0 : drySteps + 1
    let net: Double
    switch method {
    case .curve(let average):
      if drySteps >= dryStepsToEnd {
        (rain, runoff) = (0, 0)
        curve = average.adjusted(
          to: .init(fiveDayRain: pastSum, isGrowingSeason: true))
      }
      rain += depth
      let total = curve.runoff(of: rain)
      net = max(total - runoff, 0)
      runoff = total
      past.append(depth)
      pastSum += depth
      if past.count > fiveDays { pastSum -= past[past.count - 1 - fiveDays] }
    case .constant(let recursion, let rate):
      if drySteps >= dryStepsToEnd { lack = recursion.parameters.capacity - antecedent }
      let filled = min(lack, depth)
      lack -= filled
      let share = depth > 0 ? (depth - filled) / depth : 0
      net = max(depth - filled - rate * hours * share, 0)
      antecedent = recursion.after(antecedent, rain: depth, runoff: net)
    }
    return net
  }
}
