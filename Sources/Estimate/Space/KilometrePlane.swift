import Hydromet

/// Places of a grid on a plane in kilometres, x east and y north of the grid's north-western corner.
///
/// Degrees are taken on a sphere of 6371 km, with the width of a degree of longitude at the middle of
/// the grid: over a district the error of a distance is below one percent, over five degrees of
/// latitude a few percent. Metres of a projection are taken as they are.
struct KilometrePlane {
  private let west: Double
  private let north: Double
  private let xScale: Double
  private let yScale: Double
  let cellWidth: Double
  let cellHeight: Double

  init(_ geometry: GridGeometry) {
    west = geometry.west
    north = geometry.north
    if geometry.isGeographic {
      let degree = 6371 * Double.pi / 180
      let middle = (geometry.north + geometry.south) / 2
      yScale = degree
      xScale = degree * max(0.01, KilometrePlane.cosine(ofDegrees: middle))
    } else {
      xScale = 0.001
      yScale = 0.001
    }
    cellWidth = geometry.cellWidth * xScale
    cellHeight = geometry.cellHeight * yScale
  }

  func x(_ point: Point) -> Double { (point.x - west) * xScale }
  func y(_ point: Point) -> Double { (point.y - north) * yScale }

  /// The cosine of a latitude by its series: the same bits on every processor.
  private static func cosine(ofDegrees degrees: Double) -> Double {
    let angle = max(-90, min(90, degrees)) * Double.pi / 180
    let square = angle * angle
    var sum = 1.0
    for k in stride(from: 12.0, to: 0, by: -1) {
      sum = 1 - sum * square / ((2 * k - 1) * (2 * k))
    }
    return sum
  }
}
