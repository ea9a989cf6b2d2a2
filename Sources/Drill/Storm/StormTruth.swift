import Hydromet

/// The rain itself: one function of place and time from which radar frames and gauges are taken.
///
/// A band of steady rain comes in from the north-west, stalls over the focus in the first half of
/// the storm and moves on. Showers are born in it, many of them upwind of the focus, so that they
/// pass over the same basins again and again; one slow shower passes over the town. The function uses no mathematics library, so that its bits
/// are the same on every machine.
struct StormTruth: Sendable {
  private let ground: StormGround
  private let duration: Double
  /// Unit vector along the band.
  private let along: Point
  private let cells: [ConvectiveCell]
  private let texture: Noise
  /// Brings the largest total to the size that was drawn.
  private var scale = 1.0

  init(seed: UInt64, hours: Int, ground: StormGround) {
    var chance = SplitMix64(seed: seed, subject: "storm")
    self.ground = ground
    duration = Double(hours) * 3600
    let x = chance.number(0.62, 0.88)
    along = Point(x: x, y: (1 - x * x).squareRoot())
    texture = Noise(seed: seed, subject: "storm texture")
    let area = ground.halfWidth * ground.halfHeight * 4
    let density = min(max(area / 5000, 0.6), 8)
    var cells = StormTruth.showers(
      duration: duration, density: density, along: along, ground: ground, &chance)
    if let town = ground.town {
      cells.append(StormTruth.townShower(over: town, duration: duration, along: along))
    }
    self.cells = cells
    let wanted = chance.number(255, 290) * (Double(hours) / 24).squareRoot()
    let largest = largestTotal()
    if largest > 0 { scale = wanted / largest }
  }

  /// The storm at a moment, ready to be asked for many places.
  struct Moment: Sendable {
    let snapshots: [ConvectiveCell.Snapshot]
    let band: Band
    let texture: Noise
    let drift: Point
    let scale: Double

    /// mm/h at a point of the plane.
    func intensity(at p: Point) -> Double {
      var sum = band.intensity(at: p)
      for snapshot in snapshots { sum += snapshot.intensity(at: p) }
      guard sum > 0 else { return 0 }
      let grain = texture.fractal((p.x - drift.x) / 4, (p.y - drift.y) / 4, octaves: 4)
      return sum * scale * max(0.25, 1 + 0.9 * grain)
    }
  }

  /// Steady rain on both sides of a line.
  struct Band: Sendable {
    let middle: Point
    let along: Point
    let halfWidth: Double
    let intensity: Double

    func intensity(at p: Point) -> Double {
      let across = ((p.y - middle.y) * along.x - (p.x - middle.x) * along.y) / halfWidth
      let rest = 1 - across * across
      return rest > 0 ? intensity * rest * rest : 0
    }
  }

  /// - Parameter seconds: after the start of the storm.
  func moment(at seconds: Double) -> Moment {
    let share = seconds / duration
    let across = StormTruth.bandPosition(share) * max(ground.halfWidth, ground.halfHeight)
    return Moment(
      snapshots: cells.compactMap { $0.snapshot(at: seconds) },
      band: Band(
        middle: Point(
          x: ground.focus.x - along.y * across, y: ground.focus.y + along.x * across),
        along: along, halfWidth: 21,
        intensity: 3.6
          * StormTruth.ramp(share, [(0, 0.05), (0.1, 0.4), (0.2, 1), (0.55, 1), (0.9, 0)])
      ), texture: texture,
      drift: Point(x: along.x * seconds * 0.006, y: along.y * seconds * 0.006), scale: scale)
  }

  /// Distance of the band from the focus to the north-west, in halves of the box.
  private static func bandPosition(_ share: Double) -> Double {
    ramp(share, [(0, 1.6), (0.2, 0.18), (0.34, -0.05), (0.5, -0.12), (0.9, -1.5)])
  }

  /// The line through points of share and value.
  private static func ramp(_ share: Double, _ points: [(Double, Double)]) -> Double {
    var previous = (share: 0.0, value: points.first?.1 ?? 0)
    for (at, value) in points {
      if share <= at {
        guard at > previous.share else { return value }
        return previous.value
          + (value - previous.value) * (share - previous.share) / (at - previous.share)
      }
      previous = (at, value)
    }
    return previous.value
  }

  private static func showers(
    duration: Double, density: Double, along: Point, ground: StormGround,
    _ chance: inout SplitMix64
  ) -> [ConvectiveCell] {
    var cells: [ConvectiveCell] = []
    let minutes = Int(duration / 60)
    for minute in 0..<minutes {
      let share = Double(minute) / Double(minutes)
      let perHour =
        density
        * ramp(
          share,
          [(0, 0.4), (0.1, 1), (0.18, 6), (0.26, 20), (0.34, 16), (0.46, 8), (0.64, 2), (0.9, 0)])
      guard chance.share() < perHour / 60 else { continue }
      // Near the focus showers come in trains; elsewhere they stand anywhere in the band.
      let isTrain = chance.share() < 0.5 && share > 0.18 && share < 0.44
      let reach = max(ground.halfWidth, ground.halfHeight)
      let back = isTrain ? chance.number(-14, -2) : chance.number(-1.2, 0.9) * reach
      let across =
        isTrain
        ? 5.5 * chance.deviation() : bandPosition(share) * reach + 8 * chance.deviation()
      let speed = chance.number(10, 26) / 3600
      let side = chance.number(-5, 5) / 3600
      let strong = chance.share()
      let length = chance.number(6.5, 12)
      cells.append(
        ConvectiveCell(
          birth: Double(minute * 60), lifetime: chance.number(40, 105) * 60,
          origin: Point(
            x: ground.focus.x + along.x * back - along.y * across,
            y: ground.focus.y + along.y * back + along.x * across),
          velocity: Point(
            x: along.x * speed - along.y * side, y: along.y * speed + along.x * side),
          peak: 18 + 72 * strong * strong, length: length, width: length * chance.number(0.6, 0.95),
          heading: along))
    }
    return cells
  }

  /// One slow shower over the town, at a time when its streets are full already.
  private static func townShower(
    over town: Point, duration: Double, along: Point
  ) -> ConvectiveCell {
    let lifetime = 5400.0
    let speed = 9.0 / 3600
    let way = speed * lifetime * 0.4
    return ConvectiveCell(
      birth: 0.32 * duration, lifetime: lifetime,
      origin: Point(x: town.x - along.x * way, y: town.y - along.y * way),
      velocity: Point(x: along.x * speed, y: along.y * speed), peak: 95, length: 9, width: 6,
      heading: along)
  }

  /// Largest depth of the whole storm at places 2 km apart, mm.
  private func largestTotal() -> Double {
    let spacing = max(2, max(ground.halfWidth, ground.halfHeight) / 40)
    let columns = Int(2 * ground.halfWidth / spacing) + 1
    let rows = Int(2 * ground.halfHeight / spacing) + 1
    var totals = Array(repeating: 0.0, count: rows * columns)
    let stepSeconds = 300.0
    for step in 0..<Int(duration / stepSeconds) {
      let moment = moment(at: (Double(step) + 0.5) * stepSeconds)
      for i in totals.indices {
        let p = Point(
          x: Double(i % columns) * spacing - ground.halfWidth,
          y: Double(i / columns) * spacing - ground.halfHeight)
        totals[i] += moment.intensity(at: p) * stepSeconds / 3600
      }
    }
    return totals.max() ?? 0
  }
}
