import Accumulate
import Areal
import Formats
public import Hydromet
public import Ingest
import Risk

/// Many regions, a province or a country, judged by the mean rain over them: `freshet judge`.
///
/// All durations are summed, averaged and held against their thresholds together. Frames are read when
/// they enter a sum and once more for each duration when they leave it, so that memory does not grow
/// with the longest duration.
public struct JudgeFiles {
  /// What is to be judged.
  public struct Request: Sendable {
    public var grids: [String]
    public var stated: GridStatement
    public var regions: ArealFiles.RegionSource
    /// The table of `LevelRules`.
    public var thresholds: String
    /// Where weights are kept from one run to the next; nil keeps none.
    public var weightsFolder: String?
    /// The last time to be judged; nil takes the end of the newest frame.
    public var end: Timestamp?
    /// Every step from here on is judged, from the first frame on at the earliest; nil judges the last
    /// alone.
    public var from: Timestamp?

    public init(
      grids: [String], stated: GridStatement, regions: ArealFiles.RegionSource, thresholds: String,
      weightsFolder: String? = nil, end: Timestamp? = nil, from: Timestamp? = nil
    ) {
      self.grids = grids
      self.stated = stated
      self.regions = regions
      self.thresholds = thresholds
      self.weightsFolder = weightsFolder
      self.end = end
      self.from = from
    }
  }

  /// Rain of one duration over a region.
  public struct Rain: Sendable, Hashable {
    public let duration: TimeSpan
    /// Mean over the part that has data; nil where none has.
    public let mean: Depth?
    /// The largest cell that the region touches; nil where no cell has data.
    public let largest: Depth?
    /// Share of the region's area inside the grid that has data.
    public let validShare: Double
  }

  /// The answer for one region at one time.
  public struct Row: Sendable, Hashable {
    public let region: String
    public let end: Timestamp
    public let answer: RiskAnswer
    /// Of the rules of the level reached, else of all, the one with the largest ratio.
    public let decisive: Rule?
    /// One for each duration of the table.
    public let rain: [Rain]
  }

  /// A depth of rain that is not to be reached.
  public struct Rule: Sendable, Hashable {
    public let duration: TimeSpan
    public let threshold: Depth
  }

  /// What had to be repaired or assumed, in words.
  public let notes: [String]
  /// Durations of the table, shortest first.
  public var durations: [TimeSpan] { rules.durations }

  private static let mostSteps = 100_000
  private let request: Request
  private let rules: LevelRules
  private let frames: FrameFiles
  private let regions: [Region]
  private let weights: RegionWeights
  private var levels: LevelTable

  /// Reads all but the rain.
  ///
  /// - Throws: `Fault` of the table, of the polygons and of the files' headers.
  public init(_ request: Request) throws(Fault) {
    self.request = request
    rules = try LevelRules(path: request.thresholds)
    frames = try FrameFiles(request.grids, request.stated)
    let layer = try VectorFile.read(path: request.regions.path, crs: request.regions.crs)
    let named = try RegionNames.regions(of: layer, request.regions)
    regions = named.regions
    if let folder = request.weightsFolder {
      weights = try WeightStore(folder: folder).weights(
        of: regions, crs: layer.crs, on: frames.geometry, kind: .area)
    } else {
      weights = try WeightStore.build(regions, crs: layer.crs, on: frames.geometry, kind: .area)
    }
    let (levels, unruled) = try JudgeFiles.levels(rules, regions)
    self.levels = levels
    notes =
      layer.repairs + named.notes + frames.notes
      + (unruled == 0
        ? [] : ["\(unruled) of \(regions.count) regions have no threshold: they stay unknown"])
  }

  /// Judges, and gives the rows of one time after another to a body.
  ///
  /// - Parameter progress: told the number of steps done and of all.
  /// - Throws: `too_many_steps`, and what reading and summing throw.
  public mutating func run(
    progress: (Int, Int) -> Void = { _, _ in }, _ body: ([Row]) throws(Fault) -> Void
  ) throws(Fault) {
    let last = request.end ?? frames.newest
    // Before the first frame nothing is known.
    let first = min(max(request.from ?? last, frames.oldest), last)
    let step = frames.stepSeconds
    let count = last.seconds(since: first) / step + 1
    guard count <= JudgeFiles.mostSteps else {
      throw Fault(
        "too_many_steps", "\(count) steps lie between \(first.iso8601) and \(last.iso8601)",
        remedy: "judge at most \(JudgeFiles.mostSteps) at once: correct --from or --end")
    }
    var sums = try RollingSums(
      geometry: frames.geometry, stepSeconds: step, windows: rules.durations,
      workers: Parallel.workers)
    var table = ArealRainTable(regions: regions.count, windows: rules.durations.count)
    for number in 0..<count {
      let end = last - (count - 1 - number) * step
      try sums.advance(to: end) { moment throws(Fault) in try frames.frame(endingAt: moment) }
      if let planes = sums.planes {
        try weights.fill(&table, from: planes, workers: Parallel.workers)
      }
      try levels.judge(table.leastMean, table.known, workers: Parallel.workers)
      try body(regions.indices.map { row($0, table, end) })
      progress(number + 1, count)
    }
  }

  private func row(_ unit: Int, _ table: ArealRainTable, _ end: Timestamp) -> Row {
    let rain = rules.durations.indices.map { window in
      let at = table.index(window: window, region: unit)
      return Rain(
        duration: rules.durations[window], mean: ArealRainTable.depth(table.mean[at]),
        largest: ArealRainTable.depth(table.largest[at]), validShare: table.validShare[at])
    }
    let reached = RiskLevel(rawValue: Int(levels.reached[unit])) ?? RiskLevel.none
    let ruled = rules.durations.indices.filter { levels.hasRule(duration: $0, unit: unit) }
    let answer: RiskAnswer =
      if ruled.isEmpty {
        .incomplete(reached: .none)
      } else if ruled.allSatisfy({ rain[$0].mean == nil }) {
        .blind
      } else if levels.open[unit] > levels.reached[unit] {
        .incomplete(reached: reached)
      } else {
        .complete(reached)
      }
    return Row(
      region: regions[unit].id, end: end, answer: answer, decisive: decisive(unit, reached, table),
      rain: rain)
  }

  private func decisive(
    _ unit: Int, _ reached: RiskLevel, _ table: ArealRainTable
  ) -> Rule? {
    var best: Rule?
    var largest = -1.0
    for (duration, span) in rules.durations.enumerated() {
      let depth = table.leastMean[table.index(window: duration, region: unit)]
      for level in RiskLevel.warnings where reached == .none || level == reached {
        guard depth >= 0,
          let threshold = levels.threshold(
            duration: duration, level: level.rawValue - 1, unit: unit)
        else { continue }
        let ratio = Double(depth) / Double(threshold.micrometres)
        if ratio > largest, reached == .none || ratio >= 1 {
          largest = ratio
          best = Rule(duration: span, threshold: threshold)
        }
      }
    }
    return best
  }
}

// MARK: - Thresholds

extension JudgeFiles {
  /// The thresholds of all regions, and how many regions have none.
  ///
  /// - Throws: `unknown_unit`, `not_monotone`.
  private static func levels(
    _ rules: LevelRules, _ regions: [Region]
  ) throws(Fault) -> (LevelTable, unruled: Int) {
    var table = LevelTable(
      units: regions.count, durations: rules.durations.count, levels: RiskLevel.warnings.count)
    var places: [String: [Int]] = [:]
    for (index, region) in regions.enumerated() { places[region.id, default: []].append(index) }
    for isOwn in [false, true] {
      for rule in rules.rows where (rule.unit != "*") == isOwn {
        guard let duration = rules.durations.firstIndex(of: rule.duration) else { continue }
        guard let units = isOwn ? places[rule.unit] : Array(regions.indices) else {
          throw Fault(
            "unknown_unit", at: rule.location, "no region is named \(rule.unit)",
            remedy: "write its name as --id gives it, or remove the row")
        }
        for unit in units {
          table.set(
            rule.depth, duration: duration, level: rule.level.rawValue - 1, unit: unit)
        }
      }
    }
    let unruled = try check(table, rules, regions)
    return (table, unruled)
  }

  /// - Returns: how many regions have no threshold at all.
  private static func check(
    _ table: LevelTable, _ rules: LevelRules, _ regions: [Region]
  ) throws(Fault) -> Int {
    var unruled = 0
    for unit in regions.indices {
      var isRuled = false
      for (duration, span) in rules.durations.enumerated() {
        var lower: Depth?
        for level in RiskLevel.warnings {
          guard
            let depth = table.threshold(
              duration: duration, level: level.rawValue - 1, unit: unit)
          else { continue }
          isRuled = true
          if let lower, depth < lower {
            let rule = rules.rows.last {
              $0.level == level && $0.duration == span
                && ($0.unit == regions[unit].id || $0.unit == "*")
            }
            throw Fault(
              "not_monotone", at: rule?.location,
              "\(level.name) of \(regions[unit].id) in \(span.text) asks for \(depth.text) mm, a lower"
                + " level for \(lower.text) mm",
              remedy: "a higher level needs as much rain or more")
          }
          lower = depth
        }
      }
      if !isRuled { unruled += 1 }
    }
    return unruled
  }
}
