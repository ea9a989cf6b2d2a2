public import Hydromet

/// The Xin'anjiang model 新安江模型: runoff where the soil is full, evaporation in three layers, water
/// of three sources.
///
/// Two details differ from the customary programs, so that the water balance closes to rounding: free
/// water is kept as a depth over the whole basin (S · FR), and what a shrinking area cannot hold runs
/// off instead of being lost; the two linear stores keep volumes and not flows.
///
/// - Source: Zhao R. J. (1992), J. Hydrol. 135, 371–381, eq. 1–23.
public struct Xinanjiang: Sendable, Hashable {
  /// Depths of water over the basin, mm.
  public struct State: Sendable, Hashable, BitwiseCopyable {
    /// WU, WL, WD
    public var upper: Double
    public var lower: Double
    public var deep: Double
    /// S · FR
    public var free: Double
    /// On its way as interflow and in the ground water.
    public var interflow: Double
    public var groundwater: Double

    public init(
      upper: Double, lower: Double, deep: Double, free: Double = 0, interflow: Double = 0,
      groundwater: Double = 0
    ) {
      self.upper = upper
      self.lower = lower
      self.deep = deep
      self.free = free
      self.interflow = interflow
      self.groundwater = groundwater
    }

    public var tension: Double { upper + lower + deep }
    /// Everything that the basin holds, mm.
    public var storage: Double { tension + free + interflow + groundwater }
  }

  /// What one step gave, mm over the basin.
  public struct Outflow: Sendable, Hashable, BitwiseCopyable {
    public var evaporation = 0.0
    /// R: what the soil did not keep, of all three sources.
    public var runoff = 0.0
    /// RS: to the unit hydrograph.
    public var surface = 0.0
    /// Leaving the interflow and ground water stores, at the outlet.
    public var interflow = 0.0
    public var groundwater = 0.0
  }

  public let parameters: XinanjiangParameters
  let capacity: Double
  /// W'mm
  let largest: Double
  let tensionInverse: Double
  let freeLargest: Double
  let freeInverse: Double
  /// Of one step.
  let interflowOutlet: Double
  let groundwaterOutlet: Double
  let interflowRecession: Double
  let groundwaterRecession: Double

  /// - Throws: `bad_parameter` naming the first that is outside its range.
  public init(_ parameters: XinanjiangParameters, step: TimeSpan) throws(Fault) {
    try Xinanjiang.check(parameters, step)
    let p = parameters
    self.parameters = p
    capacity = p.tensionCapacity
    largest = capacity * (1 + p.tensionExponent) / (1 - p.imperviousShare)
    tensionInverse = 1 / (1 + p.tensionExponent)
    freeLargest = p.freeCapacity * (1 + p.freeExponent)
    freeInverse = 1 / (1 + p.freeExponent)
    let days = Double(step.seconds) / 86_400
    let both = p.interflowOutlet + p.groundwaterOutlet
    let bothOfStep = 1 - Elementary.pow(1 - both, days)
    let interflowPart = both > 0 ? p.interflowOutlet / both : 0
    interflowOutlet = bothOfStep * interflowPart
    groundwaterOutlet = bothOfStep - bothOfStep * interflowPart
    interflowRecession = Elementary.pow(p.interflowRecession, days)
    groundwaterRecession = Elementary.pow(p.groundwaterRecession, days)
  }

  static func check(_ p: XinanjiangParameters, _ step: TimeSpan) throws(Fault) {
    let ranges: [(String, Double, ClosedRange<Double>)] = [
      ("K", p.evaporationRatio, 0...3), ("B", p.tensionExponent, 0.01...5),
      ("IM", p.imperviousShare, 0...0.95), ("UM", p.upperCapacity, 0.1...1000),
      ("LM", p.lowerCapacity, 0.1...1000), ("DM", p.deepCapacity, 0...1000),
      ("C", p.deepEvaporation, 0...1), ("SM", p.freeCapacity, 0.1...1000),
      ("EX", p.freeExponent, 0.01...5), ("KI", p.interflowOutlet, 0...0.999),
      ("KG", p.groundwaterOutlet, 0...0.999),
      ("KI + KG", p.interflowOutlet + p.groundwaterOutlet, 0...0.999),
      ("CI", p.interflowRecession, 0...0.9999), ("CG", p.groundwaterRecession, 0...0.99999),
      ("step in seconds", Double(step.seconds), 1...86_400),
    ]
    for (name, value, range) in ranges where !range.contains(value) {
      throw Fault(
        "bad_parameter", "\(name) is \(value)",
        remedy: "give a number from \(range.lowerBound) to \(range.upperBound)")
    }
  }

  /// With all layers filled to a share of their capacity and nothing on its way.
  public func state(saturation share: Double) -> State {
    let share = min(max(share, 0), 1)
    return State(
      upper: share * parameters.upperCapacity, lower: share * parameters.lowerCapacity,
      deep: share * parameters.deepCapacity)
  }

  /// One step with rain and evaporation capacity, both mm.
  public func advance(_ state: inout State, rain: Double, evaporation: Double) -> Outflow {
    var out = Outflow()
    let demand = parameters.evaporationRatio * evaporation
    if rain > demand {
      out.evaporation = demand
      // Five millimetres at a time is the custom; two keep short and long rain of one depth alike.
      let net = rain - demand
      let slices = net > 2 ? (net * 0.5).rounded(.up) : 1
      for _ in 0..<Int(slices) { produce(&state, net / slices, &out) }
    } else {
      out.evaporation = rain + evaporate(&state, demand - rain)
    }
    drain(&state, &out)
    return out
  }

  /// Takes from the layers what the rain did not give.
  func evaporate(_ state: inout State, _ lack: Double) -> Double {
    let fromUpper = min(state.upper, lack)
    state.upper -= fromUpper
    let rest = lack - fromUpper
    guard rest > 0 else { return fromUpper }
    let least = parameters.deepEvaporation * rest
    var fromLower: Double
    var fromDeep = 0.0
    if state.lower >= parameters.deepEvaporation * parameters.lowerCapacity {
      fromLower = min(rest * state.lower / parameters.lowerCapacity, state.lower)
    } else if state.lower >= least {
      fromLower = least
    } else {
      fromLower = state.lower
      fromDeep = min(least - fromLower, state.deep)
    }
    state.lower -= fromLower
    state.deep -= fromDeep
    return fromUpper + fromLower + fromDeep
  }

  /// Net rain above 0 becomes tension water and runoff.
  func produce(_ state: inout State, _ net: Double, _ out: inout Outflow) {
    let before = state.tension
    let lack = max(1 - before / capacity, 0)
    // A + PE on the curve of capacities, as a share of its largest.
    let open = Elementary.pow(lack, tensionInverse) - net / largest
    var wetted = capacity
    var dryShare = 0.0
    if open > 0 {
      dryShare = Elementary.pow(open, parameters.tensionExponent)
      wetted = capacity - capacity * (open * dryShare)
    }
    let kept = min(max(wetted - before, 0), net)
    let runoff = net - kept
    out.runoff += runoff
    fill(&state, kept)
    let direct = min(parameters.imperviousShare * net, runoff)
    out.surface += direct
    separate(
      &state, runoff - direct, area: (1 - parameters.imperviousShare) * (1 - dryShare), &out)
  }

  /// Fills the layers from the top.
  func fill(_ state: inout State, _ water: Double) {
    let upper = min(water, max(parameters.upperCapacity - state.upper, 0))
    state.upper += upper
    let lower = min(water - upper, max(parameters.lowerCapacity - state.lower, 0))
    state.lower += lower
    state.deep += water - upper - lower
  }

  /// Runoff of the pervious part enters the free water; what that cannot hold runs off at once.
  func separate(_ state: inout State, _ runoff: Double, area: Double, _ out: inout Outflow) {
    guard runoff > 0 else { return }
    guard area > 1e-9 else {
      out.surface += runoff
      return
    }
    let depth = state.free / area
    let start = min(depth, parameters.freeCapacity)
    let open =
      Elementary.pow(1 - start / parameters.freeCapacity, freeInverse)
      - runoff / (area * freeLargest)
    var end = parameters.freeCapacity
    if open > 0 {
      end -= parameters.freeCapacity * (open * Elementary.pow(open, parameters.freeExponent))
    }
    let held = min(end * area, state.free + runoff)
    out.surface += state.free + runoff - held
    state.free = held
  }

  func drain(_ state: inout State, _ out: inout Outflow) {
    let toInterflow = interflowOutlet * state.free
    let toGroundwater = groundwaterOutlet * state.free
    state.free -= toInterflow + toGroundwater
    let interflow = state.interflow + toInterflow
    state.interflow = interflowRecession * interflow
    out.interflow = interflow - state.interflow
    let groundwater = state.groundwater + toGroundwater
    state.groundwater = groundwaterRecession * groundwater
    out.groundwater = groundwater - state.groundwater
  }
}
