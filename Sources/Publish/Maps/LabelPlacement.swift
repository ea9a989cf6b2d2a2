import Hydromet

/// Finds room for labels on a map so that none covers another: each label takes the first free of a few
/// places around the middle of its area, or one outside it that a thin line joins to the middle.
struct LabelPlacement {
  private let frame: Box
  private var taken: [Box]

  /// - Parameter taken: boxes in which nothing may stand.
  init(frame: Box, taken: [Box] = []) {
    self.frame = frame
    self.taken = taken
  }

  /// The middle at which a label of the given size stands, or nil where there is no room for it.
  ///
  /// - Parameter isWhole: whether the label may not reach beyond its area at any corner.
  mutating func place(
    width: Double, height: Double, near anchor: Point, inside shape: MapShape,
    isWhole: Bool = false
  ) -> Point? {
    for (across, down) in LabelPlacement.shifts {
      let centre = Point(x: anchor.x + across * width, y: anchor.y + down * height)
      if across != 0 || down != 0, !shape.contains(centre) { continue }
      let box = LabelPlacement.box(width: width, height: height, centre: centre)
      guard isFree(box), !isWhole || LabelPlacement.corners(of: box).allSatisfy(shape.contains)
      else { continue }
      taken.append(box)
      return centre
    }
    return nil
  }

  /// The middle of a label outside its area, as near as there is room, such that the line from the
  /// anchor to it crosses no other label.
  ///
  /// - Parameter isForbidden: places where no corner of the label may lie, because it would be taken
  ///   for the name of another area.
  mutating func placeAside(
    width: Double, height: Double, anchor: Point, isForbidden: (Point) -> Bool
  ) -> Point? {
    for distance in stride(from: 40.0, through: 360, by: 16) {
      for (across, down) in LabelPlacement.directions {
        let centre = Point(
          x: anchor.x + across * (distance + width / 2),
          y: anchor.y + down * (distance + height / 2))
        let box = LabelPlacement.box(width: width, height: height, centre: centre)
        guard isFree(box), !crossesLabel(from: anchor, to: centre),
          !LabelPlacement.corners(of: box).contains(where: isForbidden)
        else { continue }
        taken.append(box)
        keepFree(from: anchor, to: centre)
        return centre
      }
    }
    return nil
  }

  /// No later label may stand on the line from a label to its area.
  private mutating func keepFree(from a: Point, to b: Point) {
    let steps = 24
    for step in 0...steps {
      let t = Double(step) / Double(steps)
      let centre = Point(x: a.x + t * (b.x - a.x), y: a.y + t * (b.y - a.y))
      taken.append(LabelPlacement.box(width: 10, height: 10, centre: centre))
    }
  }

  private func isFree(_ box: Box) -> Bool {
    box.minX >= frame.minX && box.maxX <= frame.maxX && box.minY >= frame.minY
      && box.maxY <= frame.maxY && !taken.contains { LabelPlacement.overlap($0, box) }
  }

  /// Labels that cover the line's start are not asked: a line from there cannot but cross them.
  private func crossesLabel(from a: Point, to b: Point) -> Bool {
    func covers(_ box: Box, _ x: Double, _ y: Double) -> Bool {
      x > box.minX && x < box.maxX && y > box.minY && y < box.maxY
    }
    let others = taken.filter { !covers($0, a.x, a.y) }
    return (0...16).contains { step in
      let t = Double(step) / 16
      let x = a.x + t * (b.x - a.x)
      let y = a.y + t * (b.y - a.y)
      return others.contains { covers($0, x, y) }
    }
  }

  private static func box(width: Double, height: Double, centre: Point) -> Box {
    Box(
      minX: centre.x - width / 2, minY: centre.y - height / 2, maxX: centre.x + width / 2,
      maxY: centre.y + height / 2)
  }

  /// Shifts from the middle, in widths and heights of the label, nearest first.
  private static let shifts: [(Double, Double)] = [
    (0, 0), (0, -0.25), (0, 0.25), (-0.25, 0), (0.25, 0), (0, -0.5), (0, 0.5), (-0.25, -0.35),
    (0.25, -0.35), (-0.25, 0.35), (0.25, 0.35), (-0.5, 0), (0.5, 0), (0, -0.8), (0, 0.8),
    (-0.5, -0.5), (0.5, -0.5), (-0.5, 0.5), (0.5, 0.5), (-0.8, 0), (0.8, 0), (-0.6, -0.8),
    (0.6, -0.8), (-0.6, 0.8), (0.6, 0.8), (0, -1.2), (0, 1.2),
  ]

  /// Unit steps to the sides first: names are wider than high.
  private static let directions: [(Double, Double)] = [
    (1, 0), (-1, 0), (0.8, -0.6), (-0.8, -0.6), (0.8, 0.6), (-0.8, 0.6), (0.5, -0.87),
    (-0.5, -0.87), (0.5, 0.87), (-0.5, 0.87), (0, -1), (0, 1), (0.96, -0.28), (-0.96, -0.28),
    (0.96, 0.28), (-0.96, 0.28),
    (0.28, -0.96), (-0.28, -0.96), (0.28, 0.96), (-0.28, 0.96),
  ]

  private static func corners(of box: Box) -> [Point] {
    [
      Point(x: box.minX, y: box.minY), Point(x: box.maxX, y: box.minY),
      Point(x: box.maxX, y: box.maxY), Point(x: box.minX, y: box.maxY),
    ]
  }

  private static func overlap(_ a: Box, _ b: Box) -> Bool {
    a.minX < b.maxX && b.minX < a.maxX && a.minY < b.maxY && b.minY < a.maxY
  }
}
