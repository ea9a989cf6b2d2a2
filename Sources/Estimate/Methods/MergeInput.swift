public import Hydromet

/// What one gauge measured over the period.
public struct MergeGauge: Sendable, Hashable {
  public let station: String
  /// In the grid's own coordinates; may lie outside the grid.
  public let place: Point
  public let depth: Depth

  public init(station: String, place: Point, depth: Depth) {
    self.station = station
    self.place = place
    self.depth = depth
  }
}

/// What is merged for one period.
public struct MergeInput: Sendable {
  public let geometry: GridGeometry
  public let period: Period
  /// Nil where no radar came.
  public let radar: DepthField?
  /// Gauges that are fit for merging and have the whole period, in the order of the stations.
  public let gauges: [MergeGauge]
  /// Which way round the radar lies by the gauges of many hours: `rowsUpsideDown`, `columnsReversed`.
  public let turn: [MergeReason]
  /// What the last cycle left behind; nil for the first.
  public let state: MergeState?

  public init(
    geometry: GridGeometry, period: Period, radar: DepthField?, gauges: [MergeGauge],
    turn: [MergeReason] = [], state: MergeState? = nil
  ) {
    self.geometry = geometry
    self.period = period
    self.radar = radar
    self.gauges = gauges
    self.turn = turn
    self.state = state
  }
}

/// What one merge leaves for the next: kept by the caller, since a pure stage keeps nothing.
public struct MergeState: Sendable, Hashable, Codable {
  /// The mean-field bias as it was last known.
  public var bias: FilteredBias?
  /// The method that was last chosen by skill.
  public var chosen: MergeMethod?
  /// Recent mean squared error of every method left-one-out, as a share of the mean square of the
  /// gauges; smaller is better. In the order of `MergeMethod.allCases`; −1 for one that was not
  /// tried.
  public var recentErrors: [Double]
  /// How large the error of bias-corrected radar lately was.
  public var radarError: ErrorModel?

  public init() {
    recentErrors = MergeMethod.allCases.map { _ in -1 }
  }
}
