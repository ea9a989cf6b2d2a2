/// Everything that the hydrology of one basin needs to know, with where it comes from.
public struct BasinParameters: Sendable, Hashable {
  public var basin: String
  /// Own area, km².
  public var area: Double
  public var antecedent: AntecedentParameters
  /// Evaporation capacity by month, January first, mm per day.
  public var monthlyEvaporation: [Double]
  public var runoff: XinanjiangParameters
  public var response: NashResponse
  /// The river from this basin's outlet to the outlet of the next; nil where the water leaves.
  public var reach: MuskingumReach?
  /// Water that enters the district above this basin, m³/s, where it is known to be steady.
  public var inflow: Double
  public var references: [ReferenceFlow]
  /// Author, survey or calibration; "default" where nobody gave any.
  public var source: String

  public init(
    basin: String, area: Double, antecedent: AntecedentParameters = .usual,
    monthlyEvaporation: [Double] = BasinParameters.usualEvaporation,
    runoff: XinanjiangParameters = .usual, response: NashResponse? = nil,
    reach: MuskingumReach? = nil, inflow: Double = 0, references: [ReferenceFlow] = [],
    source: String = "default"
  ) {
    self.basin = basin
    self.area = area
    self.antecedent = antecedent
    self.monthlyEvaporation = monthlyEvaporation
    self.runoff = runoff
    self.response = response ?? .usual(area: area)
    self.reach = reach
    self.inflow = inflow
    self.references = references
    self.source = source
  }

  /// Chosen here: what open water loses in the hills around the Sichuan basin, month by month.
  public static let usualEvaporation = [
    0.8, 1.1, 1.9, 2.8, 3.5, 3.7, 4.8, 4.7, 3.0, 1.8, 1.2, 0.8,
  ]
}

/// Recession and capacity of the antecedent rainfall.
public struct AntecedentParameters: Sendable, Hashable {
  /// What a day leaves of it, K, above 0 and below 1.
  public var dailyRecession: Double
  /// Wm (Im), mm.
  public var capacity: Double
  /// The 24 h that count as a day in the daily form.
  public var day: DayBoundary

  public init(dailyRecession: Double, capacity: Double, day: DayBoundary = .hydrological) {
    self.dailyRecession = dailyRecession
    self.capacity = capacity
    self.day = day
  }

  /// Middle of the ranges used in humid south China (K 0.85–0.95, Wm 80–150 mm).
  public static let usual = AntecedentParameters(dailyRecession: 0.9, capacity: 110)
}

/// When a day of rain begins, Beijing time.
public enum DayBoundary: String, Sendable, Hashable, Codable, CaseIterable {
  /// 08–08 水文日
  case hydrological = "08-08"
  /// 20–20 气象日
  case meteorological = "20-20"

  public var hour: Int { self == .hydrological ? 8 : 20 }

  /// The last end of such a day at or before a moment.
  public func latest(atOrBefore moment: Timestamp) -> Timestamp {
    BeijingTime.latest(hour: hour, atOrBefore: moment)
  }
}

/// Parameters of the Xin'anjiang model with three sources, in its customary letters and for days:
/// shorter steps are worked out from them.
///
/// - Source: Zhao R. J. (1992), "The Xinanjiang model applied in China", J. Hydrol. 135, 371–381.
public struct XinanjiangParameters: Sendable, Hashable {
  /// K: evaporation capacity of the basin over that of the pan.
  public var evaporationRatio: Double
  /// B: how unevenly the tension water capacity is spread.
  public var tensionExponent: Double
  /// IM: share of the area that lets nothing in.
  public var imperviousShare: Double
  /// UM, LM, DM: tension water capacity of the upper, lower and deep layer, mm.
  public var upperCapacity: Double
  public var lowerCapacity: Double
  public var deepCapacity: Double
  /// C: evaporation of the deep layer over what is asked of it.
  public var deepEvaporation: Double
  /// SM: free water capacity, mm.
  public var freeCapacity: Double
  /// EX: how unevenly it is spread.
  public var freeExponent: Double
  /// KI, KG: share of the free water that leaves as interflow and to the ground water in a day.
  public var interflowOutlet: Double
  public var groundwaterOutlet: Double
  /// CI, CG: what a day leaves of the interflow and ground water stores.
  public var interflowRecession: Double
  public var groundwaterRecession: Double

  public init(
    evaporationRatio: Double, tensionExponent: Double, imperviousShare: Double,
    upperCapacity: Double, lowerCapacity: Double, deepCapacity: Double, deepEvaporation: Double,
    freeCapacity: Double, freeExponent: Double, interflowOutlet: Double, groundwaterOutlet: Double,
    interflowRecession: Double, groundwaterRecession: Double
  ) {
    self.evaporationRatio = evaporationRatio
    self.tensionExponent = tensionExponent
    self.imperviousShare = imperviousShare
    self.upperCapacity = upperCapacity
    self.lowerCapacity = lowerCapacity
    self.deepCapacity = deepCapacity
    self.deepEvaporation = deepEvaporation
    self.freeCapacity = freeCapacity
    self.freeExponent = freeExponent
    self.interflowOutlet = interflowOutlet
    self.groundwaterOutlet = groundwaterOutlet
    self.interflowRecession = interflowRecession
    self.groundwaterRecession = groundwaterRecession
  }

  /// Middle of the customary ranges for humid hills.
  public static let usual = XinanjiangParameters(
    evaporationRatio: 0.95, tensionExponent: 0.3, imperviousShare: 0.02, upperCapacity: 20,
    lowerCapacity: 70, deepCapacity: 30, deepEvaporation: 0.15, freeCapacity: 25,
    freeExponent: 1.2, interflowOutlet: 0.35, groundwaterOutlet: 0.35, interflowRecession: 0.6,
    groundwaterRecession: 0.985)

  /// WM, mm.
  public var tensionCapacity: Double { upperCapacity + lowerCapacity + deepCapacity }
}

/// A unit hydrograph of `reservoirs` equal linear reservoirs (Nash), not necessarily a whole number.
public struct NashResponse: Sendable, Hashable {
  /// n, above 0.
  public var reservoirs: Double
  /// K, hours.
  public var hours: Double

  public init(reservoirs: Double, hours: Double) {
    self.reservoirs = reservoirs
    self.hours = hours
  }

  /// The lag of the response, n K, is 0.6 of the time of concentration (as in the triangle of the
  /// SCS), with three reservoirs.
  public init(concentrationHours: Double) {
    self.init(reservoirs: 3, hours: 0.2 * concentrationHours)
  }

  /// Where only the area is known: Hack's length 1.4 A^0.6 km, a slope of 0.03, and Kirpich.
  public static func usual(area: Double) -> NashResponse {
    let length = 1.4 * Elementary.pow(max(area, 0.01), 0.6)
    return NashResponse(
      concentrationHours: concentrationHours(lengthKilometres: length, slope: 0.03))
  }

  /// Time of concentration of Kirpich: 0.0195 L^0.77 S^−0.385 min, L in m, S in m/m.
  public static func concentrationHours(lengthKilometres: Double, slope: Double) -> Double {
    0.0195 * Elementary.pow(lengthKilometres * 1000, 0.77) * Elementary.pow(slope, -0.385) / 60
  }
}

/// A reach of river by Muskingum.
public struct MuskingumReach: Sendable, Hashable {
  /// K, the time water takes through it, hours; 0 passes it on at once.
  public var hours: Double
  /// x, 0…0.5.
  public var weight: Double

  public init(hours: Double, weight: Double) {
    self.hours = hours
    self.weight = weight
  }
}
