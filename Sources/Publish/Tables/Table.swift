import Hydromet

/// A cell of a table. Unknown is empty in CSV and null in GeoJSON, never 0.
enum Cell {
  case unknown
  case text(String)
  /// Decimal text, written as it is.
  case number(String)
  case truth(Bool)

  static func text(_ text: String?) -> Cell { text.map(Cell.text) ?? .unknown }
  static func number(_ number: Int?) -> Cell { number.map { .number(String($0)) } ?? .unknown }
  static func number(_ text: String?) -> Cell { text.map(Cell.number) ?? .unknown }
  static func depth(_ depth: Depth?) -> Cell { depth.map { .number($0.text) } ?? .unknown }
  static func truth(_ value: Bool?) -> Cell { value.map(Cell.truth) ?? .unknown }
  /// A share or ratio, cut to four decimals.
  static func share(_ share: Double?) -> Cell {
    .number(share.flatMap { Decimal.cut($0, places: 4) })
  }
  /// Degrees with six decimals, about a tenth of a metre.
  static func degrees(_ value: Double) -> Cell { .number(Decimal.rounded(value, places: 6)) }
}

/// Rows of cells under named columns, written as CSV and as the properties of GeoJSON features: the
/// two can not disagree.
struct Table {
  let columns: [String]
  var rows: [[Cell]] = []

  /// RFC 4180 with line feeds, UTF-8 without a mark, one header line; text that a spreadsheet would take
  /// for a formula has an apostrophe before it.
  var csv: [UInt8] {
    var buffer = TextBuffer(capacity: 64 * columns.count * (rows.count + 1))
    for (i, column) in columns.enumerated() {
      if i > 0 { buffer.add(",") }
      buffer.addField(column)
    }
    buffer.add("\n")
    for row in rows {
      for (i, cell) in row.enumerated() {
        if i > 0 { buffer.add(",") }
        switch cell {
        case .unknown: break
        case .text(let text): buffer.addField(text)
        case .number(let text): buffer.add(text)
        case .truth(let value): buffer.add(value ? "true" : "false")
        }
      }
      buffer.add("\n")
    }
    return buffer.bytes
  }

  /// A feature collection (RFC 7946, WGS 84) with the rows as properties.
  ///
  /// - Parameter geometries: GeoJSON text of the geometry of every row.
  func geoJSON(geometries: [TextBuffer]) -> [UInt8] {
    let keys = columns.map { column -> TextBuffer in
      var key = TextBuffer()
      key.addJSON(column)
      key.add(":")
      return key
    }
    var buffer = TextBuffer(
      capacity: geometries.reduce(64 * columns.count * (rows.count + 1)) { $0 + $1.bytes.count })
    buffer.add("{\"type\":\"FeatureCollection\",\"features\":[")
    for (i, (row, geometry)) in zip(rows, geometries).enumerated() {
      buffer.add(i == 0 ? "\n" : ",\n")
      buffer.add("{\"type\":\"Feature\",\"geometry\":")
      buffer.add(geometry)
      buffer.add(",\"properties\":{")
      for (j, (key, cell)) in zip(keys, row).enumerated() {
        if j > 0 { buffer.add(",") }
        buffer.add(key)
        switch cell {
        case .unknown: buffer.add("null")
        case .text(let text): buffer.addJSON(text)
        case .number(let text): buffer.add(text)
        case .truth(let value): buffer.add(value ? "true" : "false")
        }
      }
      buffer.add("}}")
    }
    buffer.add("\n]}\n")
    return buffer.bytes
  }
}

/// GeoJSON text of geometries, made once for a district.
enum GeoJSONGeometry {
  static func point(_ place: Place) -> TextBuffer {
    guard let x = Decimal.rounded(place.longitude, places: 6),
      let y = Decimal.rounded(place.latitude, places: 6)
    else { return null }
    var buffer = TextBuffer()
    buffer.add("{\"type\":\"Point\",\"coordinates\":[\(x),\(y)]}")
    return buffer
  }

  /// Rings closed, outer ones counter-clockwise and holes clockwise, as RFC 7946 asks; null without one.
  static func shape(_ shape: MultiPolygon) -> TextBuffer {
    var buffer = TextBuffer()
    buffer.add("{\"type\":\"MultiPolygon\",\"coordinates\":[")
    var count = 0
    for polygon in shape.polygons where polygon.outer.count >= 3 {
      buffer.add(count == 0 ? "[" : ",[")
      count += 1
      add(polygon.outer, counterClockwise: true, to: &buffer)
      for hole in polygon.holes where hole.count >= 3 {
        buffer.add(",")
        add(hole, counterClockwise: false, to: &buffer)
      }
      buffer.add("]")
    }
    buffer.add("]}")
    return count > 0 ? buffer : null
  }

  private static var null: TextBuffer {
    var buffer = TextBuffer()
    buffer.add("null")
    return buffer
  }

  private static func add(
    _ ring: [Point], counterClockwise: Bool, to buffer: inout TextBuffer
  ) {
    let turnsLeft = MultiPolygon.signedArea(ring) > 0
    let ordered = turnsLeft == counterClockwise ? ring : Array(ring.reversed())
    buffer.add("[")
    for (i, point) in (ordered + ordered.prefix(1)).enumerated() {
      let x = Decimal.rounded(point.x, places: 6) ?? "0"
      let y = Decimal.rounded(point.y, places: 6) ?? "0"
      buffer.add("\(i == 0 ? "" : ",")[\(x),\(y)]")
    }
    buffer.add("]")
  }
}
