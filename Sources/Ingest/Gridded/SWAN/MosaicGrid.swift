import Formats
import Hydromet

/// A mosaic of the CMA, version 3 ("MOC"): a header of 256 bytes, little-endian, then one block of
/// signed 16-bit numbers from the north-west, perhaps compressed.
///
///       0 "MOC"   4 version   8 i4 length of the file   12 u2 id   14 i2 coordinates (3: degrees)
///      16 c8 product (CREF ET VIL CAP OHP OHPC)   24 c64 description
///      88 i4 position of the block   92 i4 its length   96 i4 zone (seconds: 0, 28800)
///     100 u2×6 year month day hour minute second
///     124 i4×4 edges S W N E (1/1000°)   140 i4×2 centre   148 152 i4 columns rows
///     156 160 i4 cell width, height (1/10000°)   164 i2 height   166 i2 compression
///     168 i4 radars   172 i4 bytes expanded   176 u2 scale   188 c8 unit
///
/// value = number / scale. Negative numbers are no values: −32768 is taken for "no radar sees the
/// place", the others for missing. OHP and OHPC are the rain of one hour, CREF is reflectivity.
///
/// In doubt: whether the edges are those of the grid or the centres of the outermost cells. The count
/// of cells decides, or `registration`.
final class MosaicGrid: GridSource {
  let facts: GridFacts
  private let place: GridPlace
  private let location: Fault.Location
  private let quantity: Quantity
  private let factor: Double
  private let scale: Double
  private let block: [UInt8]
  private let missing: [Double]

  private static let headerLength = 256

  static func isMosaic(_ head: [UInt8]) -> Bool {
    head.count >= headerLength && head.starts(with: Array("MOC".utf8))
      && (head[3] == 0 || head[3] == 32)
  }

  init(_ content: GridContent, _ statement: GridStatement) throws(Fault) {
    let bytes = try content.bytes()
    let reader = ByteReader(bytes: bytes)
    let product = reader.text(16, 8)
    location = Fault.Location(content.path, item: product)
    try reader.require(MosaicGrid.headerLength, "the header", location)
    guard reader.int16(14) == 3 else {
      throw Fault(
        "unknown_projection", at: location,
        "the coordinates are of type \(reader.int16(14)), expected 3 (degrees)",
        remedy: "give the mosaic on longitude and latitude")
    }
    let unit = try MosaicGrid.unit(product, reader.text(188, 8), statement, location)
    var notes: [String] = []
    place = try MosaicGrid.place(reader, statement, location, &notes)
    scale = Double(reader.uint16(176))
    guard scale > 0 else {
      throw Fault(
        "bad_packing", at: location, "the scale is 0", remedy: "check that the file is complete")
    }
    block = try MosaicGrid.block(
      bytes, reader, count: place.geometry.cellCount, location)
    let end = try MosaicGrid.time(reader, location, &notes)
    var period = FieldPeriod(end: end)
    if product.hasPrefix("OHP") { period.implied = (3600, "\(product) is the rain of one hour") }
    let step = try period.step(statement, location, &notes)
    quantity = unit.quantity
    factor = unit.factor
    missing = statement.missingValues
    facts = GridFacts(
      format: "CMA mosaic V\(reader.int32(4))", item: product, geometry: place.geometry,
      quantity: unit.quantity, steps: [step], notes: notes,
      storage: GridStorage(
        unit: reader.text(188, 8), coordinateUnit: "degrees", order: place.order.words,
        type: "short", scale: 1 / scale, missing: [-32_768]),
      tellsCoverage: true)
  }

  private static func unit(
    _ product: String, _ written: String, _ statement: GridStatement, _ location: Fault.Location
  ) throws(Fault) -> RainUnit {
    let usual: String?
    switch product {
    case "OHP", "OHPC": usual = "mm"
    case "CREF", "CR", "CAP", "CAPPI": usual = "dBZ"
    default: usual = statement.unit
    }
    guard let usual, let expected = RainUnit(usual) else {
      throw Fault(
        "not_rain", at: location,
        "the product \(product) [\(written)] is neither rain nor reflectivity",
        remedy: "give OHP, OHPC or CREF; state `unit:` for another product that is rain")
    }
    let unit = RainUnit(written) ?? expected
    guard unit.quantity == expected.quantity,
      statement.quantity == nil || statement.quantity == unit.quantity
    else {
      throw Fault(
        "contradiction", at: location,
        "the product \(product) is written in “\(written)”"
          + (statement.quantity.map { " and stated to be a \($0.rawValue)" } ?? ""),
        remedy: "correct `quantity:`, or the file")
    }
    return unit
  }

  private static func place(
    _ reader: ByteReader, _ statement: GridStatement, _ location: Fault.Location,
    _ notes: inout [String]
  ) throws(Fault) -> GridPlace {
    let columns = reader.int32(148)
    let rows = reader.int32(152)
    try GridPlace.checkSize(rows: rows, columns: columns, location)
    let degrees = { (at: Int) in Double(reader.int32(at)) / 1000 }
    let x = try DegreeAxes.axis(
      .init(
        name: "longitude", first: degrees(128), last: degrees(136),
        step: Double(reader.int32(156)) / 10_000, count: columns),
      statement, location, &notes)
    let y = try DegreeAxes.axis(
      .init(
        name: "latitude", first: degrees(132), last: degrees(124),
        step: Double(reader.int32(160)) / 10_000, count: rows),
      statement, location, &notes)
    guard !x.isFalling, y.isFalling else {
      throw Fault(
        "bad_coordinates", at: location, "the edges are not in their order",
        remedy: "check that the file is complete")
    }
    return try GridPlace(
      x: x, y: y, system: try CoordinateSystem("EPSG:4326", place: location), place: location)
  }

  private static func block(
    _ bytes: [UInt8], _ reader: ByteReader, count: Int, _ location: Fault.Location
  ) throws(Fault) -> [UInt8] {
    let written = reader.int32(88)
    let start = written >= headerLength ? written : headerLength
    let length = reader.int32(92)
    guard start <= bytes.count, length >= 0, length <= bytes.count - start else {
      throw Fault(
        "truncated", at: location,
        "the file is cut off: it has \(bytes.count) bytes, the block of \(length) begins at \(start)",
        remedy: "fetch the file again")
    }
    let packed = Array(bytes[start..<(length > 0 ? start + length : bytes.count)])
    let expanded: [UInt8]
    switch reader.int16(166) {
    case 0: expanded = packed
    case 1: expanded = try Compression.bzip2.expanded(packed, limit: 2 * count, place: location)
    case 2: expanded = try Compression.gzip.expanded(packed, limit: 2 * count, place: location)
    case let other:
      throw Fault(
        "unsupported_format", at: location, "the block is compressed by method \(other)",
        remedy: "give it uncompressed, or with bz2 or zip")
    }
    guard expanded.count == 2 * count else {
      throw Fault(
        "truncated", at: location, "the block holds \(expanded.count) bytes for \(count) cells",
        remedy: "fetch the file again")
    }
    return expanded
  }

  private static func time(
    _ reader: ByteReader, _ location: Fault.Location, _ notes: inout [String]
  ) throws(Fault) -> Timestamp {
    let civil = CivilTime(
      year: reader.uint16(100), month: reader.uint16(102), day: reader.uint16(104),
      hour: reader.uint16(106), minute: reader.uint16(108), second: reader.uint16(110))
    let zone = reader.int32(96)
    guard abs(zone) <= 14 * 3600, let moment = civil.timestamp(offsetSeconds: zone) else {
      throw FieldPeriod.bad("the header names the time \(civil), zone \(zone) s", location)
    }
    if zone != 0 { notes.append("the header's time is \(zone / 3600) h east of UTC") }
    return moment
  }

  func cells(_ step: Int, _ window: GridWindow) throws(Fault) -> GridCells {
    let reader = CellReader(
      order: place.order, quantity: quantity, factor: factor, resolution: 1 / scale,
      place: location)
    return try reader.cells(window) { position in
      let low = UInt16(block[2 * position])
      let number = Int16(bitPattern: low | UInt16(block[2 * position + 1]) << 8)
      if number == .min { return .uncovered }
      if number < 0 || missing.contains(Double(number)) { return .missing }
      return .value(Double(number) / scale)
    }
  }
}
