/// How close estimates are to gauges that they did not know of.
public struct EstimateScores: Sendable, Hashable, Codable {
  public let count: Int
  /// mm.
  public let rmse: Double
  /// mm.
  public let mae: Double
  /// Nil where either does not vary.
  public let correlation: Double?
  /// Σ gauges / Σ estimates; nil where the estimates add up to nothing.
  public let biasRatio: Double?

  public init(
    count: Int, rmse: Double, mae: Double, correlation: Double?, biasRatio: Double?
  ) {
    self.count = count
    self.rmse = rmse
    self.mae = mae
    self.correlation = correlation
    self.biasRatio = biasRatio
  }
}

/// A code with its words.
public struct CodedText: Sendable, Hashable, Codable {
  public let code: String
  public let chinese: String
  public let english: String

  public init(_ code: String, chinese: String, english: String) {
    self.code = code
    self.chinese = chinese
    self.english = english
  }
}

/// How gauges and radar were merged in the newest step of a cycle: what a product says so that no field
/// is silently unadjusted.
public struct EstimateSummary: Sendable, Hashable, Codable {
  /// Whether the gauges of the step had come.
  public enum Pass: String, Sendable, Hashable, Codable {
    /// Some gauges that reported lately are still missing; late data make the product anew.
    case early
    /// All gauges that reported lately are there.
    case late
  }

  /// One gauge, mm; nil where there is none.
  public struct Gauge: Sendable, Hashable, Codable {
    public let station: String
    public let gauge: Double
    public let radar: Double?
    public let estimate: Double?
    public let leftOut: Double?

    public init(
      station: String, gauge: Double, radar: Double?, estimate: Double?, leftOut: Double?
    ) {
      self.station = station
      self.gauge = gauge
      self.radar = radar
      self.estimate = estimate
      self.leftOut = leftOut
    }
  }

  public let period: Period
  /// `auto`, or the method that the district names.
  public let asked: String
  /// The method that ran; code `none` where there was radar alone, or nothing.
  public let method: CodedText
  public let status: CodedText
  public let reasons: [CodedText]
  public let pass: Pass
  public let gaugeCount: Int
  /// Gauges that reported lately.
  public let expectedGauges: Int
  public let pairCount: Int
  public let wetPairs: Int
  /// Gauges over radar; nil where it was never known.
  public let bias: Double?
  public let biasAgeSeconds: Int?
  public let cappedCells: Int
  public let radarScores: EstimateScores?
  /// Of the method, left-one-out.
  public let methodScores: EstimateScores?
  public let gauges: [Gauge]

  public init(
    period: Period, asked: String, method: CodedText, status: CodedText, reasons: [CodedText],
    pass: Pass, gaugeCount: Int, expectedGauges: Int, pairCount: Int, wetPairs: Int,
    bias: Double?, biasAgeSeconds: Int?, cappedCells: Int, radarScores: EstimateScores?,
    methodScores: EstimateScores?, gauges: [Gauge]
  ) {
    self.period = period
    self.asked = asked
    self.method = method
    self.status = status
    self.reasons = reasons
    self.pass = pass
    self.gaugeCount = gaugeCount
    self.expectedGauges = expectedGauges
    self.pairCount = pairCount
    self.wetPairs = wetPairs
    self.bias = bias
    self.biasAgeSeconds = biasAgeSeconds
    self.cappedCells = cappedCells
    self.radarScores = radarScores
    self.methodScores = methodScores
    self.gauges = gauges
  }

  /// Names of methods in settings, `none` for radar as it comes.
  public static let choices = [
    "none", "auto", "mean_field", "additive", "multiplicative", "mixed", "idw", "oi", "kriging",
    "ked", "conditional",
  ]
}
