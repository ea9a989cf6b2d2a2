public import Hydromet
public import Kernels

/// Flow at every outlet over the steps to come.
public struct FlowTable: Sendable {
  /// The state's time: the first step ends one step later.
  public let time: Timestamp
  public let stepCount: Int
  /// m³/s: shape [basin, step].
  public var discharge: [Double]

  public func hydrograph(ofBasin place: Int) -> ArraySlice<Double> {
    discharge[(place * stepCount)..<((place + 1) * stepCount)]
  }

  /// The largest flow of a basin and its step; 0 where there is no step.
  public func peak(ofBasin place: Int) -> (discharge: Double, step: Int) {
    var best = (0.0, 0)
    for (step, flow) in hydrograph(ofBasin: place).enumerated() where flow > best.0 {
      best = (flow, step)
    }
    return best
  }
}

extension HydrologyModel {
  /// The flow of the next steps, as advancing step by step would give it, bit for bit.
  ///
  /// - Parameters:
  ///   - expected: rain of the steps to come, one `BasinRain.depth` per step; steps beyond it are dry.
  /// - Throws: `state_other_model`, `wrong_basin_count`, `bad_rain`.
  public func forecast(
    from state: HydrologyState, steps: Int, expected: [[Double]] = [], workers: Workers = .one
  ) throws(Fault) -> FlowTable {
    try check(state)
    for rain in expected {
      guard rain.count == basinCount else {
        throw Fault(
          "wrong_basin_count", "expected rain of \(rain.count) basins for \(basinCount)",
          remedy: "give the rain of each basin, in their order")
      }
      guard rain.allSatisfy({ $0 >= 0 && $0 < 10_000 }) else {
        throw Fault(
          "bad_rain", "expected rain below 0 or not a number", remedy: "give depths of 0 or more")
      }
    }
    let steps = max(0, min(steps, 100_000))
    let months = (0..<steps).map {
      BeijingTime.civil(state.time + ($0 + 1) * step.seconds).month - 1
    }
    var flow = [Double](repeating: 0, count: basinCount * steps)
    flow.withUnsafeMutableBufferPointer { flow in
      let columns = Columns(flow: flow)
      workers.forEachRange(of: basinCount, step: 64) { range in
        var surface: [Double] = []
        for place in range {
          ownFlow(
            place, state, months, expected, &surface,
            UnsafeMutableBufferPointer(
              rebasing: columns.flow[(place * steps)..<((place + 1) * steps)]))
        }
      }
    }
    route(&flow, steps, state.reachFlows)
    return FlowTable(time: state.time, stepCount: steps, discharge: flow)
  }

  private struct Columns: @unchecked Sendable {
    let flow: UnsafeMutableBufferPointer<Double>
  }

  /// Fills in the flow of one basin without those above.
  private func ownFlow(
    _ place: Int, _ state: HydrologyState, _ months: [Int], _ expected: [[Double]],
    _ surface: inout [Double], _ flow: UnsafeMutableBufferPointer<Double>
  ) {
    var soil = state.moisture[place].soil
    let model = runoff[place]
    let shares = response[place].shares
    let pending = state.pending[pendingStart[place]..<pendingStart[place + 1]]
    let size = max(months.count + shares.count, pending.count)
    surface.removeAll(keepingCapacity: true)
    surface.append(contentsOf: pending)
    while surface.count < size { surface.append(0) }
    let area = parameters[place].area
    let inflow = parameters[place].inflow
    surface.withUnsafeMutableBufferPointer { surface in
      shares.withUnsafeBufferPointer { shares in
        for (index, month) in months.enumerated() {
          let rain = index < expected.count ? expected[index][place] : 0
          let out = model.advance(
            &soil, rain: rain, evaporation: evaporation[place * 12 + month])
          if out.surface != 0 {
            for offset in shares.indices { surface[index + offset] += out.surface * shares[offset] }
          }
          flow[index] =
            Discharge.cubicMetresPerSecond(
              surface[index] + (out.interflow + out.groundwater), area: area, step: step) + inflow
        }
      }
    }
  }

  /// Adds the water of the basins above, hydrograph by hydrograph in the order of the water.
  private func route(_ flow: inout [Double], _ steps: Int, _ reachFlows: [Double]) {
    var sent = [Double](repeating: 0, count: flow.count)
    var flows = reachFlows
    flow.withUnsafeMutableBufferPointer { flow in
      sent.withUnsafeMutableBufferPointer { sent in
        flows.withUnsafeMutableBufferPointer { flows in
          for place in tree.order {
            let start = place * steps
            for upper in above[place] {
              for index in 0..<steps { flow[start + index] += sent[upper * steps + index] }
            }
            guard let reach = reaches[place] else { continue }
            guard reach.parts > 0, let base = flows.baseAddress else {
              for index in 0..<steps { sent[start + index] = flow[start + index] }
              continue
            }
            for index in 0..<steps {
              sent[start + index] = reach.pass(flow[start + index], base + reachStart[place])
            }
          }
        }
      }
    }
  }

  /// The hydrographs as the words of a cycle: the latest flows that the state remembers, then those to
  /// come.
  ///
  /// - Parameter soil: the state's own, for the gaps above each outlet.
  public func forecasts(
    _ table: FlowTable, from state: HydrologyState, basis: FlowForecast.Basis
  ) -> [FlowForecast] {
    let past = state.recent.count / max(basinCount, 1)
    let gaps = tree.upstreamMeans(
      state.moisture.map { $0.gapShare }, areas: parameters.map(\.area))
    return parameters.indices.map { place in
      var discharge: [Double] = []
      discharge.reserveCapacity(past + table.stepCount)
      for index in 0..<past { discharge.append(state.recent[index * basinCount + place]) }
      discharge += table.hydrograph(ofBasin: place)
      return FlowForecast(
        basin: parameters[place].basin, time: state.time,
        firstEnd: state.time - (past - 1) * step.seconds, step: step, discharge: discharge,
        upstreamArea: upstreamAreas[place], basis: basis, references: parameters[place].references,
        gapShare: gaps[place].mean ?? 1)
    }
  }
}
