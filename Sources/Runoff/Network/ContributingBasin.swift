import Hydromet

/// Everything above one outlet as one basin: for a headwater the basin itself, exactly; else the basins
/// above it by their means.
///
/// Depths of water and parameters are means by area, so the water is the same. Times to the outlet
/// are joined by their moments: the unit hydrograph of the whole has the mean and the variance of the
/// times that water takes from everywhere, those of a basin being n K and n K², those of a reach K
/// and K² (1 − 2x).
struct ContributingBasin {
  let area: Double
  let runoff: Xinanjiang
  let soil: Xinanjiang.State
  let shares: [Double]
  /// Evaporation capacity of a step by month, mm.
  let evaporation: [Double]
}

/// Sums over the area above an outlet.
private struct Moments {
  var area = 0.0
  /// Area times what is to be averaged.
  var numbers = [Double](repeating: 0, count: count)
  var lag = 0.0
  var squaredLag = 0.0

  static let count = 13 + 6 + 12

  init() {}

  init(_ own: BasinParameters, _ soil: Xinanjiang.State, evaporation: ArraySlice<Double>) {
    area = own.area
    let r = own.runoff
    let values =
      [
        r.evaporationRatio, r.tensionExponent, r.imperviousShare, r.upperCapacity, r.lowerCapacity,
        r.deepCapacity, r.deepEvaporation, r.freeCapacity, r.freeExponent, r.interflowOutlet,
        r.groundwaterOutlet, r.interflowRecession, r.groundwaterRecession, soil.upper, soil.lower,
        soil.deep, soil.free, soil.interflow, soil.groundwater,
      ] + evaporation
    numbers = values.map { $0 * own.area }
    let mean = own.response.reservoirs * own.response.hours
    lag = mean * area
    squaredLag = (mean * own.response.hours + mean * mean) * area
  }

  /// All of this water is `hours` later, with a variance of its own.
  mutating func delay(hours: Double, variance: Double) {
    squaredLag += 2 * hours * lag + (hours * hours + variance) * area
    lag += hours * area
  }

  mutating func add(_ other: Moments) {
    area += other.area
    for index in numbers.indices { numbers[index] += other.numbers[index] }
    lag += other.lag
    squaredLag += other.squaredLag
  }

  var means: [Double] { numbers.map { $0 / area } }

  var response: NashResponse {
    let mean = lag / area
    let variance = max(squaredLag / area - mean * mean, 1e-9)
    let hours = min(max(variance / mean, mean / 20), mean / 0.1)
    return NashResponse(reservoirs: mean / hours, hours: hours)
  }
}

extension HydrologyModel {
  /// The area above every outlet as one basin, in the order of the basins.
  func contributingBasins(_ state: HydrologyState) throws(Fault) -> [ContributingBasin] {
    var sums: [Moments] = parameters.indices.map { place in
      Moments(
        parameters[place], state.moisture[place].soil,
        evaporation: evaporation[(place * 12)..<(place * 12 + 12)])
    }
    for place in tree.order {
      for upper in above[place] {
        var arriving = sums[upper]
        if let reach = parameters[upper].reach {
          arriving.delay(
            hours: reach.hours, variance: reach.hours * reach.hours * (1 - 2 * reach.weight))
        }
        sums[place].add(arriving)
      }
    }
    var basins: [ContributingBasin] = []
    basins.reserveCapacity(basinCount)
    for place in parameters.indices {
      basins.append(
        above[place].isEmpty ? headwater(place, state) : try whole(sums[place]))
    }
    return basins
  }

  private func headwater(_ place: Int, _ state: HydrologyState) -> ContributingBasin {
    ContributingBasin(
      area: parameters[place].area, runoff: runoff[place], soil: state.moisture[place].soil,
      shares: response[place].shares,
      evaporation: Array(evaporation[(place * 12)..<(place * 12 + 12)]))
  }

  private func whole(_ sums: Moments) throws(Fault) -> ContributingBasin {
    let n = sums.means
    let runoff = XinanjiangParameters(
      evaporationRatio: n[0], tensionExponent: n[1], imperviousShare: n[2], upperCapacity: n[3],
      lowerCapacity: n[4], deepCapacity: n[5], deepEvaporation: n[6], freeCapacity: n[7],
      freeExponent: n[8], interflowOutlet: n[9], groundwaterOutlet: n[10],
      interflowRecession: n[11], groundwaterRecession: n[12])
    return ContributingBasin(
      area: sums.area, runoff: try Xinanjiang(runoff, step: step),
      soil: Xinanjiang.State(
        upper: n[13], lower: n[14], deep: n[15], free: n[16], interflow: n[17],
        groundwater: n[18]),
      shares: try UnitHydrograph(nash: sums.response, step: step, tail: 1e-4).shares,
      evaporation: Array(n[19...]))
  }
}
