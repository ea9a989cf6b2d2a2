public import Hydromet

/// Soil and flow of all basins of a district in steps of one length: for each basin antecedent
/// rainfall, soil water tanks and the Xin'anjiang model with a unit hydrograph; Muskingum reaches from
/// outlet to outlet.
///
/// Water on its way from the basins above is added in the order of their ids, so that a part of the
/// tree, or the same tree in another order, gives the same bits.
public struct HydrologyModel: Sendable {
  public let parameters: [BasinParameters]
  public let tree: BasinTree
  public let step: TimeSpan
  /// Changes with everything that a state depends on.
  public let fingerprint: UInt64
  /// Area above every outlet, itself included, km².
  public let upstreamAreas: [Double]
  /// Steps of flow that a state remembers.
  public let recentSteps: Int

  let antecedent: [AntecedentRainfall]
  let runoff: [Xinanjiang]
  let response: [UnitHydrograph]
  let reaches: [MuskingumCoefficients?]
  /// Evaporation capacity of a step, mm: shape [basin, month].
  let evaporation: [Double]
  /// Where the numbers of a basin begin in a state; one more than there are basins.
  let pendingStart: [Int]
  let reachStart: [Int]
  /// The basins that drain into each, by id.
  let above: [[Int]]

  /// - Parameters:
  ///   - parameters: one for each basin.
  ///   - downstream: of each basin the id of the next; nil where the water leaves.
  ///   - step: at most an hour.
  /// - Throws: `bad_parameter` and the like naming the basin; what `BasinTree` throws.
  public init(
    _ parameters: [BasinParameters], downstream: [String?], step: TimeSpan,
    recent: TimeSpan = .hours(6)
  ) throws(Fault) {
    guard step.seconds > 0, step.seconds <= 3600 else {
      throw Fault(
        "bad_step", "soil states were asked for in steps of \(step.text)",
        remedy: "give a step of at most an hour")
    }
    self.parameters = parameters
    self.step = step
    recentSteps = max(1, min(recent.seconds / step.seconds, 10_000))
    let tree = try BasinTree(ids: parameters.map(\.basin), downstream: downstream)
    self.tree = tree
    var antecedent: [AntecedentRainfall] = []
    var runoff: [Xinanjiang] = []
    var response: [UnitHydrograph] = []
    var reaches: [MuskingumCoefficients?] = []
    for (place, own) in parameters.enumerated() {
      do throws(Fault) {
        try HydrologyModel.check(own)
        antecedent.append(try AntecedentRainfall(own.antecedent, step: step))
        runoff.append(try Xinanjiang(own.runoff, step: step))
        response.append(try UnitHydrograph(nash: own.response, step: step))
        let reach = tree.downstream[place] == nil ? nil : own.reach ?? .init(hours: 0, weight: 0)
        reaches.append(try reach.map { reach throws(Fault) in try .init(reach, step: step) })
      } catch {
        throw Fault(
          error.code, at: error.location, "basin \(own.basin): \(error.problem)",
          remedy: error.remedy)
      }
    }
    self.antecedent = antecedent
    self.runoff = runoff
    self.response = response
    self.reaches = reaches
    let days = Double(step.seconds) / 86_400
    evaporation = parameters.flatMap { own in own.monthlyEvaporation.map { $0 * days } }
    pendingStart = HydrologyModel.starts(response.map { $0.shares.count - 1 })
    reachStart = HydrologyModel.starts(reaches.map { $0?.stateCount ?? 0 })
    upstreamAreas = tree.accumulated(parameters.map(\.area))
    above = HydrologyModel.above(tree)
    fingerprint = HydrologyModel.fingerprint(parameters, downstream, step, recentSteps)
  }

  private static func check(_ own: BasinParameters) throws(Fault) {
    guard own.area > 0, own.area < 1e7, own.monthlyEvaporation.count == 12,
      own.monthlyEvaporation.allSatisfy({ (0...50).contains($0) }), (0...1e6).contains(own.inflow)
    else {
      throw Fault(
        "bad_parameter",
        "an area of \(own.area) km², an inflow of \(own.inflow) m³/s or evaporation of "
          + "\(own.monthlyEvaporation) mm/d",
        remedy: "give an area above 0 and twelve months of 0 to 50 mm/d")
    }
    for flow in own.references where !(flow.discharge > 0 && flow.discharge < 1e7) {
      throw Fault(
        "bad_parameter", "a flow of \(flow.discharge) m³/s", remedy: "give a flow above 0 m³/s")
    }
  }

  private static func starts(_ counts: [Int]) -> [Int] {
    var starts = [0]
    for count in counts { starts.append(starts[starts.count - 1] + count) }
    return starts
  }

  private static func above(_ tree: BasinTree) -> [[Int]] {
    var above = [[Int]](repeating: [], count: tree.ids.count)
    for place in tree.ids.indices.sorted(by: { tree.ids[$0] < tree.ids[$1] }) {
      if let next = tree.downstream[place] { above[next].append(place) }
    }
    return above
  }

  private static func fingerprint(
    _ parameters: [BasinParameters], _ downstream: [String?], _ step: TimeSpan, _ recent: Int
  ) -> UInt64 {
    var sum = Checksum()
    sum.add(Double(HydrologyState.version))
    sum.add(Double(step.seconds))
    sum.add(Double(recent))
    for (own, next) in zip(parameters, downstream) {
      sum.add(own.basin)
      sum.add(next ?? "")
      let r = own.runoff
      let reach = own.reach ?? .init(hours: -1, weight: 0)
      let numbers =
        own.monthlyEvaporation + [
          own.area, own.inflow, own.antecedent.dailyRecession, own.antecedent.capacity,
          r.evaporationRatio, r.tensionExponent, r.imperviousShare, r.upperCapacity,
          r.lowerCapacity, r.deepCapacity, r.deepEvaporation, r.freeCapacity, r.freeExponent,
          r.interflowOutlet, r.groundwaterOutlet, r.interflowRecession, r.groundwaterRecession,
          own.response.reservoirs, own.response.hours, reach.hours, reach.weight,
        ]
      for number in numbers { sum.add(number) }
    }
    return sum.value
  }

  public var basinCount: Int { parameters.count }

  /// Where nothing is known of the past: Pa at half of Wm, the soil half full, nothing on its way, and
  /// all of it unknown.
  public func start(at time: Timestamp) -> HydrologyState {
    HydrologyState(
      time: time, fingerprint: fingerprint,
      moisture: runoff.indices.map { place in
        BasinMoisture(
          antecedent: antecedent[place].start, gapShare: 1, tanks: SoilWaterTanks(),
          soil: runoff[place].state(saturation: 0.5))
      },
      pending: [Double](repeating: 0, count: pendingStart[basinCount]),
      reachFlows: [Double](repeating: 0, count: reachStart[basinCount]), recent: [])
  }

  /// Takes a saved state up.
  ///
  /// - Throws: `state_other_model` where it belongs to other basins or parameters.
  public func check(_ state: HydrologyState) throws(Fault) {
    let recent = state.recent.count
    guard state.fingerprint == fingerprint, state.moisture.count == basinCount,
      state.pending.count == pendingStart[basinCount],
      state.reachFlows.count == reachStart[basinCount],
      recent == 0 || (recent % max(basinCount, 1) == 0 && recent <= recentSteps * basinCount)
    else {
      throw Fault(
        "state_other_model", "the soil state belongs to other basins or other parameters",
        remedy: "work the states out again from the rain")
    }
  }

  /// The soil of every basin.
  public func soil(_ state: HydrologyState) -> [SoilState] {
    zip(parameters, state.moisture).map { own, moisture in
      SoilState(
        basin: own.basin, time: state.time, antecedentRainfall: moisture.antecedent,
        capacity: own.antecedent.capacity, soilWaterIndex: moisture.tanks.index,
        modelSaturation: min(moisture.soil.tension / own.runoff.tensionCapacity, 1),
        gapShare: moisture.gapShare)
    }
  }

  /// Water in the soil, on its way in the basin and in the reaches, m³: what the balance closes on.
  public func storedWater(_ state: HydrologyState) -> Double {
    var total = 0.0
    for (place, own) in parameters.enumerated() {
      let pending = state.pending[pendingStart[place]..<pendingStart[place + 1]].reduce(0, +)
      total += (state.moisture[place].soil.storage + pending) * own.area * 1000
      guard let reach = reaches[place], reach.parts > 0 else { continue }
      total += reach.storedWater(Array(state.reachFlows[reachStart[place]..<reachStart[place + 1]]))
    }
    return total
  }
}

extension MuskingumCoefficients {
  /// What the parts hold, m³: K (x I + (1 − x) O) of each, with the x that the coefficients stand for,
  /// and half a step of what flows in more than out: flows here are means of steps, and the formula
  /// takes them for the flows at their ends.
  func storedWater(_ flows: [Double]) -> Double {
    let seconds = reach.hours * 3600 / Double(parts)
    let ratio = Double(step.seconds) / seconds
    // C₂ = (1 − x − ½ Δt/K) / (1 − x + ½ Δt/K), solved for 1 − x.
    let dry = 0.5 * ratio * (1 + outflow) / (1 - outflow)
    return (0..<parts).reduce(0) { sum, part in
      sum + seconds * ((1 - dry) * flows[part] + dry * flows[part + 1])
        + 0.5 * Double(step.seconds) * (flows[part] - flows[part + 1])
    }
  }
}
