public import Hydromet

extension RegionWeights {
  /// The factor by which a projection enlarges areas at each of the given points of the grid's own
  /// coordinates: 1 keeps areas true.
  public typealias ArealScale = ([Point]) throws(Fault) -> [Double]

  /// Builds the weights of regions on a grid.
  ///
  /// In degrees, true areas are exact integrals on the ellipsoid over polygons whose edges are
  /// straight in longitude and latitude. On a projected grid in metres, a planar area is divided by
  /// `arealScale` at the centroid of the covered part of a cell, or of a run of at most sixteen cells
  /// and sixteen kilometres, which is right to the second order of their size.
  ///
  /// - Parameters:
  ///   - regions: geometry in the grid's own coordinates.
  ///   - arealScale: for projected grids; nil where the projection keeps areas. Called once, with all
  ///     points, and not at all for grids in degrees or for `WeightKind.share`.
  /// - Throws: `Fault` `bad_grid`, `bad_ellipsoid`, `bad_coordinate` naming the region,
  ///   `bad_areal_scale`, `too_large`, or what `arealScale` throws.
  public static func build(
    regions: some Collection<Region>, geometry: GridGeometry, kind: WeightKind = .area,
    ellipsoid: Ellipsoid = .wgs84, arealScale: ArealScale? = nil
  ) throws(Fault) -> RegionWeights {
    let frame = try CellFrame(geometry)
    guard geometry.rows <= longestSide, geometry.columns <= longestSide else {
      throw Fault(
        "bad_grid",
        "a grid of \(geometry.rows) rows and \(geometry.columns) columns is longer than "
          + "\(longestSide) cells",
        remedy: "crop the grid")
    }
    guard ellipsoid.isUsable else {
      throw Fault(
        "bad_ellipsoid",
        "an ellipsoid of \(ellipsoid.semiMajorAxisMetres) m and flattening "
          + "\(ellipsoid.flattening) has no area",
        remedy: "give the axis in metres and a flattening from 0 to below 1")
    }
    for region in regions {
      try frame.check(region.geometry, region: region.id)
    }
    let density = AreaDensity(ellipsoid)
    var lists: WeightLists
    if kind == .area, geometry.isGeographic {
      let densities = RowDensities(frame, density: density)
      lists = ellipsoidal(regions, CoverageScan(frame, measure: .ellipsoidal(densities)), density)
    } else if kind == .area, let arealScale {
      lists = try scaled(regions, CoverageScan(frame, measure: .centroid), arealScale)
    } else {
      // Square metres to square kilometres, or cells.
      let weight = kind == .share ? 1 : frame.cellArea * 1e-6
      lists = planar(regions, CoverageScan(frame, measure: .share), cellWeight: weight)
    }
    return try RegionWeights(geometry, kind, lists)
  }

  private static func planar(
    _ regions: some Collection<Region>, _ scan: consuming CoverageScan, cellWeight: Double
  ) -> WeightLists {
    var lists = WeightLists()
    for region in regions {
      let isInside = scan.scan(region.geometry)
      for cell in scan.cells {
        lists.add(cell, weight: cell.share * cellWeight, columns: scan.frame.geometry.columns)
      }
      for run in scan.runs {
        lists.add(run, weight: cellWeight, columns: scan.frame.geometry.columns)
      }
      lists.endRegion(isInside: isInside) {
        RegionArea.planar(region.geometry) / scan.frame.cellArea * cellWeight
      }
    }
    return lists
  }

  private static func ellipsoidal(
    _ regions: some Collection<Region>, _ scan: consuming CoverageScan, _ density: AreaDensity
  ) -> WeightLists {
    var lists = WeightLists()
    for region in regions {
      let isInside = scan.scan(region.geometry)
      for cell in scan.cells {
        lists.add(cell, weight: cell.trueArea, columns: scan.frame.geometry.columns)
      }
      for run in scan.runs {
        lists.add(
          run, weight: scan.rowAreas[Int(run.row)], columns: scan.frame.geometry.columns)
      }
      lists.endRegion(isInside: isInside) {
        RegionArea.ellipsoidal(region.geometry, density: density)
      }
    }
    return lists
  }
}
