public import Hydromet

/// The numbers by which readings are judged. The defaults are for networks of rain gauges 3 to 30 km
/// apart in convective rain; every one was set by what it does to real storms without faults.
public struct QualityRules: Sendable, Hashable {
  /// Neighbours that must have a value before a reading can be compared with them.
  public var minimumNeighbours = 3
  /// Neighbours that are compared with, nearest first.
  public var maximumNeighbours = 12
  /// How near neighbours must be to contradict rain or none by themselves, km.
  public var closeKilometres = 25.0
  /// Below this two gauges are twins at one place, km.
  public var twinKilometres = 0.2
  /// Distance over which the correlation of hourly rain falls to 1/e, km.
  public var correlationKilometres = 20.0
  /// Variance of a gauge against the mean of its surroundings, in shares of the field's variance.
  public var errorShare = 0.15
  /// Least standard deviation of the field, square roots of a millimetre.
  public var leastDeviation = 0.6
  /// Residual in standard deviations above which a value is spatially inconsistent.
  public var spatialThreshold = 4.0
  /// Share of a high value that a close neighbour must hold to support it.
  public var neighbourSupportShare = 0.4
  /// The least share of a high value that a neighbour must hold, however hard it rains there.
  public var leastSupportShare = 0.12
  /// Residual, in thresholds, above which the edge of a neighbour's rain does not explain a value.
  public var edgeLimit = 1.3
  /// The same where that neighbour has a storm, `radarSupportTenths` or more, and another beside it has
  /// next to nothing: there the field is as uneven as the value asks for.
  public var stormEdgeLimit = 2.0
  /// How near a neighbour must be to stand at the edge of the same storm, km: the core of a thunderstorm
  /// and its way of an hour are about as large. The nearest neighbour counts however far it is.
  public var stormKilometres = 12.0
  /// How far the core of a storm reaches, km: a gauge this near holds `neighbourSupportShare` of a value
  /// of `coreTenths` or more, or no edge explains it. Of the hourly sums of 50 mm and more in a radar field
  /// of supercells, seven in a thousand places 5 km off held less, and one in a thousand 4 km off.
  public var coreKilometres = 5.0
  /// Rain that heavy is nowhere narrower than its core, tenths of a millimetre.
  public var coreTenths = 500.0
  /// Share of a high value that a radar cell nearby must hold to support it.
  public var radarSupportShare = 0.25
  /// Radar rain that supports any value, however high, tenths of a millimetre.
  public var radarSupportTenths = 200
  /// Below it a radar cell is dry, tenths of a millimetre.
  public var radarDryTenths = 1.5
  /// Rain of neighbours and radar above which a dry gauge is a contradiction, tenths.
  public var wetTenths = 10.0
  /// Rain that must have fallen past a dry gauge before it is called blocked, tenths.
  public var blockedTenths = 80.0
  /// Hours of contradiction before a dry gauge is called blocked.
  public var blockedBlocks = 3
  /// Pairs of wet hours behind a finding of persistent under- or over-measurement.
  public var ratioPairs = 12
  /// Rain events behind such a finding.
  public var ratioEvents = 3
  /// Ratio to the witnesses at or below which a gauge measures too little.
  public var underRatio = 0.85
  /// Ratio at or above which it measures too much.
  public var overRatio = 1.3
  /// Standard errors by which the ratio must differ from one.
  public var ratioThreshold = 4.0
  /// Wet hours behind a finding of a gross factor, as of a moved decimal point.
  public var grossPairs = 3
  /// Factor to the neighbours from which it is gross where it is too small.
  public var grossFactor = 3.0
  /// The same where it is too large. A shower that meets one gauge alone for hours leaves it three to six
  /// times what its neighbours have; a moved decimal point leaves ten times.
  public var grossHighFactor = 6.0
  /// How many times farther up than the network's stations usually are a gross factor must be.
  public var grossThreshold = 5.0
  /// The same for one that is too small, which a place that the showers missed resembles more.
  public var grossLowThreshold = 6.0
  /// Limits of values; see `ElementLimits`.
  public var limits = ElementLimits.standard

  public init() {}
}

/// What a value of an element can be: everywhere, and at a station in a month.
///
/// - Source: 地面气象要素上传文件数据质量控制方法 (business method of CMA), climatological limits.
public struct ElementLimits: Sendable, Hashable {
  /// A station and month with narrower limits.
  public struct Place: Sendable, Hashable {
    public let station: String
    public let element: Element
    /// 1…12, Beijing time.
    public let month: Int

    public init(station: String, element: Element, month: Int) {
      self.station = station
      self.element = element
      self.month = month
    }
  }

  /// Limits of hourly or momentary values by station and month, tenths of the element's unit.
  public var monthly: [Place: ClosedRange<Int32>] = [:]

  public init() {}

  public static let standard = ElementLimits()

  /// The largest rain over a length of time, tenths of a millimetre: 40 mm in a minute and 600 mm in
  /// an hour by the method; between them, and up to 72 hours, along a power of time that stays above
  /// every record of the world (25.4 mm·min^-… is the smooth curve through both points; 24 h: 1,870 mm
  /// were measured at Cilaos).
  public static func largestRain(over seconds: Int) -> Int32 {
    guard seconds > 0 else { return 0 }
    if seconds <= 60 { return 400 }
    let hours = Double(seconds) / 3600
    if hours <= 1 {
      // 40 mm at one minute, 600 mm at sixty: exponent ln 15 / ln 60.
      return Int32(6000 * Numbers.power(hours, 0.661_4))
    }
    // From 600 mm in the hour with the square root of time, the slope of the world's records.
    return Int32(min(6000 * hours.squareRoot(), 1e8))
  }

  /// Limits that hold anywhere, tenths of the element's unit.
  public static func anywhere(_ element: Element, seconds: Int) -> ClosedRange<Int32> {
    switch element {
    case .rain: 0...largestRain(over: seconds)
    case .temperature: -800...600
    case .humidity: 0...1000
    case .pressure: 4000...11_000
    case .windSpeed: 0...750
    case .windDirection: 0...3600
    }
  }
}
