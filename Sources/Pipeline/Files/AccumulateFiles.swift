import Accumulate
public import Hydromet
public import Ingest
import Publish

/// The sum of grids in files over one window: `freshet accumulate`.
public enum AccumulateFiles {
  /// The sum, and the files that lie outside the window or across its ends.
  public struct Result: Sendable {
    public let field: AccumulationField
    /// Seconds of the window that the added frames cover.
    public let coveredSeconds: Int
    public let addedFrames: Int
    public let leftOut: [String]
  }

  /// - Parameter end: end of the window; the end of the newest frame where nil.
  /// - Throws: `no_frames` where no frame lies in the window.
  public static func sum(
    of paths: [String], window: TimeSpan, end: Timestamp?, _ stated: GridStatement,
    progress: (Int) -> Void = { _ in }
  ) throws(Fault) -> Result {
    let last: Timestamp
    if let end { last = end } else { last = try newestEnd(of: paths, stated) }
    let period = Period(end: last, seconds: window.seconds)
    var sum: WindowSum?
    var leftOut: [String] = []
    try GridFiles.forEachField(of: paths, stated, progress: progress) { field, path throws(Fault) in
      let depth = try GridFiles.depth(of: field, path)
      if sum == nil { sum = WindowSum(geometry: depth.geometry, period: period) }
      let wasAdded = try sum?.add(depth) ?? false
      if !wasAdded { leftOut.append("\(path): period ending \(depth.period.end.iso8601)") }
    }
    guard let sum, !sum.addedPeriods.isEmpty, let field = sum.result() else {
      throw Fault(
        "no_frames", "no frame lies in \(period.start.iso8601) to \(period.end.iso8601)",
        remedy: "check --end and --window against the periods that `freshet inspect` shows")
    }
    return Result(
      field: field, coveredSeconds: sum.coveredSeconds, addedFrames: sum.addedPeriods.count,
      leftOut: leftOut)
  }

  /// Writes a sum as CF-netCDF.
  public static func write(_ result: Result, paths: [String], to path: String) throws(Fault) {
    let window = TimeSpan(seconds: result.field.period.seconds).text
    let names = paths.map { $0.split(separator: "/").last.map(String.init) ?? $0 }
    let source =
      names.count <= 3 ? names.joined(separator: ", ") : "\(names[0]) to \(names[names.count - 1])"
    try AccumulationFile.write(
      [result.field], title: "Rain over \(window) ending \(result.field.period.end.iso8601)",
      source: source, programVersion: ProgramVersion.text, to: path)
  }

  private static func newestEnd(of paths: [String], _ stated: GridStatement) throws(Fault)
    -> Timestamp
  {
    var newest: Timestamp?
    for path in paths {
      guard let end = try GridTimes.newestEnd(of: path, stated) else { continue }
      newest = newest.map { max($0, end) } ?? end
    }
    guard let newest else {
      throw Fault(
        "no_times", "the files do not say when their periods end",
        remedy: "state the end of the window with --end and the frames' length with --step")
    }
    return newest
  }
}
