import CPROJ
public import Hydromet

extension CoordinateSystem {
  /// The attributes of a CF grid mapping variable for this system.
  ///
  /// `crs_wkt` (WKT 2:2019) is always there; `grid_mapping_name` with its parameters and the figure of
  /// the earth wherever CF has a name for the projection.
  ///
  /// - Source: CF conventions 1.8, appendix F.
  public func gridMappingAttributes() throws(Fault) -> [(name: String, value: NetCDFValue)] {
    let object = try CoordinateSystem.parse(text, place: nil).object
    let context = object.context.pointer
    guard let wkt = proj_as_wkt(context, object.pointer, PJ_WKT2_2019, nil) else {
      throw CoordinateSystem.refusal("PROJ has no WKT for \(quoted(text))", nil)
    }
    let wktText = String(cString: wkt).split(whereSeparator: \.isNewline)
      .map { trimmed(String($0)) }.joined()
    var attributes: [(name: String, value: NetCDFValue)] = []
    if let horizontal = CoordinateSystem.horizontalPart(of: object),
      let definition = proj_as_proj_string(context, horizontal.pointer, PJ_PROJ_5, nil)
    {
      attributes = MappingTerms(String(cString: definition)).attributes
    }
    attributes.append(("semi_major_axis", .doubles([semiMajorAxis])))
    attributes.append(("inverse_flattening", .doubles([inverseFlattening])))
    attributes.append(("crs_wkt", .text(wktText)))
    return attributes
  }
}

/// The terms of a PROJ string, and what CF calls them.
private struct MappingTerms {
  private let terms: [String: String]

  init(_ definition: String) {
    var terms: [String: String] = [:]
    for term in definition.split(separator: " ") {
      let parts = term.drop { $0 == "+" }.split(separator: "=", maxSplits: 1)
      if let name = parts.first { terms[String(name)] = parts.count > 1 ? String(parts[1]) : "" }
    }
    self.terms = terms
  }

  private func number(_ name: String, or fallback: Double = 0) -> Double {
    terms[name].flatMap(Double.init) ?? fallback
  }

  /// Empty where CF has no name for the projection.
  var attributes: [(name: String, value: NetCDFValue)] {
    switch terms["proj"] ?? "" {
    case "longlat", "latlong": return named("latitude_longitude", [], isProjected: false)
    case "stere": return stereographic
    case "laea": return named("lambert_azimuthal_equal_area", [origin, centralOrigin])
    case "aeqd": return named("azimuthal_equidistant", [origin, centralOrigin])
    case "aea": return named("albers_conical_equal_area", [parallels, meridian, origin])
    case "lcc": return named("lambert_conformal_conic", [parallels, meridian, origin])
    case "tmerc":
      return named("transverse_mercator", [scale("k", "central_meridian"), meridian, origin])
    case "utm": return universal
    case "merc":
      let fit =
        terms["lat_ts"] != nil
        ? ("standard_parallel", [number("lat_ts")]) : scale("k", "projection_origin")
      return named("mercator", [("longitude_of_projection_origin", [number("lon_0")]), fit])
    default: return []
    }
  }

  private typealias Parameter = (name: String, values: [Double])

  private var origin: Parameter { ("latitude_of_projection_origin", [number("lat_0")]) }
  private var centralOrigin: Parameter { ("longitude_of_projection_origin", [number("lon_0")]) }
  private var meridian: Parameter { ("longitude_of_central_meridian", [number("lon_0")]) }

  /// One parallel or two.
  private var parallels: Parameter {
    let first = number("lat_1", or: number("lat_0"))
    guard terms["lat_2"] != nil, number("lat_2") != first else {
      return ("standard_parallel", [first])
    }
    return ("standard_parallel", [first, number("lat_2")])
  }

  private func scale(_ term: String, _ place: String) -> Parameter {
    ("scale_factor_at_\(place)", [number("\(term)_0", or: number(term, or: 1))])
  }

  private var stereographic: [(name: String, value: NetCDFValue)] {
    let fit = scale("k", "projection_origin")
    guard number("lat_0").magnitude == 90 else {
      return named("stereographic", [origin, centralOrigin, fit])
    }
    return named(
      "polar_stereographic",
      [
        ("straight_vertical_longitude_from_pole", [number("lon_0")]), origin,
        terms["lat_ts"] != nil ? ("standard_parallel", [number("lat_ts")]) : fit,
      ])
  }

  private var universal: [(name: String, value: NetCDFValue)] {
    let attributes: [(name: String, value: NetCDFValue)] = [
      ("grid_mapping_name", .text("transverse_mercator")),
      ("scale_factor_at_central_meridian", .doubles([0.9996])),
      ("longitude_of_central_meridian", .doubles([number("zone") * 6 - 183])),
      ("latitude_of_projection_origin", .doubles([0])),
      ("false_easting", .doubles([500_000])),
      ("false_northing", .doubles([terms["south"] != nil ? 10_000_000 : 0])),
    ]
    return attributes
  }

  private func named(_ name: String, _ parameters: [Parameter], isProjected: Bool = true)
    -> [(name: String, value: NetCDFValue)]
  {
    var attributes: [(name: String, value: NetCDFValue)] = [("grid_mapping_name", .text(name))]
    for parameter in parameters {
      attributes.append((parameter.name, .doubles(parameter.values)))
    }
    if isProjected {
      attributes.append(("false_easting", .doubles([number("x_0")])))
      attributes.append(("false_northing", .doubles([number("y_0")])))
    }
    return attributes
  }
}
