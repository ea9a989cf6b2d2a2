import CGDAL
import Hydromet

/// Turns one open layer into values.
struct VectorLayerReader {
  let source: VectorSource
  let layer: OGRLayerH
  let journal: GeodataLibrary.Journal

  func read(statedSystem: CoordinateSystem?) throws(Fault) -> VectorLayer {
    let system: CoordinateSystem
    let reference = OGR_L_GetSpatialRef(layer)
    if let statedSystem {
      system = statedSystem
    } else {
      system = try fileSystem(reference)
    }
    let northFirst = statedSystem == nil && reference.map(storesNorthFirst) ?? false
    let texts = AttributeTexts(isRaw: source.textsAreRaw)
    let fields = fieldNames()
    var raw: [RawFeature] = []
    OGR_L_ResetReading(layer)
    journal.clear()
    while let feature = OGR_L_GetNextFeature(layer) {
      defer { OGR_F_Destroy(feature) }
      raw.append(
        RawFeature(
          geometry: try geometry(of: feature, index: raw.count, northFirst: northFirst),
          values: fields.indices.map { value(of: feature, field: Int32($0), texts) }))
    }
    guard journal.failures.isEmpty else { throw VectorSource.unreadable(source.path, journal) }
    var repairs: [String] = []
    var features: [VectorFeature] = []
    let names = texts.decoded(fields)
    for (index, feature) in raw.enumerated() {
      if let repair = feature.geometry.repair { repairs.append("feature \(index): \(repair)") }
      let values = feature.values.map(texts.decoded)
      features.append(
        VectorFeature(
          index: index, geometry: feature.geometry.shape, attributes: Array(zip(names, values))))
    }
    try checkDegrees(features, system, isStated: statedSystem != nil)
    return VectorLayer(
      crs: system.text, name: String(cString: OGR_L_GetName(layer)), features: features,
      repairs: repairs)
  }

  private struct RawFeature {
    let geometry: VectorGeometry
    let values: [RawAttribute]
  }

  private func place(_ index: Int) -> Fault.Location {
    Fault.Location(source.path, item: "feature \(index)")
  }

  private func geometry(
    of feature: OGRFeatureH, index: Int, northFirst: Bool
  ) throws(Fault) -> VectorGeometry {
    guard let handle = OGR_F_GetGeometryRef(feature) else {
      return VectorGeometry(shape: .none, repair: nil)
    }
    return try VectorGeometry(
      reading: handle, northFirst: northFirst, journal: journal, place: place(index))
  }
}

// MARK: - Coordinate reference system

extension VectorLayerReader {
  private func fileSystem(_ reference: OGRSpatialReferenceH?) throws(Fault) -> CoordinateSystem {
    let place = Fault.Location(source.path)
    guard let given = reference else {
      throw Fault(
        "unknown_crs", at: place,
        "the file does not state its coordinate reference system (a shapefile states it in a .prj)",
        remedy: "state it with --regions-crs or `crs:`, for example EPSG:4326")
    }
    // Shapes with heights carry a system with heights; rain lies on the ground.
    let reference = OSRClone(given)
    defer { OSRDestroySpatialReference(reference) }
    OSRDemoteTo2D(reference, nil)
    if let authority = OSRGetAuthorityName(reference, nil),
      let code = OSRGetAuthorityCode(reference, nil)
    {
      let text = "\(String(cString: authority)):\(String(cString: code))"
      if let system = try? CoordinateSystem(text, place: place) { return system }
    }
    var text: UnsafeMutablePointer<CChar>?
    let status = withCStrings(["FORMAT=WKT2_2019", "MULTILINE=NO"]) { options in
      OSRExportToWktEx(reference, &text, options.readOnly)
    }
    defer { VSIFree(text) }
    guard status == OGRERR_NONE, let text else {
      throw CoordinateSystem.refusal(
        "the file's coordinate reference system cannot be understood: \(journal.reason)", place)
    }
    return try CoordinateSystem(String(cString: text), place: place)
  }

  /// Whether the numbers of the file stand in the order north, east: its system says so and GDAL
  /// did not swap them.
  private func storesNorthFirst(_ reference: OGRSpatialReferenceH) -> Bool {
    guard
      OSREPSGTreatsAsLatLong(reference) != 0 || OSREPSGTreatsAsNorthingEasting(reference) != 0
    else { return false }
    var count: Int32 = 0
    guard let mapping = OSRGetDataAxisToSRSAxisMapping(reference, &count), count >= 2 else {
      return false
    }
    return mapping[0] == 1 && mapping[1] == 2
  }

  /// Longitudes and latitudes must be such; GeoJSON is degrees unless it says otherwise, and many
  /// files in metres do not say so.
  private func checkDegrees(
    _ features: [VectorFeature], _ system: CoordinateSystem, isStated: Bool
  ) throws(Fault) {
    guard system.isGeographic else { return }
    for feature in features {
      guard
        let bad = feature.geometry.points.first(where: { abs($0.x) > 360 || abs($0.y) > 90 })
      else { continue }
      let origin = isStated ? "stated" : source.format == "GeoJSON" ? "assumed" : "the file's"
      throw Fault(
        "not_degrees", at: place(feature.index),
        "(\(bad.x), \(bad.y)) is no longitude and latitude, but the \(origin) coordinate reference "
          + "system \(quoted(system.text)) is in degrees",
        remedy: "state the true one with --regions-crs or `crs:`, for example EPSG:28992")
    }
  }
}

extension VectorFeature.Geometry {
  /// Every vertex of the shape.
  var points: [Point] {
    switch self {
    case .polygon(let shape): shape.rings.flatMap { $0 }
    case .point(let point): [point]
    case .lines(let lines): lines.flatMap { $0 }
    case .none: []
    }
  }
}

// MARK: - Attributes

extension VectorLayerReader {
  private func fieldNames() -> [[UInt8]] {
    guard let definition = OGR_L_GetLayerDefn(layer) else { return [] }
    return (0..<max(0, OGR_FD_GetFieldCount(definition))).map { index in
      guard let field = OGR_FD_GetFieldDefn(definition, index), let name = OGR_Fld_GetNameRef(field)
      else { return [] }
      return bytes(name)
    }
  }

  private func value(
    of feature: OGRFeatureH, field: Int32, _ texts: AttributeTexts
  ) -> RawAttribute {
    guard OGR_F_IsFieldSetAndNotNull(feature, field) != 0,
      let definition = OGR_F_GetFieldDefnRef(feature, field)
    else { return .null }
    switch OGR_Fld_GetType(definition) {
    case OFTInteger, OFTInteger64:
      return .integer(OGR_F_GetFieldAsInteger64(feature, field))
    case OFTReal:
      return .real(OGR_F_GetFieldAsDouble(feature, field))
    case OFTString:
      guard let text = OGR_F_GetFieldAsString(feature, field) else { return .null }
      let content = bytes(text)
      texts.observe(content)
      return .text(content)
    default:
      guard let text = OGR_F_GetFieldAsString(feature, field) else { return .null }
      return .text(bytes(text))
    }
  }

  private func bytes(_ text: UnsafePointer<CChar>) -> [UInt8] {
    String.withCStringBytes(text)
  }
}

extension String {
  /// The bytes of a C string without its end mark.
  static func withCStringBytes(_ text: UnsafePointer<CChar>) -> [UInt8] {
    var bytes: [UInt8] = []
    var next = text
    while next.pointee != 0 {
      bytes.append(UInt8(bitPattern: next.pointee))
      next += 1
    }
    return bytes
  }
}
