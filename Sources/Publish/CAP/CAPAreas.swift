import Hydromet

/// The CAP areas of a district's townships, made once: polygons of at most a hundred positions whose
/// shared edges are simplified together, so that neighbours neither overlap nor leave gaps.
///
/// CAP polygons have no holes: an enclave inside a township is covered by its surroundings, and the
/// geocode says exactly which township is meant. Parts become several polygons of one area.
struct CAPAreas {
  /// Positions of a polygon, the repeated first one counted in.
  static let maximumPositions = 100

  struct Area {
    let code: String
    let name: String
    let englishName: String
    /// `lat,lon lat,lon …`, first and last position equal, five decimals (about a metre).
    let polygons: [String]
  }

  private let areas: [String: Area]

  init(_ townships: [Township]) {
    let shapes = SharedBoundaries(townships.map(\.geometry))
      .simplified(maximumVertices: CAPAreas.maximumPositions)
    areas = Dictionary(
      zip(townships, shapes).map { township, shape in
        let area = Area(
          code: township.code, name: township.name,
          englishName: township.englishName ?? township.name,
          polygons: shape.polygons.compactMap { CAPAreas.text(of: $0.outer) })
        return (township.code, area)
      }, uniquingKeysWith: { a, _ in a })
  }

  subscript(code: String) -> Area? { areas[code] }

  /// - Returns: nil where fewer than three positions are left after rounding: an islet of metres.
  static func text(of ring: [Point]) -> String? {
    var positions: [String] = []
    for point in ring {
      guard let latitude = Decimal.rounded(point.y, places: 5),
        let longitude = Decimal.rounded(point.x, places: 5)
      else { continue }
      let position = "\(latitude),\(longitude)"
      if positions.last != position { positions.append(position) }
    }
    while positions.count > 1, positions.first == positions.last { positions.removeLast() }
    guard positions.count >= 3, let first = positions.first else { return nil }
    return (positions + [first]).joined(separator: " ")
  }
}
