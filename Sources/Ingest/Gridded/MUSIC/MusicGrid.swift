import Formats
import Hydromet

/// A grid as the MUSIC interface of the CMA replies it, JSON:
///
///     {"returnCode": "0", "startLat": "28.0", "startLon": "106.0", "latCount": "3", "lonCount": "4",
///      "latStep": "0.01", "lonStep": "0.01", "fieldNames": "PRE_1H", "fieldUnits": "mm",
///      "requestParams": "…&times=20240709060000&…", "DS": [[…], …]}
///
/// Numbers may be texts. Rows run from `startLat` by `latStep`; 9999 is missing, 999990 and more too.
/// The time is the `times` of the request, UTC, and the end of the period. An element `PRE_1H` or
/// `PRE_10MIN` names its period.
///
/// In doubt: whether the start is the centre of the first cell (taken so; `registration: corner`
/// says otherwise) and, for replies without a sign in `latStep`, which row comes first (south;
/// `first_row: north`).
final class MusicGrid: GridSource {
  let facts: GridFacts
  private let field: StoredField
  private static let largestFile = 1 << 28

  /// A JSON object that names the counts of a grid.
  static func isMusic(_ head: [UInt8]) -> Bool {
    guard head.first(where: { $0 > 32 && $0 != 0xEF && $0 != 0xBB && $0 != 0xBF }) == 0x7B else {
      return false
    }
    let text = String(decoding: head, as: UTF8.self)
    return ["\"latCount\"", "\"startLat\"", "\"lonStep\""].contains { text.contains($0) }
  }

  init(_ content: GridContent, _ statement: GridStatement) throws(Fault) {
    let location = content.place
    let reply = try MusicReply(try content.bytes(), location)
    var notes: [String] = []
    let place = try MusicGrid.place(reply, statement, location, &notes)
    let name = reply.text("fieldNames") ?? ""
    let unit = try MusicGrid.unit(reply, name, statement, location, &notes)
    let count = place.geometry.cellCount
    let values = try reply.values(rows: place.geometry.rows, columns: place.geometry.columns)
    guard values.count == count else {
      throw Fault(
        "truncated", at: location, "DS holds \(values.count) numbers for \(count) cells",
        remedy: "fetch the reply again")
    }
    var period = FieldPeriod(end: try reply.time(statement))
    if let seconds = ProductWords.seconds(name) {
      period.implied = (seconds, "by the element “\(name)”")
    }
    let step = try period.step(statement, location, &notes)
    field = StoredField(
      place: place,
      reader: CellReader(
        order: place.order, quantity: unit.quantity, factor: unit.factor, resolution: 0.01,
        place: location),
      numbers: values, missing: Set(statement.missingValues.map { Float($0) }), missingFrom: 9999)
    facts = GridFacts(
      format: "MUSIC grid reply", item: name.isEmpty ? "DS" : name, geometry: place.geometry,
      quantity: unit.quantity, steps: [step], notes: notes,
      storage: GridStorage(
        unit: reply.text("fieldUnits"), coordinateUnit: "degrees", order: place.order.words,
        type: "text", missing: [9999]))
  }

  private static func unit(
    _ reply: MusicReply, _ name: String, _ statement: GridStatement, _ location: Fault.Location,
    _ notes: inout [String]
  ) throws(Fault) -> RainUnit {
    if let written = reply.text("fieldUnits"), let unit = RainUnit(written) {
      if let stated = statement.unit, RainUnit(stated) != unit {
        throw Fault(
          "contradiction", at: location,
          "the unit is stated to be “\(stated)”, the reply says “\(written)”",
          remedy: "remove the statement, or correct the request")
      }
      guard statement.quantity == nil || statement.quantity == unit.quantity else {
        throw Fault(
          "contradiction", at: location, "the reply is in “\(written)”, not a stated quantity",
          remedy: "correct `quantity:`")
      }
      return unit
    }
    return try MICAPSUnit.unit(name, statement, location, &notes)
  }

  private static func place(
    _ reply: MusicReply, _ statement: GridStatement, _ location: Fault.Location,
    _ notes: inout [String]
  ) throws(Fault) -> GridPlace {
    let rows = try reply.count("latCount")
    let columns = try reply.count("lonCount")
    try GridPlace.checkSize(rows: rows, columns: columns, location)
    let width = abs(try reply.number("lonStep"))
    var height = try reply.number("latStep")
    if let stated = statement.firstRow { height = stated == .north ? -abs(height) : abs(height) }
    let isCorner = statement.registration == .corner
    notes.append(
      isCorner ? "the start is stated to be a corner" : "the start is the centre of the first cell")
    let x = try GridAxis(
      firstCentre: try reply.number("startLon") + (isCorner ? width / 2 : 0), step: width,
      count: columns, place: location)
    let y = try GridAxis(
      firstCentre: try reply.number("startLat") + (isCorner ? height / 2 : 0), step: height,
      count: rows, place: location)
    return try GridPlace(
      x: x, y: y, system: try CoordinateSystem("EPSG:4326", place: location), place: location)
  }

  func cells(_ step: Int, _ window: GridWindow) throws(Fault) -> GridCells {
    try field.cells(window)
  }
}
