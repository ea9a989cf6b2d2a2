/// Rain of one unit over one window. Mean, largest cell, largest gauge and share over a depth are
/// four numbers; a threshold says which one it means.
public struct ArealRainfall: Sendable, Hashable {
  public let period: Period
  /// Mean over the part of the unit that has data; nil where none has.
  public let mean: Depth?
  /// What the mean over the whole unit is at the least, counting rain that is not known as none;
  /// equal to `mean` where everything is known, nil where nothing is.
  public let meanLowerBound: Depth?
  /// The largest cell that the unit touches; nil where none has data.
  public let maximumCell: Depth?
  /// The largest gauge inside the unit and its station; nil where no gauge reported.
  public let maximumGauge: Depth?
  public let maximumGaugeStation: String?
  /// Share of the unit's area inside the grid that has data, counting a cell with some of its
  /// frames by the share of frames that arrived; 0…1.
  public let validShare: Double
  /// Share of the unit's area that the grid covers at all; 0…1.
  public let gridShare: Double
  /// Whether every gauge inside the unit has every value of the window; false where there is none.
  public let gaugesAreComplete: Bool
  /// Of a basin: the mean over it and every basin above it; nil for other units, and unknown.
  public let upstream: UpstreamRainfall?

  public init(
    period: Period, mean: Depth?, maximumCell: Depth?, maximumGauge: Depth?,
    maximumGaugeStation: String?, validShare: Double, gridShare: Double, gaugesAreComplete: Bool,
    meanLowerBound: Depth? = nil, upstream: UpstreamRainfall? = nil
  ) {
    self.period = period
    self.mean = mean
    self.meanLowerBound = meanLowerBound
    self.maximumCell = maximumCell
    self.maximumGauge = maximumGauge
    self.maximumGaugeStation = maximumGaugeStation
    self.validShare = validShare
    self.gridShare = gridShare
    self.gaugesAreComplete = gaugesAreComplete
    self.upstream = upstream
  }

  /// The same rain with that of the basins above.
  public func with(upstream: UpstreamRainfall?) -> ArealRainfall {
    ArealRainfall(
      period: period, mean: mean, maximumCell: maximumCell, maximumGauge: maximumGauge,
      maximumGaugeStation: maximumGaugeStation, validShare: validShare, gridShare: gridShare,
      gaugesAreComplete: gaugesAreComplete, meanLowerBound: meanLowerBound, upstream: upstream)
  }
}

/// Rain over a basin and every basin above it.
public struct UpstreamRainfall: Sendable, Hashable {
  /// Mean over the part that has data.
  public let mean: Depth?
  /// What the mean is at the least, counting rain that is not known as none.
  public let lowerBound: Depth?
  /// Share of the area and of the frames that is known, 0…1.
  public let knownShare: Double

  public init(mean: Depth?, lowerBound: Depth?, knownShare: Double) {
    self.mean = mean
    self.lowerBound = lowerBound
    self.knownShare = knownShare
  }
}

/// Sums of one gauge over the windows of a cycle, in the order of the cycle's windows.
public struct GaugeRainfall: Sendable, Hashable {
  public let station: String
  public let sums: [Accumulation]
  /// Totals of the station inside the longest window that disagree with its shorter readings.
  public let contradictions: [RainConsistency.Contradiction]

  public init(
    station: String, sums: [Accumulation], contradictions: [RainConsistency.Contradiction] = []
  ) {
    self.station = station
    self.sums = sums
    self.contradictions = contradictions
  }
}
