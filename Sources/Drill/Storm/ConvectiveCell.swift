import Hydromet

/// One shower of a storm: it is born, moves, rains most a third into its life and dies.
struct ConvectiveCell: Sendable {
  /// Seconds after the start of the storm.
  let birth: Double
  let lifetime: Double
  /// Where it is born, km.
  let origin: Point
  /// km per second.
  let velocity: Point
  /// Largest intensity, mm/h.
  let peak: Double
  /// Reach along and across its path, km; nothing falls beyond.
  let length: Double
  let width: Double
  /// Unit vector along its path.
  let heading: Point

  /// The shower at a moment; nil before its birth and after its death.
  func snapshot(at seconds: Double) -> Snapshot? {
    let age = (seconds - birth) / lifetime
    guard age > 0, age < 1 else { return nil }
    let strength = age < 0.35 ? age / 0.35 : (1 - age) / 0.65
    let since = seconds - birth
    return Snapshot(
      centre: Point(x: origin.x + velocity.x * since, y: origin.y + velocity.y * since),
      heading: heading, length: length, width: width,
      intensity: peak * strength * strength * (3 - 2 * strength))
  }

  struct Snapshot: Sendable {
    let centre: Point
    let heading: Point
    let length: Double
    let width: Double
    let intensity: Double

    /// mm/h at a point of the plane: a bell with an end.
    func intensity(at p: Point) -> Double {
      let (dx, dy) = (p.x - centre.x, p.y - centre.y)
      guard abs(dx) < length, abs(dy) < length else { return 0 }
      let along = (dx * heading.x + dy * heading.y) / length
      let across = (dy * heading.x - dx * heading.y) / width
      let rest = 1 - along * along - across * across
      return rest > 0 ? intensity * rest * rest * rest : 0
    }
  }
}
