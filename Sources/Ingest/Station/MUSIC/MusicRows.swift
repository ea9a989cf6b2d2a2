import Hydromet

/// Makes readings of the rows of CIMISS, MUSIC and CMADaaS replies.
///
/// Names are matched without their case. Times are UTC (`layout: {zone}` otherwise). Special values:
/// 999999 missing, 999998 not observed, 999990 a trace, 999017 calm; other numbers from 999000 on are
/// failed values. `Q_…` are CMA quality codes; 7 is "no such task", 8 missing. `PRE` is the rain of the
/// feed's step, one minute where the feed states none. `PRE_Time_2020` and its kind end at that hour of
/// Beijing time on the day of the row.
///
/// - Source: names and codes as CMA's data service documents them; nmcdev/nmc_met_io.
struct MusicRows {
  var collector: ReadingCollector

  private let text: StationText
  private let statement: StationStatement
  /// The most rows that are read.
  static let rowLimit = 2_000_000

  /// The row that is being read.
  var row: MusicRow
  private var lastTime: (field: Range<Int>, moment: Timestamp)?

  init(_ text: StationText, statement: StationStatement) {
    self.text = text
    self.statement = statement
    collector = ReadingCollector(file: text.file, expected: text.bytes.count / 32)
    row = MusicRow(text)
    if statement.layout.zoneOffsetSeconds == nil { collector.assume("times are UTC") }
  }

  /// Whether the reply's code says that rows follow.
  ///
  /// - Throws: `music_reply` where it says that there are none or that the request failed.
  static func check(code: String?, message: String?, file: String) throws(Fault) {
    guard let code, code != "0" else { return }
    throw Fault(
      "music_reply", at: .init(file, item: "returnCode"),
      "the data service answered \(code)\(message.map { ": \($0)" } ?? "")",
      remedy: code == "-1"
        ? "there were no data for the request; ask again later" : "correct the request")
  }

  mutating func check(rowCount: String?, rows: Int) {
    guard let stated = rowCount.flatMap({ Int($0) }), stated != rows else { return }
    collector.doubt(
      "row_count", at: 0, item: "rowCount",
      "the reply says \(stated) rows and holds \(rows)", remedy: "ask for the data again")
  }

  /// Takes what was gathered of a row.
  mutating func take(at place: Int) {
    guard let station = station() else {
      collector.refuse(
        "bad_station", at: place, "the row names no station",
        remedy: "ask for the element Station_Id_C")
      return
    }
    guard let time = time() else {
      let id = collector.stations[station]
      collector.refuse(
        "bad_time", at: place, "the row of station \(id) has no time",
        remedy: "ask for Datetime, or for Year, Mon, Day, Hour and Min")
      return
    }
    if let latitude = row[.latitude].flatMap({ text.double($0) }),
      let longitude = row[.longitude].flatMap({ text.double($0) })
    {
      collector.stand(station, longitude: longitude, latitude: latitude)
    }
    for (name, field) in row.members {
      guard case .value(let place) = name else { continue }
      let stated = quality(row.value(of: .quality(place)))
      add(MusicColumn.all[place].column, field, stated, station, time)
    }
  }

  private mutating func station() -> Int? {
    if let field = row[.station], !field.isEmpty {
      return collector.station(field, of: text.bytes)
    }
    let number = row[.stationNumber].flatMap { text.digits($0) }
    return number.flatMap { collector.station(StationID.decoded(cmaNumber: $0)) }
  }

  private mutating func time() -> Timestamp? {
    let zone = statement.layout.zoneOffsetSeconds ?? 0
    if let field = row[.time] {
      if let lastTime, text.isEqual(field, lastTime.field) { return lastTime.moment }
      let moment =
        text.compactTime(field, zone: zone)
        ?? StationTime.usual(text.bytes, field, zoneOffsetSeconds: zone)
      if let moment { lastTime = (field, moment) }
      return moment
    }
    guard let year = row[.year].flatMap({ text.digits($0) }),
      let month = row[.month].flatMap({ text.digits($0) }),
      let day = row[.day].flatMap({ text.digits($0) })
    else { return nil }
    let hour = row[.hour].map { text.digits($0) ?? -1 } ?? 0
    let minute = row[.minute].map { text.digits($0) ?? -1 } ?? 0
    return CivilTime(year: year, month: month, day: day, hour: hour, minute: minute)
      .timestamp(offsetSeconds: zone)
  }

  private func quality(_ field: Range<Int>?) -> QualityCode {
    guard let field, let code = text.digits(field) else { return .unchecked }
    return QualityCode(rawValue: code) ?? .unchecked
  }

  private mutating func add(
    _ column: MusicColumn, _ field: Range<Int>, _ quality: QualityCode, _ station: Int,
    _ time: Timestamp
  ) {
    var end = time
    if let hour = column.endHour {
      let day = CivilTime(time, offsetSeconds: statement.layout.zoneOffsetSeconds ?? 0)
      end =
        CivilTime(year: day.year, month: day.month, day: day.day, hour: hour)
        .timestamp(offsetSeconds: BeijingTime.offsetSeconds) ?? time
    }
    let seconds = column.seconds ?? statement.stepSeconds ?? 60
    if column.seconds == nil, statement.stepSeconds == nil {
      collector.assume("PRE is the rain of one minute")
    }
    guard let value = value(field, column.element) else {
      collector.add(
        station, column.element, end: end, seconds: seconds, .failed, at: field.lowerBound)
      collector.refuse(
        "bad_field", at: field.lowerBound, item: column.element.rawValue,
        "\"\(text.string(field.prefixRange(40)))\" is no \(column.element.rawValue)",
        remedy: "ask the data service what it means")
      return
    }
    collector.add(
      station, column.element, end: end, seconds: seconds, value, quality: quality,
      at: field.lowerBound)
  }

  private func value(_ field: Range<Int>, _ element: Element) -> FieldValue? {
    if field.isEmpty || text.equals(field, "null") { return .missing }
    guard
      let number = ExactDecimal(plain: text.bytes, in: field)
        ?? ExactDecimal(text.string(field.prefixRange(64)))
    else { return nil }
    if number.equals(999_999) { return .missing }
    if number.equals(999_998) { return .notInstalled }
    if number.equals(999_990), element == .rain { return .trace }
    if number.equals(999_017), element == .windDirection { return .tenths(0) }
    if number.rounded(numerator: 1).map({ $0.magnitude >= 999_000 }) ?? true { return nil }
    guard let tenths = number.rounded(numerator: 10) else { return nil }
    return .amount(Int(tenths), of: element, isPositive: number.isPositive)
  }
}
