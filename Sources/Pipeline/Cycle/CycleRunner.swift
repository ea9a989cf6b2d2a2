import Accumulate
import Archive
import Districts
public import Hydromet
import Kernels
import Publish
import Quality
import Risk
import Warn

/// Makes the report of one cycle after another: everything known up to a data time, summed, averaged
/// over units, judged and put into words. Successive cycles slide; any other order gives the same.
public final class CycleRunner {
  private let workspace: Workspace
  private let membership: UnitMembership
  private let composer: DraftComposer
  private let grid: GridSums?
  private let gauges: GaugeHistory
  private let stations: StationKeeper
  private let radarAtGauges: RadarAtGauges
  private let units: UnitRain
  private let soil: SoilKeeper?
  private let upstream: UpstreamRain
  private let unitFields: UnitFields
  private let forecast: ExpectedRainKeeper?
  private let fallen: FallenRainKeeper?
  private let holds: HoldStore
  private let holdPolicy: HoldPolicy?
  /// What the newest report showed, for the cycle after it; nil where levels are not held.
  private(set) var holdState: HoldState?

  public init(_ workspace: Workspace) throws(Fault) {
    self.workspace = workspace
    let description = workspace.district.description
    membership = UnitMembership(description)
    composer = try DraftComposer(
      district: description, validity: workspace.district.configuration.warningValidity)
    grid = GridSums(workspace)
    gauges = GaugeHistory(workspace)
    stations = StationKeeper(workspace, gauges: gauges, grid: grid)
    radarAtGauges = RadarAtGauges(description.stations)
    units = UnitRain(workspace, membership: membership)
    soil = try SoilKeeper(workspace)
    upstream = UpstreamRain(description.basins)
    unitFields = UnitFields(workspace)
    forecast = ExpectedRainKeeper(workspace, fields: unitFields)
    fallen = forecast == nil ? nil : FallenRainKeeper(workspace, fields: unitFields)
    holds = HoldStore(folder: "\(workspace.stateFolder)/holds")
    holdPolicy = workspace.district.configuration.hold.map {
      HoldPolicy(minimum: $0.minimum, stayThousandths: $0.stayThousandths, longest: $0.longest)
    }
  }

  /// Remembers what a published cycle showed.
  func keepHolds() throws(Fault) {
    if let holdState { try holds.keep(holdState) }
  }

  /// The report of the cycle with data time `time`.
  ///
  /// - Parameters:
  ///   - known: only what was known at this moment; nil for everything that is known now.
  ///   - keepsSoil: whether states of the soil and the memory of the stations are saved: they are those of
  ///     everything known now.
  public func report(
    at time: Timestamp, asKnown known: Timestamp? = nil, keepsSoil: Bool = false
  ) throws(Fault) -> CycleReport {
    let district = workspace.district
    let windows = district.configuration.windows
    let radar = try grid?.samples(at: time, asKnown: known, radarAtGauges) ?? []
    let memory = try stations.memory(at: time, asKnown: known, keeps: keepsSoil)
    let observed = try gauges.observe(at: time, asKnown: known, radar: radar, memory: memory)
    let planes = try grid?.planes(at: time, asKnown: known, gauges: observed)
    let fields = planes.map { planes in
      windows.compactMap { planes.windows.firstIndex(of: $0).map(planes.field) }
    }
    let gaugeRainfall = observed.rainfall
    let unitRainfall = upstream.added(
      to: try units.rainfall(
        planes: planes, gauges: gaugeRainfall, windows: windows, time: time))
    let expected = try forecast?.rain(at: time, asKnown: known)
    let fell = expected == nil ? nil : try fallen?.rain(at: time, asKnown: known)
    let (hydrology, history) = try hydrology(
      at: time, asKnown: known, keeps: keepsSoil, gauges: observed, expected)
    let present = Assessor(
      district: district, membership: membership, windows: windows, time: time,
      hydrology: hydrology, history: history,
      ahead: expected.map { .init(expected: $0, fallen: fell, fields: unitFields) }
    ).assess(unitRainfall)
    let (assessments, holdInput) = hold(present, at: time)
    let townships = district.description.townships.map { township in
      TownshipRollUp.assess(
        township: township,
        parts: assessments.filter { membership.counts($0, for: township.code) })
    }
    var (feeds, inputs) = try evidence(at: time, asKnown: known, expected)
    if let holdInput { inputs.append(holdInput) }
    return CycleReport(
      district: district.description, districtHash: workspace.districtHash,
      programVersion: ProgramVersion.text, time: time, windows: windows, fields: fields ?? [],
      unitRainfall: unitRainfall, gaugeRainfall: gaugeRainfall, assessments: assessments,
      townships: townships, drafts: composer.drafts(for: townships, at: time), feeds: feeds,
      inputs: inputs, hydrology: hydrology, gaugeVerdicts: observed.verdicts,
      estimate: grid?.estimate, rainMotion: grid?.motion,
      gridDoubt: CycleRunner.doubt(observed.turn),
      expectedRain: expected?.source, pages: pages(observed.health) + history.pages)
  }

  /// What is known of every station: a table with stable names, and a page for people.
  private func pages(_ health: [StationHealth]) -> [CyclePage] {
    let district = workspace.district
    guard !health.isEmpty else { return [] }
    let page = HealthPage(
      health, stations: district.description.stations,
      isEnglish: district.configuration.language == .english)
    return [
      CyclePage(name: "station_health.csv", text: page.csv),
      CyclePage(name: "station_health.html", text: page.html),
    ]
  }

  /// Soil and flow, of the rain that the sums rest on. A changed frame that is gone is made anew, not for
  /// ever on a bad disk.
  private func hydrology(
    at time: Timestamp, asKnown known: Timestamp?, keeps: Bool,
    gauges: GaugeHistory.Observation, _ expected: ExpectedRain?
  ) throws(Fault) -> (Hydrology, SoilHistory) {
    guard let soil else { return (.none, .none) }
    let lossesBefore = grid?.losses ?? 0
    while true {
      let losses = grid?.losses ?? 0
      do throws(Fault) {
        return try soil.hydrology(
          at: time, asKnown: known, keeps: keeps, changed: grid?.changed, expected: expected,
          fields: unitFields)
      } catch {
        let now = grid?.losses ?? 0
        guard now > losses, now - lossesBefore <= 8 else { throw error }
        _ = try grid?.planes(at: time, asKnown: known, gauges: gauges)
      }
    }
  }

  /// What the gauges say of the way the grid lies.
  private static func doubt(_ turn: OrientationAudit.Turn) -> CodedText? {
    switch turn {
    case .none: nil
    case .rowsUpsideDown:
      CodedText(
        turn.rawValue, chinese: "雷达格网行序疑似颠倒（与雨量站比对），未作翻转",
        english: "by the gauges the radar grid lies upside down; nothing was turned")
    case .columnsMirrored:
      CodedText(
        turn.rawValue, chinese: "雷达格网列序疑似颠倒（与雨量站比对），未作翻转",
        english: "by the gauges the radar grid is mirrored east to west; nothing was turned")
    case .both:
      CodedText(
        turn.rawValue, chinese: "雷达格网疑似旋转180°（与雨量站比对），未作翻转",
        english: "by the gauges the radar grid is turned by half a circle; nothing was turned")
    }
  }

  /// What is shown of what the rain says, by the state after the cycle before.
  private func hold(
    _ present: [UnitAssessment], at time: Timestamp
  ) -> ([UnitAssessment], CycleInput?) {
    guard let holdPolicy else { return (present, nil) }
    let previous = holds.state(before: time, reach: holdPolicy.longest)
    let result = LevelHold.apply(
      holdPolicy, to: present, previous: previous?.state, at: time)
    holdState = result.state
    return (result.shown, previous?.input)
  }

  func cells(
    of kind: UnitKind, _ unit: String, on geometry: GridGeometry
  ) throws(Fault) -> [WeightedCell] {
    try units.cells(of: kind, unit, on: geometry)
  }

  /// Why people's decisions about readings did not count in the last report.
  var editsFault: Fault? { gauges.editsFault }

  /// Stored frames that the last reports had to do without.
  func takeDamages() -> [GridSums.Damage] { grid?.takeDamages() ?? [] }

  /// What every feed had to offer, and the files that the sums rest on.
  private func evidence(
    at time: Timestamp, asKnown known: Timestamp?, _ expected: ExpectedRain?
  ) throws(Fault) -> (feeds: [FeedState], inputs: [CycleInput]) {
    var feeds: [FeedState] = []
    var inputs: [CycleInput] = []
    for feed in workspace.district.configuration.feeds {
      let found =
        switch feed.kind {
        case .grid: try grid?.evidence(at: time, asKnown: known)
        case .stations: try gauges.evidence(feed, at: time, asKnown: known)
        case .forecast: forecast?.evidence(expected, at: time)
        }
      guard let found else { continue }
      feeds.append(found.state)
      inputs.append(contentsOf: found.inputs)
    }
    inputs.sort { ($0.feed, $0.dataTime, $0.name) < ($1.feed, $1.dataTime, $1.name) }
    return (feeds, inputs)
  }
}

/// What one feed contributed to a cycle.
struct FeedEvidence {
  let state: FeedState
  let inputs: [CycleInput]
}
