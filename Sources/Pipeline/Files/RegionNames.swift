import Formats
import Hydromet

/// Names the polygons of a vector file.
enum RegionNames {
  /// Attributes that usually name an area, in the order in which they are tried.
  private static let usual = [
    "id", "code", "adcode", "name", "region", "basin", "basin_id", "gwkz", "divide_id", "objectid",
    "fid",
  ]

  /// The regions of a layer, in its order.
  ///
  /// - Throws: `unknown_field`, `no_polygon` naming the feature, `no_regions`.
  static func regions(
    of layer: VectorLayer, _ source: ArealFiles.RegionSource
  ) throws(Fault) -> (regions: [Region], notes: [String]) {
    let place = Fault.Location(source.path)
    guard !layer.features.isEmpty else {
      throw Fault(
        "no_regions", at: place, "the file holds no features", remedy: "give a file of polygons")
    }
    let field = source.idField ?? guess(layer)
    if let field, source.idField != nil { try check(field, in: layer, place) }
    var regions: [Region] = []
    for feature in layer.features {
      guard case .polygon(let geometry) = feature.geometry else {
        throw Fault(
          "no_polygon", at: .init(source.path, item: "feature \(feature.index + 1)"),
          "the feature is not a polygon", remedy: "give a file of polygons only")
      }
      let name = field.flatMap { feature.text($0) } ?? "\(feature.index + 1)"
      regions.append(Region(id: name, geometry: geometry))
    }
    let notes =
      field == nil ? ["no attribute names the regions: they are numbered from 1 (see --id)"] : []
    return (regions, notes)
  }

  private static func check(
    _ field: String, in layer: VectorLayer, _ place: Fault.Location
  ) throws(Fault) {
    let names = layer.features.first?.attributes.map(\.name) ?? []
    guard names.contains(field) else {
      throw Fault(
        "unknown_field", at: place, "there is no attribute \(field)",
        remedy: "name one of: \(names.joined(separator: ", "))")
    }
  }

  /// The first usual attribute that every feature has, each with a value of its own.
  private static func guess(_ layer: VectorLayer) -> String? {
    let names = layer.features.first?.attributes.map(\.name) ?? []
    for wanted in usual {
      for name in names where name.lowercased() == wanted {
        let values = layer.features.compactMap { $0.text(name) }
        if values.count == layer.features.count, Set(values).count == values.count { return name }
      }
    }
    return nil
  }
}
