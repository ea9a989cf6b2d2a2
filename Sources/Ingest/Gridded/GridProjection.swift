import Formats
import Hydromet

/// Which projection a grid is in, and who says so.
struct GridProjection {
  let system: CoordinateSystem
  /// For coordinates in radians of a geostationary view: metres per radian.
  let metresPerRadian: Double?
  /// Width and height of a cell in metres, where the file names them beside the projection.
  private(set) var spacing: (x: Double, y: Double)?
  /// Where the projection comes from, and what was assumed on the way.
  let notes: [String]

  /// Looks for the projection in this order: the variable's grid mapping, the only grid mapping of the
  /// file, a global attribute, the attributes of WRF, the statement; for degrees at last WGS 84.
  ///
  /// - Throws: `unknown_projection`, `contradiction`.
  init(
    of layout: GridLayout, in file: NetCDFFile, statement: GridStatement, place: Fault.Location
  ) throws(Fault) {
    let isAngular = layout.x.unit == .degrees && layout.y.unit == .degrees
    let stated = try statement.projection.map { text throws(Fault) in
      try CoordinateSystem(ProjectionText.inMetres(text), place: place)
    }
    if let found = try GridProjection.inFile(layout, file, place) {
      self = found
      return
    }
    if layout.x.isPerCell, let model = try WRFModel(file)?.projection(place) {
      system = try CoordinateSystem(model.text, place: place)
      metresPerRadian = nil
      spacing = model.spacing
      notes = ["projection of WRF, by the global attributes: \(model.text)"]
      return
    }
    if let stated {
      system = stated
      metresPerRadian = nil
      notes = ["projection stated: \(stated.text)"]
      return
    }
    guard isAngular || GridProjection.namesAreAngular(layout) else {
      throw Fault(
        "unknown_projection", at: place,
        "the file does not say which projection its x and y are in",
        remedy: "state it with `projection:` or --projection, for example \"+proj=stere …\"")
    }
    system = try CoordinateSystem("EPSG:4326", place: place)
    metresPerRadian = nil
    notes = [
      "the file names no coordinate reference system: longitude and latitude of WGS 84 assumed"
    ]
  }

  private init(system: CoordinateSystem, metresPerRadian: Double?, notes: [String]) {
    self.system = system
    self.metresPerRadian = metresPerRadian
    self.notes = notes
  }

  private static func namesAreAngular(_ layout: GridLayout) -> Bool {
    let isAngle = { (variable: NetCDFVariable) in
      ["longitude", "latitude"].contains(variable.text("standard_name"))
        || ["lon", "lat", "longitude", "latitude"].contains(variable.name.lowercased())
    }
    return isAngle(layout.x.coordinates) && isAngle(layout.y.coordinates)
      && layout.x.unit == .unstated && layout.y.unit == .unstated
  }

  private static func inFile(
    _ layout: GridLayout, _ file: NetCDFFile, _ place: Fault.Location
  ) throws(Fault) -> GridProjection? {
    if let (variable, note) = try mapping(of: layout.variable, file, place) {
      var metres = 1.0
      if case .metres(let factor) = layout.x.unit { metres = factor }
      var mapping = GridMapping(
        variable, place: Fault.Location(file.path, item: variable.path), metresPerUnit: metres)
      let text = ProjectionText.inMetres(try mapping.projection())
      let height =
        variable.text("grid_mapping_name") == "geostationary"
        ? variable.number("perspective_point_height") : nil
      return GridProjection(
        system: try CoordinateSystem(text, place: place), metresPerRadian: height,
        notes: note + mapping.notes)
    }
    for attribute in file.attributes {
      guard
        [
          "proj_string", "proj4", "proj4_string", "proj4text", "projection", "projdef", "crs",
          "spatial_ref", "crs_wkt",
        ].contains(attribute.name.lowercased()), let text = attribute.value.text,
        ProjectionText.isProjection(text)
      else { continue }
      return GridProjection(
        system: try CoordinateSystem(ProjectionText.inMetres(text), place: place),
        metresPerRadian: nil,
        notes: ["projection from the global attribute “\(attribute.name)”"])
    }
    return nil
  }

  /// The grid mapping that the variable names; else the only one in the file.
  private static func mapping(
    of variable: NetCDFVariable, _ file: NetCDFFile, _ place: Fault.Location
  ) throws(Fault) -> (NetCDFVariable, [String])? {
    if let text = variable.text("grid_mapping") {
      // The long form is `crs: x y`.
      let name = String(text.prefix { $0 != ":" && !$0.isWhitespace })
      let group = String(variable.path.dropLast(variable.name.count))
      guard let found = file.variable(group + name) ?? file.variable(name) else {
        throw Fault(
          "unknown_projection", at: place, "its grid mapping “\(name)” is not in the file",
          remedy: "correct the attribute `grid_mapping`")
      }
      return (found, [])
    }
    let all = file.variables.filter(GridMapping.isMapping)
    guard all.count == 1 else { return nil }
    return (all[0], ["the only grid mapping of the file, “\(all[0].path)”, is used"])
  }
}
