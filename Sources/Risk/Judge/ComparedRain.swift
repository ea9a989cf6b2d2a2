public import Hydromet

/// The rain that a threshold of some statistic and duration is held against.
public struct ComparedRain: Sendable, Hashable {
  /// The number that is compared: exact where complete, else a lower bound; nil without any data.
  public let depth: Depth?
  /// Whether the inputs cover the rule.
  public let isComplete: Bool
  /// Whether the unit lies outside the coverage of everything that could measure this rain.
  public let isBlind: Bool

  /// Share of the rain that is known, 0…1.
  public let knownShare: Double
  /// What fell at the most: the depth where that is complete; nil where nobody can tell.
  public let ceiling: Depth?

  public init(
    depth: Depth?, isComplete: Bool, isBlind: Bool, knownShare: Double? = nil,
    ceiling: Depth? = nil
  ) {
    self.depth = depth
    self.isComplete = isComplete
    self.isBlind = isBlind
    self.knownShare = knownShare ?? (isComplete ? 1 : 0)
    self.ceiling = isComplete ? depth : ceiling
  }

  /// The rain of an area or a cell for one statistic.
  ///
  /// - Parameter minimumCoverage: share of the rain that must be known before a number counts as
  ///   complete, 0…1. Rain that is not known is counted as none, so the number stays a lower bound.
  /// - Parameter step: of the fields behind the rain, seconds; 0 where it is not known.
  public init(
    _ rain: ArealRainfall, statistic: RainStatistic, minimumCoverage: Double, step: Int = 0
  ) {
    let share = rain.validShare * rain.gridShare
    let isCovered = share >= minimumCoverage - 1e-9
    let seconds = rain.period.seconds
    func most(_ least: Depth?, known: Double) -> Depth {
      ComparedRain.ceiling(least, knownShare: known, seconds: seconds, step: step)
    }
    /// Some cell or gauge may have missed all of it.
    func most(_ largest: Depth?) -> Depth {
      max(largest ?? .zero, ComparedRain.ceiling(nil, knownShare: 0, seconds: seconds, step: 0))
    }
    switch statistic {
    case .mean:
      self.init(
        depth: isCovered ? rain.mean : rain.meanLowerBound,
        isComplete: isCovered && rain.mean != nil, isBlind: rain.gridShare <= 0,
        knownShare: share, ceiling: most(rain.meanLowerBound, known: share))
    case .cell:
      self.init(
        depth: rain.maximumCell, isComplete: isCovered && rain.maximumCell != nil,
        isBlind: rain.gridShare <= 0, knownShare: share,
        ceiling: most(rain.maximumCell, known: share))
    case .maximumCell:
      self.init(
        depth: rain.maximumCell, isComplete: isCovered && rain.maximumCell != nil,
        isBlind: rain.gridShare <= 0, knownShare: share, ceiling: most(rain.maximumCell))
    case .upstreamMean:
      let upstream = rain.upstream
      let known = upstream?.knownShare ?? 0
      let isKnown = known >= minimumCoverage - 1e-9
      self.init(
        depth: isKnown ? upstream?.mean : upstream?.lowerBound,
        isComplete: isKnown && upstream?.mean != nil, isBlind: rain.gridShare <= 0,
        knownShare: known, ceiling: most(upstream?.lowerBound, known: known))
    case .maximumGauge:
      self.init(
        depth: rain.maximumGauge, isComplete: rain.gaugesAreComplete && rain.maximumGauge != nil,
        isBlind: rain.gridShare <= 0 && rain.maximumGauge == nil, ceiling: most(rain.maximumGauge))
    }
  }

  /// What fell at the most, where at least so much fell and a share of it is known.
  public static func ceiling(
    _ least: Depth?, knownShare: Double, seconds: Int, step: Int
  ) -> Depth {
    let missing = (1 - knownShare) * Double(seconds) / Double(max(step, 1))
    let hidden = LargestRain.millimetres(missing: missing, ofSteps: step, inSeconds: seconds)
    return (least ?? .zero) + (Depth(millimetres: hidden) ?? Depth(micrometres: .max))
  }
}

/// Fallen and expected rain of one window that ends some time after the data time.
public struct JoinedRain: Sendable, Hashable {
  /// The rain of the whole window, joined before the statistic is taken.
  public let sum: ComparedRain
  /// What of it has fallen, and what is expected; nil where that is not known.
  public let fallen: Depth?
  public let expected: Depth?
  /// What the rain is at the most, where the sum is only a lower bound; nil where nobody knows.
  public let ceiling: Depth?

  public init(
    sum: ComparedRain, fallen: Depth?, expected: Depth?, ceiling: Depth? = nil
  ) {
    self.ceiling = ceiling
    self.sum = sum
    self.fallen = fallen
    self.expected = expected
  }
}

/// Everything that a unit is judged by, at one data time.
public struct UnitInputs {
  /// Rain of the window of a length that ends at the data time; nil where there is no such window.
  public let fallen: (RainStatistic, TimeSpan) -> ComparedRain?
  /// Rain of the window of a length that begins at the data time; nil where nothing is forecast.
  public let expected: ((RainStatistic, TimeSpan) -> ComparedRain?)?
  /// Rain of the window of a length that ends so long after the data time; nil where nothing is
  /// forecast.
  public let joined: ((RainStatistic, TimeSpan, TimeSpan) -> JoinedRain?)?
  /// How long after the data time the windows end that are looked at, rising, all above 0.
  public let leads: [TimeSpan]
  /// When the forecast was issued; nil where nothing is forecast.
  public let issued: Timestamp?
  /// The soil at the data time.
  public let soil: UnitSoil
  /// The soil so many seconds after the data time, with the expected rain; nil where nothing is
  /// forecast.
  public let soilAhead: ((Int) -> UnitSoil)?
  /// Share of what a triggering index remembers that has to be known for it to be complete, 0…1.
  public let minimumCoverage: Double
  /// s = Pa / Wm so many seconds after the data time, below 0 for before it: a threshold of three
  /// states is chosen by the soil that its window finds when it begins, for the rain of the window
  /// would else count twice, as rain and as wet soil. Nil in place of a number where it is not known;
  /// nil in place of the whole where `soil` stands for every moment.
  public let saturation: ((Int) -> Double?)?
  /// Rain that brings the flow to the harmful stage from the present state, by duration.
  public let guidance: [DerivedCriticalRainfall]

  public init(
    fallen: @escaping (RainStatistic, TimeSpan) -> ComparedRain?,
    expected: ((RainStatistic, TimeSpan) -> ComparedRain?)? = nil,
    joined: ((RainStatistic, TimeSpan, TimeSpan) -> JoinedRain?)? = nil, leads: [TimeSpan] = [],
    issued: Timestamp? = nil, soil: UnitSoil = .unknown, saturation: ((Int) -> Double?)? = nil,
    soilAhead: ((Int) -> UnitSoil)? = nil, minimumCoverage: Double = 1,
    guidance: [DerivedCriticalRainfall] = []
  ) {
    self.fallen = fallen
    self.expected = expected
    self.joined = joined
    self.leads = leads
    self.issued = issued
    self.soil = soil
    self.soilAhead = soilAhead
    self.minimumCoverage = minimumCoverage
    self.saturation = saturation
    self.guidance = guidance
  }

  /// The soil when a window begins that ends so long after the data time, in millionths.
  func soil(before window: PreparedThresholds.Window, lead: Int = 0) -> Int32 {
    guard let saturation else { return PreparedThresholds.millionths(soil.saturation) }
    return PreparedThresholds.millionths(saturation(lead - window.duration.seconds))
  }
}
