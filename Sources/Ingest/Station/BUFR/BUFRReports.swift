import Formats
import Hydromet

/// Goes through the elements of a message and makes readings of those that are about the six.
enum BUFRReports {
  static func read(
    _ message: BUFRMessage, at place: Int, correction: Int, into collector: inout ReadingCollector
  ) {
    for run in message.runs {
      for subset in run.subsets {
        var report = BUFRReport(subset: run.subsets.count > 1 || message.isCompressed ? subset : 0)
        report.number = subset + 1
        for element in run.elements { report.take(element) }
        report.hand(to: &collector, at: place, correction: correction)
      }
    }
  }
}

/// One subset while its elements go by.
struct BUFRReport {
  /// ecCodes' names of the elements that say something here.
  static let elements: Set<String> = Set(rain.keys).union(instants.keys).union([
    "totalPrecipitationOrTotalWaterEquivalent", "windSpeed", "windDirection",
    "wigosIdentifierSeries", "wigosIssuerOfIdentifier", "wigosIssueNumber",
    "wigosLocalIdentifierCharacter", "blockNumber", "stationNumber", "stateIdentifier",
    "nationalStationNumber", "shipOrMobileLandStationIdentifier", "stationOrSiteName",
    "longStationName", "shortStationName", "year", "month", "day", "hour", "minute", "second",
    "latitude", "longitude", "timePeriod", "timeIncrement", "firstOrderStatistics",
    "qualityInformationAwsData", "timeSignificance",
  ])

  /// Rain whose length its own name says, s.
  private static let rain: [String: Int] = [
    "totalPrecipitationPast1Hour": 3600, "totalPrecipitationPast3Hours": 10_800,
    "totalPrecipitationPast6Hours": 21_600, "totalPrecipitationPast12Hours": 43_200,
    "totalPrecipitationPast24Hours": 86_400,
  ]

  /// Values of one moment: tenths = value × numerator ∕ denominator + offset.
  private static let instants:
    [String: (element: Element, numerator: Double, denominator: Double, offset: Double)] = [
      "airTemperature": (.temperature, 10, 1, -2731.5),
      "relativeHumidity": (.humidity, 10, 1, 0),
      "nonCoordinatePressure": (.pressure, 1, 10, 0),
    ]

  private struct Value {
    let element: Element
    let seconds: Int
    let value: FieldValue
    var quality: QualityCode
  }

  private struct Trouble {
    let code: String
    let problem: String
    let remedy: String
  }

  let subset: Int
  var number = 1
  private var identity: [String: String] = [:]
  private var clock: [String: Int] = [:]
  private var latitude: Double?
  private var longitude: Double?
  /// The last time displacement; nil where it is missing, positive or followed by another.
  private var period: Int?
  private var isStatistics = false
  private var isIncremented = false
  private var values: [Value] = []
  private var known: Set<Element> = []
  private var suspects: Set<Element> = []
  private var troubles: [Trouble] = []
  private var meanings: Set<Int> = []

  init(subset: Int) {
    self.subset = subset
  }

  mutating func take(_ element: BUFRElement) {
    let number = element.number(subset)
    switch element.name {
    case "year", "month", "day", "hour", "minute", "second":
      clock[element.name] = number.flatMap { Int(exactly: $0) }
    case "latitude": if latitude == nil { latitude = number }
    case "longitude": if longitude == nil { longitude = number }
    case "timePeriod": takePeriod(element, number)
    case "timeIncrement": if number != nil, number != 0 { isIncremented = true }
    case "firstOrderStatistics": isStatistics = number != nil && number != 63
    case "timeSignificance": break
    case "qualityInformationAwsData": takeFlags(number)
    case "totalPrecipitationOrTotalWaterEquivalent": takeRain(element, number, period)
    case "windSpeed": takeValue(.windSpeed, element, number.map { $0 * 10 }, period ?? 0)
    case "windDirection": takeValue(.windDirection, element, number.map { $0 * 10 }, period ?? 0)
    default:
      if let seconds = BUFRReport.rain[element.name] {
        takeRain(element, number, seconds)
      } else if let (kind, up, down, offset) = BUFRReport.instants[element.name] {
        takeValue(kind, element, number.map { $0 * up / down + offset }, 0)
      } else {
        identity[element.name] =
          element.text(subset) ?? number.flatMap { Int(exactly: $0.rounded()) }.map(String.init)
      }
    }
  }

  private mutating func takePeriod(_ element: BUFRElement, _ number: Double?) {
    let unit = element.code == 4024 ? 3600 : element.code == 4025 ? 60 : 1
    period = number.flatMap { Int(exactly: $0) }.flatMap {
      $0 < 0 && $0 >= -400_000 ? -$0 * unit : nil
    }
  }

  private mutating func takeRain(_ element: BUFRElement, _ number: Double?, _ seconds: Int?) {
    guard !isStatistics else { return }
    guard let seconds, seconds <= StationLimits.longestPeriodSeconds else {
      if let number {
        troubles.append(
          Trouble(
            code: "unknown_period",
            problem: "rain of \(number) mm stands behind no length of time that reaches back",
            remedy: "ask the sender to code the time displacement (0 04 024 or 0 04 025)"))
      }
      return
    }
    let value = number.map { FieldValue.amount(binary: $0 * 10, of: .rain) } ?? .missing
    insert(.rain, element, value == .tenths(-1) ? .trace : value, seconds)
  }

  private mutating func takeValue(
    _ kind: Element, _ element: BUFRElement, _ tenths: Double?, _ seconds: Int
  ) {
    guard !isStatistics, !known.contains(kind) else { return }
    if tenths != nil { known.insert(kind) }
    let value = tenths.map { FieldValue.amount(binary: $0, of: kind) } ?? .missing
    insert(kind, element, value, seconds)
  }

  private mutating func insert(
    _ kind: Element, _ element: BUFRElement, _ value: FieldValue, _ seconds: Int
  ) {
    if isIncremented {
      troubles.append(
        Trouble(
          code: "time_increment", problem: "\(kind.rawValue) stands behind a time increment",
          remedy:
            "ask the sender for a template with one time a subset; increments are not followed"))
      return
    }
    values.append(
      Value(element: kind, seconds: seconds, value: value, quality: quality(element)))
  }

  /// The associated field of a value as a CMA code.
  private mutating func quality(_ element: BUFRElement) -> QualityCode {
    guard let significance = element.significance, let field = element.associated(subset),
      let code = Int(exactly: field)
    else { return .unchecked }
    meanings.insert(significance)
    switch (significance, code) {
    case (1, 0), (2, 0), (5, 0), (5, 2), (8, 0): return .correct
    case (1, 1), (2, 1), (2, 2), (5, 1), (5, 3), (5, 4), (8, 1): return .suspect
    case (2, 3): return .wrong
    case (5, 5): return .notInstalled
    case (5, 6): return .missing
    default: return .unchecked
    }
  }

  /// Flags of 0 33 005, 30 bits, bit 1 the highest.
  private mutating func takeFlags(_ number: Double?) {
    guard let number, let flags = Int(exactly: number), flags != 0x3FFF_FFFF else { return }
    let bits: [(Int, [Element])] = [
      (2, [.pressure]), (3, [.windSpeed, .windDirection]), (4, [.temperature]), (6, [.humidity]),
      (18, [.rain]),
    ]
    for (bit, elements) in bits where flags & (1 << (30 - bit)) != 0 {
      suspects.formUnion(elements)
    }
  }

  func hand(to collector: inout ReadingCollector, at place: Int, correction: Int) {
    let item = "subset \(number)"
    guard let id = station, let station = collector.station(id) else {
      collector.refuse(
        "bad_station", at: place, item: item, "\(item) names no station",
        remedy: "ask the sender to fill the WIGOS identifier or block and station number")
      return
    }
    guard let end else {
      collector.refuse(
        "bad_time", at: place, item: item, "\(item) of station \(id) has no whole time",
        remedy: "ask the sender for the report again")
      return
    }
    if let longitude, let latitude {
      collector.stand(station, longitude: longitude, latitude: latitude)
    }
    for trouble in troubles {
      collector.refuse(
        trouble.code, at: place, item: "\(item), station \(id)", trouble.problem,
        remedy: trouble.remedy)
    }
    for meaning in meanings.sorted() where ![1, 2, 5, 8].contains(meaning) {
      collector.assume("associated fields of significance \(meaning) are not used as quality")
    }
    for value in values {
      let isSuspect =
        suspects.contains(value.element) && [.unchecked, .correct].contains(value.quality)
      collector.add(
        station, value.element, end: end, seconds: value.seconds, value.value,
        quality: isSuspect ? .suspect : value.quality, correction: correction, at: place)
    }
  }

  private var station: String? {
    let wigos = [
      "wigosIdentifierSeries", "wigosIssuerOfIdentifier", "wigosIssueNumber",
      "wigosLocalIdentifierCharacter",
    ].compactMap { identity[$0] }
    if wigos.count == 4 { return StationID.canonical(wigos.joined(separator: "-")) }
    if let block = identity["blockNumber"].flatMap({ Int($0) }),
      let number = identity["stationNumber"].flatMap({ Int($0) }), (0...99).contains(block),
      (0...999).contains(number)
    {
      return padded(block, 2) + padded(number, 3)
    }
    let names = [
      "nationalStationNumber", "shipOrMobileLandStationIdentifier", "stationOrSiteName",
      "longStationName", "shortStationName",
    ]
    let id = names.lazy.compactMap { identity[$0] }.first.map { StationID.canonical($0) }
    return id.flatMap { $0.isEmpty ? nil : $0 }
  }

  private var end: Timestamp? {
    guard let year = clock["year"], let month = clock["month"], let day = clock["day"],
      let hour = clock["hour"]
    else { return nil }
    return CivilTime(
      year: year, month: month, day: day, hour: hour, minute: clock["minute"] ?? 0,
      second: clock["second"].map { $0 == 60 ? 59 : $0 } ?? 0
    ).timestamp()
  }
}
