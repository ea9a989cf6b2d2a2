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

  /// The variable that holds the rain.
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

  public init(
    variable: String? = nil, quantity: Quantity? = nil, unit: String? = nil,
    stepSeconds: Int? = nil, projection: String? = nil, label: Label? = nil,
    coordinateUnit: String? = nil, missingValues: [Double] = []
  ) {
    self.variable = variable
    self.quantity = quantity
    self.unit = unit
    self.stepSeconds = stepSeconds
    self.projection = projection
    self.label = label
    self.coordinateUnit = coordinateUnit
    self.missingValues = missingValues
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
      missingValues: try container.decodeIfPresent([Double].self, forKey: .missingValues) ?? [])
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
