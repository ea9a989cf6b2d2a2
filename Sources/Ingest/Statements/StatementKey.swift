/// One thing that a feed or a command states of files, where it is of use only to some formats.
///
/// The raw value is the key below `state:` of a feed in `district.yaml`.
public enum StatementKey: String, Sendable, Hashable, CaseIterable {
  case variable
  case quantity
  /// The unit of a grid; those of stations are `units`.
  case unit
  case units
  case step
  case projection
  case label
  case coordinateUnit = "coordinate_unit"
  case missingValues = "missing_values"
  case reflectivity = "zr"
  /// The zone of times that name none.
  case zone
  case member
  case nameTime = "time_from_name"
  case registration
  case firstRow = "first_row"
  case columns
  case station
  case stationsInColumns = "stations_in_columns"
  /// The zone of a fixed format of stations.
  case formatZone = "layout: {zone}"
  case minutes = "layout: {minutes}"
  case zeroRain = "layout: {zero_rain}"
  case rainDay = "layout: {rain_day}"
  case element = "layout: {element}"

  /// The option of a command that states the same; nil where only a feed can state it.
  public var option: String? {
    switch self {
    case .units: "--unit"
    case .missingValues: "--missing"
    case .formatZone: "--format-zone"
    case .columns, .minutes, .zeroRain, .rainDay, .element: nil
    default: "--" + rawValue.replacing("_", with: "-")
    }
  }

  /// What states the same for the other formats.
  var twin: StatementKey? {
    switch self {
    case .zone: .formatZone
    case .formatZone: .zone
    default: nil
    }
  }

  /// Whether one option of a command is for grids and stations.
  var isOfBothKinds: Bool { [.zone, .step, .unit, .units].contains(self) }
}

extension GridStatement {
  /// What is stated.
  public var stated: Set<StatementKey> {
    let all: [(key: StatementKey, isStated: Bool)] = [
      (.variable, variable != nil), (.quantity, quantity != nil), (.unit, unit != nil),
      (.step, stepSeconds != nil), (.projection, projection != nil), (.label, label != nil),
      (.coordinateUnit, coordinateUnit != nil), (.missingValues, !missingValues.isEmpty),
      (.reflectivity, reflectivity != nil), (.zone, zoneOffsetSeconds != nil),
      (.member, member != nil), (.nameTime, nameTime != nil),
      (.registration, registration != nil), (.firstRow, firstRow != nil),
    ]
    return Set(all.filter(\.isStated).map(\.key))
  }
}

extension StationStatement {
  /// What is stated. A layout that is stated as readers take it anyway is not told from none.
  public var stated: Set<StatementKey> {
    let usual = StationLayout()
    let all: [(key: StatementKey, isStated: Bool)] = [
      (.zone, zoneOffsetSeconds != nil), (.step, stepSeconds != nil), (.units, !units.isEmpty),
      (.columns, !columns.isEmpty), (.station, station != nil),
      (.stationsInColumns, stationsInColumns != nil), (.missingValues, !missingValues.isEmpty),
      (.formatZone, layout.zoneOffsetSeconds != nil),
      (.minutes, layout.minuteOrder != usual.minuteOrder),
      (.zeroRain, layout.zeroRain != usual.zeroRain), (.rainDay, layout.rainDay != usual.rainDay),
      (.element, layout.element != nil),
    ]
    return Set(all.filter(\.isStated).map(\.key))
  }
}
