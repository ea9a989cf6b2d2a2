import Formats
import Hydromet
import Ingest

/// The part of a grid that a district needs.
enum GridCrop {
  /// Cells that touch a box of WGS 84 degrees, and two more on every side. The cells stay where they
  /// are, so cropping changes no result.
  ///
  /// - Throws: `outside_grid` where the box and the grid do not meet.
  static func window(
    of box: Box, on geometry: GridGeometry, place: Fault.Location
  ) throws(Fault) -> GridWindow {
    let transform = try CoordinateTransform(from: UnitRain.crs, to: geometry.projection)
    let edge = outline(of: box).compactMap { transform.transform($0) }
    let turns: [Double] = geometry.isGeographic ? [0, 360, -360] : [0]
    for turn in turns {
      let shifted = edge.map { Point(x: $0.x + turn, y: $0.y) }
      if let around = Box(around: shifted), let window = window(of: around, on: geometry) {
        return window
      }
    }
    throw Fault(
      "outside_grid", at: place,
      "the grid of \(geometry.rows) rows and \(geometry.columns) columns does not touch the district",
      remedy: "check the projection of the grid, or whether the file belongs to this feed")
  }

  private static func window(of box: Box, on geometry: GridGeometry) -> GridWindow? {
    let rows = range(
      from: (geometry.north - box.maxY) / geometry.cellHeight,
      to: (geometry.north - box.minY) / geometry.cellHeight, limit: geometry.rows)
    let columns = range(
      from: (box.minX - geometry.west) / geometry.cellWidth,
      to: (box.maxX - geometry.west) / geometry.cellWidth, limit: geometry.columns)
    guard let rows, let columns else { return nil }
    return GridWindow(rows: rows, columns: columns)
  }

  /// Indices from one position to another with two cells of margin, cut to the grid.
  private static func range(from: Double, to: Double, limit: Int) -> Range<Int>? {
    let low = max(from.rounded(.down) - 2, 0)
    let high = min(to.rounded(.up) + 2, Double(limit))
    guard low < high else { return nil }
    return Int(low)..<Int(high)
  }

  /// Points along the edges: a straight edge in degrees is a curve in other projections.
  private static func outline(of box: Box) -> [Point] {
    (0...16).flatMap { step -> [Point] in
      let t = Double(step) / 16
      let x = box.minX + (box.maxX - box.minX) * t
      let y = box.minY + (box.maxY - box.minY) * t
      return [
        Point(x: x, y: box.minY), Point(x: x, y: box.maxY), Point(x: box.minX, y: y),
        Point(x: box.maxX, y: y),
      ]
    }
  }
}
