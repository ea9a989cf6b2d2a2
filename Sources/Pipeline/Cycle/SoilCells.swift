import Areal
import Districts
import Formats
import Hydromet
import Kernels
import Runoff

/// The cells of the soil on one radar grid: which are carried on, whose rain they get and what they are
/// to every unit.
struct SoilCells {
  /// Of the radar.
  let grid: GridGeometry
  let model: CellSoilModel
  /// A soil cell is so many radar cells wide and high.
  private let block: Int
  /// Place of the basin that has the largest share in each cell; −1 for none.
  private let basinOfCell: [Int]
  private let units: [Unit]

  private struct Unit {
    let place: UnitPlace
    /// Places in the columns of the model, with weights.
    let cells: [(place: Int, weight: Double)]
    let coverage: Double
  }

  init(
    _ workspace: Workspace, on grid: GridGeometry, block: Int, step: Int
  ) throws(Fault) {
    self.grid = grid
    // On very large grids blocks are doubled until their states stay of bounded size.
    var block = max(block, 1)
    while SoilCells.coarse(grid, block).cellCount > CellSoilModel.mostCells { block *= 2 }
    self.block = block
    let geometry = SoilCells.coarse(grid, block)
    let description = workspace.district.description
    let regions =
      description.townships.map { Region(id: $0.code, geometry: $0.geometry) }
      + description.basins.map { Region(id: $0.id, geometry: $0.geometry) }
    let weights = try workspace.weights.weights(
      of: regions, crs: UnitRain.crs, on: geometry, kind: .area)
    var touched: [[(cell: Int, weight: Double)]] = []
    var basin: [Int: (place: Int, weight: Double)] = [:]
    for index in regions.indices {
      var own: [(cell: Int, weight: Double)] = []
      weights.forEachCell(of: index) { row, column, weight in
        own.append((row * geometry.columns + column, weight))
      }
      touched.append(own)
      guard index >= description.townships.count else { continue }
      for (cell, weight) in own where weight > basin[cell]?.weight ?? 0 {
        basin[cell] = (index - description.townships.count, weight)
      }
    }
    let transform = try CoordinateTransform(from: UnitRain.crs, to: geometry.projection)
    let cellOfPoint = description.hazardPoints.map { point in
      transform.transform(Point(x: point.place.longitude, y: point.place.latitude))
        .flatMap { geometry.cellIndex(of: $0) }
    }
    let cells = Set(touched.joined().map { $0.cell } + cellOfPoint.compactMap { $0 }).sorted()
    let basinOfCell = cells.map { basin[$0]?.place ?? -1 }
    model = try CellSoilModel(
      geometry: geometry, cells: cells,
      parameters: basinOfCell.map {
        $0 < 0 ? .usual : workspace.district.basinParameters[$0].antecedent
      }, step: TimeSpan(seconds: step))
    self.basinOfCell = basinOfCell
    let places = Dictionary(
      cells.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
    let areas =
      description.townships.map { UnitPlace(kind: .township, unit: $0.code) }
      + description.basins.map { UnitPlace(kind: .basin, unit: $0.id) }
    var units = areas.enumerated().map { index, place in
      Unit(
        place: place,
        cells: touched[index].compactMap { own in
          places[own.cell].map { (place: $0, weight: own.weight) }
        }, coverage: weights.area(of: index).share)
    }
    for (point, cell) in zip(description.hazardPoints, cellOfPoint) {
      guard let place = cell.flatMap({ places[$0] }) else { continue }
      units.append(
        Unit(
          place: UnitPlace(kind: .hazardPoint, unit: point.id), cells: [(place: place, weight: 1)],
          coverage: 1))
    }
    self.units = units
  }

  private static func coarse(_ grid: GridGeometry, _ block: Int) -> GridGeometry {
    guard block > 1 else { return grid }
    return GridGeometry(
      rows: (grid.rows + block - 1) / block, columns: (grid.columns + block - 1) / block,
      projection: grid.projection, isGeographic: grid.isGeographic, west: grid.west,
      north: grid.north, cellWidth: grid.cellWidth * Double(block),
      cellHeight: grid.cellHeight * Double(block))
  }

  /// What fell on every cell at the least, from the frames of a step.
  ///
  /// - Parameter expected: frames that make a whole step.
  func rain(of fields: [DepthField], expected: Int) -> BasinRain {
    var rain = BasinRain.missing(basins: model.cells.count)
    let parts = Double(block * block)
    for field in fields {
      let micrometres = field.micrometres
      guard micrometres.count == grid.cellCount else { continue }
      for (place, cell) in model.cells.enumerated() {
        let rows = SoilCells.range(cell / model.geometry.columns, block, grid.rows)
        let columns = SoilCells.range(cell % model.geometry.columns, block, grid.columns)
        var sum: Int64 = 0
        var known = 0
        for row in rows {
          for column in columns {
            let depth = micrometres[row * grid.columns + column]
            guard depth >= 0 else { continue }
            sum += Int64(depth)
            known += 1
          }
        }
        rain.depth[place] += Double(sum) / (1000 * parts)
        rain.knownShare[place] += Double(known) / parts
      }
    }
    for place in model.cells.indices {
      rain.depth[place] = min(rain.depth[place], 9999)
      rain.knownShare[place] = min(rain.knownShare[place] / Double(max(expected, 1)), 1)
    }
    return rain
  }

  private static func range(_ place: Int, _ block: Int, _ limit: Int) -> Range<Int> {
    min(place * block, limit)..<min((place + 1) * block, limit)
  }

  /// Where no frames are left: every cell gets the rain of its basin.
  func rain(spreading rain: BasinRain) -> BasinRain {
    BasinRain(
      depth: basinOfCell.map { $0 < 0 ? 0 : rain.depth[$0] },
      knownShare: basinOfCell.map { $0 < 0 ? 0 : rain.knownShare[$0] })
  }

  /// Townships that have cells: those whose thresholds may ask for soil of their own.
  var townships: [UnitPlace] { units.lazy.filter(SoilCells.isTownship).map(\.place) }

  private static func isTownship(_ unit: Unit) -> Bool {
    unit.place.kind == .township && !unit.cells.isEmpty
  }

  /// s = Pa / Wm of every township that has cells, their mean by area; not a number where too much of it
  /// is not known for a threshold to be chosen by it, or the cells do not cover enough of it.
  func saturations(_ state: CellSoilState, minimumCoverage: Double) -> [Float] {
    let soil = model.soil(state)
    return units.lazy.filter(SoilCells.isTownship).map { unit in
      var (wet, weights, gap) = (0.0, 0.0, 0.0)
      for (place, weight) in unit.cells {
        wet +=
          weight * SoilState.saturation(soil.antecedentRainfall[place], of: soil.capacity[place])
        gap += weight * soil.gapShare[place]
        weights += weight
      }
      guard weights > 0, unit.coverage >= minimumCoverage - 1e-6,
        SoilState.isKnown(wet / weights, gapShare: gap / weights)
      else { return Float.nan }
      return Float(wet / weights)
    }
  }

  /// The cells of a state, and what they make of every unit.
  func soil(_ state: CellSoilState) -> CellSoil {
    var soil = model.soil(state)
    let saturation = soil.antecedentRainfall.indices.map {
      SoilState.saturation(soil.antecedentRainfall[$0], of: soil.capacity[$0])
    }
    for unit in units where !unit.cells.isEmpty {
      var (index, wet, weights) = (0.0, 0.0, 0.0)
      var (largest, wettest, gap) = (0.0, 0.0, 0.0)
      for (place, weight) in unit.cells {
        index += soil.soilWaterIndex[place] * weight
        wet += saturation[place] * weight
        weights += weight
        largest = max(largest, soil.soilWaterIndex[place])
        wettest = max(wettest, saturation[place])
        gap = max(gap, soil.gapShare[place])
      }
      guard weights > 0 else { continue }
      soil.units.append(
        UnitCellSoil(
          kind: unit.place.kind, unit: unit.place.unit, meanIndex: index / weights,
          largestIndex: largest, meanSaturation: wet / weights, largestSaturation: wettest,
          gapShare: gap, coverage: unit.coverage))
    }
    return soil
  }
}
