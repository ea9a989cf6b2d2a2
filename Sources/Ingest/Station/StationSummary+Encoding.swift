public import Hydromet

extension StationSummary: Encodable {
  private enum CodingKeys: String, CodingKey {
    case format, kind, quantity, unit
    case periodStart = "period_start"
    case periodEnd = "period_end"
    case rows, columns, projection, elements
    case missingCells = "missing_cells"
    case zeroCells = "zero_cells"
    case traceCells = "trace_cells"
    case positiveCells = "positive_cells"
    case refusedRows = "refused_rows"
    case max, mean, readings, correction, assumptions, notes
    case withoutValue = "without_value"
  }

  /// The object of `freshet inspect`: cells are readings of rain, rows stations, columns elements.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(format, forKey: .format)
    try container.encode(kind, forKey: .kind)
    try container.encode(quantity, forKey: .quantity)
    try container.encode(unit, forKey: .unit)
    try container.encode(periodStart.iso8601, forKey: .periodStart)
    try container.encode(periodEnd.iso8601, forKey: .periodEnd)
    try container.encode(rows, forKey: .rows)
    try container.encode(columns, forKey: .columns)
    try container.encodeNil(forKey: .projection)
    try container.encode(elements.map(\.rawValue), forKey: .elements)
    try container.encode(missing, forKey: .missingCells)
    try container.encode(zero, forKey: .zeroCells)
    try container.encode(trace, forKey: .traceCells)
    try container.encode(positive, forKey: .positiveCells)
    try container.encode(refused, forKey: .refusedRows)
    try container.encode(maximum?.millimetres, forKey: .max)
    try container.encode(mean, forKey: .mean)
    try container.encode(readings, forKey: .readings)
    try container.encode(correction, forKey: .correction)
    try container.encode(assumptions, forKey: .assumptions)
    try container.encode(notes, forKey: .notes)
    let reasons = withoutValue.map { (ReadingsTable.word(for: $0.key), $0.value) }
    try container.encode(
      Dictionary(reasons, uniquingKeysWith: { $0 + $1 }), forKey: .withoutValue)
  }
}

extension StationSummary {
  /// Opens a station file and reads all of it.
  ///
  /// - Throws: what `StationFile.read` throws; `no_usable_rows` where no reading is left.
  public static func inspect(
    path: String, statement: StationStatement
  ) throws(Fault) -> StationSummary {
    let result = try StationFile.read(path: path, statement: statement)
    guard let summary = StationSummary(result) else {
      throw Fault(
        "no_usable_rows", at: .init(path), "the file has no usable reading",
        remedy: "check its columns against those in the documentation of station files")
    }
    return summary
  }
}
