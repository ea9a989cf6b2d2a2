import Hydromet

/// What a column of a station file holds.
enum StationColumn: Hashable {
  case station
  case time
  /// The day, where `time` is a clock time alone.
  case date
  /// Year, month, day, hour and minute, each in a column of its own.
  case part(DatePart)
  case periodStart
  case period
  case quality
  /// Where the station says it stands, WGS 84 degrees.
  case longitude
  case latitude
  case value(Element)
  case valueQuality(Element)
  /// The three columns of the long layout, one value a row.
  case longElement
  case longValue
  case longUnit

  enum DatePart: String, CaseIterable {
    case year
    case month
    case day
    case hour
    case minute
  }

  /// The column of a documented name.
  init?(documentedName name: some StringProtocol) {
    guard let column = StationColumn.aliases[name.lowercased()] else { return nil }
    self = column
  }

  /// The documented name, for messages.
  var name: String {
    switch self {
    case .station: "station"
    case .time: "time"
    case .date: "date"
    case .part(let part): part.rawValue
    case .periodStart: "period_start"
    case .period: "period"
    case .quality: "quality"
    case .longitude: "longitude"
    case .latitude: "latitude"
    case .value(let element): element.rawValue
    case .valueQuality(let element): element.rawValue + "_quality"
    case .longElement: "element"
    case .longValue: "value"
    case .longUnit: "unit"
    }
  }

  /// Names in lower case with `_` between words.
  private static let aliases: [String: StationColumn] = {
    var table: [String: StationColumn] = [:]
    let plain: [(StationColumn, [String])] = [
      (.station, StationColumnNames.station),
      (
        .time,
        ["time", "datetime", "date_time", "timestamp", "period_end", "end_time", "end", "时间"]
          + ["观测时间", "资料时间", "结束时间", "日期时间"]
          + ["epoch", "epoch_time", "unix", "unix_time", "unixtime", "时间戳"]
      ),
      (.date, ["date", "obs_date", "日期", "观测日期"]),
      (.part(.year), ["year", "年", "年份"]), (.part(.month), ["month", "mon", "月", "月份"]),
      (.part(.day), ["day", "日"]), (.part(.hour), ["hour", "时", "小时"]),
      (.part(.minute), ["minute", "min", "分", "分钟"]),
      (.periodStart, ["period_start", "start", "start_time", "开始时间"]),
      (.period, ["period", "duration", "step", "时段", "时段长", "步长"]),
      (.quality, ["quality", "qc", "quality_code", "质量码", "质控码"]),
      (.longitude, StationColumnNames.longitude),
      (.latitude, StationColumnNames.latitude),
      (.longElement, ["element", "parameter", "variable", "要素"]),
      (.longValue, ["value", "值", "数值", "观测值"]),
      (.longUnit, ["unit", "units", "单位"]),
    ]
    for (column, names) in plain {
      for name in names { table[name] = column }
    }
    for element in Element.allCases {
      for name in elementNames(element) {
        table[name] = .value(element)
        for suffix in ["_quality", "_qc", "质量码"] { table[name + suffix] = .valueQuality(element) }
        for prefix in ["quality_", "qc_", "q_"] { table[prefix + name] = .valueQuality(element) }
      }
    }
    return table
  }()

  private static func elementNames(_ element: Element) -> [String] {
    switch element {
    case .rain:
      [
        "rain", "rainfall", "rainfall_amount", "precipitation", "precipitation_amount", "precip",
        "prcp", "pre", "雨量", "降水", "降水量", "降雨量",
        "降雨",
      ]
    case .temperature:
      ["temperature", "air_temperature", "temp", "tem", "气温", "温度"]
    case .humidity:
      ["humidity", "relative_humidity", "rh", "rhu", "相对湿度", "湿度"]
    case .pressure:
      ["pressure", "station_pressure", "air_pressure", "prs", "气压", "本站气压"]
    case .windSpeed:
      ["wind_speed", "windspeed", "ws", "风速"]
    case .windDirection:
      ["wind_direction", "winddirection", "wind_dir", "wd", "风向"]
    }
  }
}

/// Names of the columns that tables of readings and lists of stations share, in lower case with `_`
/// between words, the plainest first.
public enum StationColumnNames {
  public static let station = [
    "id", "station", "station_id", "stationid", "station_id_c", "站号", "区站号", "站点", "测站编码",
  ]
  public static let longitude = ["lon", "longitude", "long", "lng", "经度"]
  public static let latitude = ["lat", "latitude", "纬度"]
}

/// A column's name in a header, taken apart: `Rain (0.1 mm)`, `precipitation_mm`, `PRE_1h`,
/// `time [UTC]`.
struct StationColumnName {
  let column: StationColumn
  /// What stands in brackets or behind the name; nil where there is nothing.
  let qualifier: String?
  /// Whether the qualifier stands in brackets, so that it cannot be a part of the name.
  let isBracketed: Bool

  init?(_ header: String) {
    let (name, bracketed) = StationColumnName.partsAroundBracket(header)
    let words = StationColumnName.joined(name)
    if let column = StationColumn(documentedName: words) {
      self.init(column: column, qualifier: bracketed, isBracketed: bracketed != nil)
      return
    }
    if let (column, length) = StationColumnName.lengthBefore(words) {
      let qualifier = length + (bracketed.map { " " + $0 } ?? "")
      self.init(column: column, qualifier: qualifier, isBracketed: false)
      return
    }
    guard let parts = StationColumnName.split(words) else { return nil }
    // `rain_1h [mm]` states the length of the period, then the unit.
    let qualifier = parts.qualifier + (bracketed.map { " " + $0 } ?? "")
    self.init(column: parts.column, qualifier: qualifier, isBracketed: false)
  }

  private init(column: StationColumn, qualifier: String?, isBracketed: Bool) {
    self.column = column
    self.qualifier = qualifier
    self.isBracketed = isBracketed
  }

  /// What stands in brackets at the end of a name; nil where there are none.
  static func bracketed(_ header: String) -> String? {
    partsAroundBracket(header).bracketed
  }

  /// `小时雨量`, `过去10分钟降水量`, `二十四小时降水量`: the length of the period before the name of the rain.
  private static func lengthBefore(_ words: String) -> (column: StationColumn, length: String)? {
    var rest = Substring(words)
    for word in ["过去", "最近", "近", "前"] where rest.hasPrefix(word) {
      rest = rest.dropFirst(word.count)
      break
    }
    let digits = rest.prefix { $0.isASCII && $0.isNumber }
    var number = Int(digits)
    rest = rest.dropFirst(digits.count)
    for (word, value) in [("二十四", 24), ("十二", 12), ("十", 10), ("一", 1), ("三", 3), ("六", 6)]
    where digits.isEmpty && rest.hasPrefix(word) {
      number = value
      rest = rest.dropFirst(word.count)
      break
    }
    for (word, unit) in [("小时", "h"), ("分钟", "min"), ("h", "h"), ("min", "min")]
    where rest.hasPrefix(word) {
      let name = rest.dropFirst(word.count).drop { $0 == "_" }
      guard let column = StationColumn(documentedName: name), column == .value(.rain) else {
        return nil
      }
      return (column, "\(number ?? 1)\(unit)")
    }
    return nil
  }

  /// The longest known name at the front and what follows its `_`.
  private static func split(_ words: String) -> (column: StationColumn, qualifier: String)? {
    var end = words.endIndex
    while let mark = words[..<end].lastIndex(of: "_") {
      if let column = StationColumn(documentedName: words[..<mark]) {
        return (column, String(words[words.index(after: mark)...]))
      }
      end = mark
    }
    return nil
  }

  private static func partsAroundBracket(_ header: String) -> (name: String, bracketed: String?) {
    let opening: Set<Character> = ["[", "(", "（", "【"]
    let closing: Set<Character> = ["]", ")", "）", "】"]
    guard let last = header.last, closing.contains(last),
      let start = header.lastIndex(where: { opening.contains($0) })
    else { return (header, nil) }
    let inside = header[header.index(after: start)...].dropLast()
    return (header[..<start].trimmingBlanks(), inside.trimmingBlanks())
  }

  private static func joined(_ name: String) -> String {
    String(name.trimmingBlanks().lowercased().map { $0 == " " || $0 == "-" ? "_" : $0 })
  }
}
