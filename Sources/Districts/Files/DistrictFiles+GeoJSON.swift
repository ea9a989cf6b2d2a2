public import Hydromet

extension DistrictFiles {
  /// Townships as GeoJSON (RFC 7946, WGS 84), one feature a line.
  ///
  /// - Parameter decimals: decimals of the coordinates; six are a tenth of a metre.
  public static func townshipsGeoJSON(_ townships: [Township], decimals: Int = 6) -> String {
    collection(
      townships.map { township in
        feature(
          [
            ("code", .text(township.code)), ("name", .text(township.name)),
            ("english_name", township.englishName.map { .text($0) } ?? .null),
          ], geometry: polygons(township.geometry, decimals))
      })
  }

  /// Basins as GeoJSON, one feature a line. The area is for people: it is computed anew on reading.
  public static func basinsGeoJSON(_ basins: [SmallBasin], decimals: Int = 6) -> String {
    collection(
      basins.map { basin in
        feature(
          [
            ("id", .text(basin.id)), ("name", .text(basin.name)),
            ("downstream", basin.downstream.map { .text($0) } ?? .null),
            ("area_km2", .number(DecimalText.text(basin.areaSquareKilometres, decimals: 3))),
          ], geometry: polygons(basin.geometry, decimals))
      })
  }

  /// Rivers as GeoJSON lines, one feature a line.
  public static func riversGeoJSON(_ rivers: [[Point]], decimals: Int = 6) -> String {
    collection(
      rivers.map { line in
        let points = line.map { position($0, decimals) }.joined(separator: ",")
        return feature([], geometry: "{\"type\":\"LineString\",\"coordinates\":[\(points)]}")
      })
  }

  /// A value of a feature's property.
  private enum Property {
    case text(String)
    case number(String)
    case null

    var json: String {
      switch self {
      case .text(let text): JSONText.quoted(text)
      case .number(let digits): digits.isEmpty ? "null" : digits
      case .null: "null"
      }
    }
  }

  private static func collection(_ features: [String]) -> String {
    "{\"type\":\"FeatureCollection\",\"features\":[\n" + features.joined(separator: ",\n")
      + (features.isEmpty ? "" : "\n") + "]}\n"
  }

  private static func feature(_ properties: [(String, Property)], geometry: String) -> String {
    let members = properties.map { "\"\($0.0)\":\($0.1.json)" }.joined(separator: ",")
    return "{\"type\":\"Feature\",\"properties\":{\(members)},\"geometry\":\(geometry)}"
  }

  private static func polygons(_ geometry: MultiPolygon, _ decimals: Int) -> String {
    let parts = geometry.polygons.map { polygon in
      "[" + ([polygon.outer] + polygon.holes).map { ring($0, decimals) }.joined(separator: ",")
        + "]"
    }
    if parts.count == 1, let only = parts.first {
      return "{\"type\":\"Polygon\",\"coordinates\":\(only)}"
    }
    return "{\"type\":\"MultiPolygon\",\"coordinates\":[\(parts.joined(separator: ","))]}"
  }

  /// A ring that ends with its first position, without positions that repeat the one before.
  private static func ring(_ points: [Point], _ decimals: Int) -> String {
    var positions: [String] = []
    positions.reserveCapacity(points.count + 1)
    for point in points {
      let text = position(point, decimals)
      if text != positions.last { positions.append(text) }
    }
    if let first = positions.first, positions.count == 1 || first != positions.last {
      positions.append(first)
    }
    return "[" + positions.joined(separator: ",") + "]"
  }

  private static func position(_ point: Point, _ decimals: Int) -> String {
    "[\(DecimalText.text(point.x, decimals: decimals)),\(DecimalText.text(point.y, decimals: decimals))]"
  }
}
