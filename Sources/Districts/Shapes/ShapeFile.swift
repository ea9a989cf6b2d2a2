import Formats
import Hydromet

/// Polygons or lines of a vector file, carried to WGS 84 longitude and latitude.
struct ShapeFile {
  struct Shape {
    let feature: VectorFeature
    let polygons: MultiPolygon
  }

  let path: String
  /// The file's own coordinate reference system, or the stated one.
  let crs: String
  let shapes: [Shape]
  /// Lines, WGS 84.
  let lines: [[Point]]
  /// One fault for each feature that is neither polygon nor line or cannot be carried.
  let faults: [Fault]
  /// What was repaired on reading.
  let repairs: [String]
  /// Names of the attributes, in the order of the file.
  let attributeNames: [String]

  init(
    path: String, layer: String?, crs stated: String?,
    coordinates: DistrictConfiguration.Coordinates = .wgs84
  ) throws(Fault) {
    let layer = try VectorFile.read(path: path, layer: layer, crs: stated)
    let transform =
      ShapeFile.isWGS84(layer.crs)
      ? nil : try CoordinateTransform(from: layer.crs, to: "EPSG:4326", place: .init(path))
    var shapes: [Shape] = []
    var lines: [[Point]] = []
    var faults: [Fault] = []
    for feature in layer.features {
      let place = ShapeFile.location(path, feature.index)
      switch feature.geometry {
      case .polygon(let polygons):
        do throws(Fault) {
          let carried =
            try transform.map { t throws(Fault) in try t.transform(polygons) } ?? polygons
          shapes.append(
            Shape(
              feature: feature,
              polygons: coordinates == .gcj02 ? GCJ02.toWGS84(carried) : carried))
        } catch {
          faults.append(Fault(error.code, at: place, error.problem, remedy: error.remedy))
        }
      case .lines(let parts):
        lines += parts.map { part in
          let carried = transform.map { $0.transform(part).compactMap { $0 } } ?? part
          return coordinates == .gcj02 ? carried.map { GCJ02.toWGS84($0) } : carried
        }
      case .point, .none:
        faults.append(
          Fault(
            "not_polygon", at: place, "the feature is no polygon and no line",
            remedy: "remove it from the file"))
      }
    }
    self.path = path
    self.crs = layer.crs
    self.shapes = shapes
    self.lines = lines.filter { $0.count > 1 }
    self.faults = faults
    repairs = layer.repairs
    attributeNames = layer.features.first?.attributes.map(\.name) ?? []
  }

  /// A feature counts from 1, as people do.
  static func location(_ path: String, _ index: Int) -> Fault.Location {
    Fault.Location(path, item: "feature \(index + 1)")
  }

  private static func isWGS84(_ crs: String) -> Bool {
    ["EPSG:4326", "OGC:CRS84", "CRS84"].contains(crs.uppercased())
  }
}

/// Areas on the ellipsoid by an equal-area projection.
struct EqualArea {
  private let transform: CoordinateTransform

  /// - Parameter centre: a place near the shapes, so that their edges stay nearly straight.
  /// - Source: Lambert azimuthal equal-area projection on the ellipsoid (Snyder, USGS Professional
  ///   Paper 1395, chapter 24), by PROJ.
  init(centre: Place) throws(Fault) {
    let definition =
      "+proj=laea +lat_0=\(centre.latitude) +lon_0=\(centre.longitude) +datum=WGS84 +units=m"
    transform = try CoordinateTransform(from: "EPSG:4326", to: definition)
  }

  func squareKilometres(_ shape: MultiPolygon) throws(Fault) -> Double {
    try transform.transform(shape).area / 1_000_000
  }

  /// The middle of the box around shapes; nil where there are none.
  static func centre(of shapes: some Sequence<MultiPolygon>) -> Place? {
    let boxes = shapes.compactMap(\.box)
    guard let first = boxes.first else { return nil }
    let box = boxes.reduce(first) { $0.union($1) }
    return Place(longitude: (box.minX + box.maxX) / 2, latitude: (box.minY + box.maxY) / 2)
  }
}
