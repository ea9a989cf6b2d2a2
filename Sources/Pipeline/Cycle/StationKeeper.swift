import Archive
import Districts
import Hydromet
import Quality

/// What weeks of rain show of the stations, carried on from cycle to cycle: hours beside those of their
/// neighbours and of the radar, and how their rain fits the cells around them.
///
/// The memory grows by quarters of a day. Each has a chain: the hash of the memory before it and of
/// everything that arrived for it. A cycle looks what has arrived now, and carries on the newest memory
/// whose chain it is: after late data that is one from before them. So it is the same after a restart and
/// in a replay. What arrives later than a cycle looks back is not taken in any more.
final class StationKeeper {
  private let workspace: Workspace
  private let gauges: GaugeHistory
  private let grid: GridSums?
  private let radar: RadarAtGauges
  /// Memories of this run by their time.
  private var links: [Timestamp: Link] = [:]

  /// The stations whose places are doubted, and the chain that it rests on.
  private var doubted: (chain: String, stations: Set<String>)?

  private struct Link {
    let chain: String
    let memory: StationMemory
  }

  /// The memory grows by so much, seconds.
  static let stretch = 21_600
  /// Readings before a stretch that its checks look at as well, seconds.
  private static let context = 21_600
  /// Late data are looked for so far back at the most.
  private static let longestCheck = 172_800

  init(_ workspace: Workspace, gauges: GaugeHistory, grid: GridSums?) {
    self.workspace = workspace
    self.gauges = gauges
    self.grid = grid
    radar = RadarAtGauges(workspace.district.description.stations)
  }

  /// How far back late data are looked for.
  private var checked: Int {
    let reach = workspace.reachSeconds / StationKeeper.stretch * StationKeeper.stretch
    return min(max(reach, StationKeeper.stretch), StationKeeper.longestCheck)
  }

  /// The memory that a cycle begins with: of every hour up to the newest quarter of a day.
  ///
  /// - Parameter keeps: whether memories are saved for later runs.
  func memory(
    at time: Timestamp, asKnown known: Timestamp?, keeps: Bool
  ) throws(Fault) -> GaugeHistory.Memory {
    let target = time.floored(toSeconds: StationKeeper.stretch)
    let base = try base(before: target - checked, known)
    let from = base?.time ?? target - StationHistory.reachSeconds
    var chain = base?.chain ?? Fingerprint(of: "stations 2".utf8).sha256
    var steps: [(end: Timestamp, chain: String)] = []
    if from < target {
      let period = Period(end: target, seconds: target.seconds(since: from))
      for arrived in try workspace.ledger.arrivals(
        in: period, every: StationKeeper.stretch, asKnown: known)
      {
        let line = "\(chain) \(settings) \(arrived.end.secondsSince1970) \(arrived.text)"
        chain = Fingerprint(of: line.utf8).sha256
        steps.append((arrived.end, chain))
      }
    }
    var memory = base?.memory ?? StationMemory()
    var done = 0
    for (index, step) in steps.enumerated().reversed() {
      guard let link = try link(at: step.end, chain: step.chain) else { continue }
      memory = link.memory
      done = index + 1
      break
    }
    var saved: [StateCheckpoint] = []
    for step in steps[done...] {
      memory = try grown(memory, to: step.end, known)
      links[step.end] = Link(chain: step.chain, memory: memory)
      if keeps {
        saved.append(
          StateCheckpoint(
            time: step.end, chain: step.chain, known: known ?? step.end,
            bytes: memory.bytes))
      }
    }
    try workspace.ledger.keep(saved, of: .stations)
    links = links.filter { $0.key > target - checked - 86_400 }
    return GaugeHistory.Memory(
      histories: memory.histories,
      until: memory.histories.isEmpty ? nil : steps.last?.end ?? base?.time,
      doubtedPlaces: try doubtedPlaces(memory.places, chain))
  }

  /// Stations whose rain of weeks fits another cell of the grid clearly better than their own.
  private func doubtedPlaces(_ places: PlaceMemory?, _ chain: String) throws(Fault) -> Set<String> {
    guard let places else { return [] }
    if let doubted, doubted.chain == chain { return doubted.stations }
    let audit = try RadarLook.audit(of: places, gauges.network)
    var stations: Set<String> = []
    if audit.orientation().map({ $0.turn == .none }) ?? true {
      stations = Set(audit.findings().map { gauges.network.stations[$0.station].id })
    }
    doubted = (chain, stations)
    return stations
  }

  /// What changes the judgement of hours beside the readings.
  private var settings: String {
    let stations = workspace.district.description.stations.map {
      "\($0.id) \($0.place.longitude) \($0.place.latitude)"
    }
    return Fingerprint(of: "\(ProgramVersion.text) \(stations)".utf8).sha256
  }

  /// The newest saved memory from before the time that is looked at again.
  private func base(
    before time: Timestamp, _ known: Timestamp?
  ) throws(Fault) -> (time: Timestamp, chain: String, memory: StationMemory)? {
    for saved in try workspace.ledger.states(.stations, atOrBefore: time, asKnown: known, limit: 3)
    {
      if let link = links[saved.time], link.chain == saved.chain {
        return (saved.time, saved.chain, link.memory)
      }
      guard let memory = StationMemory(bytes: saved.bytes) else { continue }
      links[saved.time] = Link(chain: saved.chain, memory: memory)
      return (saved.time, saved.chain, memory)
    }
    return nil
  }

  private func link(at time: Timestamp, chain: String) throws(Fault) -> Link? {
    if let link = links[time], link.chain == chain { return link }
    guard let saved = try workspace.ledger.state(.stations, at: time, chain: chain),
      let memory = StationMemory(bytes: saved.bytes)
    else { return nil }
    let link = Link(chain: chain, memory: memory)
    links[time] = link
    return link
  }

  /// The memory with one more quarter of a day.
  private func grown(
    _ memory: StationMemory, to end: Timestamp, _ known: Timestamp?
  ) throws(Fault) -> StationMemory {
    let period = Period(end: end, seconds: StationKeeper.stretch + StationKeeper.context)
    let (readings, _) = try gauges.readings(in: period, asKnown: known)
    guard !readings.isEmpty else { return memory }
    let looks = try grid?.samples(in: period, asKnown: known, radar) ?? []
    let result = gauges.judge(
      readings, looks,
      GaugeHistory.Memory(histories: memory.histories, until: end - StationKeeper.stretch)
    ).result
    // Stations that are silent are remembered.
    return StationMemory(
      histories: memory.histories.merging(result.histories) { $1 },
      places: try grown(memory.places, readings, result.hours, to: end, known))
  }

  /// The audit of places with the frames of one more quarter of a day; without frames it stays.
  private func grown(
    _ places: PlaceMemory?, _ readings: [GaugeReading], _ hours: [QualityControl.GaugeHour],
    to end: Timestamp, _ known: Timestamp?
  ) throws(Fault) -> PlaceMemory? {
    guard let grid else { return nil }
    var look = RadarLook(network: gauges.network, readings: readings)
    let period = Period(end: end, seconds: StationKeeper.stretch)
    try grid.forEachFrame(in: period, asKnown: known) { depth throws(Fault) in
      try look.add(depth)
    }
    guard var audit = look.audit(hours, after: places) else { return places }
    audit.fade(to: PlaceMemory.fading)
    return PlaceMemory(audit, names: gauges.network.stations.map(\.id), cells: audit.cells)
  }
}
