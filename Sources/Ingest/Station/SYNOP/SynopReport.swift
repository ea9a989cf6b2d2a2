import Glibc
import Hydromet

/// One SYNOP report: `IIiii iRixhVV Nddff …` in its sections.
struct SynopReport {
  let text: StationText
  let groups: [Range<Int>]
  let station: Int
  let time: Timestamp
  let isKnots: Bool
  let correction: Int

  func hand(to collector: inout ReadingCollector) {
    guard groups.count >= 3, groups[1].count == 5, groups[2].count == 5 else {
      collector.refuse(
        "bad_report", at: groups[0].lowerBound,
        "the report of station \(text.string(groups[0])) has no groups iRixhVV and Nddff",
        remedy: "ask the sender for the report again")
      return
    }
    readWind(&collector)
    let section1 = section1Groups
    for group in section1 { readInstant(group, &collector) }
    deriveHumidity(section1, &collector)
    let rain1 = section1.first { isLead($0, UInt8(ascii: "6")) }
    if let rain1 { readRain(rain1, &collector) }
    let section3 = section3Groups
    let rain3 = section3.filter { isLead($0, UInt8(ascii: "6")) }
    if rain3.count > 1 {
      collector.doubt(
        "ambiguous_group", at: rain3[0].lowerBound,
        "section 3 has \(rain3.count) groups that begin with 6; the last is the rain",
        remedy: "none is needed where the others are radiation (55j…)")
    }
    if let last = rain3.last { readRain(last, &collector) }
    if let day = section3.first(where: { isLead($0, UInt8(ascii: "7")) }) {
      readDayRain(day, &collector)
    }
    readOmission(hasSection1: rain1 != nil, hasSection3: !rain3.isEmpty, &collector)
  }

  // MARK: sections

  /// Groups behind Nddff up to the next section.
  private var section1Groups: ArraySlice<Range<Int>> {
    let end = groups.indices.dropFirst(3).first { endsSection($0) } ?? groups.endIndex
    return groups[3..<end]
  }

  /// Groups of section 3 up to the first that begins with 8 or 9, or to the next section.
  private var section3Groups: ArraySlice<Range<Int>> {
    guard let mark = groups.firstIndex(where: { text.equals($0, "333") }) else { return [] }
    let rest = groups.indices.dropFirst(mark + 1)
    let end = rest.first {
      endsSection($0) || isLead(groups[$0], UInt8(ascii: "8"))
        || isLead(groups[$0], UInt8(ascii: "9"))
    }
    return groups[(mark + 1)..<(end ?? groups.endIndex)]
  }

  /// `333`, `444`, `555`, or `222Dv`, which stands behind a group that begins with 3 or more; 2snTTT
  /// stands in front of those.
  private func endsSection(_ index: Int) -> Bool {
    let group = groups[index]
    if group.count == 3 {
      return text.equals(group, "333") || text.equals(group, "444") || text.equals(group, "555")
    }
    return group.count == 5 && text.equals(part(group, 0, 3), "222") && index > 3
      && text.bytes[groups[index - 1].lowerBound] >= UInt8(ascii: "3")
  }

  private func isLead(_ group: Range<Int>, _ digit: UInt8) -> Bool {
    group.count == 5 && text.bytes[group.lowerBound] == digit
  }

  private func part(_ group: Range<Int>, _ offset: Int, _ count: Int) -> Range<Int> {
    group.lowerBound + offset..<group.lowerBound + offset + count
  }

  // MARK: wind, temperature, humidity, pressure

  private func readWind(_ collector: inout ReadingCollector) {
    let group = groups[2]
    let (directionField, speedField) = (part(group, 1, 2), part(group, 3, 2))
    var speed = text.digits(speedField)
    if speed == 99, let further = groups.dropFirst(3).first, further.count == 5,
      text.string(part(further, 0, 2)) == "00"
    {
      speed = text.digits(part(further, 2, 3))
    }
    let tenths = speed.map { isKnots ? ($0 * 18_520 + 1800) / 3600 : $0 * 10 }
    add(.windSpeed, tenths, of: speedField, 600, &collector)
    let direction = text.digits(directionField)
    guard let direction, direction != 99 else {
      let isVariable = direction == 99
      collector.add(
        station, .windDirection, end: time, seconds: 600, .missing, correction: correction,
        at: directionField.lowerBound)
      if isVariable {
        collector.doubt(
          "variable_wind", at: directionField.lowerBound, "the wind is variable: no direction",
          remedy: "none is needed")
      }
      return
    }
    guard direction <= 36 else {
      failed(.windDirection, directionField, 600, &collector)
      return
    }
    add(.windDirection, direction * 100, of: directionField, 600, &collector)
  }

  private func readInstant(_ group: Range<Int>, _ collector: inout ReadingCollector) {
    guard group.count == 5 else { return }
    switch text.bytes[group.lowerBound] {
    case UInt8(ascii: "1"):
      let sign = text.bytes[group.lowerBound + 1]
      let tenths = text.digits(part(group, 2, 3)).map { sign == UInt8(ascii: "1") ? -$0 : $0 }
      guard sign == 48 || sign == 49 || sign == StationText.slash else {
        failed(.temperature, group, 0, &collector)
        return
      }
      add(.temperature, tenths, of: part(group, 2, 3), 0, &collector)
    case UInt8(ascii: "2") where text.bytes[group.lowerBound + 1] == UInt8(ascii: "9"):
      add(
        .humidity, text.digits(part(group, 2, 3)).map { $0 * 10 }, of: part(group, 2, 3), 0,
        &collector)
    case UInt8(ascii: "3"):
      let tenths = text.digits(part(group, 1, 4)).map { $0 < 3000 ? $0 + 10_000 : $0 }
      add(.pressure, tenths, of: part(group, 1, 4), 0, &collector)
    default: break
    }
  }

  /// Humidity from temperature and dew point where it is not reported itself.
  ///
  /// - Source: saturation vapour pressure over water, WMO-No. 8, annex 4.B.
  private func deriveHumidity(
    _ section1: ArraySlice<Range<Int>>, _ collector: inout ReadingCollector
  ) {
    func tenths(_ lead: UInt8) -> (value: Int, place: Int)? {
      guard let group = section1.first(where: { isLead($0, lead) }),
        let number = text.digits(part(group, 2, 3))
      else { return nil }
      switch text.bytes[group.lowerBound + 1] {
      case 48: return (number, group.lowerBound)
      case 49: return (-number, group.lowerBound)
      default: return nil
      }
    }
    guard let warm = tenths(UInt8(ascii: "1")), let dew = tenths(UInt8(ascii: "2")) else { return }
    guard dew.value <= warm.value else {
      collector.doubt(
        "dew_point", at: dew.place,
        "the dew point of station \(text.string(groups[0])) is above its temperature: no humidity",
        remedy: "ask the sender for the report again")
      return
    }
    func vapour(_ tenths: Int) -> Double {
      let celsius = Double(tenths) / 10
      return exp(17.62 * celsius / (243.12 + celsius))
    }
    let percent = (100 * vapour(dew.value) / vapour(warm.value)).rounded()
    collector.assume("humidity is derived from temperature and dew point, to whole percent")
    collector.add(
      station, .humidity, end: time, seconds: 0, .tenths(Int(percent) * 10),
      correction: correction, at: dew.place)
  }

  private func add(
    _ element: Element, _ tenths: Int?, of field: Range<Int>, _ seconds: Int,
    _ collector: inout ReadingCollector
  ) {
    if let tenths {
      collector.add(
        station, element, end: time, seconds: seconds, .tenths(tenths), correction: correction,
        at: field.lowerBound)
    } else if text.bytes[field].contains(StationText.slash) {
      collector.add(
        station, element, end: time, seconds: seconds, .missing, correction: correction,
        at: field.lowerBound)
    } else {
      failed(element, field, seconds, &collector)
    }
  }

  private func failed(
    _ element: Element, _ field: Range<Int>, _ seconds: Int, _ collector: inout ReadingCollector
  ) {
    collector.add(
      station, element, end: time, seconds: seconds, .failed, correction: correction,
      at: field.lowerBound)
    collector.refuse(
      "bad_group", at: field.lowerBound, item: element.rawValue,
      "\"\(text.string(field))\" is no \(element.rawValue) of station \(text.string(groups[0]))",
      remedy: "ask the sender for the report again")
  }

  // MARK: rain

  /// `6RRRtR`.
  private func readRain(_ group: Range<Int>, _ collector: inout ReadingCollector) {
    let code = text.bytes[group.lowerBound + 4]
    guard let seconds = SynopReport.period(code) else {
      collector.refuse(
        "unknown_period", at: group.lowerBound, item: "rain",
        "the period \(Character(Unicode.Scalar(code))) of \(text.string(group)) has no fixed length",
        remedy: "none is needed where the amount is sent with another period, too")
      return
    }
    let field = part(group, 1, 3)
    guard let amount = text.digits(field) else {
      add(.rain, nil, of: field, seconds, &collector)
      return
    }
    let value: FieldValue
    switch amount {
    case 990: value = .trace
    case 991...999: value = .tenths(amount - 990)
    default: value = .tenths(amount * 10)
    }
    if amount == 989 {
      collector.doubt(
        "lower_bound", at: field.lowerBound, item: "rain", "989 stands for 989 mm or more",
        remedy: "ask the station for the amount")
    }
    collector.add(
      station, .rain, end: time, seconds: seconds, value,
      quality: amount == 989 ? .suspect : .unchecked, correction: correction, at: field.lowerBound)
  }

  /// Code table 4019, s; nil where the length is not specified.
  static func period(_ code: UInt8) -> Int? {
    switch code {
    case UInt8(ascii: "1"): 6 * 3600
    case UInt8(ascii: "2"): 12 * 3600
    case UInt8(ascii: "3"): 18 * 3600
    case UInt8(ascii: "4"): 24 * 3600
    case UInt8(ascii: "5"): 3600
    case UInt8(ascii: "6"): 2 * 3600
    case UInt8(ascii: "7"): 3 * 3600
    case UInt8(ascii: "8"): 9 * 3600
    case UInt8(ascii: "9"): 15 * 3600
    default: nil
    }
  }

  /// `7R24R24R24R24`, tenths of a millimetre; 9999 is a trace, 9998 is 999.8 mm or more.
  private func readDayRain(_ group: Range<Int>, _ collector: inout ReadingCollector) {
    let field = part(group, 1, 4)
    guard let tenths = text.digits(field) else {
      add(.rain, nil, of: field, 86_400, &collector)
      return
    }
    collector.add(
      station, .rain, end: time, seconds: 86_400, tenths == 9999 ? .trace : .tenths(tenths),
      quality: tenths == 9998 ? .suspect : .unchecked, correction: correction, at: field.lowerBound)
  }

  /// What iR says of rain that is not there: 3 is no rain, 4 is not measured.
  private func readOmission(
    hasSection1: Bool, hasSection3: Bool, _ collector: inout ReadingCollector
  ) {
    let place = groups[1].lowerBound
    switch text.bytes[place] {
    case UInt8(ascii: "3") where !hasSection1 && !hasSection3:
      collector.assume(
        "rain left out because there was none (iR 3) is 0 mm of the last 6, 3 or 1 hours, "
          + "the shortest that the hour of the report allows")
      collector.add(
        station, .rain, end: time, seconds: usualSeconds, .tenths(0), correction: correction,
        at: place)
    case UInt8(ascii: "4") where !hasSection1 && !hasSection3:
      collector.add(
        station, .rain, end: time, seconds: usualSeconds, .missing, correction: correction,
        at: place)
    case UInt8(ascii: "0") where !hasSection1 || !hasSection3,
      UInt8(ascii: "1") where !hasSection1, UInt8(ascii: "2") where !hasSection3:
      collector.doubt(
        "promised_group", at: place, item: "rain",
        "station \(text.string(groups[0])) says iR "
          + "\(Character(Unicode.Scalar(text.bytes[place]))) and sends no such rain",
        remedy: "ask the sender for the report again")
      if !hasSection1, !hasSection3 {
        collector.add(
          station, .rain, end: time, seconds: usualSeconds, .missing, correction: correction,
          at: place)
      }
    default: break
    }
  }

  /// The shortest period of rain at the hour of the report: main, intermediate and other hours.
  private var usualSeconds: Int {
    let hour = CivilTime(time).hour
    return hour % 6 == 0 ? 21_600 : hour % 3 == 0 ? 10_800 : 3600
  }
}
