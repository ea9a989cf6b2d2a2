import Formats
import Hydromet

/// Turns a CF grid mapping variable into a PROJ string in metres or degrees.
///
/// The attributes of the mapping decide; WKT beside them (`crs_wkt`, `spatial_ref`) is only read where
/// there is no `grid_mapping_name`, because the CF conventions give the attributes precedence.
///
/// - Source: CF Conventions 1.11, Appendix F; PROJ 9 documentation of each projection.
struct GridMapping {
  private let variable: NetCDFVariable
  private let place: Fault.Location
  /// Metres in one unit of the coordinates, in which false easting and northing are given.
  private let metresPerUnit: Double
  private(set) var notes: [String] = []

  /// - Parameter metresPerUnit: of x and y; 1 where that is not known.
  init(_ variable: NetCDFVariable, place: Fault.Location, metresPerUnit: Double) {
    self.variable = variable
    self.place = place
    self.metresPerUnit = metresPerUnit
  }

  /// Whether the variable is a grid mapping at all.
  static func isMapping(_ variable: NetCDFVariable) -> Bool {
    variable.text("grid_mapping_name") != nil || text(of: variable) != nil
  }

  /// The whole system as one text among the attributes.
  private static func text(of variable: NetCDFVariable) -> String? {
    for name in ["crs_wkt", "spatial_ref", "proj4", "proj4_params", "proj4text", "proj_string"] {
      if let text = variable.text(name), ProjectionText.isProjection(text) { return text }
    }
    return nil
  }

  /// The PROJ text; false easting and northing are in it.
  mutating func projection() throws(Fault) -> String {
    guard let name = variable.text("grid_mapping_name") else {
      if let text = GridMapping.text(of: variable) { return text }
      throw fault("it has neither grid_mapping_name nor crs_wkt")
    }
    if name.lowercased() == "latitude_longitude" {
      return "+proj=longlat \(try figure())"
    }
    if name.lowercased() == "rotated_latitude_longitude" {
      return try rotatedPole()
    }
    let shape = try shape(name.lowercased())
    let shift = try falseOrigin()
    return "\(shape)\(shift) \(try figure()) +units=m"
  }

  /// Longitude and latitude about a rotated pole, degrees.
  private mutating func rotatedPole() throws(Fault) -> String {
    let longitude = try required("grid_north_pole_longitude")
    let latitude = try required("grid_north_pole_latitude")
    let turn = number("north_pole_grid_longitude") ?? 0
    return "+proj=ob_tran +o_proj=longlat +o_lat_p=\(plain(latitude)) +o_lon_p=\(plain(turn))"
      + " +lon_0=\(plain(longitude > 0 ? longitude - 180 : longitude + 180)) \(try figure())"
  }

  /// The projection and its parameters, without false origin and ellipsoid.
  private func shape(_ name: String) throws(Fault) -> String {
    switch name {
    case "albers_conical_equal_area":
      return "+proj=aea" + (try parallels()) + (try latitude()) + (try central())
    case "lambert_conformal_conic":
      return "+proj=lcc" + (try parallels()) + (try latitude()) + (try central())
    case "azimuthal_equidistant": return "+proj=aeqd" + (try latitude()) + (try origin())
    case "lambert_azimuthal_equal_area": return "+proj=laea" + (try latitude()) + (try origin())
    case "orthographic": return "+proj=ortho" + (try latitude()) + (try origin())
    case "stereographic":
      return "+proj=stere" + (try latitude()) + (try origin())
        + scale("scale_factor_at_projection_origin")
    case "polar_stereographic": return try polarStereographic()
    case "transverse_mercator":
      return "+proj=tmerc" + (try latitude()) + (try central())
        + scale("scale_factor_at_central_meridian")
    case "mercator": return "+proj=merc" + (try origin()) + trueScale()
    case "lambert_cylindrical_equal_area": return "+proj=cea" + (try central()) + trueScale()
    case "sinusoidal": return "+proj=sinu" + (try origin())
    case "oblique_mercator":
      return "+proj=omerc" + (try latitude())
        + " +lonc=\(plain(try required("longitude_of_projection_origin")))"
        + " +alpha=\(plain(try required("azimuth_of_central_line")))"
        + scale("scale_factor_at_projection_origin")
    case "vertical_perspective":
      return "+proj=nsper +h=\(plain(try required("perspective_point_height")))"
        + (try latitude()) + (try origin())
    case "geostationary": return try geostationary()
    default: throw fault("its grid_mapping_name “\(name)” is not one of the CF conventions")
    }
  }

  private func polarStereographic() throws(Fault) -> String {
    let parallel = number("standard_parallel")
    let pole: Double
    if let latitude = number("latitude_of_projection_origin") {
      guard abs(abs(latitude) - 90) < 1e-6 else {
        throw fault("latitude_of_projection_origin is \(latitude), expected 90 or -90")
      }
      pole = latitude > 0 ? 90 : -90
    } else if let parallel {
      pole = parallel < 0 ? -90 : 90
    } else {
      throw fault("latitude_of_projection_origin is missing")
    }
    let meridian = number("straight_vertical_longitude_from_pole")
    let longitude =
      if let meridian { meridian } else { try required("longitude_of_projection_origin") }
    return "+proj=stere +lat_0=\(plain(pole)) +lon_0=\(plain(longitude))" + trueScale()
  }

  private func geostationary() throws(Fault) -> String {
    let sweep: String
    switch (variable.text("sweep_angle_axis"), variable.text("fixed_angle_axis")) {
    case ("x", _), (nil, "y"): sweep = "x"
    default: sweep = "y"
    }
    return "+proj=geos +h=\(plain(try required("perspective_point_height")))"
      + (try origin()) + " +sweep=\(sweep)"
  }
}

// MARK: - Parameters

extension GridMapping {
  private func number(_ name: String) -> Double? {
    guard let value = variable.number(name), value.isFinite else { return nil }
    return value
  }

  private func required(_ name: String) throws(Fault) -> Double {
    guard let value = number(name) else { throw fault("\(name) is missing") }
    return value
  }

  private func latitude() throws(Fault) -> String {
    " +lat_0=\(plain(try required("latitude_of_projection_origin")))"
  }

  /// `longitude_of_projection_origin`, or the name that other projections have for it.
  private func origin() throws(Fault) -> String {
    let value = number("longitude_of_projection_origin") ?? number("longitude_of_central_meridian")
    guard let value else { throw fault("longitude_of_projection_origin is missing") }
    return " +lon_0=\(plain(value))"
  }

  private func central() throws(Fault) -> String {
    let value = number("longitude_of_central_meridian") ?? number("longitude_of_projection_origin")
    guard let value else { throw fault("longitude_of_central_meridian is missing") }
    return " +lon_0=\(plain(value))"
  }

  private func parallels() throws(Fault) -> String {
    let values = variable["standard_parallel"]?.numbers ?? []
    guard let first = values.first, values.count <= 2, values.allSatisfy(\.isFinite) else {
      throw fault("standard_parallel has \(values.count) numbers, expected one or two")
    }
    return " +lat_1=\(plain(first)) +lat_2=\(plain(values.last ?? first))"
  }

  private func scale(_ name: String) -> String {
    number(name).map { " +k_0=\(plain($0))" } ?? ""
  }

  /// The latitude of true scale, or the scale at the origin.
  private func trueScale() -> String {
    if let parallel = number("standard_parallel") { return " +lat_ts=\(plain(parallel))" }
    return scale("scale_factor_at_projection_origin")
  }

  private func falseOrigin() throws(Fault) -> String {
    var text = ""
    for (name, key) in [("false_easting", "x_0"), ("false_northing", "y_0")] {
      if let value = number(name), value != 0 { text += " +\(key)=\(plain(value * metresPerUnit))" }
    }
    return text
  }

  /// The ellipsoid, its prime meridian and its shift to WGS 84.
  private mutating func figure() throws(Fault) -> String {
    var text = try ellipsoid()
    if let meridian = number("longitude_of_prime_meridian"), meridian != 0 {
      text += " +pm=\(plain(meridian))"
    }
    if let shift = variable["towgs84"]?.numbers, [3, 7].contains(shift.count),
      shift.allSatisfy(\.isFinite)
    {
      text += " +towgs84=\(shift.map(plain).joined(separator: ","))"
    }
    return text
  }

  private mutating func ellipsoid() throws(Fault) -> String {
    if let radius = number("earth_radius") {
      let metres = try axis(radius, "earth_radius")
      return "+a=\(plain(metres)) +b=\(plain(metres))"
    }
    if let major = number("semi_major_axis") {
      let a = try axis(major, "semi_major_axis")
      if let minor = number("semi_minor_axis") {
        return "+a=\(plain(a)) +b=\(plain(try axis(minor, "semi_minor_axis")))"
      }
      if let inverse = number("inverse_flattening"), inverse != 0 {
        return "+a=\(plain(a)) +rf=\(plain(inverse))"
      }
      return "+a=\(plain(a)) +b=\(plain(a))"
    }
    let known = [
      "WGS 84": "WGS84", "WGS84": "WGS84", "GRS 1980": "GRS80", "GRS80": "GRS80",
      "Bessel 1841": "bessel", "Clarke 1866": "clrk66", "International 1924": "intl",
      "Krassowsky 1940": "krass", "Krassovsky 1940": "krass",
    ]
    if let name = variable.text("reference_ellipsoid_name"), let key = known[name] {
      return "+ellps=\(key)"
    }
    notes.append("the file names no ellipsoid: WGS 84 assumed")
    return "+ellps=WGS84"
  }

  /// An axis of the earth in metres; one that can only be kilometres is converted.
  private mutating func axis(_ value: Double, _ name: String) throws(Fault) -> Double {
    if (6_300_000...6_500_000).contains(value) { return value }
    if (6_300...6_500).contains(value) {
      notes.append("\(name) is in kilometres")
      return value * 1000
    }
    throw fault("\(name) is \(value), expected the radius of the earth in metres")
  }

  private func fault(_ problem: String) -> Fault {
    Fault(
      "unknown_projection", at: place,
      "the grid mapping “\(variable.path)” cannot be used: \(problem)",
      remedy: "correct the file, or state `projection:` for a file without grid mapping")
  }
}

/// A number as it stands in a PROJ string: `60`, `-27.7178`.
func plain(_ value: Double) -> String {
  if let whole = Int(exactly: value) { return String(whole) }
  return String(value)
}

/// Texts that may hold a projection.
enum ProjectionText {
  /// Whether a text is written like a coordinate reference system, so that a mere description such as
  /// `Lambert Conformal` is not looked up by its name.
  static func isProjection(_ text: String) -> Bool {
    if text.contains("+proj=") || text.hasPrefix("proj=") || text.contains("+init=") { return true }
    let upper = text.uppercased()
    if upper.hasPrefix("EPSG:") || upper.hasPrefix("URN:OGC:") || upper.hasPrefix("OGC:") {
      return true
    }
    let keywords = ["PROJCS[", "GEOGCS[", "PROJCRS[", "GEOGCRS[", "GEODCRS[", "BOUNDCRS["]
    return keywords.contains { upper.hasPrefix($0) }
  }

  /// A PROJ string whose lengths are metres: `+units=km` and `+to_meter` go, for grids are kept in
  /// metres. (False eastings of PROJ strings are metres in any case.)
  static func inMetres(_ text: String) -> String {
    guard text.contains("proj=") else { return text }
    let words = text.split { $0.isWhitespace }.filter {
      !$0.hasPrefix("+units=") && !$0.hasPrefix("+to_meter=") && !$0.hasPrefix("units=")
    }
    return words.joined(separator: " ") + " +units=m"
  }
}
