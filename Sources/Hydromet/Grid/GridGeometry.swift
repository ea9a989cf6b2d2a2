/// Where the cells of a grid lie. Row 0 is the northernmost, column 0 the westernmost; readers turn
/// every file into this order. Cells are rectangles of one size along the axes of the projection.
public struct GridGeometry: Sendable, Hashable, Codable {
  public let rows: Int
  public let columns: Int
  /// The coordinate reference system, as PROJ text (`+proj=…`), `EPSG:n` or WKT.
  public let projection: String
  /// Whether x and y are longitude and latitude in degrees; else they are metres.
  public let isGeographic: Bool
  /// Outer edge of column 0, metres or degrees.
  public let west: Double
  /// Outer edge of row 0, metres or degrees.
  public let north: Double
  /// Width of a cell, positive, metres or degrees.
  public let cellWidth: Double
  /// Height of a cell, positive, metres or degrees.
  public let cellHeight: Double

  public init(
    rows: Int, columns: Int, projection: String, isGeographic: Bool, west: Double, north: Double,
    cellWidth: Double, cellHeight: Double
  ) {
    self.rows = rows
    self.columns = columns
    self.projection = projection
    self.isGeographic = isGeographic
    self.west = west
    self.north = north
    self.cellWidth = cellWidth
    self.cellHeight = cellHeight
  }

  public var cellCount: Int { rows * columns }
  public var east: Double { west + Double(columns) * cellWidth }
  public var south: Double { north - Double(rows) * cellHeight }

  /// Centre of a cell in the grid's own coordinates.
  public func centre(row: Int, column: Int) -> Point {
    Point(
      x: west + (Double(column) + 0.5) * cellWidth, y: north - (Double(row) + 0.5) * cellHeight)
  }

  /// The cell that holds a point of the grid's own coordinates; nil outside the grid. A point on an
  /// edge between cells belongs to the cell east or south of it.
  public func cell(at p: Point) -> (row: Int, column: Int)? {
    let column = ((p.x - west) / cellWidth).rounded(.down)
    let row = ((north - p.y) / cellHeight).rounded(.down)
    guard column >= 0, row >= 0, column < Double(columns), row < Double(rows) else { return nil }
    return (Int(row), Int(column))
  }

  /// The part of this grid with the given rows and columns; the cells stay where they are.
  public func cropped(rows rowRange: Range<Int>, columns columnRange: Range<Int>) -> GridGeometry {
    GridGeometry(
      rows: rowRange.count, columns: columnRange.count, projection: projection,
      isGeographic: isGeographic, west: west + Double(columnRange.lowerBound) * cellWidth,
      north: north - Double(rowRange.lowerBound) * cellHeight, cellWidth: cellWidth,
      cellHeight: cellHeight)
  }
}

/// What the numbers of a grid mean.
public enum Quantity: String, Sendable, Hashable, Codable, CaseIterable {
  /// Depth over the period, mm.
  case amount
  /// Intensity, mm/h.
  case rate
  /// Radar reflectivity factor, dBZ.
  case reflectivity
}

/// A grid of rain as it was decoded: shape [rows, columns], row-major, row 0 north, missing = NaN.
public struct RainField: Sendable {
  public let geometry: GridGeometry
  public let quantity: Quantity
  /// The time the values are for; nil where the file does not say and nobody stated it.
  public let period: Period?
  /// mm for an amount, mm/h for a rate, dBZ for reflectivity.
  public let values: [Float]

  public init(geometry: GridGeometry, quantity: Quantity, period: Period?, values: [Float]) {
    self.geometry = geometry
    self.quantity = quantity
    self.period = period
    self.values = values
  }
}

/// A grid of depths over one period in whole micrometres: shape [rows, columns], row-major, row 0
/// north. This is what is stored and summed. Only the parts with rain or gaps take room.
public struct DepthField: Sendable, Equatable {
  /// The value of a cell without data.
  public static let missing = Int32.min

  public let geometry: GridGeometry
  public let period: Period
  public let tiles: DepthTiles
  /// Depths that were given; other than the cells of the geometry only by a mistake of the giver.
  public let cellCount: Int

  /// Whether the depths are there, for every cell of the geometry.
  public var isHeld: Bool {
    tiles.gridRows == geometry.rows && tiles.gridColumns == geometry.columns
  }

  /// The largest depth; 0 also where no cell has data.
  public var largest: Depth {
    Depth(micrometres: (0..<tiles.tileCount).reduce(0) { max($0, tiles.largest[$1]) })
  }

  /// All depths, put together from the tiles at every call.
  public var micrometres: [Int32] { tiles.micrometres }

  /// - Parameter micrometres: as many as the grid has cells; otherwise, and where there is no memory for
  ///   them, nothing is held, which `isHeld` tells.
  public init(geometry: GridGeometry, period: Period, micrometres: [Int32]) {
    self.geometry = geometry
    self.period = period
    cellCount = micrometres.count
    tiles =
      DepthTiles(rows: geometry.rows, columns: geometry.columns, micrometres: micrometres)
      ?? .none
  }

  /// - Parameter tiles: of the geometry's rows and columns.
  public init(geometry: GridGeometry, period: Period, tiles: DepthTiles) {
    self.geometry = geometry
    self.period = period
    self.tiles = tiles
    cellCount = tiles.gridRows * tiles.gridColumns
  }

  /// The depths of an amount, or of a rate held over its period. Values below zero and beyond the
  /// largest depth become missing: no reader passes them on, so this is a last guard, not a rule.
  ///
  /// - Returns: nil for reflectivity and for a field without a period.
  public init?(_ field: RainField) {
    guard let period = field.period,
      let scale = DepthField.micrometresPerUnit(field.quantity, over: period)
    else { return nil }
    self.init(
      geometry: field.geometry, period: period,
      micrometres: field.values.map { DepthField.micrometres($0, scale) })
  }

  /// What a value of 1 is worth; nil for reflectivity.
  public static func micrometresPerUnit(_ quantity: Quantity, over period: Period) -> Double? {
    switch quantity {
    case .amount: 1000
    case .rate: Double(period.seconds) / 3.6
    case .reflectivity: nil
    }
  }

  /// The depth of a value, rounded once, half away from zero; `missing` where there is none.
  @inlinable @inline(__always)
  public static func micrometres(_ value: Float, _ scale: Double) -> Int32 {
    let depth = Double(value) * scale
    guard depth > -0.5, depth < 2_147_483_646.5 else { return missing }
    let whole = Int32(depth)
    return depth - Double(whole) >= 0.5 ? whole + 1 : whole
  }
}

/// Sums of a grid over one window, with the number of frames behind each.
public struct AccumulationField: Sendable, Equatable {
  public let geometry: GridGeometry
  public let period: Period
  /// Frames that make a complete sum.
  public let expectedFrames: Int
  /// Sum of the frames that arrived, micrometres; 0 where none did (see `receivedFrames`).
  public let micrometres: [Int32]
  /// Frames with data behind each cell.
  public let receivedFrames: [UInt16]

  public init(
    geometry: GridGeometry, period: Period, expectedFrames: Int, micrometres: [Int32],
    receivedFrames: [UInt16]
  ) {
    self.geometry = geometry
    self.period = period
    self.expectedFrames = expectedFrames
    self.micrometres = micrometres
    self.receivedFrames = receivedFrames
  }
}
