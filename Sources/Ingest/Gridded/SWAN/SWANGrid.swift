import Formats
import Hydromet

/// A SWAN grid, `diamond 131`: a header of 1024 bytes, little-endian, then the numbers of each level,
/// rows from the north, each from the west.
///
///       0 c12 "diamond 131"   12 c38 name of the product (GBK)   50 c8 "SWAN"   58 c8 version
///      66 i2×6 year month day hour minute interval      78 80 82 u2 columns rows levels
///      84 i4 radars   88 f4 start longitude   92 f4 start latitude (north)
///      96 100 f4 centre longitude, latitude   104 108 f4 cell width, height (degrees)
///     112 f4×40 heights   272 names of radars …   852 i2 type of data   856 f4 offset   860 f4 scale
///
/// Types 0 and 1 are bytes, 2 unsigned and 3 and 4 signed 16-bit numbers. From version 2 on
/// value = number · scale + offset; before, rain is number / 10 mm and reflectivity
/// number / 2 − 33 dBZ with 0 for no echo.
///
/// In doubt, for public descriptions disagree:
/// * whether the start is the outer corner or the centre of the first cell. The header's own centre
///   decides; where it fits neither, `registration` must be stated;
/// * the zone of the time. The name of a file carries UTC; where it holds the same digits, or eight
///   hours less, the zone follows from that, else `zone`, else UTC;
/// * what the interval means. It is the period of an amount only where no `step` is stated;
/// * before version 2 the number 0 is "dry" and "not covered" at once. It is taken as dry, and noted;
///   `missing_values: [0]` takes it as missing.
final class SWANGrid: GridSource {
  let facts: GridFacts
  private let content: [UInt8]
  private let place: GridPlace
  private let location: Fault.Location
  private let quantity: Quantity
  private let packing: Packing
  private let start: Int

  private struct Packing {
    let width: Int
    let isSigned: Bool
    let scale: Double
    let offset: Double
    let missing: [Double]
    /// The number that means "no echo".
    let none: Double?
  }

  private static let headerLength = 1024

  static func isSWAN(_ head: [UInt8]) -> Bool {
    head.starts(with: Array("diamond 131".utf8))
  }

  init(_ content: GridContent, _ statement: GridStatement) throws(Fault) {
    let bytes = try content.bytes()
    let reader = ByteReader(bytes: bytes)
    let location = content.place
    try reader.require(SWANGrid.headerLength, "the header", location)
    let name = SWANGrid.name(bytes, location)
    var notes: [String] = []
    let quantity = try SWANGrid.quantity(name, statement, location)
    let version = SWANGrid.version(reader.text(58, 8), &notes)
    let packing = try SWANGrid.packing(reader, version, quantity, statement, location, &notes)
    place = try SWANPlace(reader, statement, location, &notes).place
    let levels = reader.uint16(82)
    let level = try SWANGrid.level(levels, statement, location)
    let cells = place.geometry.cellCount
    start = SWANGrid.headerLength + level * cells * packing.width
    try reader.require(start + cells * packing.width, "the grid", location)
    let end = try SWANGrid.time(reader, content.path, statement, location, &notes)
    var period = FieldPeriod(end: end)
    let interval = reader.int16(76)
    if statement.stepSeconds == nil, quantity == .amount, (1...1440).contains(interval) {
      period.implied = (interval * 60, "the interval of the header, perhaps its cadence only")
    }
    let step = try period.step(statement, location, &notes)
    self.content = bytes
    self.location = location
    self.quantity = quantity
    self.packing = packing
    facts = GridFacts(
      format: "SWAN diamond 131 v\(version)", item: name.isEmpty ? "SWAN" : name,
      geometry: place.geometry, quantity: quantity, steps: [step], notes: notes,
      storage: GridStorage(
        unit: nil, coordinateUnit: "degrees", order: place.order.words,
        type: packing.width == 1 ? "byte" : packing.isSigned ? "short" : "unsigned short",
        scale: packing.scale, offset: packing.offset, missing: packing.missing))
  }

  private static func name(_ bytes: [UInt8], _ location: Fault.Location) -> String {
    let raw = Array(bytes[12..<50].prefix { $0 != 0 })
    guard let text = try? DecodedText(raw, file: location.file) else { return "" }
    return String(decoding: text.bytes, as: UTF8.self).split(separator: " ").joined(separator: " ")
  }

  private static func quantity(
    _ name: String, _ statement: GridStatement, _ location: Fault.Location
  ) throws(Fault) -> Quantity {
    let meant = ProductWords.quantity(name)
    if let stated = statement.quantity {
      guard meant == nil || meant == stated else {
        throw Fault(
          "contradiction", at: location,
          "the grid is stated to be a \(stated.rawValue), its product is “\(name)”",
          remedy: "correct `quantity:`")
      }
      return stated
    }
    guard let meant else {
      throw Fault(
        "unknown_unit", at: location, "the product “\(name)” does not say whether it is rain",
        remedy: "state `quantity:` amount, rate or reflectivity")
    }
    return meant
  }

  private static func version(_ text: String, _ notes: inout [String]) -> Int {
    let digits = text.drop { !($0.isASCII && $0.isNumber) }.prefix { $0.isASCII && $0.isNumber }
    if let version = Int(digits), version >= 1 { return version }
    notes.append("the version is “\(text)”: the form before version 2 is assumed")
    return 1
  }

  private static func packing(
    _ reader: ByteReader, _ version: Int, _ quantity: Quantity, _ statement: GridStatement,
    _ location: Fault.Location, _ notes: inout [String]
  ) throws(Fault) -> Packing {
    let type = reader.int16(852)
    guard
      let form = [0: (1, false), 1: (1, false), 2: (2, false), 3: (2, true), 4: (2, true)][type]
    else {
      throw Fault(
        "bad_header", at: location, "the type of data is \(type), expected 0 to 4",
        remedy: "check that the file is a SWAN grid")
    }
    let missing = statement.missingValues
    if version >= 2 {
      let offset = reader.decimal(856)
      let scale = reader.decimal(860)
      guard scale.isFinite, scale > 0, scale < 1e6, offset.isFinite, abs(offset) < 1e6 else {
        throw Fault(
          "bad_packing", at: location, "scale \(scale) and offset \(offset) are no packing",
          remedy: "check that the file is a SWAN grid of version 2")
      }
      return Packing(
        width: form.0, isSigned: form.1, scale: scale, offset: offset, missing: missing, none: nil)
    }
    if !missing.contains(0) {
      notes.append("the number 0 is both “dry” and “not covered” in this form: taken as dry")
    }
    switch quantity {
    case .reflectivity:
      return Packing(
        width: form.0, isSigned: form.1, scale: 0.5, offset: -33, missing: missing, none: 0)
    case .amount, .rate:
      return Packing(
        width: form.0, isSigned: form.1, scale: 0.1, offset: 0, missing: missing, none: nil)
    }
  }

  /// One level; of several the one that `variable: "#2"` names.
  private static func level(
    _ levels: Int, _ statement: GridStatement, _ location: Fault.Location
  ) throws(Fault) -> Int {
    guard (1...1000).contains(levels) else {
      throw Fault(
        "bad_header", at: location, "the header names \(levels) levels",
        remedy: "check that the file is a SWAN grid")
    }
    if levels == 1 { return 0 }
    if let wanted = statement.variable, wanted.hasPrefix("#"), let number = Int(wanted.dropFirst()),
      (1...levels).contains(number)
    {
      return number - 1
    }
    throw Fault(
      "extra_dimension", at: location, "the grid has \(levels) levels, expected one",
      remedy: "choose one with `variable: \"#1\"`")
  }

  private static func time(
    _ reader: ByteReader, _ path: String, _ statement: GridStatement, _ location: Fault.Location,
    _ notes: inout [String]
  ) throws(Fault) -> Timestamp {
    let civil = CivilTime(
      year: reader.int16(66), month: reader.int16(68), day: reader.int16(70),
      hour: reader.int16(72), minute: reader.int16(74))
    guard let written = civil.timestamp() else {
      throw FieldPeriod.bad("the header names the time \(civil)", location)
    }
    if let stated = statement.zoneOffsetSeconds {
      notes.append("zone of the header's time stated: \(stated / 3600) h east")
      return written - stated
    }
    if let named = NameClock.moment(in: path) {
      for (offset, zone) in [(0, "UTC"), (BeijingTime.offsetSeconds, "Beijing time")]
      where abs((written - offset).seconds(since: named)) < 60 {
        notes.append("the header's time is \(zone), by the time in the name (UTC)")
        return written - offset
      }
    }
    notes.append("nothing says the zone of the header's time: UTC assumed")
    return written
  }

  func cells(_ step: Int, _ window: GridWindow) throws(Fault) -> GridCells {
    let reader = CellReader(
      order: place.order, quantity: quantity, factor: 1, resolution: packing.scale,
      place: location)
    return try reader.cells(window) { position in
      let number: Int
      if packing.width == 1 {
        number = Int(content[start + position])
      } else {
        let low = UInt16(content[start + 2 * position])
        let word = low | UInt16(content[start + 2 * position + 1]) << 8
        number = packing.isSigned ? Int(Int16(bitPattern: word)) : Int(word)
      }
      let stored = Double(number)
      for code in packing.missing where code == stored { return .missing }
      if stored == packing.none { return .value(Double(ReflectivityRelation.noEcho)) }
      // Signed rain below zero stands for the several kinds of "no value".
      if number < 0, quantity != .reflectivity { return .missing }
      return .value(stored * packing.scale + packing.offset)
    }
  }
}

/// Fourteen digits of a time in the name of a file: `Z_OTHE_RADAMCR_20240709064800.bin.bz2`.
enum NameClock {
  static func moment(in path: String) -> Timestamp? {
    let name = path.split(separator: "/").last ?? ""
    for run in name.split(whereSeparator: { !($0.isASCII && $0.isNumber) }) where run.count == 14 {
      return Timestamp(iso8601: "\(run.prefix(8))T\(run.suffix(6))Z")
    }
    return nil
  }
}

/// Where the cells of a SWAN grid lie.
private struct SWANPlace {
  let place: GridPlace

  init(
    _ reader: ByteReader, _ statement: GridStatement, _ location: Fault.Location,
    _ notes: inout [String]
  ) throws(Fault) {
    let columns = reader.uint16(78)
    let rows = reader.uint16(80)
    try GridPlace.checkSize(rows: rows, columns: columns, location)
    let x = try SWANPlace.axis(
      "longitude", start: reader.decimal(88), centre: reader.decimal(96),
      step: abs(reader.decimal(104)), count: columns, isFalling: false, statement, location, &notes)
    let y = try SWANPlace.axis(
      "latitude", start: reader.decimal(92), centre: reader.decimal(100),
      step: abs(reader.decimal(108)), count: rows, isFalling: true, statement, location, &notes)
    place = try GridPlace(
      x: x, y: y, system: try CoordinateSystem("EPSG:4326", place: location), place: location)
  }

  private static func axis(
    _ name: String, start: Double, centre: Double, step: Double, count: Int, isFalling: Bool,
    _ statement: GridStatement, _ location: Fault.Location, _ notes: inout [String]
  ) throws(Fault) -> GridAxis {
    guard start.isFinite, step > 1e-5, step < 10 else {
      throw Fault(
        "bad_coordinates", at: location, "\(name) begins at \(start) with cells of \(step)°",
        remedy: "check that the file is a SWAN grid")
    }
    // Cells between the start and the middle of the grid, by the header's own centre.
    let half = (isFalling ? start - centre : centre - start) / step
    let registration: GridStatement.Registration
    if let stated = statement.registration {
      registration = stated
      notes.append("\(name): the start is stated to be a \(stated.rawValue)")
    } else if abs(half - Double(count) / 2) < 0.2 {
      registration = .corner
      notes.append("\(name): the start is the outer edge, by the centre that the header names")
    } else if abs(half - Double(count - 1) / 2) < 0.2 {
      registration = .centre
      notes.append(
        "\(name): the start is the centre of the first cell, by the centre that the header names")
    } else {
      throw Fault(
        "contradiction", at: location,
        "\(name) begins at \(start) and has its centre at \(centre): \(count) cells of \(step)° "
          + "fit neither from an edge nor from the centre of a cell",
        remedy: "state `registration:` or --registration: corner or centre")
    }
    let edge = registration == .corner ? start : isFalling ? start + step / 2 : start - step / 2
    let far = isFalling ? edge - Double(count) * step : edge + Double(count) * step
    return try GridAxis(
      edges: (min(edge, far), max(edge, far)), count: count, isFalling: isFalling, place: location)
  }
}
