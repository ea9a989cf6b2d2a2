public import Hydromet

/// Antecedent rainfall of every basin, and the share of it that is not known, by itself: its recursion
/// asks for nothing else, so the past can be gone through again at little cost.
public struct AntecedentMoisture: Sendable, Hashable {
  /// Pa, mm.
  public internal(set) var antecedent: [Double]
  public internal(set) var gapShare: [Double]
}

extension HydrologyModel {
  /// The antecedent rainfall that a state holds.
  public func antecedent(of state: HydrologyState) -> AntecedentMoisture {
    AntecedentMoisture(
      antecedent: state.moisture.map { $0.antecedent }, gapShare: state.moisture.map { $0.gapShare }
    )
  }

  /// The soil water tanks that a state holds, by basin.
  public func tanks(of state: HydrologyState) -> [SoilWaterTanks] { state.moisture.map(\.tanks) }

  /// One step passes; the numbers are those of the whole state, bit for bit.
  ///
  /// - Throws: `wrong_basin_count`, `bad_rain`.
  public func advance(_ moisture: inout AntecedentMoisture, rain: BasinRain) throws(Fault) {
    try check(rain)
    guard moisture.antecedent.count == basinCount, moisture.gapShare.count == basinCount else {
      throw Fault(
        "wrong_basin_count", "moisture of \(moisture.antecedent.count) basins for \(basinCount)",
        remedy: "take it from a state of the same basins")
    }
    for place in 0..<basinCount {
      let recursion = antecedent[place]
      moisture.antecedent[place] = recursion.after(
        moisture.antecedent[place], rain: rain.depth[place])
      moisture.gapShare[place] = GapMemory.after(
        moisture.gapShare[place], recession: recursion.recession,
        unknown: 1 - rain.knownShare[place])
    }
  }

  /// s = Pa / Wm of every basin; not a number where too much of it is not known for a threshold to be
  /// chosen by it.
  public func knownSaturations(_ moisture: AntecedentMoisture) -> [Float] {
    parameters.indices.map { place in
      let saturation = SoilState.saturation(
        moisture.antecedent[place], of: parameters[place].antecedent.capacity)
      let isKnown = SoilState.isKnown(saturation, gapShare: moisture.gapShare[place])
      return isKnown ? Float(saturation) : .nan
    }
  }
}
