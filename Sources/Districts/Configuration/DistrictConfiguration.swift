public import Hydromet
public import Ingest

/// What `district.yaml` says. Paths are relative to the district's folder and stay inside it.
public struct DistrictConfiguration: Sendable, Hashable {
  /// The language of products and messages.
  public enum Language: String, Sendable, Hashable, CaseIterable {
    case chinese = "zh-Hans"
    case english = "en"
  }

  /// What the longitudes and latitudes of a file are.
  public enum Coordinates: String, Sendable, Hashable, CaseIterable {
    case wgs84
    /// The shifted system of Chinese web maps.
    case gcj02
  }

  /// Where polygons or lines come from, and under which names their attributes stand.
  public struct ShapeSource: Sendable, Hashable {
    public var file: String
    /// Layer of a file that has several.
    public var layer: String?
    /// Coordinate reference system of the numbers in the file; nil takes the file's own.
    public var crs: String?
    /// GCJ-02 is carried to WGS 84 when the file is read.
    public var coordinates = Coordinates.wgs84
    /// The documented attribute to its name in the file: `code`, `name`, `english_name` of townships;
    /// `id`, `name`, `downstream` of basins.
    public var fields: [String: String]

    public init(
      file: String, layer: String? = nil, crs: String? = nil, fields: [String: String] = [:]
    ) {
      self.file = file
      self.layer = layer
      self.crs = crs
      self.fields = fields
    }
  }

  /// 6-digit administrative code.
  public var code: String
  public var name: String
  public var englishName: String
  public var office: String
  public var englishOffice: String
  public var language = Language.chinese
  /// Time between cycles.
  public var cadence = TimeSpan.minutes(10)
  /// Windows of the sums, shortest first.
  public var windows: [TimeSpan] = DistrictConfiguration.usualWindows
  /// How long people need to leave, by hazard: expected rain is looked at so far ahead.
  public var evacuation: [Hazard: TimeSpan] = DistrictConfiguration.usualEvacuation
  /// Share of a rule's rain that must be there before a level may be called complete, 0…1.
  public var minimumCoverage = 1.0
  public var stationsFile = "stations/stations.csv"
  public var hazardPointsFile = "stations/hazard-points.csv"
  public var thresholdsFile = "stations/thresholds.csv"
  public var contactsFile = "stations/contacts.csv"
  /// Nil where there are no rules of several tests.
  public var rulesFile: String?
  /// Nil where no factor was ever put on thresholds.
  public var factorsFile: String?
  public var townships = ShapeSource(file: "grids/townships.geojson")
  /// Nil where the district has no basins.
  public var basins: ShapeSource?
  /// Nil where the maps show no rivers.
  public var rivers: ShapeSource?
  /// An outline that is surely in WGS 84 (of the district, of a county): outlines are checked against
  /// it. Nil where there is none.
  public var reference: ShapeSource?
  /// In the order of the file.
  public var feeds: [Feed] = []
  public var productsFolder = "products"
  /// How long products are kept; nil keeps them for ever.
  public var productsKept: TimeSpan? = TimeSpan.hours(30 * 24)
  public var stateFolder = "state"
  /// Time from the data to the expiry of every drafted warning; nil for the times of each hazard and
  /// level.
  public var warningValidity: TimeSpan?
  /// Nil where no browser and no logger is listened to.
  public var console: ConsoleSettings?
  public var warning = WarningSettings()

  /// How shown levels come down; nil shows what the rain of the cycle says.
  public var hold: Hold?

  /// Up at once, down slowly.
  public struct Hold: Sendable, Hashable {
    /// How long the rain has to stay low before a level falls.
    public var minimum = TimeSpan.hours(1)
    /// In thousandths of a threshold: rain above it keeps a level up.
    public var stayThousandths = 800
    /// A level that nobody could confirm or deny for so long is given up.
    public var longest = TimeSpan.hours(24)

    public init() {}
  }

  /// How people are called.
  public var calls = CallSettings()

  /// How gauges and radar are merged before they are summed: a name of `EstimateSummary.choices`.
  public var estimateMethod = "none"
  /// A gauge says nothing of places farther away, km.
  public var estimateReach = 60.0
  /// Whether a radar that lies the wrong way round by the gauges is merged all the same.
  public var estimateUsesTurnedRadar = false
  /// Whether rain is moved between the frames of the grid before they are summed.
  public var estimateMovesRain = false

  /// The soil of cells is carried on too, each so many radar cells wide and high; nil where it is not.
  public var soilCells: Int?

  public static let usualWindows: [TimeSpan] =
    [.minutes(10), .minutes(30)] + [1, 2, 3, 6, 12, 24, 72].map { .hours($0) }

  /// Customary times, of no standard: a district states its own under `evacuation:`.
  public static let usualEvacuation: [Hazard: TimeSpan] = [
    .flashFlood: .hours(2), .landslide: .hours(3), .waterlogging: .hours(1), .river: .hours(6),
    .rainstorm: .hours(3),
  ]

  public func evacuationTime(of hazard: Hazard) -> TimeSpan { evacuation[hazard] ?? .hours(1) }

  public var longestEvacuation: TimeSpan { evacuation.values.max() ?? .hours(1) }

  public init(
    code: String, name: String, englishName: String, office: String, englishOffice: String
  ) {
    self.code = code
    self.name = name
    self.englishName = englishName
    self.office = office
    self.englishOffice = englishOffice
  }
}

/// A stream of arriving files.
public struct Feed: Sendable, Hashable {
  public enum Kind: String, Sendable, Hashable, CaseIterable {
    case grid
    case stations
    /// Grids of rain that is expected: amounts with the times they hold for, issue after issue.
    case forecast
  }

  /// What becomes of a file once it is read.
  public enum Originals: String, Sendable, Hashable, CaseIterable {
    case keep
    case move
  }

  /// Bounds on the process that decodes a file.
  public struct Limits: Sendable, Hashable {
    public var memoryMegabytes = 1024
    public var seconds = 60

    public init() {}
  }

  public var name: String
  public var kind: Kind
  /// Folder in which files arrive.
  public var folder: String
  /// Names of the files, with `*` and `?`; names that senders use while they write never match.
  public var pattern: String
  /// Time between two files of a grid feed, and length of the period of a reading.
  public var step: TimeSpan
  /// How long after its data time a cycle waits for the feed; may be zero.
  public var lateAfter: TimeSpan
  /// For a grid feed; its step is the feed's.
  public var gridStatement = GridStatement()
  /// For a station feed; its step is the feed's.
  public var stationStatement = StationStatement()
  /// Of forecasts: an issue that is older than this is not used.
  public var oldest = TimeSpan.hours(12)
  public var originals = Originals.keep
  /// Folder that originals are moved to.
  public var moveTo: String?
  public var limits = Limits()
  /// Notifications by which files of the feed are announced; nil where files just arrive.
  public var notices: NoticeSource?

  public init(
    name: String, kind: Kind, folder: String, pattern: String, step: TimeSpan, lateAfter: TimeSpan
  ) {
    self.name = name
    self.kind = kind
    self.folder = folder
    self.pattern = pattern
    self.step = step
    self.lateAfter = lateAfter
  }
}
