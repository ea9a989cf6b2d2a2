/// One file that a cycle used.
public struct CycleInput: Sendable, Hashable {
  public let feed: String
  public let name: String
  /// SHA-256 of the bytes, lower-case hexadecimal.
  public let hash: String
  /// End of the newest period in the file.
  public let dataTime: Timestamp

  public init(feed: String, name: String, hash: String, dataTime: Timestamp) {
    self.feed = feed
    self.name = name
    self.hash = hash
    self.dataTime = dataTime
  }
}

/// What one feed had to offer at the time of the cycle: a rung of the degrade ladder.
public struct FeedState: Sendable, Hashable {
  public let feed: String
  /// End of the newest data at or before the cycle's time; nil where there is none.
  public let newest: Timestamp?
  /// A grid feed: the frames of `coverageSpan`. A station feed: the stations that reported the
  /// newest step.
  public let coverage: Coverage
  /// The time up to the cycle that `coverage` is about; nil for the newest step.
  public let coverageSpan: TimeSpan?
  /// The newest data are older than the feed's stated late offset allows.
  public let isLate: Bool

  public init(
    feed: String, newest: Timestamp?, coverage: Coverage, coverageSpan: TimeSpan? = nil,
    isLate: Bool
  ) {
    self.feed = feed
    self.newest = newest
    self.coverage = coverage
    self.coverageSpan = coverageSpan
    self.isLate = isLate
  }
}

/// Rain of one unit over every window of the cycle, in the order of the windows.
public struct UnitRainfall: Sendable, Hashable {
  public let unitKind: UnitKind
  public let unit: String
  public let windows: [ArealRainfall]

  public init(unitKind: UnitKind, unit: String, windows: [ArealRainfall]) {
    self.unitKind = unitKind
    self.unit = unit
    self.windows = windows
  }
}

/// The districts' own words and shapes, as products need them.
public struct DistrictDescription: Sendable {
  /// 6-digit administrative code.
  public let id: String
  public let name: String
  public let englishName: String
  /// Name of the issuing office, `云溪区气象台`.
  public let office: String
  public let englishOffice: String
  public let townships: [Township]
  public let basins: [SmallBasin]
  public let hazardPoints: [HazardPoint]
  public let stations: [Station]
  /// Rivers and the like, drawn on maps as lines, WGS 84.
  public let rivers: [[Point]]

  public init(
    id: String, name: String, englishName: String, office: String, englishOffice: String,
    townships: [Township], basins: [SmallBasin], hazardPoints: [HazardPoint], stations: [Station],
    rivers: [[Point]]
  ) {
    self.id = id
    self.name = name
    self.englishName = englishName
    self.office = office
    self.englishOffice = englishOffice
    self.townships = townships
    self.basins = basins
    self.hazardPoints = hazardPoints
    self.stations = stations
    self.rivers = rivers
  }
}

/// A file of a cycle that is published as it is.
public struct CyclePage: Sendable, Hashable {
  /// `station_health.csv`
  public let name: String
  public let text: String

  public init(name: String, text: String) {
    self.name = name
    self.text = text
  }
}

/// Everything that one cycle found out: what `Publish` turns into files.
public struct CycleReport: Sendable {
  public let district: DistrictDescription
  /// SHA-256 of the district's folder (configuration, tables, shapes).
  public let districtHash: String
  public let programVersion: String
  /// Data time: the end of every window.
  public let time: Timestamp
  /// Windows, shortest first.
  public let windows: [TimeSpan]
  /// Sums per window, in the order of `windows`; empty where there is no grid at all.
  public let fields: [AccumulationField]
  public let unitRainfall: [UnitRainfall]
  public let gaugeRainfall: [GaugeRainfall]
  /// What quality control said of each station; empty where none was made.
  public let gaugeVerdicts: [StationVerdict]
  public let assessments: [UnitAssessment]
  public let townships: [TownshipAssessment]
  public let drafts: [WarningDraft]
  public let feeds: [FeedState]
  public let inputs: [CycleInput]
  /// Soil and flow of the basins.
  public let hydrology: Hydrology
  /// How gauges and radar were merged; nil where the district takes radar as it comes.
  public let estimate: EstimateSummary?
  /// How rain was moved between frames; nil where the district sums frames as they come.
  public let rainMotion: RainMotion?
  /// Why the grid cannot be believed, by the gauges under it; nil where nothing is known against it.
  public let gridDoubt: CodedText?
  /// What is known of the stations over weeks, as files that are published as they are.
  public let pages: [CyclePage]
  /// Nil where no rain is forecast: every answer is of observed rain only 仅实况.
  public let expectedRain: ExpectedRainSource?

  public init(
    district: DistrictDescription, districtHash: String, programVersion: String, time: Timestamp,
    windows: [TimeSpan], fields: [AccumulationField], unitRainfall: [UnitRainfall],
    gaugeRainfall: [GaugeRainfall], assessments: [UnitAssessment], townships: [TownshipAssessment],
    drafts: [WarningDraft], feeds: [FeedState], inputs: [CycleInput],
    hydrology: Hydrology = .none, gaugeVerdicts: [StationVerdict] = [],
    estimate: EstimateSummary? = nil, rainMotion: RainMotion? = nil, gridDoubt: CodedText? = nil,
    expectedRain: ExpectedRainSource? = nil, pages: [CyclePage] = []
  ) {
    self.pages = pages
    self.expectedRain = expectedRain
    self.district = district
    self.districtHash = districtHash
    self.programVersion = programVersion
    self.time = time
    self.windows = windows
    self.fields = fields
    self.unitRainfall = unitRainfall
    self.gaugeRainfall = gaugeRainfall
    self.gaugeVerdicts = gaugeVerdicts
    self.assessments = assessments
    self.townships = townships
    self.drafts = drafts
    self.feeds = feeds
    self.inputs = inputs
    self.hydrology = hydrology
    self.estimate = estimate
    self.rainMotion = rainMotion
    self.gridDoubt = gridDoubt
  }
}
