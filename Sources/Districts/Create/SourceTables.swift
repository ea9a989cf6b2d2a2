import Formats
import Hydromet
import Ingest

/// Codes of townships by name, from a table of divisions.
struct CodeTable {
  private var codes: [String: String] = [:]

  init(path: String) throws(Fault) {
    let bytes = try FileBytes.read(path: path, limit: 67_108_864)
    let table = try CSVTable(bytes: bytes, file: path, raggedRows: .report)
    // Tables of divisions often hold short and whole codes and names side by side.
    let codeNames = ["ext_id", "code"] + FieldGuess.townshipCode
    guard let code = FieldGuess.attribute(codeNames, in: table.header),
      let name = FieldGuess.attribute(["ext_name"] + FieldGuess.name, in: table.header),
      let codeColumn = table.column(named: code), let nameColumn = table.column(named: name)
    else {
      throw Fault(
        "missing_column", at: table.headerLocation(column: 0),
        "the table has no columns of codes and names", remedy: "name them code and name")
    }
    for row in table.rows {
      codes[table.text(row: row, column: nameColumn)] = table.text(row: row, column: codeColumn)
    }
  }

  func code(of name: String) -> String? { codes[name] }
}

extension ShapeReader {
  /// Degrees around the townships in which stations are taken over.
  private static let marginDegrees = 0.1

  /// Stations of a table in or near the townships. The table needs an id and coordinates.
  mutating func stations(_ path: String, near townships: [Township]) throws(Fault) -> [Station] {
    let bytes = try FileBytes.read(path: path, limit: 67_108_864)
    let table = try CSVTable(bytes: bytes, file: path, raggedRows: .report)
    let column = { (names: [String]) -> Int? in
      FieldGuess.attribute(names, in: table.header).flatMap { table.column(named: $0) }
    }
    guard let id = column(StationColumnNames.station),
      let longitude = column(StationColumnNames.longitude + ["x"]),
      let latitude = column(StationColumnNames.latitude + ["y"])
    else {
      throw Fault(
        "missing_column", at: table.headerLocation(column: 0),
        "the table of stations has no id, lon or lat", remedy: "name the columns id, name, lon, lat"
      )
    }
    let name = column(["name", "station_name", "站名", "名称"])
    let altitude = column(["altitude_m", "altitude", "alt", "elevation", "height", "海拔", "海拔高度"])
    let kind = column(["kind", "type", "station_type", "类型", "站类"])
    let text = { (row: Int, column: Int?) in column.map { table.text(row: row, column: $0) } ?? "" }
    let number = { (row: Int, column: Int?) -> Double? in
      let cell = text(row, column)
      return ExactDecimal(cell) == nil ? nil : Double(cell)
    }
    let extent = townships.compactMap(\.geometry.box).reduce(nil as Box?) { $0?.union($1) ?? $1 }
    guard let near = extent.map({ PlaceChecks.widened($0, byDegrees: ShapeReader.marginDegrees) })
    else { return [] }
    var seen: Set<String> = []
    var stations: [Station] = []
    for row in table.rows {
      guard let x = number(row, longitude), let y = number(row, latitude),
        (near.minX...near.maxX).contains(x), (near.minY...near.maxY).contains(y),
        !text(row, id).isEmpty, seen.insert(text(row, id)).inserted
      else { continue }
      let ownName = text(row, name)
      stations.append(
        Station(
          id: text(row, id), name: ownName.isEmpty ? text(row, id) : ownName,
          place: Place(longitude: x, latitude: y), altitudeMetres: number(row, altitude),
          kind: text(row, kind)))
    }
    note(
      "\(path): \(stations.count) of \(table.rows.count) stations lie in or near the townships and "
        + "were taken over")
    return stations
  }
}
