import Areal
import Districts
import Formats
import Hydromet

/// One field as every unit sees it.
struct UnitField: Sendable {
  /// By the places of `UnitFields`: micrometres; what is not known counts as none.
  let depths: [Int32]
  /// Share of the unit's rain that is known, 0…1.
  let known: [Float]
}

/// Turns fields on any grid into the rain of every unit: the means of townships and basins, the cell of
/// each point, and the means over everything above each basin.
final class UnitFields {
  private let workspace: Workspace
  private let regions: [Region]
  private let points: [HazardPoint]
  private let firstBasin: Int
  private let basinAreas: [Double]
  private let tree: BasinTree?
  /// Weights and cells of points by grid: the grids of a forecast change seldom.
  private var weights: RegionWeights?
  private var cellOfPoint: [Int?] = []

  init(_ workspace: Workspace) {
    self.workspace = workspace
    let description = workspace.district.description
    regions =
      description.townships.map { Region(id: $0.code, geometry: $0.geometry) }
      + description.basins.map { Region(id: $0.id, geometry: $0.geometry) }
    points = description.hazardPoints
    firstBasin = description.townships.count
    basinAreas = description.basins.map(\.areaSquareKilometres)
    tree = try? BasinTree(
      ids: description.basins.map(\.id), downstream: description.basins.map(\.downstream))
  }

  var count: Int { regions.count + points.count + basinAreas.count }

  /// Places in the order townships, basins, points.
  func places() -> [UnitPlace: Int] {
    let description = workspace.district.description
    let units =
      description.townships.map { UnitPlace(kind: .township, unit: $0.code) }
      + description.basins.map { UnitPlace(kind: .basin, unit: $0.id) }
      + points.map { UnitPlace(kind: .hazardPoint, unit: $0.id) }
    return Dictionary(
      units.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
  }

  /// The place of everything above a basin; nil for other units.
  func upstreamPlace(of place: Int) -> Int? {
    guard place >= firstBasin, place < regions.count else { return nil }
    return regions.count + points.count + place - firstBasin
  }

  func values(of field: DepthField) throws(Fault) -> UnitField {
    try prepare(for: field.geometry)
    guard let weights else {
      return UnitField(
        depths: [Int32](repeating: 0, count: count), known: [Float](repeating: 0, count: count))
    }
    var depths: [Int32] = []
    var known: [Float] = []
    depths.reserveCapacity(count)
    known.reserveCapacity(count)
    let sum = field.asSum
    for rain in try weights.statistics(of: sum) {
      let share = rain.validShare * rain.gridShare
      let depth = share >= 1 ? rain.mean : rain.meanLowerBound
      depths.append(depth?.micrometres ?? 0)
      known.append(Float(share))
    }
    for cell in cellOfPoint {
      let depth = cell.map { sum.micrometres[$0] } ?? 0
      let isKnown = cell.map { sum.receivedFrames[$0] > 0 } ?? false
      depths.append(Int32(clamping: depth))
      known.append(isKnown ? 1 : 0)
    }
    addUpstream(&depths, &known)
    return UnitField(depths: depths, known: known)
  }

  private func addUpstream(_ depths: inout [Int32], _ known: inout [Float]) {
    let basins = firstBasin..<regions.count
    let total = tree?.accumulated(basinAreas) ?? []
    guard let tree, total.count == basins.count, total.allSatisfy({ $0 > 0 }) else {
      depths += [Int32](repeating: 0, count: basins.count)
      known += [Float](repeating: 0, count: basins.count)
      return
    }
    let rain = tree.accumulated(zip(basins, basinAreas).map { Double(depths[$0]) * $1 })
    let shares = tree.accumulated(zip(basins, basinAreas).map { Double(known[$0]) * $1 })
    for basin in rain.indices {
      depths.append(Int32(clamping: Int64((rain[basin] / total[basin]).rounded())))
      known.append(Float(min(shares[basin] / total[basin], 1)))
    }
  }

  private func prepare(for geometry: GridGeometry) throws(Fault) {
    guard weights?.geometry != geometry else { return }
    weights = try workspace.weights.weights(
      of: regions, crs: UnitRain.crs, on: geometry, kind: .area)
    let transform = try CoordinateTransform(from: UnitRain.crs, to: geometry.projection)
    cellOfPoint = points.map { point in
      transform.transform(Point(x: point.place.longitude, y: point.place.latitude))
        .flatMap { geometry.cellIndex(of: $0) }
    }
  }
}

struct UnitPlace: Hashable {
  let kind: UnitKind
  let unit: String
}
