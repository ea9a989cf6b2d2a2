import Formats
import Hydromet

/// Where the points of a GRIB field lie.
///
/// Points are the centres of cells. Of first point, last point and increment, one is more than needed:
/// they must agree. Edition 1 rounds all of them to a thousandth of a degree; there the increment is
/// taken from the first and the last point.
struct GRIBPlace {
  let place: GridPlace
  let notes: [String]
  let coordinateUnit: String

  /// - Throws: `unsupported_grid`, `contradiction`, `bad_coordinates`, `too_large`.
  init(_ field: GRIBField, _ location: Fault.Location) throws(Fault) {
    let reader = GRIBGridReader(field: field, location: location)
    let kind = field.text("gridType") ?? "unknown"
    switch kind {
    case "regular_ll", "rotated_ll":
      let (built, notes) = try reader.angular(isRotated: kind == "rotated_ll")
      self.init(place: built, notes: notes, coordinateUnit: "degrees")
    case "regular_gg":
      let (built, notes) = try reader.angular(isRotated: false, isGaussian: true)
      self.init(place: built, notes: notes, coordinateUnit: "degrees")
    case "lambert", "polar_stereographic", "mercator", "lambert_azimuthal_equal_area":
      self.init(
        place: try reader.projected(kind), notes: [], coordinateUnit: "m")
    default:
      throw Fault(
        "unsupported_grid", at: location,
        "the points lie on a grid of the kind “\(kind)”, which has no equal cells",
        remedy: "put it on a regular grid first, for instance with cdo remapcon")
    }
  }

  private init(place: GridPlace, notes: [String], coordinateUnit: String) {
    self.place = place
    self.notes = notes
    self.coordinateUnit = coordinateUnit
  }
}

/// Reads section 3 (edition 2) or 2 (edition 1).
private struct GRIBGridReader {
  let field: GRIBField
  let location: Fault.Location

  private func integer(_ key: String) throws(Fault) -> Int {
    guard let value = field.integer(key) else { throw missing(key) }
    return value
  }

  private func number(_ key: String) throws(Fault) -> Double {
    guard let value = field.number(key) else { throw missing(key) }
    return value
  }

  private func missing(_ key: String) -> Fault {
    Fault(
      "no_grid", at: location, "the grid has no \(key)", remedy: "check that the file is complete")
  }

  private var isFirstEdition: Bool { field.integer("edition") == 1 }
  private var isTransposed: Bool { field.integer("jPointsAreConsecutive") == 1 }
  private var alternates: Bool { field.integer("alternativeRowScanning") == 1 }
  private var fallsEastwards: Bool { field.integer("iScansNegatively") == 1 }
  private var risesNorthwards: Bool { field.integer("jScansPositively") == 1 }

  // MARK: - Degrees

  /// - Parameter isGaussian: the rows are those of a Gaussian grid, of which the message names only the
  ///   number between pole and equator.
  func angular(
    isRotated: Bool, isGaussian: Bool = false
  ) throws(Fault) -> (GridPlace, [String]) {
    let columns = try integer("Ni")
    let rows = try integer("Nj")
    try GridPlace.checkSize(rows: rows, columns: columns, location)
    let west = try number("longitudeOfFirstGridPointInDegrees")
    let east = try number("longitudeOfLastGridPointInDegrees")
    let first = try number("latitudeOfFirstGridPointInDegrees")
    let last = try number("latitudeOfLastGridPointInDegrees")
    let span = (fallsEastwards ? west - east : east - west)
    let turned = span - 360 * (span / 360).rounded(.down)
    var notes: [String] = []
    let x = try step(
      span: columns > 1 && turned == 0 ? 360 : turned, count: columns,
      "iDirectionIncrementInDegrees", &notes)
    let y: GridAxis
    if isGaussian {
      y = try gaussianRows(rows)
      if let note = y.gaussianNote { notes.append(note) }
    } else {
      let height = try step(
        span: risesNorthwards ? last - first : first - last, count: rows,
        "jDirectionIncrementInDegrees", &notes)
      y = try GridAxis(
        firstCentre: first, step: risesNorthwards ? height : -height, count: rows, place: location)
    }
    let system = try CoordinateSystem(
      isRotated ? rotatedPole() : "EPSG:4326", place: location)
    if !isRotated, ![4, 5].contains(field.integer("shapeOfTheEarth")) {
      notes.append(
        "longitude and latitude are taken for those of WGS 84, whatever the earth of the model")
    }
    let place = try GridPlace(
      x: try GridAxis(
        firstCentre: west, step: fallsEastwards ? -x : x, count: columns, place: location),
      y: y, system: system, isTransposed: isTransposed, alternates: alternates, place: location)
    return (place, notes)
  }

  /// Rows of a Gaussian grid as even ones.
  ///
  /// ecCodes ends the process where the message contradicts itself, so what it will rely upon is looked at
  /// before the latitudes are asked for.
  private func gaussianRows(_ count: Int) throws(Fault) -> GridAxis {
    let parallels = try integer("N")
    let points = try integer("numberOfDataPoints")
    let columns = try integer("Ni")
    guard (1...4096).contains(parallels), count <= 2 * parallels, points == count * columns else {
      throw Fault(
        "contradiction", at: location,
        "\(count) rows of \(columns) points are not the \(points) points of a Gaussian grid with"
          + " \(parallels) parallels between pole and equator",
        remedy: "correct the file")
    }
    guard let latitudes = field.numbers("distinctLatitudes", limit: 1 << 16),
      latitudes.count == count
    else { throw missing("distinctLatitudes") }
    let ordered = latitudes.sorted()
    return try GridAxis(
      coordinates: risesNorthwards ? ordered : ordered.reversed(), bounds: nil,
      precision: isFirstEdition ? 0.001 : 0.000_001, share: GridAxis.gaussianShare, place: location)
  }

  /// The width of a cell from the distance of the first and the last point and the increment.
  private func step(
    span: Double, count: Int, _ key: String, _ notes: inout [String]
  ) throws(Fault) -> Double {
    let written = field.number(key).map(abs)
    guard count > 1 else {
      guard let written, written > 0 else { throw missing(key) }
      return written
    }
    let measured = span / Double(count - 1)
    guard measured > 0, measured.isFinite else {
      throw Fault(
        "contradiction", at: location,
        "the first and the last point lie \(span)° apart, against the scanning mode",
        remedy: "correct the file")
    }
    guard let written, written > 0 else { return tidy(measured, count) }
    if abs(written * Double(count - 1) - span) <= 0.1 * written { return written }
    // Half a unit of the last digit at every point.
    let rounding = isFirstEdition ? 0.0005 : 0.000_000_5
    guard abs(written - measured) <= 1.5 * rounding else {
      throw Fault(
        "contradiction", at: location,
        "\(count) points over \(span)° are \(measured)° apart, the increment is \(written)°",
        remedy: "correct the file")
    }
    let used = tidy(measured, count)
    notes.append("increment of \(written)° is rounded: \(used)° by the first and the last point")
    return used
  }

  /// The round number that a step rounded in its thousandths stands for: 0.0625 and not 0.06250014.
  private func tidy(_ step: Double, _ count: Int) -> Double {
    guard isFirstEdition else { return step }
    let tolerance = 0.0011 / Double(count - 1)
    let candidates = [
      (step * 100).rounded() / 100, 1 / (1 / step).rounded(), (step * 1000).rounded() / 1000,
    ]
    return candidates.first { abs($0 - step) <= tolerance } ?? step
  }

  private func rotatedPole() throws(Fault) -> String {
    let latitude = try number("latitudeOfSouthernPoleInDegrees")
    let longitude = try number("longitudeOfSouthernPoleInDegrees")
    let turn = field.number("angleOfRotationInDegrees") ?? 0
    return "+proj=ob_tran +o_proj=longlat +o_lat_p=\(plain(-latitude)) +o_lon_p=\(plain(turn))"
      + " +lon_0=\(plain(longitude)) \(try figure())"
  }

  // MARK: - Metres

  func projected(_ kind: String) throws(Fault) -> GridPlace {
    let columns = try integer("Ni")
    let rows = try integer("Nj")
    try GridPlace.checkSize(rows: rows, columns: columns, location)
    let (text, keys) = try projection(kind)
    let system = try CoordinateSystem("\(text) \(try figure()) +units=m", place: location)
    let transform = try CoordinateTransform(from: "EPSG:4326", to: system.text, place: location)
    let corner = Point(
      x: try number("longitudeOfFirstGridPointInDegrees"),
      y: try number("latitudeOfFirstGridPointInDegrees"))
    guard let first = transform.transform(corner) else {
      throw Fault(
        "bad_coordinates", at: location,
        "the first point \(corner.x), \(corner.y) has no place in “\(system.text)”",
        remedy: "correct the file")
    }
    let width = try number(keys.x)
    let height = try number(keys.y)
    return try GridPlace(
      x: try GridAxis(
        firstCentre: first.x, step: fallsEastwards ? -width : width, count: columns,
        place: location),
      y: try GridAxis(
        firstCentre: first.y, step: risesNorthwards ? height : -height, count: rows,
        place: location),
      system: system, isTransposed: isTransposed, alternates: alternates, place: location)
  }

  private func projection(
    _ kind: String
  ) throws(Fault) -> (text: String, keys: (x: String, y: String)) {
    let metres = (x: "DxInMetres", y: "DyInMetres")
    switch kind {
    case "lambert":
      let one = try number("Latin1InDegrees")
      let two = try number("Latin2InDegrees")
      let origin = field.number("LaDInDegrees") ?? one
      return (
        "+proj=lcc +lat_1=\(plain(one)) +lat_2=\(plain(two)) +lat_0=\(plain(origin))"
          + " +lon_0=\(plain(try number("LoVInDegrees")))", metres
      )
    case "polar_stereographic":
      let isSouthern = (field.integer("projectionCentreFlag") ?? 0) & 128 != 0
      let scale = field.number("LaDInDegrees") ?? 60
      return (
        "+proj=stere +lat_0=\(isSouthern ? -90 : 90) +lat_ts=\(plain(isSouthern ? -abs(scale) : abs(scale)))"
          + " +lon_0=\(plain(try number("orientationOfTheGridInDegrees")))", metres
      )
    case "mercator":
      return (
        "+proj=merc +lat_ts=\(plain(try number("LaDInDegrees")))", ("DiInMetres", "DjInMetres")
      )
    default:
      return (
        "+proj=laea +lat_0=\(plain(try number("standardParallelInDegrees")))"
          + " +lon_0=\(plain(try number("centralLongitudeInDegrees")))",
        ("xDirectionGridLengthInMetres", "yDirectionGridLengthInMetres")
      )
    }
  }

  /// The earth of the model (code table 3.2; edition 1 knows 0 and 2).
  private func figure() throws(Fault) -> String {
    switch field.integer("shapeOfTheEarth") {
    case 0: return "+R=6367470"
    case 1:
      let radius = try number("scaledValueOfRadiusOfSphericalEarth")
      let scale = field.integer("scaleFactorOfRadiusOfSphericalEarth") ?? 0
      return "+R=\(plain(try metres(radius, scale)))"
    case 2: return "+a=6378160 +b=6356775"
    case 3, 7:
      // Type 3 is in kilometres.
      let unit = field.integer("shapeOfTheEarth") == 3 ? 1000.0 : 1
      let a = try metres(
        try number("scaledValueOfEarthMajorAxis") * unit,
        field.integer("scaleFactorOfEarthMajorAxis") ?? 0)
      let b = try metres(
        try number("scaledValueOfEarthMinorAxis") * unit,
        field.integer("scaleFactorOfEarthMinorAxis") ?? 0)
      return "+a=\(plain(a)) +b=\(plain(b))"
    case 4: return "+ellps=GRS80"
    case 5: return "+ellps=WGS84"
    case 6: return "+R=6371229"
    case 8: return "+R=6371200"
    case 9: return "+ellps=airy"
    case let other:
      guard isFirstEdition else {
        throw Fault(
          "unsupported_grid", at: location, "the shape of the earth \(other ?? -1) is not known",
          remedy: "convert the file")
      }
      return (field.integer("resolutionAndComponentFlags") ?? 0) & 64 != 0
        ? "+a=6378160 +b=6356775" : "+R=6367470"
    }
  }

  private func metres(_ value: Double, _ scale: Int) throws(Fault) -> Double {
    var result = value
    for _ in 0..<min(20, abs(scale)) { result = scale > 0 ? result / 10 : result * 10 }
    guard (6_300_000...6_500_000).contains(result) else {
      throw Fault(
        "unsupported_grid", at: location, "a radius of the earth is \(result) m",
        remedy: "correct the file")
    }
    return result
  }
}
