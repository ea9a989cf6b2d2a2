import Formats
import Foundation
import Hydromet

/// A composite in the HDF5 form of the KNMI.
///
/// `image1/image_data` holds the stored numbers, first row north. `image1/calibration` says
/// `GEO=0.01*PV+0.0` and which numbers mean "missing" and "out of image"; `image1` names the
/// quantity with its unit in brackets (`ACCUMULATED_PRECIPITATION_[MM]`). `geographic` gives the size
/// of a pixel (`KM,KM`), the offsets of the first row and column in pixels from the projection's
/// origin, and the corners; `geographic/map_projection` a PROJ text whose axes may be in kilometres.
/// `overview` names start and end. `image1/statistics` holds zeros in real files and is not used.
///
/// The corners decide: a projection that puts the grid elsewhere (some files carry a wrong one) is
/// refused, or replaced by a stated one that agrees with them.
///
/// - Source: KNMI HDF5 data format specification 3.5, and real files of 2010.
final class KNMIGrid: GridSource {
  let facts: GridFacts
  private let cells: HierarchicalCells
  private let place: Fault.Location

  init(
    _ file: HDF5File, _ content: GridContent, _ statement: GridStatement
  ) throws(Fault) {
    let place = Fault.Location(content.path, item: "image1/image_data")
    self.place = place
    guard let dataset = try file.dataset("image1/image_data"), dataset.shape.count == 2 else {
      throw KNMIGrid.fault("damaged_hdf5", "image_data are no two-dimensional numbers", place)
    }
    let unitText = try KNMIGrid.unit(file, statement, place)
    guard let unit = RainUnit(unitText) else {
      throw KNMIGrid.fault("unknown_unit", "“\(unitText)” is no unit of rain", place)
    }
    let packing = try KNMIGrid.packing(file, unit.quantity, statement, place)
    let whole = try KNMIPlace(file, size: dataset.shape, statement, place)
    var notes = whole.notes
    let step = try FieldPeriod(
      start: try KNMIGrid.moment(file, "product_datetime_start", place),
      end: try KNMIGrid.moment(file, "product_datetime_end", place)
    ).step(statement, place, &notes)
    if packing.uncovered.isEmpty, !packing.missing.isEmpty {
      notes.append("one number means both “missing” and “out of image”")
    }
    cells = HierarchicalCells(
      file: file, dataset: dataset, packing: packing, quantity: unit.quantity, factor: unit.factor)
    facts = GridFacts(
      format: "KNMI HDF5", item: dataset.path, geometry: whole.geometry, quantity: unit.quantity,
      steps: [step], notes: notes,
      storage: GridStorage(
        unit: unitText, coordinateUnit: whole.unit, order: "y x; x rising, y falling",
        type: dataset.type, scale: packing.gain, offset: packing.offset,
        missing: packing.uncovered + packing.missing),
      tellsCoverage: !packing.uncovered.isEmpty)
  }

  func cells(_ step: Int, _ window: GridWindow) throws(Fault) -> GridCells {
    try cells.cells(window, place)
  }

  /// The unit in the brackets of `image_geo_parameter`.
  private static func unit(
    _ file: HDF5File, _ statement: GridStatement, _ place: Fault.Location
  ) throws(Fault) -> String {
    if let text = try file.text("image_geo_parameter", of: "image1"),
      let open = text.firstIndex(of: "["), let close = text.lastIndex(of: "]"), open < close
    {
      return String(text[text.index(after: open)..<close])
    }
    guard let stated = statement.unit else {
      throw fault("unknown_unit", "image_geo_parameter names no unit", place)
    }
    return stated
  }

  private static func packing(
    _ file: HDF5File, _ quantity: Quantity, _ statement: GridStatement, _ place: Fault.Location
  ) throws(Fault) -> HierarchicalPacking {
    let group = "image1/calibration"
    guard let formula = try file.text("calibration_formulas", of: group),
      let line = KNMIGrid.line(formula)
    else { throw fault("bad_packing", "there is no formula GEO=a*PV+b", place) }
    let missing = try file.numbers("calibration_missing_data", of: group)?.first
    let outside = try file.numbers("calibration_out_of_image", of: group)?.first
    return HierarchicalPacking(
      gain: line.gain, offset: line.offset,
      uncovered: outside == missing ? [] : outside.map { [$0] } ?? [],
      missing: statement.missingValues + (missing.map { [$0] } ?? []),
      // The lowest step of a reflectivity is what the radar writes where it hears nothing.
      undetected: quantity == .reflectivity ? 0 : nil,
      nothing: Double(ReflectivityRelation.noEcho))
  }

  /// Reads `GEO=0.01*PV+0.0`, `GEO = 0.500000 * PV + -32.000000`.
  static func line(_ formula: String) -> (gain: Double, offset: Double)? {
    let bare = formula.filter { !$0.isWhitespace }.uppercased()
    guard bare.hasPrefix("GEO="), let times = bare.range(of: "*PV") else { return nil }
    let gain = Double(bare[bare.index(bare.startIndex, offsetBy: 4)..<times.lowerBound])
    let rest = bare[times.upperBound...]
    let offset: Double?
    if rest.isEmpty {
      offset = 0
    } else {
      offset = Double(rest.hasPrefix("+") ? rest.dropFirst() : rest)
    }
    guard let gain, gain != 0, gain.isFinite, let offset, offset.isFinite else { return nil }
    return (gain, offset)
  }

  /// Reads `26-AUG-2010;00:05:00.000`.
  private static func moment(
    _ file: HDF5File, _ name: String, _ place: Fault.Location
  ) throws(Fault) -> Timestamp? {
    guard let text = try file.text(name, of: "overview") else { return nil }
    let months = [
      "JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC",
    ]
    let parts = text.uppercased().split { "-;:.".contains($0) }
    guard parts.count >= 6, let month = months.firstIndex(of: String(parts[1])),
      let day = Int(parts[0]), let year = Int(parts[2]), let hour = Int(parts[3]),
      let minute = Int(parts[4]), let second = Int(parts[5]),
      let moment = CivilTime(
        year: year, month: month + 1, day: day, hour: hour, minute: minute, second: second
      ).timestamp()
    else { throw FieldPeriod.bad("\(name) is “\(text)”", place) }
    return moment
  }

  static func fault(_ code: String, _ problem: String, _ place: Fault.Location) -> Fault {
    Fault(code, at: place, problem, remedy: "check that the file is a complete KNMI composite")
  }
}

/// Where the cells of a KNMI composite lie: `geographic`.
struct KNMIPlace {
  let geometry: GridGeometry
  let unit: String
  let notes: [String]

  init(
    _ file: HDF5File, size: [Int], _ statement: GridStatement, _ place: Fault.Location
  ) throws(Fault) {
    func number(_ name: String) throws(Fault) -> Double {
      guard let value = try file.numbers(name, of: "geographic")?.first, value.isFinite else {
        throw KNMIGrid.fault("no_grid", "geographic has no \(name)", place)
      }
      return value
    }
    let unit = (try file.text("geo_dim_pixel", of: "geographic") ?? "KM,KM").lowercased()
    guard let factor = ["km,km": 1000.0, "m,m": 1][unit] else {
      throw KNMIGrid.fault("unknown_unit", "pixels are in “\(unit)”", place)
    }
    guard try number("geo_number_rows") == Double(size[0]),
      try number("geo_number_columns") == Double(size[1])
    else { throw KNMIGrid.fault("contradiction", "geographic names another size of grid", place) }
    let width = try number("geo_pixel_size_x") * factor
    let height = try number("geo_pixel_size_y") * factor
    let west = try number("geo_column_offset") * width
    let north = try number("geo_row_offset") * height
    guard width > 0, height < 0 else {
      throw KNMIGrid.fault("bad_coordinates", "a pixel is \(width) x \(height) m", place)
    }
    let x = try GridAxis(
      edges: (west, west + Double(size[1]) * width), count: size[1], isFalling: false, place: place)
    let y = try GridAxis(
      edges: (north + Double(size[0]) * height, north), count: size[0], isFalling: true,
      place: place)
    let corners = try file.numbers("geo_product_corners", of: "geographic")
    let choice = try KNMIPlace.system(file, x, y, corners, statement, place)
    geometry = try GridPlace(x: x, y: y, system: choice.system, place: place).geometry
    self.unit = unit == "km,km" ? "km" : "m"
    notes = choice.notes
  }

  /// The file's projection where the corners agree with it, else a stated one that does.
  private static func system(
    _ file: HDF5File, _ x: GridAxis, _ y: GridAxis, _ corners: [Double]?,
    _ statement: GridStatement, _ place: Fault.Location
  ) throws(Fault) -> (system: CoordinateSystem, notes: [String]) {
    let written = try file.text("projection_proj4_params", of: "geographic/map_projection")
    var tried: [String] = []
    if let written {
      let (text, isScaled) = KNMIPlace.inMetres(written)
      let system = try CoordinateSystem(text, place: place)
      if try agrees(system, x, y, corners, place) {
        return (system, isScaled ? ["axes of the ellipsoid are in kilometres"] : [])
      }
      tried.append(text)
    }
    if let stated = statement.projection {
      let system = try CoordinateSystem(ProjectionText.inMetres(stated), place: place)
      if try agrees(system, x, y, corners, place) {
        let reason = tried.isEmpty ? "" : ", for the file's own contradicts its corners"
        return (system, ["projection stated: \(stated)\(reason)"])
      }
      tried.append(stated)
    }
    throw Fault(
      tried.isEmpty ? "unknown_projection" : "contradiction", at: place,
      tried.isEmpty
        ? "the file names no projection"
        : "by the projection “\(tried.joined(separator: "” and “"))” the corners lie elsewhere than "
          + "the file says", remedy: "state the true projection with `projection:`")
  }

  /// Corners are longitude, latitude of lower left, upper left, upper right, lower right.
  private static func agrees(
    _ system: CoordinateSystem, _ x: GridAxis, _ y: GridAxis, _ corners: [Double]?,
    _ place: Fault.Location
  ) throws(Fault) -> Bool {
    guard let corners, corners.count == 8 else { return true }
    let transform = try CoordinateTransform(from: "EPSG:4326", to: system.text, place: place)
    let expected = [
      (x.lower, y.lower), (x.lower, y.upper), (x.upper, y.upper), (x.upper, y.lower),
    ]
    return expected.enumerated().allSatisfy { index, corner in
      let given = Point(x: corners[2 * index], y: corners[2 * index + 1])
      guard let point = transform.transform(given) else { return false }
      return abs(point.x - corner.0) <= x.step / 2 && abs(point.y - corner.1) <= y.step / 2
    }
  }

  /// A PROJ text whose ellipsoid is given in kilometres, in metres.
  private static func inMetres(_ text: String) -> (text: String, isScaled: Bool) {
    var isScaled = false
    let words = text.split { $0.isWhitespace }.map { word -> String in
      for axis in ["+a=", "+b=", "+R="] where word.hasPrefix(axis) {
        guard let value = Double(word.dropFirst(axis.count)), value > 1000, value < 100_000 else {
          continue
        }
        isScaled = true
        return axis + plain((value * 1e6).rounded() / 1e3)
      }
      return String(word)
    }
    return (ProjectionText.inMetres(words.joined(separator: " ")), isScaled)
  }
}
