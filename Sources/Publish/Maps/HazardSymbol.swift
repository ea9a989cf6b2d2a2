import Hydromet

/// The signs of hazard points: a shape for each hazard, in the colour of the level.
enum HazardSymbol {
  static func draw(
    _ hazard: Hazard, centre: Point, radius: Double, fill: Colour, on canvas: Canvas
  ) {
    let outline = outline(of: hazard, centre: centre, radius: radius)
    canvas.stroke(polygon: outline, .white, width: 4.5)
    canvas.fill(polygon: outline, fill)
    canvas.stroke(polygon: outline, .ink, width: 1.6)
  }

  /// Triangle up for flash floods, diamond for slopes, octagon for ponding, triangle down for rivers,
  /// square for rain.
  private static func outline(of hazard: Hazard, centre: Point, radius: Double) -> [Point] {
    let corners: [(Double, Double)]
    switch hazard {
    case .flashFlood: corners = [(0, -1.1), (1, 0.8), (-1, 0.8)]
    case .landslide: corners = [(0, -1.15), (1.15, 0), (0, 1.15), (-1.15, 0)]
    case .waterlogging:
      corners = [
        (0.4, -0.95), (0.95, -0.4), (0.95, 0.4), (0.4, 0.95), (-0.4, 0.95), (-0.95, 0.4),
        (-0.95, -0.4), (-0.4, -0.95),
      ]
    case .river: corners = [(-1, -0.8), (1, -0.8), (0, 1.1)]
    case .rainstorm: corners = [(-0.85, -0.85), (0.85, -0.85), (0.85, 0.85), (-0.85, 0.85)]
    }
    return corners.map { Point(x: centre.x + $0.0 * radius, y: centre.y + $0.1 * radius) }
  }
}
