public import Hydromet

/// An open grid file of any known format: rain (or reflectivity) with one field per time.
///
/// The format is found by content (`GridFormat`). Opening reads and checks everything but the values:
/// the quantity, its unit, the place of the cells, the times. Fields are then read one at a time, so
/// that a long file needs the memory of one field.
///
///     let grid = try GriddedRain(path: file)
///     for step in grid.steps.indices { accumulate(try grid.field(step)) }
public final class GriddedRain {
  /// One time of the file.
  public struct Step: Sendable, Hashable {
    /// The end of the period, or what the file labels the step with where its length is not known.
    public let label: Timestamp?
    /// Nil where the file does not say when or how long, and nobody stated it.
    public let period: Period?
  }

  public let path: String
  /// Cells of the whole file, row 0 north, column 0 west.
  public let geometry: GridGeometry
  public let quantity: Quantity
  /// In order of time.
  public let steps: [Step]
  /// What the reader assumed where the file is silent, in words.
  public let notes: [String]
  /// Cells of the fields read so far that hold a little less than no rain (smoothing leaves a few):
  /// they are missing in the fields.
  public private(set) var rejectedCells = 0
  /// Missing cells of the fields read so far that the file says no instrument sees; nil for formats
  /// that do not keep them apart from other missing values.
  public private(set) var uncoveredCells: Int?
  let facts: GridFacts
  let format: GridFormat
  private let content: GridContent
  private let source: any GridSource
  private let relation: ReflectivityRelation?

  /// - Parameter statement: what the file does not say.
  /// - Throws: `unknown_format`, `truncated`, `unknown_variable`, `unknown_unit`,
  ///   `unknown_projection`, `not_rain`, `bad_coordinates`, `bad_time`, `contradiction`, … and what
  ///   the format's own reader names.
  public convenience init(
    path: String, statement: GridStatement = GridStatement()
  ) throws(Fault) {
    try self.init(try GridContent(path: path), statement)
  }

  /// The same from the bytes of a file: own readers never touch the disk, libraries that want a file
  /// get a temporary one.
  ///
  /// - Parameter name: for messages.
  public convenience init(
    bytes: [UInt8], name: String, statement: GridStatement = GridStatement()
  ) throws(Fault) {
    try self.init(try GridContent(bytes: bytes, name: name), statement)
  }

  private init(_ content: GridContent, _ statement: GridStatement) throws(Fault) {
    let format = try GridFormat.known(content)
    let source = try format.open(content, statement)
    let facts = source.facts
    let relation = facts.quantity == .reflectivity ? statement.reflectivity : nil
    path = content.path
    self.format = format
    self.content = content
    self.source = source
    self.facts = facts
    self.relation = relation
    geometry = facts.geometry
    quantity = relation == nil ? facts.quantity : .rate
    steps = facts.steps
    notes =
      content.notes + facts.notes
      + (relation.map { ["rain rate from reflectivity by \($0.words)"] } ?? [])
    uncoveredCells = facts.tellsCoverage ? 0 : nil
  }

  /// When the forecast in the file was issued (reference time); nil where it says nothing of it.
  public var issued: Timestamp? { facts.issued }

  /// What in the file holds the rain: a variable, a data set, a product, a band.
  public var variable: String { facts.item }

  /// The format that was recognised by content: `netCDF-4`, `GRIB2`, `RADOLAN RW`, ….
  public var formatName: String { facts.format }

  /// All fields of a file, in order of time.
  ///
  /// - Parameters:
  ///   - statement: what the file does not say.
  ///   - crop: the part of the grid that is wanted; nil wants all of it.
  public static func read(
    path: String, statement: GridStatement = GridStatement(),
    crop: (GridGeometry) throws(Fault) -> GridWindow? = { (_: GridGeometry) throws(Fault) in nil }
  ) throws(Fault) -> [RainField] {
    let grid = try GriddedRain(path: path, statement: statement)
    let window = try crop(grid.geometry)
    var fields: [RainField] = []
    for step in grid.steps.indices { fields.append(try grid.field(step, window: window)) }
    return fields
  }

  /// The field of one step.
  ///
  /// - Parameters:
  ///   - window: the part that is wanted; it is cut to the grid.
  ///   - threads: how many threads read; nil takes `ReadingThreads.standard`.
  /// - Throws: `negative_rain`, `implausible`, `damaged_netcdf`, `too_large`, `out_of_memory`, ….
  public func field(
    _ step: Int, window: GridWindow? = nil, threads: Int? = nil
  ) throws(Fault) -> RainField {
    let part = try part(window, step: step)
    var values: [Float] = []
    try reading { source throws(Fault) in
      let cells = try source.cells(step, part, threads: threads)
      values = cells.values
      return cells.tally
    }
    try relation?.convert(&values, at: Fault.Location(path, item: facts.item))
    return RainField(
      geometry: geometry.cropped(rows: part.rows, columns: part.columns), quantity: quantity,
      period: steps[step].period, values: values)
  }

  /// Whether the values are made of what the file holds, and not read from it.
  var converts: Bool { relation != nil }

  /// The part of the grid that a window asks for.
  ///
  /// - Throws: `outside_variable` where there is no such step.
  func part(_ window: GridWindow?, step: Int) throws(Fault) -> GridWindow {
    guard steps.indices.contains(step) else {
      throw Fault(
        "outside_variable", at: Fault.Location(path, item: facts.item),
        "there is no step \(step) among \(steps.count)", remedy: "ask for a step of the file")
    }
    let all = GridWindow(rows: 0..<geometry.rows, columns: 0..<geometry.columns)
    return GridWindow(
      rows: (window ?? all).rows.clamped(to: all.rows),
      columns: (window ?? all).columns.clamped(to: all.columns))
  }

  /// Reads from the file, keeps count of its cells, and names it in every fault.
  func reading(_ body: (any GridSource) throws(Fault) -> CellTally) throws(Fault) {
    let tally: CellTally
    do throws(Fault) { tally = try body(source) } catch { throw content.located(error) }
    rejectedCells += tally.rejected
    if let before = uncoveredCells { uncoveredCells = before + tally.uncovered }
  }
}
