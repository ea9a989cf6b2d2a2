import Accumulate
public import Estimate
import Formats
public import Hydromet
public import Ingest

/// Gauges and radar in files merged into one field: `freshet estimate`.
public enum EstimateFiles {
  /// What is read, and what is asked for.
  public struct Request: Sendable {
    public var radar: [String]
    public var gauges: [String]
    public var stations: String
    public var settings: MergeSettings
    public var grid: GridStatement
    public var statement: StationStatement
    /// The period to merge; nil for that of the gauges.
    public var end: Timestamp?
    public var window: TimeSpan?
    /// Whether rain moves on between frames.
    public var advects: Bool
    public var state: MergeState?

    public init(
      radar: [String], gauges: [String], stations: String, settings: MergeSettings,
      grid: GridStatement = GridStatement(), statement: StationStatement = StationStatement(),
      end: Timestamp? = nil, window: TimeSpan? = nil, advects: Bool = false,
      state: MergeState? = nil
    ) {
      self.radar = radar
      self.gauges = gauges
      self.stations = stations
      self.settings = settings
      self.grid = grid
      self.statement = statement
      self.end = end
      self.window = window
      self.advects = advects
      self.state = state
    }
  }

  /// The field with its report, and what the reader of files has to say.
  public struct Result: Sendable {
    public let merged: MergedRain
    public let notes: [String]
    public let gaugesIncomplete: Int
    public let radarCoveredSeconds: Int
    fileprivate let sources: String
  }

  /// Where the radar covers less than this share of the period, it is missing.
  static let leastCoverage = 0.8

  public static func merge(_ request: Request) throws(Fault) -> Result {
    var notes: [String] = []
    let list = try StationList(path: request.stations)
    let stations = list.places
    notes += list.remarks.prefix(20)
    let readings = try readings(request, &notes)
    let frames = try frames(request)
    let period = try period(request, readings, frames)
    let geometry: GridGeometry
    if let first = frames.first {
      geometry = first.field.geometry
    } else {
      geometry = try grid(around: stations)
    }
    let (gauges, incomplete) = try gauges(
      readings, stations, period, geometry: geometry, &notes)
    let sum = try radar(request, frames, period, geometry, &notes)
    let merged = Merge(request.settings, workers: Parallel.workers).run(
      MergeInput(
        geometry: geometry, period: period, radar: sum.field, gauges: gauges,
        state: request.state))
    return Result(
      merged: merged, notes: notes, gaugesIncomplete: incomplete,
      radarCoveredSeconds: sum.coveredSeconds, sources: sources(request))
  }

  /// Writes the field as CF-netCDF.
  public static func write(_ result: Result, to path: String) throws(Fault) {
    try FileBytes.replace(path) { draft throws(Fault) in
      try MergedRainFile(merged: result.merged, sources: result.sources).write(to: draft)
    }
  }

  /// The report as JSON.
  public static func report(_ result: Result) throws(Fault) -> String {
    try MergeJSON(
      report: result.merged.report, notes: result.notes,
      gaugesIncomplete: result.gaugesIncomplete, radarCoveredSeconds: result.radarCoveredSeconds
    ).text()
  }

  private static func sources(_ request: Request) -> String {
    let names = (request.radar + request.gauges).map {
      $0.split(separator: "/").last.map(String.init) ?? $0
    }
    return names.count <= 4
      ? names.joined(separator: ", ")
      : "\(names[0]), … (\(names.count) files), \(names[names.count - 1])"
  }

  private static func readings(_ request: Request, _ notes: inout [String]) throws(Fault)
    -> [GaugeReading]
  {
    var readings: [GaugeReading] = []
    for path in request.gauges {
      let file = try StationFile.read(path: path, statement: request.statement)
      readings += file.readings.filter {
        $0.element == .rain && $0.period.seconds > 0 && $0.tenths != nil
          && ReadingVerdict(unseen: $0.quality).isFitForMerging
      }.map { $0.of(StationID.canonical($0.station)) }
      notes += file.assumptions.map { "\(path): assumed: \($0)" }
      notes += (file.refusals + file.notes).prefix(5).map(\.description)
    }
    return readings
  }

  private struct Frame {
    let field: DepthField
    let path: String
  }

  /// Frames in order of time; one without a period keeps the files' order and gets none here.
  private static func frames(_ request: Request) throws(Fault) -> [Frame] {
    var frames: [Frame] = []
    try GridFiles.forEachField(of: request.radar, request.grid) { field, path throws(Fault) in
      frames.append(Frame(field: try GridFiles.depth(of: field, path), path: path))
    }
    return frames.enumerated().sorted {
      ($0.element.field.period.end, $0.offset) < ($1.element.field.period.end, $1.offset)
    }.map(\.element)
  }

  /// The period that is stated, else that of the gauges: the one that most readings have where it lies
  /// under frames, or all that readings and frames have in common. Of a stated end alone, what ends later
  /// is left out of account.
  private static func period(
    _ request: Request, _ readings: [GaugeReading], _ frames: [Frame]
  ) throws(Fault) -> Period {
    let readings = readings.filter { reading in request.end.map { reading.period.end <= $0 } ?? true
    }
    let frames = frames.filter { frame in request.end.map { frame.field.period.end <= $0 } ?? true }
    let starts = frames.map(\.field.period.start).min()
    let ends = frames.map(\.field.period.end).max()
    if let end = request.end, let window = request.window {
      return Period(end: end, seconds: window.seconds)
    }
    if let window = request.window, let end = readings.map(\.period.end).max() ?? ends {
      return Period(end: end, seconds: window.seconds)
    }
    let gaugePeriods = Set(readings.map(\.period))
    if gaugePeriods.count == 1, let only = gaugePeriods.first,
      request.end == nil || request.end == only.end
    {
      return only
    }
    let first = readings.map(\.period.start).min()
    let last = request.end ?? readings.map(\.period.end).max()
    switch (first, last, starts, ends) {
    case (let first?, let last?, let start?, let end?):
      let common = Period(start: max(first, start), end: min(last, end))
      if common.seconds > 0 { return common }
      return Period(start: first, end: last)
    case (let first?, let last?, _, _): return Period(start: first, end: last)
    case (_, _, let start?, let end?): return Period(start: start, end: end)
    default:
      throw Fault(
        "nothing_to_merge", "there is no usable reading of rain and no radar frame",
        remedy: "give readings of rain with values, radar files, or --end and --window")
    }
  }

  private static func gauges(
    _ readings: [GaugeReading], _ stations: (order: [String], of: [String: Place]),
    _ period: Period,
    geometry: GridGeometry, _ notes: inout [String]
  ) throws(Fault) -> (gauges: [MergeGauge], incomplete: Int) {
    var unit = period.seconds
    for reading in readings { unit = unit.commonDivisor(with: reading.period.seconds) }
    let sums = try GaugeSums(
      stepSeconds: max(1, unit), windows: [TimeSpan(seconds: period.seconds)])
    let byStation = Dictionary(grouping: readings, by: \.station)
    let transform = try CoordinateTransform(from: "OGC:CRS84", to: geometry.projection)
    var gauges: [MergeGauge] = []
    var incomplete = 0
    for station in stations.order {
      guard let own = byStation[station], let place = stations.of[station] else { continue }
      guard let sum = sums.sums(of: own, at: period.end).first, let depth = sum.depth,
        sum.coverage.isComplete
      else {
        incomplete += 1
        continue
      }
      guard
        let point = transform.transform(Point(x: place.longitude, y: place.latitude))
      else { continue }
      gauges.append(MergeGauge(station: station, place: point, depth: depth))
    }
    let unknown = byStation.keys.filter { stations.of[$0] == nil }.sorted()
    if !unknown.isEmpty {
      notes.append(
        "stations without a place: \(unknown.count), \(unknown.prefix(10).joined(separator: " "))")
    }
    if incomplete > 0 { notes.append("gauges without the whole period: \(incomplete)") }
    return (gauges, incomplete)
  }

  /// The radar over the period: a sum that covers most of it is drawn out to the whole, a cell that
  /// covers less is missing.
  private static func radar(
    _ request: Request, _ frames: [Frame], _ period: Period, _ geometry: GridGeometry,
    _ notes: inout [String]
  ) throws(Fault) -> (field: DepthField?, coveredSeconds: Int) {
    guard !frames.isEmpty else { return (nil, 0) }
    var inside: [DepthField] = []
    var outside: [Frame] = []
    for frame in frames {
      guard frame.field.geometry == geometry else {
        throw Fault(
          "other_grid", at: .init(frame.path), "the frame lies on another grid than the first",
          remedy: "give radar files of one grid")
      }
      if period.covers(frame.field.period) {
        inside.append(frame.field)
      } else {
        outside.append(frame)
      }
    }
    if let first = outside.first, let last = outside.last {
      let ends = [first, last].map(\.field.period.end.iso8601)
      notes.append(
        outside.count == 1
          ? "left out, not within the period: \(first.path), ending \(ends[0])"
          : "frames left out, not within the period: \(outside.count), ending \(ends[0]) to \(ends[1])"
      )
    }
    guard !inside.isEmpty else { return (nil, 0) }
    var sum = WindowSum(geometry: geometry, period: period)
    for field in request.advects ? Advection.spread(inside, workers: Parallel.workers) : inside {
      _ = try sum.add(field)
    }
    guard let result = sum.result() else { return (nil, 0) }
    let expected = Double(result.expectedFrames)
    var isDrawnOut = false
    let cells = zip(result.micrometres, result.receivedFrames).map { depth, received -> Int32 in
      let share = Double(received) / expected
      guard share >= leastCoverage else { return DepthField.missing }
      guard share < 1 else { return depth }
      isDrawnOut = true
      return Int32(clamping: Int64((Double(depth) / share).rounded()))
    }
    if isDrawnOut {
      notes.append(
        "radar covers \(sum.coveredSeconds) of \(period.seconds) s: cells with at least "
          + "\(Int(leastCoverage * 100)) % are drawn out to the whole")
    }
    return (
      DepthField(geometry: geometry, period: period, micrometres: cells), sum.coveredSeconds
    )
  }

  /// A grid of hundredths of a degree around the stations, for gauges alone.
  private static func grid(around stations: (order: [String], of: [String: Place])) throws(Fault)
    -> GridGeometry
  {
    let places = stations.order.compactMap { stations.of[$0] }
    guard let west = places.map(\.longitude).min(), let east = places.map(\.longitude).max(),
      let south = places.map(\.latitude).min(), let north = places.map(\.latitude).max()
    else {
      throw Fault(
        "no_grid", "there is neither a radar file nor a station to make a grid from",
        remedy: "give radar files or stations with places")
    }
    var cell = 0.01
    while (east - west) / cell > 3000 || (north - south) / cell > 3000 { cell *= 2 }
    return GridGeometry(
      rows: Int((north - south) / cell) + 41, columns: Int((east - west) / cell) + 41,
      projection: "EPSG:4326", isGeographic: true, west: west - 20.5 * cell,
      north: north + 20.5 * cell, cellWidth: cell, cellHeight: cell)
  }
}
