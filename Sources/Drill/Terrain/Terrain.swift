import Hydromet

/// The ground of an invented district: hills cut by rivers that all leave it at one outlet.
struct Terrain: Sendable {
  let lattice: Lattice
  let isInside: [Bool]
  /// Altitude of each cell, m; 0 outside the district.
  let altitudes: [Double]
  let drainage: Drainage
  /// Area that drains through each cell, km².
  let catchments: [Double]
  let outlet: Int

  static let lowestAltitude = 190.0
  static let highestAltitude = 1900.0

  /// Makes the outline, lets noise rise and rivers cut into it until valleys and ridges stand.
  static func generate(seed: UInt64) -> Terrain {
    let lattice = Lattice(rows: 420, columns: 360, cellKilometres: 0.2)
    let isInside = outline(lattice, seed: seed)
    let outlet = northernEnd(of: isInside, lattice)
    let border = distanceToBorder(lattice, isInside: isInside)
    var heights = roughGround(lattice, border: border, outlet: outlet, seed: seed)
    let (uplift, hardness) = rock(lattice, border: border, seed: seed)
    let detour = detours(lattice, seed: seed)
    func drainage(of heights: [Double]) -> Drainage {
      Drainage(
        heights: heights, isInside: isInside, outlet: outlet, lattice: lattice, detour: detour)
    }
    for _ in 0..<90 {
      erode(&heights, drainage(of: heights), lattice, uplift: uplift, hardness: hardness)
    }
    let altitudes = scaled(heights, isInside: isInside, outlet: outlet)
    let drainage = drainage(of: altitudes)
    return Terrain(
      lattice: lattice, isInside: isInside, altitudes: altitudes, drainage: drainage,
      catchments: drainage.accumulatedCells().map { Double($0) * lattice.cellArea },
      outlet: outlet)
  }

  var cells: [Int] { drainage.order }

  /// Steepest difference to a neighbour over the distance, m/m.
  func slope(_ cell: Int) -> Double {
    var steepest = 0.0
    lattice.forEachNeighbour(of: cell) { neighbour, distance in
      guard isInside[neighbour] else { return }
      let rise = abs(altitudes[cell] - altitudes[neighbour])
      steepest = max(steepest, rise / (distance * lattice.cellKilometres * 1000))
    }
    return steepest
  }

  /// An ellipse with bays and headlands of every size, in one piece.
  private static func outline(_ lattice: Lattice, seed: UInt64) -> [Bool] {
    let east = Noise(seed: seed, subject: "outline east")
    let north = Noise(seed: seed, subject: "outline north")
    func shift(_ p: Point, _ noise: Noise) -> Double {
      9 * noise.fractal(p.x / 19, p.y / 19, octaves: 4)
        + 0.7 * noise.fractal(p.x / 2.6 + 70, p.y / 2.6, octaves: 3)
    }
    let isNear = (0..<lattice.count).map { cell -> Bool in
      let p = lattice.centre(cell)
      let x = p.x + shift(p, east)
      let y = p.y + shift(p, north)
      return (x / 24.5) * (x / 24.5) + (y / 31.5) * (y / 31.5) < 1
        && lattice.row(cell) > 1 && lattice.row(cell) < lattice.rows - 2
        && lattice.column(cell) > 1 && lattice.column(cell) < lattice.columns - 2
    }
    // Inside and outside as two labels: each in one piece, without contacts at corners.
    let labels = isNear.map { $0 ? 0 : 1 }
    return LabelPieces.tidied(labels, lattice: lattice).map { $0 == 0 }
  }

  private static func northernEnd(of isInside: [Bool], _ lattice: Lattice) -> Int {
    var best = 0
    var bestScore = -Double.infinity
    for cell in isInside.indices where isInside[cell] {
      let p = lattice.centre(cell)
      let score = p.y - 0.35 * abs(p.x + 5)
      if score > bestScore {
        bestScore = score
        best = cell
      }
    }
    return best
  }

  /// Distance of each cell to the outside, km.
  private static func distanceToBorder(_ lattice: Lattice, isInside: [Bool]) -> [Double] {
    var distance = isInside.map { $0 ? Double.infinity : 0 }
    var queue = PriorityQueue()
    for cell in isInside.indices where !isInside[cell] { queue.insert(cell, key: 0) }
    while let entry = queue.removeFirst() {
      guard entry.key == distance[entry.item] else { continue }
      lattice.forEachNeighbour(of: entry.item) { neighbour, step in
        let reach = entry.key + step * lattice.cellKilometres
        guard reach < distance[neighbour] else { return }
        distance[neighbour] = reach
        queue.insert(neighbour, key: reach)
      }
    }
    return distance
  }

  /// Ground that falls towards the outlet, with hills too low to dam the way and a rim.
  private static func roughGround(
    _ lattice: Lattice, border: [Double], outlet: Int, seed: UInt64
  ) -> [Double] {
    let noise = Noise(seed: seed, subject: "rough ground")
    let mouth = lattice.centre(outlet)
    return (0..<lattice.count).map { cell in
      let p = lattice.centre(cell)
      let fall = Lattice.distance(p, mouth) / 60
      let rim = max(0, 1 - border[cell] / 6)
      return fall + 0.35 * rim + 0.45 * noise.fractal(p.x / 16, p.y / 16, octaves: 8)
    }
  }

  /// How fast the ground rises (more in the south-east and at the rim) and how hard it is to cut,
  /// with beds of rock that make rivers bend.
  private static func rock(
    _ lattice: Lattice, border: [Double], seed: UInt64
  ) -> ([Double], [Double]) {
    let rising = Noise(seed: seed, subject: "uplift")
    let hard = Noise(seed: seed, subject: "hardness")
    let grain = Noise(seed: seed, subject: "grain")
    var uplift: [Double] = []
    var hardness: [Double] = []
    for cell in 0..<lattice.count {
      let p = lattice.centre(cell)
      let tilt = 1 + (p.x * 0.35 - p.y) / 60
      let rim = max(0, 1 - border[cell] / 5)
      let regional = 1.1 * rising.fractal(p.x / 22, p.y / 22, octaves: 4)
      uplift.append(max(0.25, tilt + regional) + 0.35 * rim)
      let beds = 1 + 1.1 * hard.fractal(p.x / 9, p.y / 16, octaves: 4)
      let knots = 1 + 1.3 * grain.fractal(p.x / 0.9, p.y / 0.9, octaves: 2)
      hardness.append(min(max(beds, 0.35), 2.2) * min(max(knots, 0.3), 2.5))
    }
    return (uplift, hardness)
  }

  /// How unwillingly water crosses each cell of a plain.
  private static func detours(_ lattice: Lattice, seed: UInt64) -> [Double] {
    let noise = Noise(seed: seed, subject: "detour")
    return (0..<lattice.count).map { cell in
      let p = lattice.centre(cell)
      let value = 1 + 1.6 * noise.fractal(p.x / 2.2, p.y / 2.2, octaves: 3)
      return max(0.15, value) * max(0.15, value)
    }
  }

  /// One step of rivers that cut with the square root of their catchment.
  ///
  /// - Source: Braun and Willett (2013), "A very efficient O(n), implicit and parallel method to
  ///   solve the stream power equation".
  private static func erode(
    _ heights: inout [Double], _ drainage: Drainage, _ lattice: Lattice, uplift: [Double],
    hardness: [Double]
  ) {
    let cells = drainage.accumulatedCells()
    for cell in drainage.order {
      let next = drainage.downstream[cell]
      guard next >= 0 else {
        heights[cell] = 0
        continue
      }
      let isDiagonal =
        lattice.row(cell) != lattice.row(next) && lattice.column(cell) != lattice.column(next)
      let distance = lattice.cellKilometres * (isDiagonal ? 1.414_213_562_373_095_1 : 1)
      let catchment = Double(cells[cell]) * lattice.cellArea
      let cut = 0.35 * catchment.squareRoot() / (hardness[cell] * distance)
      heights[cell] = (heights[cell] + 0.05 * uplift[cell] + cut * heights[next]) / (1 + cut)
    }
  }

  private static func scaled(_ heights: [Double], isInside: [Bool], outlet: Int) -> [Double] {
    var highest = 0.0
    for cell in heights.indices where isInside[cell] { highest = max(highest, heights[cell]) }
    let scale = (highestAltitude - lowestAltitude) / max(highest, 1e-9)
    return heights.indices.map { isInside[$0] ? lowestAltitude + heights[$0] * scale : 0 }
  }
}
