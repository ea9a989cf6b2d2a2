public import Hydromet

/// What a station file holds, in the words of `freshet inspect`. Rain alone is counted: the other
/// elements only widen `elements`.
public struct StationSummary: Sendable, Equatable {
  public let format: String
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
  /// Readings of all elements, and those of them without a value by what is said of it.
  public let readings: Int
  public let withoutValue: [QualityCode: Int]
  /// The highest correction number; 0 where nothing was corrected.
  public let correction: Int
  /// What the reader took for granted, in words.
  public let assumptions: [String]
  /// What the reader doubted or left out, and what was stated to no purpose, in words.
  public var notes: [String]

  /// The notes that are kept in words.
  static let noteLimit = 20

  /// Rows and columns of the table of stations and elements, the `shape` of the description.
  public var rows: Int { stations.count }
  public var columns: Int { elements.count }

  public init?(_ result: StationFile.Result) {
    var tally = Tally()
    for reading in result.readings { tally.count(reading) }
    guard let start = tally.start, let end = tally.end else { return nil }
    periodStart = start
    periodEnd = end
    stations = tally.stations.sorted()
    elements = Element.allCases.filter { tally.has($0) }
    missing = tally.missing
    trace = tally.trace
    zero = tally.zero
    positive = tally.positive
    maximum = tally.largest.map { Depth(tenthsOfMillimetre: $0) }
    let values = tally.trace + tally.zero + tally.positive
    mean = values == 0 ? nil : Double(tally.sum) / Double(values) / 10
    refused = result.refusalCount
    format = result.format.rawValue
    readings = result.readings.count
    withoutValue = tally.withoutValue
    correction = tally.correction
    assumptions = result.assumptions
    notes = (result.refusals + result.notes).prefix(StationSummary.noteLimit).map(\.description)
  }
}

/// Counts readings one by one.
private struct Tally {
  var start: Timestamp?
  var end: Timestamp?
  var stations: Set<String> = []
  /// Which elements occur, a bit each in the order of `Element.allCases`.
  private var bits: UInt8 = 0
  var withoutValue: [QualityCode: Int] = [:]
  var missing = 0
  var trace = 0
  var zero = 0
  var positive = 0
  var largest: Int32?
  var sum: Int64 = 0
  var correction = 0
  private var lastStation = ""

  func has(_ element: Element) -> Bool { bits & Tally.bit(element) != 0 }

  private static func bit(_ element: Element) -> UInt8 {
    switch element {
    case .rain: 1
    case .temperature: 2
    case .humidity: 4
    case .pressure: 8
    case .windSpeed: 16
    case .windDirection: 32
    }
  }

  mutating func count(_ reading: GaugeReading) {
    start = min(start ?? reading.period.start, reading.period.start)
    end = max(end ?? reading.period.end, reading.period.end)
    correction = max(correction, reading.correction)
    if reading.station != lastStation {
      lastStation = reading.station
      stations.insert(reading.station)
    }
    bits |= Tally.bit(reading.element)
    guard let tenths = reading.tenths else {
      withoutValue[reading.quality, default: 0] += 1
      if reading.element == .rain { missing += 1 }
      return
    }
    guard reading.element == .rain else { return }
    sum += Int64(tenths)
    largest = max(largest ?? tenths, tenths)
    if reading.isTrace {
      trace += 1
    } else if tenths == 0 {
      zero += 1
    } else if tenths > 0 {
      positive += 1
    }
  }
}
