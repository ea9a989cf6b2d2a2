import Hydromet

/// The weather before a storm: two spells of scattered drizzle, otherwise dry.
struct Drizzle: Sendable {
  private let texture: Noise
  private let seconds: Double

  init(seed: UInt64, hours: Int) {
    texture = Noise(seed: seed, subject: "drizzle")
    seconds = Double(hours) * 3600
  }

  /// mm/h at a point of the plane.
  ///
  /// - Parameter moment: seconds since the lead-in began.
  func intensity(at p: Point, _ moment: Double) -> Double {
    let share = moment / max(seconds, 1)
    let strength = max(spell(share, middle: 0.3), spell(share, middle: 0.72))
    guard strength > 0 else { return 0 }
    let grain = texture.fractal(p.x / 14 - moment / 3600, p.y / 14, octaves: 2)
    return 9 * max(0, grain - 0.38) * strength
  }

  /// 1 in the middle of a spell, 0 a tenth of the lead-in away from it.
  private func spell(_ share: Double, middle: Double) -> Double {
    max(0, 1 - abs(share - middle) / 0.1)
  }
}
