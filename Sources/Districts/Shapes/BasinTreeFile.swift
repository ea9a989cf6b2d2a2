import Formats
public import Hydromet

/// Basins of a vector file and how they drain into each other.
public struct BasinTreeFile {
  public let tree: BasinTree
  /// km², in the order of the tree.
  public let areas: [Double]

  /// - Parameters:
  ///   - downstream: the field that names the basin below; nil where the ids are water codes that say
  ///     it (see `StreamCode`).
  /// - Throws: `missing_attribute` and what `BasinTree` throws.
  public init(
    path: String, layer: String?, crs: String?, id: String, downstream: String?
  ) throws(Fault) {
    let file = try ShapeFile(path: path, layer: layer, crs: crs)
    if let fault = file.faults.first { throw fault }
    let centre = EqualArea.centre(of: file.shapes.lazy.map(\.polygons))
    let projection = try centre.map { centre throws(Fault) in try EqualArea(centre: centre) }
    var ids: [String] = []
    var areas: [Double] = []
    for shape in file.shapes {
      guard let own = shape.feature.text(id), !own.isEmpty else {
        throw Fault(
          "missing_attribute", at: ShapeFile.location(path, shape.feature.index),
          "the feature has no \(id); it has \(file.attributeNames.listed())",
          remedy: "name the field that holds the basin's id")
      }
      ids.append(own)
      areas.append(try projection?.squareKilometres(shape.polygons) ?? 0)
    }
    if let downstream, !file.attributeNames.contains(downstream) {
      throw Fault(
        "missing_attribute", at: .init(path),
        "there is no field \(downstream); there are \(file.attributeNames.listed())",
        remedy: "name the field with --downstream, or a water code with --code")
    }
    let next: [String?]
    if let downstream {
      next = file.shapes.map { shape in
        shape.feature.text(downstream).flatMap { $0.isEmpty ? nil : $0 }
      }
    } else {
      next = StreamCode.downstream(of: ids)
    }
    tree = try BasinTree(ids: ids, downstream: next)
    self.areas = areas
  }

  /// Area above every outlet, itself included, km².
  public var upstreamAreas: [Double] { tree.accumulated(areas) }

  /// `id, downstream, area_km2, upstream_area_km2`.
  public var csv: String {
    let rows = upstreamAreas.enumerated().map { place, above in
      let next = tree.downstream[place].map { tree.ids[$0] } ?? ""
      let numbers = [areas[place], above].map { DecimalText.text($0, decimals: 4) }
      return [tree.ids[place], next] + numbers
    }
    return CSVWriter.text(
      ["id", "downstream", "area_km2", "upstream_area_km2"], rows, as: .sheet)
  }
}
