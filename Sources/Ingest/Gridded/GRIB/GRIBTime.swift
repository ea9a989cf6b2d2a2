import Formats
import Hydromet

/// When a GRIB field holds.
struct GRIBTime: Hashable {
  /// Nil where the field is for a moment, or says nothing of a length.
  var start: Timestamp?
  let end: Timestamp
  /// 0 average, 1 sum, 2 maximum, … (code table 4.10); nil where the field names no statistic.
  var statistic: Int?
  /// The reference time: when the forecast was issued.
  var issued: Timestamp?
  /// What had to be resolved, in words.
  var notes: [String] = []

  /// - Throws: `bad_time`, `contradiction`.
  init(_ field: GRIBField, _ place: Fault.Location) throws(Fault) {
    guard
      let reference = GRIBTime.moment(
        field, ["year", "month", "day", "hour", "minute", "second"])
        ?? GRIBTime.reference(field)
    else { throw FieldPeriod.bad("the reference time is no date", place) }
    if field.integer("edition") == 1 {
      try self.init(firstEdition: field, reference, place)
    } else {
      try self.init(secondEdition: field, reference, place)
    }
    issued = reference
    try GridTimeReader.checkPlausible(end, place)
  }

  private static func reference(_ field: GRIBField) -> Timestamp? {
    guard let date = field.integer("dataDate"), let time = field.integer("dataTime"),
      (0...9999_12_31).contains(date), (0...2400).contains(time)
    else { return nil }
    return CivilTime(
      year: date / 10_000, month: date / 100 % 100, day: date % 100, hour: time / 100,
      minute: time % 100
    ).timestamp()
  }

  private static func moment(_ field: GRIBField, _ keys: [String]) -> Timestamp? {
    let parts = keys.map { field.integer($0) ?? ($0.hasPrefix("second") ? 0 : -1) }
    guard parts.count == 6, parts.allSatisfy({ (0...9999).contains($0) }) else { return nil }
    return CivilTime(
      year: parts[0], month: parts[1], day: parts[2], hour: parts[3], minute: parts[4],
      second: parts[5]
    ).timestamp()
  }

  // MARK: - Edition 2

  private init(
    secondEdition field: GRIBField, _ reference: Timestamp, _ place: Fault.Location
  ) throws(Fault) {
    let offset = try GRIBTime.seconds(
      field.integer("forecastTime") ?? 0, unit: field.integer("indicatorOfUnitOfTimeRange"), place)
    let first = reference + offset
    guard let statistic = field.integer("typeOfStatisticalProcessing") else {
      end = first
      return
    }
    self.statistic = statistic
    let last = GRIBTime.moment(
      field,
      ["year", "month", "day", "hour", "minute", "second"].map { "\($0)OfEndOfOverallTimeInterval" }
    )
    // With several ranges the first is the outermost; only the whole interval matters here.
    let ranges = field.integer("numberOfTimeRange") ?? 1
    let length =
      ranges == 1
      ? try GRIBTime.seconds(
        field.integer("lengthOfTimeRange") ?? 0, unit: field.integer("indicatorOfUnitForTimeRange"),
        place) : 0
    switch (last, length) {
    case (let last?, let length) where length > 0 && last == first && offset == 0:
      end = last
      start = last - length
      notes = ["the reference time is the end of the interval"]
    case (let last?, let length) where length > 0:
      guard last.seconds(since: first) == length else {
        throw Fault(
          "contradiction", at: place,
          "the interval from \(first.iso8601) to \(last.iso8601) is stated to have \(length) s",
          remedy: "correct the file")
      }
      start = first
      end = last
    case (let last?, _):
      end = last
      if last > first { start = first }
    case (nil, let length):
      end = first + length
      if length > 0 {
        start = first
        notes = ["the end of the interval is no date: start and length are used"]
      }
    }
  }

  // MARK: - Edition 1

  /// Code table 5: 0, 1 and 10 are for a moment, 3 average, 4 sum, 5 difference over P1 to P2.
  private init(
    firstEdition field: GRIBField, _ reference: Timestamp, _ place: Fault.Location
  ) throws(Fault) {
    let indicator = field.integer("timeRangeIndicator") ?? 0
    let unit = field.integer("unitOfTimeRange") ?? field.integer("indicatorOfUnitOfTimeRange")
    let one = field.integer("P1") ?? 0
    let two = field.integer("P2") ?? 0
    switch indicator {
    case 0: end = reference + (try GRIBTime.seconds(one, unit: unit, place))
    case 1: end = reference + (try GRIBTime.seconds(one, unit: unit, place))
    case 10: end = reference + (try GRIBTime.seconds(one << 8 | two & 255, unit: unit, place))
    case 2, 3, 4, 5:
      let from = reference + (try GRIBTime.seconds(one, unit: unit, place))
      end = reference + (try GRIBTime.seconds(two, unit: unit, place))
      statistic = [2: 255, 3: 0, 4: 1, 5: 4][indicator]
      if end > from { start = from }
    default:
      throw FieldPeriod.bad("the time range indicator \(indicator) is not known", place)
    }
    // Precipitation of the ECMWF in edition 1 counts from the start of the forecast.
    if [0, 1, 10].contains(indicator), field.integer("centre") == 98, end > reference,
      field.text("shortName") == "tp"
    {
      start = reference
      statistic = 1
      notes = ["no interval: counted from the start of the forecast, as the ECMWF writes it"]
    }
  }

  /// Code table 4.4 of edition 2, which holds table 4 of edition 1.
  private static func seconds(
    _ count: Int, unit: Int?, _ place: Fault.Location
  ) throws(Fault) -> Int {
    if count == 0 { return 0 }
    let table = [
      0: 60, 1: 3600, 2: 86_400, 10: 10_800, 11: 21_600, 12: 43_200, 13: 1, 254: 1,
    ]
    guard let unit, let scale = table[unit], abs(count) <= 4_000_000 else {
      throw FieldPeriod.bad("\(count) in the time unit \(unit ?? -1) is no length of time", place)
    }
    return count * scale
  }
}
