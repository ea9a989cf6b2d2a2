public import Hydromet

/// What a merged field is, in one word.
public enum MergeStatus: String, Sendable, Hashable, Codable, CaseIterable {
  /// Gauges and radar together, or what was asked for.
  case merged
  /// No radar came: gauges only.
  case gaugesOnly = "gauges_only"
  /// Too few gauges: radar with the last mean-field bias.
  case lastBias = "radar_last_bias"
  /// Too few gauges, and no bias was ever known: radar as it came.
  case unadjusted = "radar_unadjusted"
  /// Neither gauges nor radar.
  case blind
}

/// What a reader must know of a merge.
public enum MergeReason: String, Sendable, Hashable, Codable, CaseIterable {
  case noRadar = "no_radar"
  case noGauges = "no_gauges"
  /// Fewer gauges than the method needs.
  case fewGauges = "few_gauges"
  /// Too few wet pairs for a new bias.
  case fewWetPairs = "few_wet_pairs"
  case allGaugesDry = "all_gauges_dry"
  case gaugesInOnePlace = "gauges_in_one_place"
  case stationsOutsideGrid = "stations_outside_grid"
  /// The gauges fit the radar better with its rows turned round. Nothing was turned.
  case rowsUpsideDown = "rows_upside_down"
  /// The gauges fit the radar better with its columns turned round. Nothing was turned.
  case columnsReversed = "columns_reversed"
  /// The gauges fit the radar better turned round, and are too few to tell which way. Nothing was turned.
  case turnUnclear = "turn_unclear"
  /// The radar was not used, because it lies the wrong way round.
  case radarRefused = "radar_refused"
  /// Radar and gauges have nothing in common, or differ by more than five times.
  case radarDisagrees = "radar_disagrees"
  case biasCapped = "bias_capped"
}

/// One gauge in a merge. Depths in mm; nil where there is none.
public struct MergedStation: Sendable, Hashable, Codable {
  public let station: String
  public let gauge: Double
  public let radar: Double?
  public let estimate: Double?
  public let leftOut: Double?
}

/// Scores of one method left-one-out.
public struct MethodScores: Sendable, Hashable, Codable {
  public let method: MergeMethod
  public let scores: MergeScores
}

/// What was done, with what, and how good it is.
public struct MergeReport: Sendable, Hashable, Codable {
  public let period: Period
  public let asked: String
  /// The method that ran; nil where the field is radar alone or blind.
  public let method: MergeMethod?
  public let status: MergeStatus
  public let reasons: [MergeReason]
  /// Gauges within reach of the grid.
  public let gaugeCount: Int
  /// Gauges with a radar value.
  public let pairCount: Int
  public let wetPairs: Int
  /// The mean-field factor, gauges over radar; nil where none was ever known.
  public let bias: Double?
  /// Since gauges last said something of it.
  public let biasAgeSeconds: Int?
  public let cappedCells: Int
  public let cellsBySource: [Int]
  public let covariance: Covariance?
  public let stations: [MergedStation]
  public let radarScores: MergeScores?
  public let methodScores: MergeScores?
  /// Of all methods that were tried, in the order of `MergeMethod`.
  public let tried: [MethodScores]
}

/// A merged field with everything that belongs to it.
public struct MergedRain: Sendable {
  public let field: DepthField
  /// Standard error for a place in the cell, as a gauge stands in it, micrometres;
  /// `DepthField.missing` where not known. Shape [rows, columns].
  public let standardError: [Int32]
  /// Raw values of `RainSource`. Shape [rows, columns].
  public let sources: [UInt8]
  /// To the nearest gauge, km; infinite without one. Shape [rows, columns].
  public let distance: [Float]
  public let report: MergeReport
  public let state: MergeState
}
