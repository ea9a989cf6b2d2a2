import Hydromet

/// What of a district's products stays the same from cycle to cycle, made once: orders of rows, text of
/// geometries, polygons of messages.
struct PreparedDistrict {
  let description: DistrictDescription
  /// In the order of the administrative codes, as in every table.
  let townships: [Township]
  let townshipShapes: [TextBuffer]
  let basinShapes: [TextBuffer]
  let pointShapes: [TextBuffer]
  let gaugeShapes: [TextBuffer]
  let areas: CAPAreas

  init(_ description: DistrictDescription) {
    self.description = description
    townships = description.townships.sorted { $0.code < $1.code }
    townshipShapes = townships.map { GeoJSONGeometry.shape($0.geometry) }
    basinShapes = description.basins.map { GeoJSONGeometry.shape($0.geometry) }
    pointShapes = description.hazardPoints.map { GeoJSONGeometry.point($0.place) }
    gaugeShapes = description.stations.map { GeoJSONGeometry.point($0.place) }
    areas = CAPAreas(townships)
  }
}
