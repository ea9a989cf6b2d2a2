import Hydromet

/// Basins and townships as shapes of one mesh: where their borders run together they are one line,
/// and both tile the same district.
struct DistrictShapes: Sendable {
  /// In km of the local plane.
  let basins: [MultiPolygon]
  let townships: [MultiPolygon]

  init(basins: BasinPartition, townships: TownshipPartition, lattice: Lattice, seed: UInt64) {
    let basinCount = basins.outlets.count
    let townshipCount = townships.seats.count
    // A label for each basin and township that have land in common.
    var numbers = Array(repeating: -1, count: basinCount * townshipCount)
    var pairs: [(basin: Int, township: Int)] = []
    let labels = basins.labels.indices.map { cell -> Int in
      let (basin, township) = (basins.labels[cell], townships.labels[cell])
      guard basin >= 0, township >= 0 else { return -1 }
      let key = basin * townshipCount + township
      if numbers[key] < 0 {
        numbers[key] = pairs.count
        pairs.append((basin, township))
      }
      return numbers[key]
    }
    let parts = LatticeShapes(lattice: lattice, seed: seed)
      .shapes(of: labels, count: pairs.count, tolerance: 0.1)
    self.basins = (0..<basinCount).map { basin in
      MultiPolygon(dissolving: pairs.indices.filter { pairs[$0].basin == basin }.map { parts[$0] })
    }
    self.townships = (0..<townshipCount).map { township in
      MultiPolygon(
        dissolving: pairs.indices.filter { pairs[$0].township == township }.map { parts[$0] })
    }
  }
}

extension MultiPolygon {
  /// Every vertex moved.
  func mapped(_ move: (Point) -> Point) -> MultiPolygon {
    MultiPolygon(
      polygons.map { polygon in
        Polygon(outer: polygon.outer.map(move), holes: polygon.holes.map { $0.map(move) })
      })
  }
}
