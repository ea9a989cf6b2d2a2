import Formats
import Hydromet

/// A MICAPS grid as text, `diamond 4`:
///
///     diamond 4 description (UTF-8 or GBK, to the end of the line)
///     YY MM DD HH forecast-hours level  dlon dlat lon0 lon1 lat0 lat1 nlon nlat
///     contour-interval contour-start contour-end smoothing bold
///     nlat × nlon numbers, the first row at lat0
///
/// Numbers from 9999 on are missing. A year of two digits below 50 is after 2000. Hours and forecast
/// hours are sometimes exchanged: an hour of 24 or more is a forecast.
///
/// In doubt: the zone of the time, which is Beijing time by the habit of MICAPS (`zone` says
/// otherwise); the quantity, where the description does not say that it is rain; the period, which the
/// form does not hold; and whether positions are centres, which the counts decide.
final class Diamond4Grid: GridSource {
  let facts: GridFacts
  private let field: StoredField

  private static let missingFrom: Float = 9999
  private static let largestCount = 1 << 25

  static func isDiamond(_ head: [UInt8]) -> Bool {
    let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
    let words = head.prefix(64).dropFirst(head.starts(with: mark) ? mark.count : 0)
      .split { $0 == 32 || $0 == 9 || $0 == 10 || $0 == 13 }
    return words.count >= 2
      && String(decoding: words[0], as: UTF8.self).lowercased() == "diamond"
      && words[1].elementsEqual(Array("4".utf8))
  }

  init(_ content: GridContent, _ statement: GridStatement) throws(Fault) {
    let text = try DecodedText(try content.bytes(), file: content.path)
    let location = content.place
    let lineEnd = text.bytes.firstIndex(of: 10) ?? text.bytes.count
    let title = String(decoding: text.bytes[0..<lineEnd], as: UTF8.self)
      .split { $0.isWhitespace }.dropFirst(2).joined(separator: " ")
    var numbers = NumberReader(text.bytes, from: lineEnd)
    let head = try Header(&numbers, location)
    var notes = head.notes
    let unit = try MICAPSUnit.unit(title, statement, location, &notes)
    let place = try head.place(statement, location, &notes)
    let count = place.geometry.cellCount
    guard count <= Diamond4Grid.largestCount else {
      throw Fault(
        "too_large", at: location, "\(count) cells are too many for a text",
        remedy: "give the binary form")
    }
    var values: [Float] = []
    values.reserveCapacity(min(count, text.bytes.count / 2 + 1))
    while values.count < count, let value = numbers.next() { values.append(Float(value)) }
    guard values.count == count else {
      throw Fault(
        "truncated", at: location,
        "the file holds \(values.count) numbers for \(count) cells, or a text among them",
        remedy: "fetch the file again")
    }
    let step = try MICAPSTime.step(
      head.time, hours: head.forecastHours, zone: statement.zoneOffsetSeconds, element: title,
      statement, location, &notes)
    field = StoredField(
      place: place,
      reader: CellReader(
        order: place.order, quantity: unit.quantity, factor: unit.factor, resolution: 0.01,
        place: location),
      numbers: values, missing: Set(statement.missingValues.map { Float($0) }),
      missingFrom: Diamond4Grid.missingFrom)
    facts = GridFacts(
      format: "MICAPS diamond 4", item: title.isEmpty ? "diamond 4" : title,
      geometry: place.geometry, quantity: unit.quantity, steps: [step], notes: notes,
      storage: GridStorage(
        unit: nil, coordinateUnit: "degrees", order: place.order.words,
        type: "text (\(text.encoding.rawValue))", missing: [Double(Diamond4Grid.missingFrom)]))
  }

  func cells(_ step: Int, _ window: GridWindow) throws(Fault) -> GridCells {
    try field.cells(window)
  }

  private struct Header {
    var time: CivilTime
    var forecastHours: Int
    let longitude: DegreeAxes.Written
    let latitude: DegreeAxes.Written
    var notes: [String] = []

    init(_ numbers: inout NumberReader, _ location: Fault.Location) throws(Fault) {
      var values: [Double] = []
      while values.count < 19, let value = numbers.next() { values.append(value) }
      guard values.count == 19 else {
        throw Fault(
          "truncated", at: location, "the header holds \(values.count) of 19 numbers",
          remedy: "fetch the file again")
      }
      let whole = values.map { abs($0) < 1e9 ? Int($0) : -1 }
      let year = whole[0] < 50 ? 2000 + whole[0] : whole[0] < 100 ? 1900 + whole[0] : whole[0]
      var hour = whole[3]
      forecastHours = whole[4]
      if hour >= 24, (0..<24).contains(forecastHours) {
        swap(&hour, &forecastHours)
        notes.append("hour and forecast hours are exchanged in the header")
      }
      time = CivilTime(year: year, month: whole[1], day: whole[2], hour: hour)
      longitude = .init(
        name: "longitude", first: values[8], last: values[9], step: values[6], count: whole[12])
      latitude = .init(
        name: "latitude", first: values[10], last: values[11], step: values[7], count: whole[13])
    }

    func place(
      _ statement: GridStatement, _ location: Fault.Location, _ notes: inout [String]
    ) throws(Fault) -> GridPlace {
      try GridPlace(
        x: try DegreeAxes.axis(longitude, statement, location, &notes),
        y: try DegreeAxes.axis(latitude, statement, location, &notes),
        system: try CoordinateSystem("EPSG:4326", place: location), place: location)
    }
  }
}

/// Numbers of a text, separated by blanks, line ends or commas.
struct NumberReader {
  private let bytes: [UInt8]
  private var position: Int

  init(_ bytes: [UInt8], from position: Int) {
    self.bytes = bytes
    self.position = position
  }

  /// The next number; nil at the end, and before anything that is no number.
  mutating func next() -> Double? {
    while position < bytes.count, NumberReader.separates(bytes[position]) { position += 1 }
    let start = position
    while position < bytes.count, !NumberReader.separates(bytes[position]), position - start < 64 {
      position += 1
    }
    guard position > start else { return nil }
    return Double(bytes, in: start..<position)
  }

  private static func separates(_ byte: UInt8) -> Bool {
    byte == 32 || byte == 10 || byte == 13 || byte == 9 || byte == 44
  }
}

/// What the numbers of a MICAPS grid are.
enum MICAPSUnit {
  static func unit(
    _ words: String, _ statement: GridStatement, _ location: Fault.Location,
    _ notes: inout [String]
  ) throws(Fault) -> RainUnit {
    let meant = ProductWords.quantity(words)
    let text: String
    if let stated = statement.unit {
      text = stated
      notes.append("unit stated: \(stated)")
    } else if let quantity = statement.quantity ?? meant {
      text = RainUnit.name(of: quantity)
      notes.append("no unit in this form: \(text)")
    } else {
      throw Fault(
        "unknown_unit", at: location, "“\(words)” does not say whether it is rain",
        remedy: "state `unit:` (mm, mm/h, dBZ)")
    }
    guard let unit = RainUnit(text) else {
      throw Fault(
        "unknown_unit", at: location, "the stated unit “\(text)” is no unit of rain",
        remedy: "write mm, mm/h or dBZ")
    }
    let conflicts =
      (meant != nil && meant == .reflectivity) != (unit.quantity == .reflectivity) && meant != nil
    guard !conflicts, statement.quantity == nil || statement.quantity == unit.quantity else {
      throw Fault(
        "contradiction", at: location,
        "“\(words)” is stated to be a \(unit.quantity.rawValue) in \(text)",
        remedy: "correct `unit:` and `quantity:`")
    }
    return unit
  }
}

/// When a MICAPS grid holds: its time and so many hours of forecast, Beijing time unless said.
enum MICAPSTime {
  static func step(
    _ time: CivilTime, hours: Int, zone: Int?, element: String, _ statement: GridStatement,
    _ location: Fault.Location, _ notes: inout [String]
  ) throws(Fault) -> GriddedRain.Step {
    guard let start = time.timestamp(offsetSeconds: zone ?? BeijingTime.offsetSeconds),
      (0...10_000).contains(hours)
    else {
      throw FieldPeriod.bad("the header names the time \(time), forecast \(hours) h", location)
    }
    if zone == nil { notes.append("the time is taken for Beijing time, as MICAPS writes it") }
    if hours > 0 { notes.append("forecast of \(hours) h") }
    var period = FieldPeriod(end: start + hours * 3600)
    let names = element.split { $0 == " " || $0 == "/" }.map(String.init)
    if let seconds = names.compactMap(ProductWords.seconds).first {
      period.implied = (seconds, "by the element “\(element)”")
    }
    return try period.step(statement, location, &notes)
  }
}
