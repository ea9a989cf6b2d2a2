import Formats
import Hydromet

/// A MICAPS 4 binary grid, `mdfs`: a header of 278 bytes, little-endian, then 32-bit floats by rows,
/// the first row at the first latitude.
///
///       0 c4 "mdfs"   4 i2 type (4 grid, 11 vectors)   6 c20 model   26 c50 element
///      76 c30 description   106 f4 level   110 i4×4 year month day hour   126 i4 zone (0, 8)
///     130 i4 forecast hours   134 f4×3 first, last longitude, step   146 i4 columns
///     150 f4×3 first, last latitude, step   162 i4 rows   166 f4×3 contours   178 c100 reserved
///
/// Numbers from 9999 on are missing. Elements such as RAIN03 are the rain of so many hours.
///
/// - Source: the public description of the MICAPS 4 network formats.
final class MdfsGrid: GridSource {
  let facts: GridFacts
  private let field: StoredField
  private static let headerLength = 278

  init(_ content: GridContent, _ statement: GridStatement) throws(Fault) {
    let bytes = try content.bytes()
    let reader = ByteReader(bytes: bytes)
    let element = MdfsGrid.text(bytes, 26, 50, content.path)
    let description = MdfsGrid.text(bytes, 76, 30, content.path)
    let location = Fault.Location(content.path, item: element.isEmpty ? nil : element)
    try reader.require(MdfsGrid.headerLength, "the header", location)
    let type = reader.int16(4)
    guard type == 4 else {
      throw Fault(
        type == 11 ? "not_rain" : "not_a_grid", at: location,
        "this is an mdfs file of the type \(type), expected 4 (a grid of one value)",
        remedy: "give a scalar grid")
    }
    var notes: [String] = []
    let columns = reader.int32(146)
    let rows = reader.int32(162)
    try GridPlace.checkSize(rows: rows, columns: columns, location)
    try reader.require(MdfsGrid.headerLength + 4 * rows * columns, "the grid", location)
    let x = try DegreeAxes.axis(
      .init(
        name: "longitude", first: reader.decimal(134), last: reader.decimal(138),
        step: reader.decimal(142), count: columns), statement, location, &notes)
    let y = try DegreeAxes.axis(
      .init(
        name: "latitude", first: reader.decimal(150), last: reader.decimal(154),
        step: reader.decimal(158), count: rows), statement, location, &notes)
    let place = try GridPlace(
      x: x, y: y, system: try CoordinateSystem("EPSG:4326", place: location), place: location)
    let words =
      ProductWords.seconds(element) != nil ? "\(element) rain" : "\(element) \(description)"
    let unit = try MICAPSUnit.unit(words, statement, location, &notes)
    let step = try MdfsGrid.step(reader, element, statement, location, &notes)
    let start = MdfsGrid.headerLength
    field = StoredField(
      place: place,
      reader: CellReader(
        order: place.order, quantity: unit.quantity, factor: unit.factor, resolution: 0.01,
        place: location),
      numbers: (0..<(rows * columns)).map { index in
        let at = start + 4 * index
        let word =
          UInt32(bytes[at]) | UInt32(bytes[at + 1]) << 8 | UInt32(bytes[at + 2]) << 16
          | UInt32(bytes[at + 3]) << 24
        return Float(bitPattern: word)
      },
      missing: Set(statement.missingValues.map { Float($0) }), missingFrom: 9999)
    facts = GridFacts(
      format: "MICAPS mdfs", item: element.isEmpty ? description : element,
      geometry: place.geometry, quantity: unit.quantity, steps: [step], notes: notes,
      storage: GridStorage(
        unit: nil, coordinateUnit: "degrees", order: place.order.words, type: "float",
        missing: [9999]))
  }

  private static func text(_ bytes: [UInt8], _ at: Int, _ count: Int, _ path: String) -> String {
    guard bytes.count >= at + count else { return "" }
    let raw = Array(bytes[at..<(at + count)].prefix { $0 != 0 })
    guard let text = try? DecodedText(raw, file: path) else { return "" }
    return String(decoding: text.bytes, as: UTF8.self).split(separator: " ").joined(separator: " ")
  }

  private static func step(
    _ reader: ByteReader, _ element: String, _ statement: GridStatement,
    _ location: Fault.Location, _ notes: inout [String]
  ) throws(Fault) -> GriddedRain.Step {
    let zone = reader.int32(126)
    guard (-12...14).contains(zone) else {
      throw FieldPeriod.bad("the header names the zone \(zone)", location)
    }
    if let stated = statement.zoneOffsetSeconds, stated != zone * 3600 {
      throw Fault(
        "contradiction", at: location,
        "the zone is stated to be \(stated / 3600) h, the header says \(zone) h",
        remedy: "remove the statement, or correct the file")
    }
    if zone != 0 { notes.append("the header's time is \(zone) h east of UTC") }
    let civil = CivilTime(
      year: reader.int32(110), month: reader.int32(114), day: reader.int32(118),
      hour: reader.int32(122))
    return try MICAPSTime.step(
      civil, hours: reader.int32(130), zone: zone * 3600, element: element, statement, location,
      &notes)
  }

  func cells(_ step: Int, _ window: GridWindow) throws(Fault) -> GridCells {
    try field.cells(window)
  }
}
