import Formats
import Glibc
import Hydromet

/// A RADOLAN binary composite of the DWD: RW, RY, YW, SF, RX and their kin.
///
/// Behind the header come rows from the south, each from the west. Amounts have two bytes a cell,
/// little-endian: bits 1–12 the number, bit 13 from a secondary source (kept), bit 14 no data, bit 15
/// negative, bit 16 clutter. Clutter is not rain: such cells are missing. Reflectivity (RX) has one
/// byte, dBZ = number / 2 − 32.5, 249 clutter, 250 no data, 0 no echo.
///
/// The time is the end of the interval; a forecast (`VV`) ends so many minutes later. "No data" is
/// used both outside the radars' range and where they failed: the format does not keep them apart.
///
/// - Source: DWD, "RADOLAN/RADVOR: Beschreibung des Kompositformats", versions 2.4 to 2.5.
final class RADOLANGrid: GridSource {
  let facts: GridFacts
  private let header: RADOLANHeader
  private let bytes: [UInt8]
  private let place: GridPlace
  private let location: Fault.Location
  private let width: Int

  private static let amounts: Set<String> = [
    "RW", "RH", "RB", "RL", "RU", "RY", "RZ", "RV", "RS", "RQ", "RE", "YW", "SF", "SQ", "SH", "SL",
    "EW", "W1", "W2", "W3", "W4", "D2", "D3", "S2", "S3",
  ]

  init(_ content: GridContent, _ statement: GridStatement) throws(Fault) {
    let bytes = try content.bytes()
    let header = try RADOLANHeader(bytes, content.place)
    location = Fault.Location(content.path, item: header.product)
    guard !header.hasLevels else {
      throw Fault(
        "not_rain", at: location, "\(header.product) holds classes for pictures, not numbers",
        remedy: "give a product of numbers, such as RW, RY, YW or SF")
    }
    place = try RADOLANPlace(header, location).place
    width = try RADOLANGrid.width(header, bytes.count, location)
    let quantity: Quantity
    if width == 1, header.product == "RX" || statement.quantity == .reflectivity {
      quantity = .reflectivity
    } else if width == 2,
      RADOLANGrid.amounts.contains(header.product) || statement.quantity == .amount
    {
      quantity = .amount
    } else {
      throw Fault(
        "not_rain", at: location,
        "the product \(header.product) with \(width) bytes a cell is not known to be rain",
        remedy: "state `quantity: amount` (two bytes) or `reflectivity` (one byte) if it is")
    }
    var notes: [String] = []
    var period = FieldPeriod(end: header.time + header.forecastMinutes * 60)
    if quantity == .amount {
      period.implied = header.intervalSeconds.map { ($0, "the interval in the header") }
    }
    if header.forecastMinutes > 0 { notes.append("forecast of \(header.forecastMinutes) min") }
    var stated = statement
    // The header's interval ends at its time: a label cannot be stated otherwise.
    stated.label = .end
    let step = try period.step(stated, location, &notes)
    notes.append("no data: outside the range of the radars, or their failure; clutter is missing")
    self.header = header
    self.bytes = bytes
    facts = GridFacts(
      format: "RADOLAN \(header.product)", item: header.product, geometry: place.geometry,
      quantity: quantity, steps: [step], notes: notes,
      storage: GridStorage(
        unit: quantity == .amount ? "mm" : "dBZ", coordinateUnit: "km", order: place.order.words,
        type: width == 2 ? "12 bit with flags" : "byte",
        scale: width == 2 ? header.precision : 0.5, offset: width == 2 ? 0 : -32.5,
        missing: width == 2 ? [] : [249, 250]))
  }

  /// Bytes per cell, from the length that the header names.
  private static func width(
    _ header: RADOLANHeader, _ size: Int, _ location: Fault.Location
  ) throws(Fault) -> Int {
    guard header.byteCount <= size else {
      throw Fault(
        "truncated", at: location,
        "the file is cut off: it has \(size) bytes, its header says \(header.byteCount)",
        remedy: "fetch the file again")
    }
    guard header.byteCount >= header.dataStart else {
      throw RADOLANHeader.fault(
        "it says \(header.byteCount) bytes and has \(header.dataStart) itself", location)
    }
    let cells = header.rows * header.columns
    let data = header.byteCount - header.dataStart
    for width in [1, 2] where data == cells * width { return width }
    throw RADOLANHeader.fault(
      "\(data) bytes of data for \(header.rows) x \(header.columns) cells", location)
  }

  func cells(_ step: Int, _ window: GridWindow) throws(Fault) -> GridCells {
    let start = header.dataStart
    if width == 1 {
      let reader = CellReader(
        order: place.order, quantity: .reflectivity, factor: 1, resolution: 0.5, place: location)
      return try reader.cells(window) { position in
        let number = bytes[start + position]
        if number >= 249 { return .missing }
        return .value(
          number == 0 ? Double(ReflectivityRelation.noEcho) : Double(number) / 2 - 32.5)
      }
    }
    let divisor = (1 / header.precision).rounded()
    let reader = CellReader(
      order: place.order, quantity: .amount, factor: 1, resolution: header.precision,
      place: location)
    return try reader.cells(window) { position in
      let number =
        Int(bytes[start + 2 * position]) | Int(bytes[start + 2 * position + 1]) << 8
      if number & 0x2000 != 0 || number & 0x8000 != 0 { return .missing }
      let size = Double(number & 0x0FFF) / divisor
      return .value(number & 0x4000 != 0 ? -size : size)
    }
  }
}

/// Where the cells of a RADOLAN composite lie.
///
/// All grids are polar stereographic, true at 60° N, with 10° E upwards, and hang on the point
/// 9° E 51° N, which is a corner of cells: so many kilometres from the western and the southern edge.
/// Formats before version 5 lie on a sphere of 6370.04 km, later ones on WGS 84.
struct RADOLANPlace {
  let place: GridPlace

  private struct Frame {
    let rows: Int
    let columns: Int
    /// Metres.
    let cell: Double
    /// From the western and the southern edge to 9° E 51° N, metres.
    let west: Double
    let south: Double
  }

  private static let frames = [
    Frame(rows: 900, columns: 900, cell: 1000, west: 450_000, south: 450_000),
    Frame(rows: 1100, columns: 900, cell: 1000, west: 370_000, south: 550_000),
    Frame(rows: 1200, columns: 1100, cell: 1000, west: 470_000, south: 600_000),
    Frame(rows: 1500, columns: 1400, cell: 1000, west: 600_000, south: 800_000),
    Frame(rows: 4800, columns: 4400, cell: 250, west: 470_000, south: 600_000),
  ]

  init(_ header: RADOLANHeader, _ location: Fault.Location) throws(Fault) {
    try GridPlace.checkSize(rows: header.rows, columns: header.columns, location)
    guard
      let frame = RADOLANPlace.frames.first(where: {
        $0.rows == header.rows && $0.columns == header.columns
      })
    else {
      throw Fault(
        "unknown_projection", at: location,
        "\(header.rows) x \(header.columns) cells are none of the known RADOLAN grids",
        remedy: "convert the file to a format that says where its cells lie")
    }
    let isSphere = header.version < 5
    let figure = isSphere ? "+a=6370040 +b=6370040" : "+ellps=WGS84"
    let system = try CoordinateSystem(
      "+proj=stere +lat_0=90 +lat_ts=60 +lon_0=10 \(figure) +units=m", place: location)
    let hook = try isSphere ? RADOLANPlace.onSphere() : RADOLANPlace.onEllipsoid(system, location)
    let west = hook.x - frame.west
    let south = hook.y - frame.south
    place = try GridPlace(
      x: try GridAxis(
        edges: (west, west + Double(frame.columns) * frame.cell), count: frame.columns,
        isFalling: false, place: location),
      y: try GridAxis(
        edges: (south, south + Double(frame.rows) * frame.cell), count: frame.rows,
        isFalling: false, place: location),
      system: system, place: location)
  }

  /// 9° E 51° N on the sphere: R (1 + sin 60°) / (1 + sin φ) · cos φ from the pole.
  private static func onSphere() throws(Fault) -> Point {
    let radians = Double.pi / 180
    let distance =
      6_370_040 * (1 + sin(60 * radians)) / (1 + sin(51 * radians)) * cos(51 * radians)
    return Point(x: -distance * sin(radians), y: -distance * cos(radians))
  }

  private static func onEllipsoid(
    _ system: CoordinateSystem, _ location: Fault.Location
  ) throws(Fault) -> Point {
    let transform = try CoordinateTransform(
      from: "EPSG:4326", to: system.text, place: location)
    guard let point = transform.transform(Point(x: 9, y: 51)) else {
      throw CoordinatesReader.refusal("the projection does not reach 9° E 51° N", location)
    }
    return point
  }
}
