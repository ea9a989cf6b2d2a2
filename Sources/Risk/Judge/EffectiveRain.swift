import Hydromet

/// The effective rain of a triggering index, Σ decayⁱ Rᵢ: at the least, at the most, and how much of it
/// is known, each day counting by its weight.
struct EffectiveRain {
  /// mm
  let least: Double
  let most: Double
  let knownShare: Double

  init(_ index: TriggeringIndex, lastDay: ComparedRain?, earlier: [EarlierDay]) {
    var least = lastDay?.depth?.millimetres ?? 0
    let largest = LargestRain.millimetres(inSeconds: EarlierDay.seconds)
    var most = lastDay?.ceiling?.millimetres ?? max(least, largest)
    var known = lastDay?.knownShare ?? 0
    var weights = 1.0
    var weight = 1.0
    for number in 0..<max(index.days, 0) {
      let day = earlier.indices.contains(number) ? earlier[number] : .unknown
      weight *= index.decay
      least += weight * day.depth.millimetres
      most += weight * day.ceiling.millimetres
      known += weight * day.knownShare
      weights += weight
    }
    self.least = least
    self.most = most
    knownShare = known / weights
  }

  /// The rain of an hour that reaches the index with such an effective rain.
  static func hour(_ index: TriggeringIndex, _ effective: Double) -> Depth {
    let needed = effective > 0 ? (index.threshold / effective * 1000).rounded(.up) : .infinity
    return Depth(micrometres: needed < 2_147_483_647 ? Int32(needed) : .max)
  }
}
