import Formats
import Hydromet

/// A GRIB file of edition 1 or 2, read with ecCodes: one parameter of rain, its times as steps.
///
/// Points that a bitmap leaves out are missing, and so are the numbers that a statement names. MRMS
/// (discipline 209) writes -3 where no radar sees and -1 where there is no value; the CMA writes 9999.
/// The order of the points follows the scanning mode in all its sixteen forms.
///
/// - Source: WMO-No. 306, Manual on Codes, Volume I.2, FM 92 GRIB.
final class GRIBGrid: GridSource {
  let facts: GridFacts
  let messages: GRIBMessages
  let rain: GRIBRain
  let place: GridPlace
  let steps: [GRIBStep]
  private let missing: [Double]
  let path: String
  /// The last two fields that were decoded: a step of run totals needs its own and the one before.
  private var decoded: [(message: Int, part: Int, field: DecodedField)] = []

  private struct DecodedField {
    let values: [Double]
    /// One step of the packed numbers, in the unit of the file.
    let resolution: Double
  }

  init(_ content: GridContent, _ statement: GridStatement) throws(Fault) {
    path = content.path
    messages = GRIBMessages(try GRIBIndex(path: try content.libraryPath()))
    var entries: [GRIBEntry] = []
    for number in messages.index.messages.indices {
      for (part, field) in try messages.fields(of: number).enumerated() {
        entries.append(
          try GRIBEntry(field, message: number, part: part, statement, path: content.path))
      }
    }
    let selection = try GRIBSelection(entries, statement, path: content.path)
    let schedule = try GRIBSteps(selection, statement, path: content.path)
    steps = schedule.steps
    rain = selection.rain
    guard let first = selection.entries.first, let shown = schedule.steps.first else {
      throw FieldPeriod.bad("no field of the rain is a step", content.place)
    }
    let field = try messages.field(first)
    let whole = try GRIBPlace(field, Fault.Location(content.path, item: first.name))
    place = whole.place
    for other in selection.entries.dropFirst() {
      let second = try GRIBPlace(try messages.field(other), content.place)
      guard second.place.geometry == whole.place.geometry, second.place.order == whole.place.order
      else {
        throw Fault(
          "grid_changed", at: Fault.Location(content.path, item: other.name),
          "\(other.name) lies on another grid than \(first.name)", remedy: "split the file")
      }
    }
    let isOfCMA = [38, 39].contains(field.integer("centre")) && field.integer("edition") == 2
    missing = statement.missingValues + (isOfCMA ? [9999] : [])
    try GRIBGrid.check(rain, statement, content.place)
    let edition = field.integer("edition") ?? 2
    facts = GridFacts(
      format: "GRIB\(edition)",
      item: schedule.steps.count == 1
        ? "\(rain.name), \(shown.entry.name)" : "\(rain.name), \(schedule.steps.count) steps",
      geometry: place.geometry, quantity: rain.quantity, steps: schedule.steps.map(\.step),
      notes: whole.notes + schedule.notes,
      storage: GridStorage(
        unit: rain.unit, coordinateUnit: whole.coordinateUnit, order: place.order.words,
        type: "\(field.text("packingType") ?? "?"), \(field.integer("bitsPerValue") ?? 0) bit",
        missing: missing + (rain.isMosaic ? [-3, -1] : [])),
      tellsCoverage: rain.isMosaic, issued: selection.entries.compactMap { $0.time?.issued }.max())
  }

  private static func check(
    _ rain: GRIBRain, _ statement: GridStatement, _ place: Fault.Location
  ) throws(Fault) {
    if let stated = statement.unit, let parsed = RainUnit(stated),
      parsed.quantity != rain.quantity || abs(parsed.factor - rain.factor) > 1e-9 * rain.factor
    {
      throw Fault(
        "contradiction", at: place,
        "the unit is stated to be “\(stated)”, the parameter has “\(rain.unit)”",
        remedy: "remove the statement, or correct the file")
    }
    if let quantity = statement.quantity, quantity != rain.quantity {
      throw Fault(
        "contradiction", at: place,
        "the grid is stated to be a \(quantity.rawValue), \(rain.name) is a \(rain.quantity.rawValue)",
        remedy: "remove the statement, or choose another field with `variable:`")
    }
  }

  func cells(_ step: Int, _ window: GridWindow) throws(Fault) -> GridCells {
    let entry = steps[step].entry
    if let cells = try imageCells(step, window) { return cells }
    let later = try values(of: entry)
    let earlier = try steps[step].earlier.map { other throws(Fault) in try values(of: other) }
    let reader = CellReader(
      order: place.order, quantity: rain.quantity, factor: rain.factor,
      resolution: later.resolution + (earlier?.resolution ?? 0),
      place: Fault.Location(path, item: entry.name))
    if let earlier {
      let noise = later.resolution + earlier.resolution
      return try reader.cells(window) { position in
        guard case .value(let a) = cell(later.values[position]),
          case .value(let b) = cell(earlier.values[position])
        else { return .missing }
        // Two totals are packed in steps of their own: so much less than nothing is nothing.
        return .value(a < b && b - a <= noise ? 0 : a - b)
      }
    }
    if rain.isMosaic {
      return try reader.cells(window) { GRIBGrid.mosaicCell(later.values[$0], rain.quantity) }
    }
    return try reader.cells(window) { cell(later.values[$0]) }
  }

  @inline(__always)
  func cell(_ value: Double) -> StoredCell {
    for code in missing where code == value { return .missing }
    return value.isNaN ? .missing : .value(value)
  }

  /// MRMS: rain -3 not covered, -1 missing; reflectivity -999 not covered, -99 no echo.
  @inline(__always)
  static func mosaicCell(_ value: Double, _ quantity: Quantity) -> StoredCell {
    if quantity == .reflectivity {
      if value <= -900 { return .uncovered }
      return value <= -99 ? .value(Double(ReflectivityRelation.noEcho)) : .value(value)
    }
    if value == -3 { return .uncovered }
    return value == -1 || value.isNaN ? .missing : .value(value)
  }

  /// One step of the packed numbers in the unit of the file; zero where they are no whole numbers.
  static func resolution(of field: GRIBField) -> Double {
    let binary = field.integer("binaryScaleFactor") ?? 0
    let decimal = field.integer("decimalScaleFactor") ?? 0
    var resolution = 1.0
    for _ in 0..<min(100, abs(binary)) { resolution = binary > 0 ? resolution * 2 : resolution / 2 }
    for _ in 0..<min(20, abs(decimal)) {
      resolution = decimal > 0 ? resolution / 10 : resolution * 10
    }
    let isInteger = field.integer("bitsPerValue").map { $0 > 0 } ?? false
    return isInteger && resolution < 10 ? resolution : 0
  }

  private func values(of entry: GRIBEntry) throws(Fault) -> DecodedField {
    if let known = decoded.first(where: { $0.message == entry.message && $0.part == entry.part }) {
      return known.field
    }
    let field = try messages.field(entry)
    let read = DecodedField(
      values: try field.values(count: place.geometry.cellCount),
      resolution: GRIBGrid.resolution(of: field))
    let isOfTotals = steps.contains { $0.earlier != nil }
    if isOfTotals { decoded = Array(decoded.suffix(1)) + [(entry.message, entry.part, read)] }
    return read
  }
}
