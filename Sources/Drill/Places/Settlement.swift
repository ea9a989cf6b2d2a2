import Hydromet

/// An invented district while it is being furnished: the ground, the units on it, and what was
/// already placed.
struct Settlement {
  let seed: UInt64
  let terrain: Terrain
  let basinCells: BasinPartition
  let townshipCells: TownshipPartition
  let plane: LocalPlane
  let basins: [SmallBasin]
  let townships: [Township]
  let rivers: [[Point]]
  var names: PlaceNames

  /// Districts lie about here; nobody's administrative code begins with 99.
  static let origin = Place(longitude: 108.4, latitude: 30.2)
  static let districtCode = "990110"
  static let basinCount = 64
  static let streetCount = 5
  static let townCount = 16

  init(seed: UInt64) {
    self.seed = seed
    terrain = Terrain.generate(seed: seed)
    basinCells = BasinPartition(terrain: terrain, seed: seed, count: Settlement.basinCount)
    townshipCells = TownshipPartition(
      terrain: terrain, seed: seed, streets: Settlement.streetCount, towns: Settlement.townCount)
    let plane = LocalPlane(origin: Settlement.origin)
    let shapes = DistrictShapes(
      basins: basinCells, townships: townshipCells, lattice: terrain.lattice, seed: seed)
    let riverLines = RiverLines(terrain: terrain, leastCatchment: 8)
    var names = PlaceNames(seed: seed)
    self.plane = plane
    rivers = riverLines.rivers.map { $0.line.map { plane.degrees($0) } }
    basins = Settlement.basins(
      basinCells, shapes: shapes, rivers: riverLines, terrain, plane, &names)
    townships = Settlement.townships(shapes.townships, plane, names)
    self.names = names
  }

  static func basinID(_ number: Int) -> String { "B\(padded(number + 1, 2))" }

  /// Basins named after the river on which their outlet lies and, where a river has several of them,
  /// after a village.
  private static func basins(
    _ cells: BasinPartition, shapes: DistrictShapes, rivers: RiverLines, _ terrain: Terrain,
    _ plane: LocalPlane, _ names: inout PlaceNames
  ) -> [SmallBasin] {
    var riverOfCell: [Int: Int] = [:]
    for (number, river) in rivers.rivers.enumerated() {
      for cell in river.cells where riverOfCell[cell] == nil { riverOfCell[cell] = number }
    }
    var riverNames: [Int: String] = [0: PlaceNames.mainRiver]
    var used: Set<String> = []
    return shapes.basins.enumerated().map { number, shape in
      let outlet = cells.outlets[number]
      let river = riverOfCell[outlet]
      let stream =
        river.flatMap { riverNames[$0] }
        ?? names.stream(catchment: terrain.catchments[outlet])
      if let river { riverNames[river] = stream }
      let name =
        used.insert(stream).inserted && stream != PlaceNames.mainRiver
        ? stream : stream + names.village()
      return SmallBasin(
        id: basinID(number), name: name + "小流域", downstream: cells.downstream[number].map(basinID),
        areaSquareKilometres: LocalPlane.rounded(shape.area, 2),
        geometry: shape.mapped(plane.degrees))
    }
  }

  private static func townships(
    _ shapes: [MultiPolygon], _ plane: LocalPlane, _ names: PlaceNames
  ) -> [Township] {
    shapes.enumerated().map { number, shape in
      let isStreet = number < streetCount
      let name = isStreet ? names.streetNames[number] : names.townNames[number - streetCount]
      let code = isStreet ? number + 1 : 100 + number - streetCount
      return Township(
        code: districtCode + padded(code, 3) + "000",
        name: name.chinese + (isStreet ? "街道" : "镇"),
        englishName: name.english + (isStreet ? " Subdistrict" : " Town"),
        geometry: shape.mapped(plane.degrees))
    }
  }

  /// A place near the middle of a cell.
  func place(in cell: Int, _ chance: inout SplitMix64) -> Place {
    let centre = terrain.lattice.centre(cell)
    let p = plane.degrees(
      Point(x: centre.x + chance.number(-0.08, 0.08), y: centre.y + chance.number(-0.08, 0.08)))
    return Place(longitude: p.x, latitude: p.y)
  }

  /// The township and basin that hold a place by their published shapes; nil at the very border.
  func units(at place: Place) -> (township: Township, basin: SmallBasin)? {
    let p = Point(x: place.longitude, y: place.latitude)
    guard let township = townships.first(where: { $0.geometry.contains(p) }),
      let basin = basins.first(where: { $0.geometry.contains(p) })
    else { return nil }
    return (township, basin)
  }
}
