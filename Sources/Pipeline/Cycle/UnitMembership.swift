import Areal
public import Hydromet

/// Which basins, points and gauges belong to which township, and which gauges lie in which basin.
///
/// Water follows basins and authority follows townships, so a basin counts for every township in
/// which it has a noticeable part: at least `noticeableShare` of the basin's or of the township's
/// area.
public struct UnitMembership: Sendable {
  /// A hundredth: below it two outlines that were drawn by different hands merely touch.
  public static let noticeableShare = 0.01

  /// Ids of basins by township code, in the order of the district's basins.
  public let basinsOfTownship: [String: [String]]
  /// Hazard points by township code, in the order of the district's points.
  public let pointsOfTownship: [String: [HazardPoint]]
  /// Code of the township by point id.
  let townshipOfPoint: [String: String]
  /// Indices into the district's stations, by township code and by basin id.
  public let stationsOfTownship: [String: [Int]]
  public let stationsOfBasin: [String: [Int]]

  public init(_ district: DistrictDescription) {
    pointsOfTownship = Dictionary(grouping: district.hazardPoints, by: \.township)
    townshipOfPoint = Dictionary(
      district.hazardPoints.map { ($0.id, $0.township) }, uniquingKeysWith: { first, _ in first })
    stationsOfTownship = Dictionary(
      uniqueKeysWithValues: district.townships.map {
        ($0.code, UnitMembership.stations(district.stations, inside: $0.geometry))
      })
    stationsOfBasin = Dictionary(
      uniqueKeysWithValues: district.basins.map {
        ($0.id, UnitMembership.stations(district.stations, inside: $0.geometry))
      })
    basinsOfTownship = UnitMembership.overlaps(district)
  }

  private static func stations(_ stations: [Station], inside geometry: MultiPolygon) -> [Int] {
    guard let box = geometry.box else { return [] }
    return stations.indices.filter { index in
      let place = stations[index].place
      let p = Point(x: place.longitude, y: place.latitude)
      return p.x >= box.minX && p.x <= box.maxX && p.y >= box.minY && p.y <= box.maxY
        && geometry.contains(p)
    }
  }

  /// Overlaps by shares on a fine lattice: the common area of two outlines is the sum over cells of
  /// the product of their shares, exact but for cells that both borders cross.
  private static func overlaps(_ district: DistrictDescription) -> [String: [String]] {
    let shapes = district.townships.map(\.geometry) + district.basins.map(\.geometry)
    guard let box = Box(around: shapes.lazy.flatMap { $0.polygons.lazy.flatMap(\.outer) }) else {
      return [:]
    }
    let side = max(box.maxX - box.minX, box.maxY - box.minY) / 512
    guard side > 0 else { return [:] }
    let lattice = GridGeometry(
      rows: Int(((box.maxY - box.minY) / side).rounded(.up)) + 1,
      columns: Int(((box.maxX - box.minX) / side).rounded(.up)) + 1, projection: "EPSG:4326",
      isGeographic: false, west: box.minX, north: box.maxY, cellWidth: side, cellHeight: side)
    let townships = district.townships.map { Footprint($0.geometry, on: lattice) }
    var result: [String: [String]] = [:]
    for basin in district.basins {
      let footprint = Footprint(basin.geometry, on: lattice)
      for (township, own) in zip(district.townships, townships) where own.mayMeet(footprint) {
        let common = commonArea(own.shares, footprint.shares)
        let isNoticeable =
          common > noticeableShare * footprint.area || common > noticeableShare * own.area
        if isNoticeable && common > 0 { result[township.code, default: []].append(basin.id) }
      }
    }
    return result
  }

  private struct CellShare {
    let cell: Int
    let share: Double
  }

  /// A shape on the lattice.
  private struct Footprint {
    let shares: [CellShare]
    /// In cells.
    let area: Double
    private let box: Box?

    init(_ geometry: MultiPolygon, on lattice: GridGeometry) {
      shares = UnitMembership.shares(of: geometry, on: lattice)
      area = shares.reduce(0) { $0 + $1.share }
      box = geometry.box
    }

    /// False where the boxes of two shapes lie apart: most pairs of a large district do.
    func mayMeet(_ other: Footprint) -> Bool {
      guard let a = box, let b = other.box else { return false }
      return a.minX <= b.maxX && b.minX <= a.maxX && a.minY <= b.maxY && b.minY <= a.maxY
    }
  }

  /// Shares of the cells of a shape, sorted by cell; none for a shape that the lattice cannot take.
  private static func shares(
    of geometry: MultiPolygon, on lattice: GridGeometry
  ) -> [CellShare] {
    guard let shares = try? CellShares(of: geometry, on: lattice) else { return [] }
    var list = shares.cells.map { cell in
      CellShare(cell: cell.row * lattice.columns + cell.column, share: cell.share)
    }
    for run in shares.runs {
      let first = run.row * lattice.columns + run.firstColumn
      list += (first..<first + run.count).map { CellShare(cell: $0, share: 1) }
    }
    return list.sorted { $0.cell < $1.cell }
  }

  /// Merges two lists of shares that are sorted by cell.
  private static func commonArea(_ a: [CellShare], _ b: [CellShare]) -> Double {
    var i = 0
    var j = 0
    var sum = 0.0
    while i < a.count, j < b.count {
      if a[i].cell == b[j].cell {
        sum += a[i].share * b[j].share
        i += 1
        j += 1
      } else if a[i].cell < b[j].cell {
        i += 1
      } else {
        j += 1
      }
    }
    return sum
  }

  /// Whether an assessment is one of a township's parts.
  func counts(_ assessment: UnitAssessment, for township: String) -> Bool {
    switch assessment.unitKind {
    case .township: assessment.unit == township
    case .basin: basinsOfTownship[township]?.contains(assessment.unit) ?? false
    case .hazardPoint: townshipOfPoint[assessment.unit] == township
    }
  }
}
