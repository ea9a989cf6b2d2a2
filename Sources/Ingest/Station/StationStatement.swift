public import Hydromet

/// What the operator states about the station files of a feed because the files do not say it. What
/// a file itself says comes first.
public struct StationStatement: Sendable, Hashable, Codable {
  /// Seconds east of Greenwich of times that name no zone; nil refuses such times.
  public var zoneOffsetSeconds: Int?
  /// Length of the period that a row stands for where the file has no column for it.
  public var stepSeconds: Int?
  /// Unit of an element whose column names none: the raw value of the element to the unit's symbol.
  public var units: [String: String]
  /// The file's own column names: the documented name to the name in the header.
  public var columns: [String: String]
  /// The station of a table without a column for it.
  public var station: String?
  /// The element of a wide table, which has a column for each station: its columns are named by stations
  /// and all hold this.
  public var stationsInColumns: Element?
  /// What stands in a table where there is no value, besides what every table may have there.
  public var missingValues: [String]
  /// When the file arrived: names the month of bulletins that give a day only, where the file's name
  /// does not hold a time.
  public var arrival: Timestamp?
  /// What the layouts of fixed formats leave open.
  public var layout: StationLayout

  public init(
    zoneOffsetSeconds: Int? = nil, stepSeconds: Int? = nil, units: [String: String] = [:],
    columns: [String: String] = [:], station: String? = nil, missingValues: [String] = [],
    layout: StationLayout = StationLayout()
  ) {
    self.zoneOffsetSeconds = zoneOffsetSeconds
    self.stepSeconds = stepSeconds
    self.units = units
    self.columns = columns
    self.station = station
    self.missingValues = missingValues
    self.layout = layout
  }

  /// The names that `columns` may hold as keys.
  public static let columnNames: [String] =
    [
      "station", "time", "period_start", "period", "quality", "longitude", "latitude", "element",
      "value", "unit",
    ]
    + Element.allCases.map(\.rawValue) + Element.allCases.map { $0.rawValue + "_quality" }

  /// Seconds east of Greenwich of a zone as people write it: `+08:00`, `UTC+8`, `UTC`, `Beijing`,
  /// `北京时`; nil for anything else.
  public static func zoneOffset(_ text: some StringProtocol) -> Int? {
    var name = text.lowercased().filter { $0 != " " }
    switch name {
    case "utc", "gmt", "z", "世界时", "世界协调时": return 0
    case "beijing", "bjt", "asia/shanghai", "北京", "北京时", "北京时间":
      return BeijingTime.offsetSeconds
    default: break
    }
    for prefix in ["utc", "gmt"] where name.hasPrefix(prefix) {
      name.removeFirst(prefix.count)
      break
    }
    guard let sign = name.first, sign == "+" || sign == "-" else { return nil }
    let parts = name.dropFirst().split(separator: ":", omittingEmptySubsequences: false)
    let digits = parts.joined()
    guard parts.count <= 2, digits.allSatisfy({ $0.isASCII && $0.isNumber }) else { return nil }
    let hours: Int?
    let minutes: Int?
    switch (parts.count, digits.count) {
    case (1, 1...2): (hours, minutes) = (Int(digits), 0)
    case (_, 3...4): (hours, minutes) = (Int(digits.dropLast(2)), Int(digits.suffix(2)))
    default: return nil
    }
    guard let hours, let minutes, hours <= 14, minutes < 60 else { return nil }
    return (sign == "-" ? -1 : 1) * (hours * 3600 + minutes * 60)
  }
}
