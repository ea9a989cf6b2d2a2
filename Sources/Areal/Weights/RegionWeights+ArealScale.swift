import Hydromet

extension RegionWeights {
  /// Longest run with one weight: cells, and metres.
  private static let longestRun = (cells: 16, metres: 16_000.0)

  /// Weights on a projected grid that does not keep areas.
  static func scaled(
    _ regions: some Collection<Region>, _ scan: consuming CoverageScan,
    _ arealScale: ArealScale
  ) throws(Fault) -> WeightLists {
    let geometry = scan.frame.geometry
    var lists = WeightLists()
    // Where the scale is wanted: for all cells, for all runs, and for the regions that stick out.
    var cellPoints: [Point] = []
    var runPoints: [Point] = []
    var protruding: [ProtrudingRegion] = []
    var inside: [Bool] = []
    for region in regions {
      let isInside = scan.scan(region.geometry)
      inside.append(isInside)
      for cell in scan.cells {
        lists.add(cell, weight: cell.share, columns: geometry.columns)
        cellPoints.append(geometry.point(atCells: cell.centroid))
      }
      for run in scan.runs {
        for part in split(run, geometry) {
          lists.add(part, weight: 1, columns: geometry.columns)
          let middle = Double(part.column) + Double(part.count) / 2
          runPoints.append(
            geometry.point(atCells: Point(x: middle, y: Double(part.row) + 0.5)))
        }
      }
      lists.endRegion()
      if !isInside {
        protruding.append(try ProtrudingRegion(region, index: inside.count - 1))
      }
    }
    let points = cellPoints + runPoints + protruding.flatMap(\.points)
    let scales = try checked(arealScale(points), count: points.count)
    let cellArea = scan.frame.cellArea * 1e-6
    for i in lists.cells.indices {
      lists.cellWeights[i] *= cellArea / scales[i]
    }
    for i in lists.runStarts.indices {
      lists.runWeights[i] = cellArea / scales[lists.cells.count + i]
    }
    let gridAreas = (0..<lists.regionCount).map { lists.gridArea(of: $0) }
    lists.regionAreas = gridAreas
    lists.gridShares = inside.map { $0 ? 1 : 0 }
    var next = lists.cells.count + lists.runStarts.count
    for region in protruding {
      let i = region.index
      let whole = max(region.trueArea(scales[next..<next + region.points.count]), gridAreas[i])
      next += region.points.count
      lists.regionAreas[i] = whole
      lists.gridShares[i] = WeightLists.gridShare(gridAreas[i], of: whole, isInside: false)
    }
    return lists
  }

  private static func checked(_ scales: [Double], count: Int) throws(Fault) -> [Double] {
    let bad = scales.first { !($0 > 0 && $0.isFinite) }
    guard scales.count == count, bad == nil else {
      throw Fault(
        "bad_areal_scale",
        bad.map { "the projection gave \($0) as its areal scale inside a region" }
          ?? "\(scales.count) areal scales were given for \(count) points",
        remedy: "check that the regions lie where the projection is defined")
    }
    return scales
  }

  /// Cuts a run at lines that lie at fixed places of the projection, so that cropping the grid does
  /// not move them.
  private static func split(_ run: ScannedRun, _ geometry: GridGeometry) -> [ScannedRun] {
    let longest = Int32(
      min(Double(longestRun.cells), max(1, longestRun.metres / geometry.cellWidth)))
    // Edges lie on whole or on half cells of the projection; a quarter keeps clear of both.
    let phase = (geometry.west / geometry.cellWidth + 0.25).rounded(.down)
      .truncatingRemainder(dividingBy: Double(longest))
    let offset = (Int32(phase) + longest) % longest
    var parts: [ScannedRun] = []
    var column = run.column
    let end = run.column + run.count
    while column < end {
      let next = min(end, column + longest - (offset + column % longest) % longest)
      parts.append(ScannedRun(row: run.row, column: column, count: next - column))
      column = next
    }
    return parts
  }
}

/// A region that does not lie wholly inside the grid, measured on a coarse grid of its own.
private struct ProtrudingRegion {
  /// Rows and columns of that grid.
  private static let coarseCells = 16

  let index: Int
  /// Centroids of its pieces, in the coordinates of the projection.
  let points: [Point]
  /// Planar area of each piece, km².
  private let areas: [Double]

  init(_ region: Region, index: Int) throws(Fault) {
    self.index = index
    guard let box = region.geometry.box, box.maxX > box.minX, box.maxY > box.minY else {
      points = []
      areas = []
      return
    }
    let count = ProtrudingRegion.coarseCells
    let coarse = GridGeometry(
      rows: count, columns: count, projection: "", isGeographic: false, west: box.minX,
      north: box.maxY, cellWidth: (box.maxX - box.minX) / Double(count),
      cellHeight: (box.maxY - box.minY) / Double(count))
    var scan = CoverageScan(try CellFrame(coarse), measure: .centroid)
    _ = scan.scan(region.geometry)
    var points = scan.cells.map { coarse.point(atCells: $0.centroid) }
    var areas = scan.cells.map { $0.share * scan.frame.cellArea * 1e-6 }
    for run in scan.runs {
      for column in run.column..<run.column + run.count {
        points.append(coarse.centre(row: Int(run.row), column: Int(column)))
        areas.append(scan.frame.cellArea * 1e-6)
      }
    }
    self.points = points
    self.areas = areas
  }

  /// - Parameter scales: the areal scale at each of `points`.
  func trueArea(_ scales: ArraySlice<Double>) -> Double {
    zip(areas, scales).reduce(0) { $0 + $1.0 / $1.1 }
  }
}

extension GridGeometry {
  /// A place given in cells east and south of the grid's north-west corner.
  fileprivate func point(atCells p: Point) -> Point {
    Point(x: west + p.x * cellWidth, y: north - p.y * cellHeight)
  }
}
