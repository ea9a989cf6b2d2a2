import CPROJ
public import Hydromet

/// A coordinate reference system of the earth's surface, as PROJ understands it.
///
/// The text may be a PROJ string (`+proj=stere …`), `EPSG:n` or another authority's code, an OGC
/// URN, or WKT. Heights, time and local engineering systems are refused: rain lies on the ground.
public struct CoordinateSystem: Sendable, Hashable {
  /// The text as it was given, without blanks around it.
  public let text: String
  /// What PROJ calls the system; `unknown` for a PROJ string.
  public let name: String
  /// Whether x and y are angles (degrees), of the true or of a rotated pole.
  public let isGeographic: Bool
  /// Whether the angles are those of a rotated pole and not longitude and latitude.
  public let isRotated: Bool
  /// Metres in one unit of x and y; 0 for degrees.
  public let metresPerUnit: Double
  /// Equatorial radius of the ellipsoid, m.
  public let semiMajorAxis: Double
  /// Polar radius of the ellipsoid, m.
  public let semiMinorAxis: Double
  /// Inverse flattening of the ellipsoid; 0 for a sphere.
  public let inverseFlattening: Double

  /// - Parameter place: where the text stands, for the fault.
  public init(_ text: String, place: Fault.Location? = nil) throws(Fault) {
    if let known = ProjectionStore.system(text) {
      self = known
      return
    }
    self = try CoordinateSystem.parse(text, place: place).system
    ProjectionStore.keep(self, for: text)
  }

  /// Reads the text and keeps PROJ's object with the answer.
  static func parse(
    _ text: String, place: Fault.Location?
  ) throws(Fault) -> (system: CoordinateSystem, object: ProjectionObject) {
    guard let context = ProjectionContext() else { throw outOfMemory(place) }
    return try parse(text, in: context, place: place)
  }

  static func parse(
    _ given: String, in context: ProjectionContext, place: Fault.Location?
  ) throws(Fault) -> (system: CoordinateSystem, object: ProjectionObject) {
    let text = trimmed(given)
    let asksForObject = text.contains("+proj=") || text.hasPrefix("proj=")
    let definition =
      asksForObject && !text.contains("type=crs") ? "\(text) +type=crs" : text
    guard !text.isEmpty, !text.utf8.contains(0),
      let object = ProjectionObject(proj_create(context.pointer, definition), in: context)
    else {
      let reason = text.isEmpty ? "the text is empty" : context.takeMessage()
      throw refusal("PROJ cannot read the projection \(quoted(text)): \(reason)", place)
    }
    guard let horizontal = horizontalPart(of: object) else {
      throw refusal(
        "\(quoted(text)) is not a geographic or projected coordinate reference system", place)
    }
    let units = try axisUnits(of: horizontal, text: text, place: place)
    guard let ellipsoid = Ellipsoid(of: horizontal) else {
      throw refusal("PROJ knows no ellipsoid for \(quoted(text))", place)
    }
    let system = CoordinateSystem(
      text: text, name: proj_get_name(object.pointer).map { String(cString: $0) } ?? "unknown",
      isGeographic: units.metres == nil,
      isRotated: units.metres == nil
        && proj_crs_is_derived(context.pointer, horizontal.pointer) != 0,
      metresPerUnit: units.metres ?? 0, semiMajorAxis: ellipsoid.semiMajorAxis,
      semiMinorAxis: ellipsoid.semiMinorAxis, inverseFlattening: ellipsoid.inverseFlattening)
    return (system, object)
  }

  private init(
    text: String, name: String, isGeographic: Bool, isRotated: Bool, metresPerUnit: Double,
    semiMajorAxis: Double, semiMinorAxis: Double, inverseFlattening: Double
  ) {
    self.text = text
    self.name = name
    self.isGeographic = isGeographic
    self.isRotated = isRotated
    self.metresPerUnit = metresPerUnit
    self.semiMajorAxis = semiMajorAxis
    self.semiMinorAxis = semiMinorAxis
    self.inverseFlattening = inverseFlattening
  }

  static func refusal(_ problem: String, _ place: Fault.Location?) -> Fault {
    Fault(
      "unknown_projection", at: place, problem,
      remedy: "give a PROJ string, EPSG:n, an OGC URN or WKT of a map projection")
  }

  static func outOfMemory(_ place: Fault.Location?) -> Fault {
    Fault(
      "out_of_memory", at: place, "PROJ could not make a context",
      remedy: "free memory and run again")
  }
}

extension CoordinateSystem {
  /// The geographic or projected system inside a bound or compound one.
  static func horizontalPart(of object: ProjectionObject) -> ProjectionObject? {
    let context = object.context
    var current = object
    for _ in 0..<8 {
      switch proj_get_type(current.pointer) {
      case PJ_TYPE_GEOGRAPHIC_2D_CRS, PJ_TYPE_GEOGRAPHIC_3D_CRS, PJ_TYPE_PROJECTED_CRS:
        return current
      case PJ_TYPE_BOUND_CRS:
        guard
          let inner = ProjectionObject(
            proj_get_source_crs(context.pointer, current.pointer), in: context)
        else { return nil }
        current = inner
      case PJ_TYPE_COMPOUND_CRS:
        guard
          let inner = ProjectionObject(
            proj_crs_get_sub_crs(context.pointer, current.pointer, 0), in: context)
        else { return nil }
        current = inner
      default:
        return nil
      }
    }
    return nil
  }

  /// Metres per unit of both axes, nil for angles.
  private static func axisUnits(
    of object: ProjectionObject, text: String, place: Fault.Location?
  ) throws(Fault) -> (metres: Double?, name: String) {
    let context = object.context.pointer
    guard
      let axes = ProjectionObject(
        proj_crs_get_coordinate_system(context, object.pointer), in: object.context)
    else { throw refusal("\(quoted(text)) has no axes", place) }
    let isAngular = proj_cs_get_type(context, axes.pointer) == PJ_CS_TYPE_ELLIPSOIDAL
    var found: [(factor: Double, name: String)] = []
    for index in 0..<Int32(2) {
      var factor = 0.0
      var unit: UnsafePointer<CChar>?
      let isKnown = proj_cs_get_axis_info(
        context, axes.pointer, index, nil, nil, nil, &factor, &unit, nil, nil)
      guard isKnown != 0, factor > 0, factor.isFinite else {
        throw refusal("an axis of \(quoted(text)) has no unit", place)
      }
      found.append((factor, unit.map { String(cString: $0) } ?? ""))
    }
    guard abs(found[0].factor - found[1].factor) <= 1e-12 * found[0].factor else {
      throw refusal("the axes of \(quoted(text)) have different units", place)
    }
    if isAngular {
      guard abs(found[0].factor - Double.pi / 180) < 1e-12 else {
        throw refusal("the angles of \(quoted(text)) are in \(found[0].name), not degrees", place)
      }
      return (nil, found[0].name)
    }
    return (found[0].factor, found[0].name)
  }
}

/// The figure of the earth of a coordinate reference system.
struct Ellipsoid {
  let semiMajorAxis: Double
  let semiMinorAxis: Double
  let inverseFlattening: Double

  init?(of object: ProjectionObject) {
    let context = object.context
    guard
      let ellipsoid = ProjectionObject(
        proj_get_ellipsoid(context.pointer, object.pointer), in: context)
    else { return nil }
    var a = 0.0
    var b = 0.0
    var isComputed: Int32 = 0
    var inverseFlattening = 0.0
    guard
      proj_ellipsoid_get_parameters(
        context.pointer, ellipsoid.pointer, &a, &b, &isComputed, &inverseFlattening) != 0,
      a > 0, b > 0, a.isFinite, b.isFinite
    else { return nil }
    semiMajorAxis = a
    semiMinorAxis = b
    self.inverseFlattening = inverseFlattening
  }
}

/// The text without blanks and line ends around it.
func trimmed(_ text: String) -> String {
  let isBlank = { (character: Character) in character.isWhitespace || character == "\0" }
  guard let first = text.firstIndex(where: { !isBlank($0) }),
    let last = text.lastIndex(where: { !isBlank($0) })
  else { return "" }
  return String(text[first...last])
}

/// A text as it appears in a message: in quotation marks, on one line, cut after 120 characters.
func quoted(_ text: String) -> String {
  let line = String(text.prefix(120).map { $0.isNewline ? " " : $0 })
  return text.count > 120 ? "“\(line)…”" : "“\(line)”"
}
