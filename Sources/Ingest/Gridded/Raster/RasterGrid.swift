import Formats
import Hydromet

/// A raster image with rain in it: GeoTIFF, ASCII grids and their kin, read with GDAL.
///
/// An image rarely says what its numbers are or when they hold. Unit and time come from the image
/// where it names them (the unit of the band; `PERIOD_START` and `PERIOD_END`, as Freshet writes
/// them), else from the statement: `unit`, `projection`, `step`, and `time_from_name` with `zone`.
/// The date that a TIFF carries is when it was made and is not used. Several bands are refused until
/// one is named with `variable` (its number or its name).
final class RasterGrid: GridSource {
  let facts: GridFacts
  private let file: RasterFile
  private let band: RasterFile.Band
  private let unit: RainUnit
  private let place: GridPlace
  private let location: Fault.Location
  private let missing: [Double]

  private static let texts = [
    "ncols", "nrows", "xllcorner", "dsaa", "north:", "south:", "east:", "west:",
  ]
  private static let marks = ["DSBB", "DSRB", "EHFA_HEADER_TAG", "RUU CROSS SYSTEM MAP FORMAT"]

  /// TIFF (classic and big, both byte orders), and the first words of the other forms.
  static func isRaster(_ content: GridContent) -> Bool {
    let head = content.head
    let tiffs: [[UInt8]] = [
      [0x49, 0x49, 0x2A, 0], [0x4D, 0x4D, 0, 0x2A], [0x49, 0x49, 0x2B, 0], [0x4D, 0x4D, 0, 0x2B],
    ]
    if tiffs.contains(where: { head.starts(with: $0) }) { return true }
    if marks.contains(where: { head.starts(with: Array($0.utf8)) }) { return true }
    let first = head.prefix(32).drop { $0 <= 32 }.prefix { $0 > 32 }
    return texts.contains(String(decoding: first, as: UTF8.self).lowercased())
  }

  init(_ content: GridContent, _ statement: GridStatement) throws(Fault) {
    let file = try RasterFile(path: try content.libraryPath())
    let band = try RasterGrid.band(of: file, statement, content.place)
    location = Fault.Location(content.path, item: "band \(band.number)")
    var notes: [String] = []
    unit = try RasterGrid.unit(of: band, statement, location, &notes)
    place = try RasterGrid.place(of: file, statement, location, &notes)
    let times = RasterGrid.times(of: file, content.path, statement, &notes)
    let step = try FieldPeriod(start: times.start, end: times.end)
      .step(statement, location, &notes)
    guard band.scale != 0, band.scale.isFinite, band.offset.isFinite else {
      throw Fault(
        "bad_packing", at: location, "scale \(band.scale) and offset \(band.offset) are no packing",
        remedy: "correct the file")
    }
    if band.missing == nil, statement.missingValues.isEmpty {
      notes.append("the image names no number for “no data”: every cell is taken as measured")
    }
    self.file = file
    self.band = band
    missing = statement.missingValues
    facts = GridFacts(
      format: file.driver == "GTiff" ? "GeoTIFF" : file.driver,
      item: band.name.isEmpty ? "band \(band.number)" : band.name, geometry: place.geometry,
      quantity: unit.quantity, steps: [step], notes: notes,
      storage: GridStorage(
        unit: band.unit.isEmpty ? nil : band.unit,
        coordinateUnit: place.geometry.isGeographic ? "degrees" : "m", order: place.order.words,
        type: band.type, scale: band.scale, offset: band.offset,
        missing: (band.missing.map { [$0] } ?? []) + statement.missingValues))
  }

  private static func band(
    of file: RasterFile, _ statement: GridStatement, _ place: Fault.Location
  ) throws(Fault) -> RasterFile.Band {
    if let wanted = statement.variable {
      let number = Int(wanted.hasPrefix("#") ? wanted.dropFirst() : wanted[...])
      if let band = file.bands.first(where: { $0.number == number || $0.name == wanted }) {
        return band
      }
    } else if file.bands.count == 1 {
      return file.bands[0]
    }
    let list = file.bands.prefix(20).map { "\($0.number) \($0.name) [\($0.unit)]" }
    throw Fault(
      "unknown_variable", at: place,
      statement.variable.map { "there is no band “\($0)”" } ?? "the image has several bands"
        + ": \(list.joined(separator: ", "))",
      remedy: "name one with `variable:` or --variable: its number or its name")
  }

  private static func unit(
    of band: RasterFile.Band, _ statement: GridStatement, _ place: Fault.Location,
    _ notes: inout [String]
  ) throws(Fault) -> RainUnit {
    let written = RainUnit(band.unit)
    if let stated = statement.unit {
      guard let parsed = RainUnit(stated) else {
        throw Fault(
          "unknown_unit", at: place, "the stated unit “\(stated)” is no unit of rain",
          remedy: "write mm, mm/h, 0.1 mm, dBZ")
      }
      if let written, written != parsed {
        throw Fault(
          "contradiction", at: place,
          "the unit is stated to be “\(stated)”, the band says “\(band.unit)”",
          remedy: "remove the statement, or correct the file")
      }
      notes.append("unit stated: \(stated)")
      return try checked(parsed, statement, place)
    }
    guard let written else {
      throw Fault(
        "unknown_unit", at: place,
        band.unit.isEmpty
          ? "the band names no unit" : "its unit “\(band.unit)” is no unit of rain",
        remedy: "state it with `unit:` or --unit: mm, mm/h, 0.1 mm, dBZ")
    }
    return try checked(written, statement, place)
  }

  private static func checked(
    _ unit: RainUnit, _ statement: GridStatement, _ place: Fault.Location
  ) throws(Fault) -> RainUnit {
    guard let quantity = statement.quantity, quantity != unit.quantity else { return unit }
    throw Fault(
      "contradiction", at: place,
      "the grid is stated to be a \(quantity.rawValue), its unit is one of a \(unit.quantity.rawValue)",
      remedy: "correct `quantity:` or `unit:`")
  }

  private static func place(
    of file: RasterFile, _ statement: GridStatement, _ place: Fault.Location,
    _ notes: inout [String]
  ) throws(Fault) -> GridPlace {
    try GridPlace.checkSize(rows: file.rows, columns: file.columns, place)
    let text: String
    if let written = file.projection {
      text = written
    } else if let stated = statement.projection {
      text = ProjectionText.inMetres(stated)
      notes.append("projection stated: \(stated)")
    } else {
      throw Fault(
        "unknown_projection", at: place, "the image names no coordinate reference system",
        remedy: "state it with `projection:` or --projection, for example EPSG:4326")
    }
    let system = try CoordinateSystem(text, place: place)
    // Grids are kept in metres; an image may count in kilometres.
    let metres = system.isGeographic ? 1 : system.metresPerUnit
    guard metres == 1 else {
      throw Fault(
        "unknown_unit", at: place, "its coordinates are in units of \(metres) m",
        remedy: "warp the image to a projection in metres")
    }
    let width = Double(file.columns) * file.step.x
    let height = Double(file.rows) * file.step.y
    return try GridPlace(
      x: try GridAxis(
        edges: (
          min(file.origin.x, file.origin.x + width), max(file.origin.x, file.origin.x + width)
        ), count: file.columns, isFalling: width < 0, place: place),
      y: try GridAxis(
        edges: (
          min(file.origin.y, file.origin.y + height), max(file.origin.y, file.origin.y + height)
        ), count: file.rows, isFalling: height < 0, place: place),
      system: system, place: place)
  }

  private static func times(
    of file: RasterFile, _ path: String, _ statement: GridStatement, _ notes: inout [String]
  ) -> (start: Timestamp?, end: Timestamp?) {
    let moment = { (name: String) -> Timestamp? in
      file.metadata.first { $0.name == name }.flatMap {
        Timestamp(iso8601: $0.value, defaultOffsetSeconds: nil)
      }
    }
    if let end = moment("PERIOD_END") { return (moment("PERIOD_START"), end) }
    guard let pattern = statement.nameTime.flatMap(NameTime.init) else { return (nil, nil) }
    guard let end = pattern.moment(in: path, offsetSeconds: statement.zoneOffsetSeconds ?? 0) else {
      notes.append("the name does not fit `time_from_name`")
      return (nil, nil)
    }
    notes.append("the time is that of the name")
    return (nil, end)
  }

  func cells(_ step: Int, _ window: GridWindow) throws(Fault) -> GridCells {
    // A turned grid has its window in two pieces of the image: all columns are read.
    let rows =
      place.order.risesNorthwards
      ? (file.rows - window.rows.upperBound)..<(file.rows - window.rows.lowerBound) : window.rows
    let numbers: [Double]
    do throws(Fault) {
      numbers = try file.numbers(band, rows: rows, columns: 0..<file.columns)
    } catch {
      throw Fault(error.code, at: location, error.problem, remedy: error.remedy)
    }
    let order = CellOrder(
      rows: rows.count, columns: file.columns, risesNorthwards: place.order.risesNorthwards,
      fallsEastwards: place.order.fallsEastwards, isTransposed: false, alternates: false,
      turnedColumns: place.order.turnedColumns)
    let reader = CellReader(
      order: order, quantity: unit.quantity, factor: unit.factor, resolution: abs(band.scale),
      place: location)
    return try reader.cells(GridWindow(rows: 0..<rows.count, columns: window.columns)) { position in
      let number = numbers[position]
      if number.isNaN || missing.contains(number) { return .missing }
      return .value(number * band.scale + band.offset)
    }
  }
}
