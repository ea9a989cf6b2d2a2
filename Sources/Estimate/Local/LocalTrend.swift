/// What the field does on average around a place, before the gauges pull it to themselves.
struct LocalTrend: Sendable {
  enum Kind: Sendable {
    /// A known mean: simple kriging, optimal interpolation.
    case known(mean: Double)
    /// An unknown constant: ordinary kriging.
    case constant
    /// An unknown constant and an unknown slope over a drift. The slope is held to what all gauges
    /// together say: `precision` is the ratio of the variance of a depth to that of the slope, so that
    /// a neighbourhood with little contrast does not invent one.
    case drift(slope: Double, precision: Double)
  }

  let kind: Kind
  /// One value per gauge, mm.
  let values: [Double]
  /// The drift at every gauge, mm; empty without one.
  let drift: [Double]

  var size: Int {
    switch kind {
    case .known: 0
    case .constant: 1
    case .drift: 2
    }
  }
}
