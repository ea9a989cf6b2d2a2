public import Hydromet

/// What a station file holds, in the words of `freshet inspect`. Rain alone is counted: the other
/// elements only widen `elements`.
public struct StationSummary: Sendable, Equatable {
  public let format = StationFile.formatName
  public let kind = "stations"
  public let quantity = Quantity.amount
  public let unit = "mm"
  /// Start of the earliest period.
  public let periodStart: Timestamp
  /// End of the latest period.
  public let periodEnd: Timestamp
  /// Stations, in the order of their ids.
  public let stations: [String]
  /// Elements with at least one reading.
  public let elements: [Element]
  /// Readings of rain without a value.
  public let missing: Int
  /// Readings of no rain at all.
  public let zero: Int
  /// Readings of less than 0.1 mm: not dry, and 0 in every sum.
  public let trace: Int
  /// Readings of 0.1 mm and more.
  public let positive: Int
  /// The largest rain of one period; nil where no rain has a value.
  public let maximum: Depth?
  /// Mean of the rain that has a value, mm; nil where none has.
  public let mean: Double?
  public let refused: Int

  /// Rows and columns of the table of stations and elements, the `shape` of the description.
  public var rows: Int { stations.count }
  public var columns: Int { elements.count }

  public init?(_ result: StationFile.Result) {
    let readings = result.readings
    guard let start = readings.lazy.map(\.period.start).min(),
      let end = readings.lazy.map(\.period.end).max()
    else { return nil }
    periodStart = start
    periodEnd = end
    stations = Set(readings.lazy.map(\.station)).sorted()
    let present = Set(readings.lazy.map(\.element))
    elements = Element.allCases.filter { present.contains($0) }
    let rain = readings.filter { $0.element == .rain }
    let values = rain.compactMap(\.tenths)
    missing = rain.count - values.count
    trace = rain.lazy.filter(\.isTrace).count
    zero = values.lazy.filter { $0 == 0 }.count - trace
    positive = values.lazy.filter { $0 > 0 }.count
    maximum = values.max().map { Depth(tenthsOfMillimetre: $0) }
    let sum = values.reduce(Int64(0)) { $0 + Int64($1) }
    mean = values.isEmpty ? nil : Double(sum) / Double(values.count) / 10
    refused = result.refusalCount
  }
}
