public import Hydromet
public import Kernels

/// Rain of one step on every basin.
public struct BasinRain: Sendable, Hashable {
  /// mm over the whole basin; what is not known counts as none.
  public var depth: [Double]
  /// Share of the basin's rain that is known, 0…1.
  public var knownShare: [Double]

  public init(depth: [Double], knownShare: [Double]) {
    self.depth = depth
    self.knownShare = knownShare
  }

  /// Nothing is known.
  public static func missing(basins: Int) -> BasinRain {
    BasinRain(
      depth: [Double](repeating: 0, count: basins),
      knownShare: [Double](repeating: 0, count: basins))
  }
}

extension HydrologyModel {
  /// One step passes.
  ///
  /// - Parameters:
  ///   - rain: of the step that ends at `state.time + step`, in the order of the basins.
  ///   - evaporation: capacity of the day in place of that of the month, mm/d, the same for all basins.
  /// - Throws: `state_other_model`, `wrong_basin_count`, `bad_rain` naming the basin, `bad_evaporation`.
  public func advance(
    _ state: inout HydrologyState, rain: BasinRain, evaporation: Double? = nil,
    workers: Workers = .one
  ) throws(Fault) {
    try check(state)
    try check(rain)
    if let evaporation, !(0...50).contains(evaporation) {
      throw Fault(
        "bad_evaporation", "an evaporation capacity of \(evaporation) mm/d",
        remedy: "give 0 to 50 mm/d")
    }
    advanceChecked(&state, rain, evaporation, workers)
  }

  func check(_ rain: BasinRain) throws(Fault) {
    guard rain.depth.count == basinCount, rain.knownShare.count == basinCount else {
      throw Fault(
        "wrong_basin_count", "rain of \(rain.depth.count) basins for \(basinCount)",
        remedy: "give the rain of each basin, in their order")
    }
    for place in rain.depth.indices
    where
      !(rain.depth[place] >= 0 && rain.depth[place] < 10_000
      && rain.knownShare[place] >= 0 && rain.knownShare[place] <= 1)
    {
      throw Fault(
        "bad_rain",
        "basin \(parameters[place].basin): \(rain.depth[place]) mm in \(step.text), "
          + "\(rain.knownShare[place]) of it known",
        remedy: "give a depth of 0 to 10,000 mm and a share of 0 to 1")
    }
  }

  private func advanceChecked(
    _ state: inout HydrologyState, _ rain: BasinRain, _ evaporation: Double?, _ workers: Workers
  ) {
    let lost = evaporation.map { $0 * Double(step.seconds) / 86_400 }
    let end = state.time + step.seconds
    let month = BeijingTime.civil(end).month - 1
    var own = [Double](repeating: 0, count: basinCount)
    state.moisture.withUnsafeMutableBufferPointer { moisture in
      state.pending.withUnsafeMutableBufferPointer { pending in
        own.withUnsafeMutableBufferPointer { own in
          let tables = Tables(moisture: moisture, pending: pending, flow: own)
          workers.forEachRange(of: basinCount, step: 256) { range in
            for place in range {
              tables.flow[place] = advance(place, tables, rain, month, lost)
            }
          }
        }
      }
    }
    state.time = end
    let flow = route(own, &state.reachFlows)
    if state.recent.count >= recentSteps * basinCount { state.recent.removeFirst(basinCount) }
    state.recent += flow
  }

  /// Columns that several threads write at places of their own.
  struct Tables: @unchecked Sendable {
    let moisture: UnsafeMutableBufferPointer<BasinMoisture>
    let pending: UnsafeMutableBufferPointer<Double>
    let flow: UnsafeMutableBufferPointer<Double>
  }

  /// - Returns: flow at the basin's own outlet without the basins above, m³/s.
  private func advance(
    _ place: Int, _ tables: Tables, _ rain: BasinRain, _ month: Int, _ lost: Double?
  ) -> Double {
    let depth = rain.depth[place]
    let recursion = antecedent[place]
    tables.moisture[place].antecedent = recursion.after(
      tables.moisture[place].antecedent, rain: depth)
    tables.moisture[place].gapShare = GapMemory.after(
      tables.moisture[place].gapShare, recession: recursion.recession,
      unknown: 1 - rain.knownShare[place])
    tables.moisture[place].tanks.pass(step, rain: depth)
    let out = runoff[place].advance(
      &tables.moisture[place].soil, rain: depth,
      evaporation: lost ?? evaporation[place * 12 + month])
    return flow(place, out, tables.pending)
  }

  /// Lets the surface water of a step enter the unit hydrograph and takes out what passes now.
  private func flow(
    _ place: Int, _ out: Xinanjiang.Outflow, _ pending: UnsafeMutableBufferPointer<Double>
  ) -> Double {
    let shares = response[place].shares
    let start = pendingStart[place]
    let count = shares.count - 1
    var passing = out.surface * shares[0]
    if count > 0 {
      passing = pending[start] + passing
      for next in 1..<count {
        pending[start + next - 1] = pending[start + next] + out.surface * shares[next]
      }
      // The last place is free again: what enters it is all there is.
      pending[start + count - 1] = out.surface * shares[count]
    }
    return discharge(place, passing, out)
  }

  func discharge(_ place: Int, _ surface: Double, _ out: Xinanjiang.Outflow) -> Double {
    Discharge.cubicMetresPerSecond(
      surface + (out.interflow + out.groundwater), area: parameters[place].area, step: step)
      + parameters[place].inflow
  }

  /// Adds the water of the basins above and sends it on, in one step.
  ///
  /// - Returns: the flow at every outlet, m³/s.
  private func route(_ own: [Double], _ reachFlows: inout [Double]) -> [Double] {
    var flow = own
    var sent = [Double](repeating: 0, count: basinCount)
    reachFlows.withUnsafeMutableBufferPointer { flows in
      for place in tree.order {
        for upper in above[place] { flow[place] += sent[upper] }
        guard let reach = reaches[place] else { continue }
        if reach.parts > 0, let base = flows.baseAddress {
          sent[place] = reach.pass(flow[place], base + reachStart[place])
        } else {
          sent[place] = flow[place]
        }
      }
    }
    return flow
  }
}
