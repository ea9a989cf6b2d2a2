import Formats
import Hydromet

/// What the coordinates of an axis are counted in.
enum AxisUnit: Equatable {
  case degrees
  case radians
  /// So many metres.
  case metres(Double)
  case unstated

  /// - Returns: nil for a unit that is neither an angle nor a length.
  init?(_ text: String?) {
    guard let text, !text.isEmpty else {
      self = .unstated
      return
    }
    let bare = text.lowercased()
    if ["radian", "radians", "rad"].contains(bare) {
      self = .radians
    } else if AxisUnit.isDegrees(bare) {
      self = .degrees
    } else if let metres = PhysicalUnit(text)?.metres {
      self = .metres(metres)
    } else {
      return nil
    }
  }

  private static func isDegrees(_ bare: String) -> Bool {
    let stem = bare.filter { $0 != "_" && $0 != " " }
    return [
      "degrees", "degree", "deg", "degreesnorth", "degreenorth", "degreesn", "degreen",
      "degreeseast", "degreeeast", "degreese", "degreee", "°",
    ].contains(stem)
  }
}

/// Which dimension of a data variable is which.
struct GridLayout {
  /// One horizontal axis: its place among the dimensions, and its coordinates.
  struct Axis {
    let position: Int
    let coordinates: NetCDFVariable
    let unit: AxisUnit
    /// Whether the coordinates are given for every cell, as models write longitude and latitude. They
    /// must then be those of equal rows and columns, of degrees or of a projection that is known.
    var isPerCell = false
    /// Of coordinates for every cell: whether their last dimension is this axis.
    var runsInside = false
  }

  enum Role: String {
    case x
    case y
    case time
    case height
  }

  let variable: NetCDFVariable
  let x: Axis
  let y: Axis
  /// The place of the time dimension, and its coordinates where there are any.
  let timePosition: Int?
  let timeCoordinates: NetCDFVariable?
  /// The member of an ensemble that is read; nil where the variable has no dimension of members.
  let member: GridMember?

  /// - Parameter wanted: the member of an ensemble that is stated.
  /// - Throws: `no_grid`, `contradictory_axes`, `extra_dimension`, `unknown_unit`, `several_members`,
  ///   `unknown_member`.
  init(
    of variable: NetCDFVariable, in file: NetCDFFile, member wanted: Int? = nil
  ) throws(Fault) {
    let place = Fault.Location(file.path, item: variable.path)
    var axes: [Role: Axis] = [:]
    var timePosition: Int?
    var timeCoordinates: NetCDFVariable?
    var member: GridMember?
    let perCell = try GridLayout.perCell(variable, file)
    for (position, dimension) in variable.dimensions.enumerated() {
      let coordinates = GridLayout.coordinates(of: dimension, variable, file)
      var role = try coordinates.flatMap { found throws(Fault) in
        try GridLayout.role(of: found, path: file.path)
      }
      if coordinates == nil, dimension.name.lowercased() == "time" { role = .time }
      switch (role, coordinates) {
      case (.time, _):
        timePosition = position
        timeCoordinates = coordinates
      case (.x?, let found?), (.y?, let found?):
        guard let role, axes[role] == nil else {
          throw GridLayout.contradiction("two dimensions are \(role?.rawValue ?? "?") axes", place)
        }
        guard let unit = AxisUnit(found.text("units")) else {
          throw GridLayout.unknownUnit(found, path: file.path)
        }
        axes[role] = Axis(position: position, coordinates: found, unit: unit)
      case (nil, nil) where dimension.name == perCell?.rows && axes[.y] == nil:
        axes[.y] = perCell.map {
          Axis(
            position: position, coordinates: $0.latitude, unit: .degrees, isPerCell: true,
            runsInside: $0.isTransposed)
        }
      case (nil, nil) where dimension.name == perCell?.columns && axes[.x] == nil:
        axes[.x] = perCell.map {
          Axis(
            position: position, coordinates: $0.longitude, unit: .degrees, isPerCell: true,
            runsInside: !$0.isTransposed)
        }
      case (nil, _) where member == nil && GridMember.counts(dimension, coordinates):
        member = try GridMember(
          wanted, position: position, of: dimension, coordinates, in: file, place)
      default:
        guard dimension.length == 1 else {
          throw GridLayout.extraDimension(dimension, hasCoordinates: coordinates != nil, place)
        }
      }
    }
    guard let x = axes[.x], let y = axes[.y] else {
      throw Fault(
        "no_grid", at: place,
        "the variable has no \(axes[.x] == nil ? "x" : "y") axis with one-dimensional coordinates",
        remedy: "give a grid with coordinate variables for x and y, or longitude and latitude")
    }
    self.variable = variable
    self.x = x
    self.y = y
    self.timePosition = timePosition
    self.timeCoordinates = timeCoordinates
    self.member = member
  }

  /// Whether the file stores columns outside rows.
  var isTransposed: Bool { x.position < y.position }

  /// The one-dimensional variable that holds the coordinates of a dimension.
  private static func coordinates(
    of dimension: NetCDFDimension, _ variable: NetCDFVariable, _ file: NetCDFFile
  ) -> NetCDFVariable? {
    let along = file.variables.filter {
      $0.dimensions.count == 1 && $0.dimensions[0].name == dimension.name
        && $0.dimensions[0].length == dimension.length && $0.type.isNumber
        && $0.path != variable.path
    }
    let group = String(variable.path.dropLast(variable.name.count))
    if let own = along.first(where: { $0.path == group + dimension.name })
      ?? along.first(where: { $0.name == dimension.name })
    {
      return own
    }
    return along.first { (try? role(of: $0, path: file.path)) != nil }
  }

  /// Longitude and latitude of every cell.
  private struct PerCell {
    let longitude: NetCDFVariable
    let latitude: NetCDFVariable
    /// Names of the dimensions.
    let rows: String
    let columns: String
    /// Whether rows are the last dimension.
    let isTransposed: Bool
  }

  /// Variables of longitude and latitude over two dimensions of the variable, perhaps with its time
  /// before them; those that its `coordinates` name come first.
  private static func perCell(
    _ variable: NetCDFVariable, _ file: NetCDFFile
  ) throws(Fault) -> PerCell? {
    let own = variable.dimensions.map(\.name)
    let named = (variable.text("coordinates") ?? "").split(separator: " ").map(String.init)
    let planes = file.variables.filter { other in
      let dimensions = other.dimensions
      return dimensions.count >= 2 && other.type.isNumber && isAngle(other)
        && dimensions.dropLast(2).allSatisfy { $0.length == 1 || own.contains($0.name) }
        && dimensions.suffix(2).allSatisfy { own.contains($0.name) }
    }
    let ordered = planes.filter { named.contains($0.name) } + planes
    let find = { (wanted: Role) in
      ordered.first { (try? role(of: $0, path: file.path)) == wanted }
    }
    guard let longitude = find(.x), let latitude = find(.y),
      longitude.dimensions.suffix(2).map(\.name) == latitude.dimensions.suffix(2).map(\.name),
      let outer = latitude.dimensions.dropLast().last, let inner = latitude.dimensions.last
    else { return nil }
    let isTransposed = try runsNorthwardsInside(longitude, latitude, file)
    return PerCell(
      longitude: longitude, latitude: latitude, rows: isTransposed ? inner.name : outer.name,
      columns: isTransposed ? outer.name : inner.name, isTransposed: isTransposed)
  }

  /// In degrees, or a longitude or latitude by name that has no unit.
  private static func isAngle(_ variable: NetCDFVariable) -> Bool {
    switch AxisUnit(variable.text("units")) {
    case .degrees: true
    case .unstated:
      ["longitude", "latitude"].contains(variable.text("standard_name"))
        || ["lon", "lat", "longitude", "latitude"].contains(variable.name.lowercased())
    default: false
    }
  }

  /// Whether the last dimension leads north and south rather than east and west, by the corners.
  private static func runsNorthwardsInside(
    _ longitude: NetCDFVariable, _ latitude: NetCDFVariable, _ file: NetCDFFile
  ) throws(Fault) -> Bool {
    let reader = GridCoordinates(file: file)
    let (outer, inner) = (latitude.shape.dropLast().last ?? 0, latitude.shape.last ?? 0)
    guard outer > 1, inner > 1 else { return false }
    var corners: [[Double]] = []
    for (row, column) in [(0, 0), (0, inner - 1), (outer - 1, 0)] {
      corners.append([
        try reader.corner(of: longitude, row, column), try reader.corner(of: latitude, row, column),
      ])
    }
    let alongInner = abs(corners[1][1] - corners[0][1])
    let alongOuter = abs(corners[2][1] - corners[0][1])
    let eastInner = abs((corners[1][0] - corners[0][0]).remainder(dividingBy: 360))
    let eastOuter = abs((corners[2][0] - corners[0][0]).remainder(dividingBy: 360))
    return alongInner > alongOuter && eastInner < eastOuter
  }

  // MARK: - Roles

  /// What the attributes and the name of a coordinate variable say; they must say the same.
  static func role(of variable: NetCDFVariable, path: String) throws(Fault) -> Role? {
    var claims: [(source: String, role: Role)] = []
    if let axis = variable.text("axis"), let role = roleOfAxis(axis.uppercased()) {
      claims.append(("axis “\(axis)”", role))
    }
    if let name = variable.text("standard_name"), let role = roleOfStandardName(name.lowercased()) {
      claims.append(("standard_name “\(name)”", role))
    }
    if let unit = variable.text("units"), let role = roleOfUnit(unit.lowercased()) {
      claims.append(("units “\(unit)”", role))
    }
    if let role = roleOfName(variable.name.lowercased()) {
      claims.append(("name “\(variable.name)”", role))
    }
    guard let first = claims.first else { return nil }
    if let other = claims.first(where: { $0.role != first.role }) {
      throw contradiction(
        "its \(first.source) says \(first.role.rawValue), its \(other.source) says "
          + other.role.rawValue, Fault.Location(path, item: variable.path))
    }
    return first.role
  }

  private static func roleOfAxis(_ axis: String) -> Role? {
    switch axis {
    case "X": .x
    case "Y": .y
    case "T": .time
    case "Z": .height
    default: nil
    }
  }

  private static func roleOfStandardName(_ name: String) -> Role? {
    switch name {
    case "projection_x_coordinate", "projection_x_angular_coordinate", "longitude",
      "grid_longitude":
      .x
    case "projection_y_coordinate", "projection_y_angular_coordinate", "latitude",
      "grid_latitude":
      .y
    case "time": .time
    case "height", "altitude", "depth": .height
    default: nil
    }
  }

  private static func roleOfUnit(_ unit: String) -> Role? {
    if TimeUnit.isTime(unit) { return .time }
    let stem = unit.filter { $0 != "_" && $0 != " " }
    if ["degreeseast", "degreeeast", "degreese", "degreee"].contains(stem) { return .x }
    if ["degreesnorth", "degreenorth", "degreesn", "degreen"].contains(stem) { return .y }
    return nil
  }

  private static func roleOfName(_ name: String) -> Role? {
    switch name {
    case "x", "xc", "lon", "longitude", "easting", "nx", "rlon", "west_east": .x
    case "y", "yc", "lat", "latitude", "northing", "ny", "rlat", "south_north": .y
    case "time", "valid_time": .time
    default: nil
    }
  }

  // MARK: - Faults

  private static func contradiction(_ problem: String, _ place: Fault.Location) -> Fault {
    Fault(
      "contradictory_axes", at: place, problem,
      remedy: "correct the attributes of the coordinate variables")
  }

  private static func unknownUnit(_ variable: NetCDFVariable, path: String) -> Fault {
    Fault(
      "unknown_unit", at: Fault.Location(path, item: variable.path),
      "the coordinates are in “\(variable.text("units") ?? "")”, expected metres, kilometres or degrees",
      remedy: "correct the units of the coordinate variable")
  }

  private static func extraDimension(
    _ dimension: NetCDFDimension, hasCoordinates: Bool, _ place: Fault.Location
  ) -> Fault {
    hasCoordinates
      ? Fault(
        "extra_dimension", at: place,
        "the variable has \(dimension.length) layers along “\(dimension.name)”, expected one",
        remedy: "extract one layer of it")
      : Fault(
        "no_grid", at: place,
        "the dimension “\(dimension.name)” has no one-dimensional coordinates",
        remedy: "give a grid with coordinate variables for x and y, or longitude and latitude")
  }
}
