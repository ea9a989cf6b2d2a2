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
    let areas = try Areas(workspace, on: geometry)
    let cellOfPoint = try SoilCells.cells(of: description.hazardPoints, on: geometry)
    let cells = areas.touched.union(cellOfPoint.compactMap { $0 }).sorted()
    let basinOfCell = cells.map { areas.basins[$0]?.place ?? -1 }
    model = try CellSoilModel(
      geometry: geometry, cells: cells,
      parameters: basinOfCell.map {
        $0 < 0 ? .usual : workspace.district.basinParameters[$0].antecedent
      }, step: TimeSpan(seconds: step))
    self.basinOfCell = basinOfCell
    let places = Dictionary(
      cells.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
    let points = zip(description.hazardPoints, cellOfPoint).compactMap { point, cell in
      cell.flatMap { places[$0] }.map { place in
        Unit(
          place: UnitPlace(kind: .hazardPoint, unit: point.id), cells: [(place: place, weight: 1)],
          coverage: 1)
      }
    }
    units = areas.units(places) + points
  }

  /// The townships and basins over the cells.
  private struct Areas {
    private struct Area {
      let place: UnitPlace
      let cells: [(cell: Int, weight: Double)]
      /// Share that has cells.
      let coverage: Double
    }

    private var areas: [Area] = []
    /// The basin that has the largest share in each cell, by its place among the basins.
    private(set) var basins: [Int: (place: Int, weight: Double)] = [:]

    init(_ workspace: Workspace, on geometry: GridGeometry) throws(Fault) {
      let description = workspace.district.description
      let regions =
        description.townships.map { Region(id: $0.code, geometry: $0.geometry) }
        + description.basins.map { Region(id: $0.id, geometry: $0.geometry) }
      let weights = try workspace.weights.weights(
        of: regions, crs: UnitRain.crs, on: geometry, kind: .area)
      for (index, region) in regions.enumerated() {
        var cells: [(cell: Int, weight: Double)] = []
        weights.forEachCell(of: index) { row, column, weight in
          cells.append((row * geometry.columns + column, weight))
        }
        let basin = index - description.townships.count
        areas.append(
          Area(
            place: UnitPlace(kind: basin < 0 ? .township : .basin, unit: region.id), cells: cells,
            coverage: weights.area(of: index).share))
        guard basin >= 0 else { continue }
        for (cell, weight) in cells where weight > basins[cell]?.weight ?? 0 {
          basins[cell] = (basin, weight)
        }
      }
    }

    /// The cells of all of them.
    var touched: Set<Int> { Set(areas.lazy.flatMap(\.cells).map(\.cell)) }

    /// - Parameter places: of cells in the columns of the model.
    func units(_ places: [Int: Int]) -> [Unit] {
      areas.map { area in
        Unit(
          place: area.place,
          cells: area.cells.compactMap { own in
            places[own.cell].map { (place: $0, weight: own.weight) }
          }, coverage: area.coverage)
      }
    }
  }

  /// The cells that points lie in; nil outside the grid.
  private static func cells(
    of points: [HazardPoint], on geometry: GridGeometry
  ) throws(Fault) -> [Int?] {
    let transform = try CoordinateTransform(from: UnitRain.crs, to: geometry.projection)
    return points.map { point in
      transform.transform(Point(x: point.place.longitude, y: point.place.latitude))
        .flatMap { geometry.cellIndex(of: $0) }
    }
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
