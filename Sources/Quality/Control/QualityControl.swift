public import Hydromet
public import Kernels

/// Gives every reading of a network its verdict.
///
/// A pure function of readings, stations, radar, memory and edits. Checks run in this order: limits,
/// consistency within the station, along time, in space and against the radar by hours, then what only
/// weeks can show. An hour that is too high is blamed on the readings that make it so.
public struct QualityControl: Sendable {
  public let network: StationNetwork
  public let rules: QualityRules
  private let workers: Workers

  public init(
    _ network: StationNetwork, rules: QualityRules = QualityRules(), workers: Workers = .one
  ) {
    self.network = network
    self.rules = rules
    self.workers = workers
  }

  /// What a run of the checks has to go by beside the readings.
  public struct Context: Sendable {
    /// The radar at the stations of the network, frame by frame.
    public var radar: [RadarSamples] = []
    /// The memory of each station by its id.
    public var histories: [String: StationHistory] = [:]
    public var edits: [ManualEdit] = []
    /// Stations whose coordinates an audit doubts.
    public var doubtedPlaces: Set<String> = []
    /// The moment for which edits count; edits count for ever where nil.
    public var now: Timestamp?
    /// Only hours that end after this moment are added to the memory; all where nil.
    public var remembersAfter: Timestamp?
    /// Stations that are judged and are no witnesses against others.
    var distrusted: Set<Int> = []

    public init() {}
  }

  public struct Result: Sendable {
    /// In the order of the readings that were given.
    public let judged: [JudgedReading]
    /// In the order of the stations.
    public let stations: [StationHealth]
    /// The memory of each station that has one, to be saved.
    public let histories: [String: StationHistory]
    public let counts: VerdictCounts
    /// Edits that were applied, in the order given.
    public let edits: [ManualEdit]
    /// Every hour of rain that was compared, by end and station.
    public let hours: [GaugeHour]
  }

  /// The rain of one station over one hour.
  public struct GaugeHour: Sendable, Hashable {
    /// Index of the station.
    public let station: Int
    public let end: Timestamp
    /// Tenths of a millimetre.
    public let tenths: Int32
    public let isComplete: Bool
  }

  /// The end of the hour to which a moment belongs among the readings: their hours need not end on
  /// whole hours.
  public static func hourEnd(of moment: Timestamp, among readings: [GaugeReading]) -> Timestamp {
    let end = ReadingTable.blockEnd(
      of: moment.secondsSince1970, 0, ReadingTable.phase(of: readings))
    return Timestamp(secondsSince1970: end)
  }

  /// Times that the checks are run again without broken witnesses, at most.
  private static let rounds = 6

  public func judge(_ readings: [GaugeReading], _ context: Context = Context()) -> Result {
    var run = self.run(readings, context)
    // What a broken gauge says about its neighbours says nothing: again without such witnesses. Of
    // broken neighbours the worst goes first, and uncovers the next.
    var without = context
    for _ in 0..<QualityControl.rounds {
      let distrusted = without.distrusted.union(run.distrusted())
      guard distrusted != without.distrusted else { break }
      without.distrusted = distrusted
      run = self.run(readings, without)
    }
    return run.result()
  }

  private func run(_ readings: [GaugeReading], _ context: Context) -> QualityRun {
    var run = QualityRun(readings, network: network, rules: rules, workers: workers, context)
    run.checkValues()
    run.checkPlaces()
    run.checkTimes()
    run.checkSpace()
    run.checkCopies()
    run.checkMemory()
    return run
  }
}
