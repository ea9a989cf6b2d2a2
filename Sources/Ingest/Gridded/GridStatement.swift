public import Hydromet

/// What a district or a command line states about a grid file where the file itself is silent.
///
/// A statement fills gaps; it does not correct a file. Where the file says something else, reading is
/// refused, so that a feed that changes its form cannot be misread silently.
public struct GridStatement: Sendable, Hashable, Codable {
  /// Which moment of a period a time label names.
  public enum Label: String, Sendable, Hashable, Codable, CaseIterable {
    case start
    case middle
    case end
  }

  /// What a position that a header names is of its cell.
  public enum Registration: String, Sendable, Hashable, Codable, CaseIterable {
    case centre
    case corner
  }

  /// Which row a file begins with.
  public enum FirstRow: String, Sendable, Hashable, Codable, CaseIterable {
    case north
    case south
  }

  /// The variable that holds the rain: a name, for netCDF also a sum of amounts (`RAINC+RAINNC`), for GRIB a short name or `#3` for the third message,
  /// for rasters the number of a band.
  public var variable: String?
  public var quantity: Quantity?
  /// `mm`, `mm/h`, `kg m-2 s-1`, `0.1 mm`, `dBZ`, ….
  public var unit: String?
  /// Length of the period of one time step, seconds.
  public var stepSeconds: Int?
  /// A PROJ string, `EPSG:n`, an OGC URN or WKT.
  public var projection: String?
  public var label: Label?
  /// Unit of the coordinates x and y: `m`, `km`, `degrees`.
  public var coordinateUnit: String?
  /// Stored numbers (before unpacking) that mean "no data", besides those that the file names.
  public var missingValues: [Double]
  /// How reflectivity becomes a rate; nil leaves it what it is.
  public var reflectivity: ReflectivityRelation?
  /// Zone of the times that are written without one, seconds east of Greenwich.
  public var zoneOffsetSeconds: Int?
  /// Member of an ensemble.
  public var member: Int?
  /// Where the time stands in the name of a file that holds none: `rain_yyyyMMddHHmm*.tif`.
  public var nameTime: String?
  /// For formats whose public descriptions disagree about it.
  public var registration: Registration?
  /// For formats whose public descriptions disagree about it.
  public var firstRow: FirstRow?

  public init(
    variable: String? = nil, quantity: Quantity? = nil, unit: String? = nil,
    stepSeconds: Int? = nil, projection: String? = nil, label: Label? = nil,
    coordinateUnit: String? = nil, missingValues: [Double] = [],
    reflectivity: ReflectivityRelation? = nil, zoneOffsetSeconds: Int? = nil, member: Int? = nil,
    nameTime: String? = nil, registration: Registration? = nil, firstRow: FirstRow? = nil
  ) {
    self.variable = variable
    self.quantity = quantity
    self.unit = unit
    self.stepSeconds = stepSeconds
    self.projection = projection
    self.label = label
    self.coordinateUnit = coordinateUnit
    self.missingValues = missingValues
    self.reflectivity = reflectivity
    self.zoneOffsetSeconds = zoneOffsetSeconds
    self.member = member
    self.nameTime = nameTime
    self.registration = registration
    self.firstRow = firstRow
  }

  /// Every key may be absent: a statement is as long as what the file leaves out.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      variable: try container.decodeIfPresent(String.self, forKey: .variable),
      quantity: try container.decodeIfPresent(Quantity.self, forKey: .quantity),
      unit: try container.decodeIfPresent(String.self, forKey: .unit),
      stepSeconds: try container.decodeIfPresent(Int.self, forKey: .stepSeconds),
      projection: try container.decodeIfPresent(String.self, forKey: .projection),
      label: try container.decodeIfPresent(Label.self, forKey: .label),
      coordinateUnit: try container.decodeIfPresent(String.self, forKey: .coordinateUnit),
      missingValues: try container.decodeIfPresent([Double].self, forKey: .missingValues) ?? [],
      reflectivity: try container.decodeIfPresent(
        ReflectivityRelation.self, forKey: .reflectivity),
      zoneOffsetSeconds: try container.decodeIfPresent(Int.self, forKey: .zoneOffsetSeconds),
      member: try container.decodeIfPresent(Int.self, forKey: .member),
      nameTime: try container.decodeIfPresent(String.self, forKey: .nameTime),
      registration: try container.decodeIfPresent(Registration.self, forKey: .registration),
      firstRow: try container.decodeIfPresent(FirstRow.self, forKey: .firstRow))
  }
}

/// A rectangle of cells of a grid, rows from the north, columns from the west.
public struct GridWindow: Sendable, Hashable {
  public let rows: Range<Int>
  public let columns: Range<Int>

  public init(rows: Range<Int>, columns: Range<Int>) {
    self.rows = rows
    self.columns = columns
  }
}
