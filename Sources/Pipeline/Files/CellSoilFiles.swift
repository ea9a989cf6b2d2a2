import Formats
import Foundation
public import Hydromet
public import Ingest
import Publish
import Runoff

/// The soil of every cell of grids in files: `freshet runoff cells`.
public struct CellSoilFiles {
  public let soil: CellSoil
  /// Steps that were passed, and those of them of which no frame was given.
  public let steps: Int
  public let missingSteps: Int
  private let state: CellSoilState

  /// Passes frames in the order of their times, from a saved state on or from a start that knows nothing.
  ///
  /// - Parameters:
  ///   - restart: a file with the state to go on from; nothing where it is not there.
  ///   - end: frames that end later are left out; nil for the newest.
  /// - Throws: `no_frames`, `frames_overlap`, `grids_differ`, `state_other_model`, and what reading throws.
  public static func run(
    _ paths: [String], _ stated: GridStatement, parameters: AntecedentParameters, restart: String?,
    end: Timestamp? = nil, progress: (Int) -> Void = { _ in }
  ) throws(Fault) -> CellSoilFiles {
    let frames = try frames(of: paths, stated, end: end, progress: progress)
    guard let first = frames.first, let last = frames.last else {
      throw Fault(
        "no_frames", "no frame ends at or before the time asked for",
        remedy: "check --end against the periods that `freshet inspect` shows")
    }
    var passage = try Passage(like: first, parameters: parameters)
    if let restart, FileManager.default.fileExists(atPath: restart) {
      try passage.goOn(from: restart)
    }
    for frame in frames { try passage.pass(frame) }
    guard passage.steps > 0 || passage.state.time >= last.period.end else {
      throw Fault("no_frames", "no frame was passed", remedy: "give frames after the saved state")
    }
    return CellSoilFiles(
      soil: passage.model.soil(passage.state), steps: passage.steps,
      missingSteps: passage.missingSteps, state: passage.state)
  }

  /// In the order of their ends, of which no two are the same.
  private static func frames(
    of paths: [String], _ stated: GridStatement, end: Timestamp?, progress: (Int) -> Void
  ) throws(Fault) -> [DepthField] {
    var frames: [DepthField] = []
    try GridFiles.forEachField(of: paths, stated, progress: progress) { field, path throws(Fault) in
      let depth = try GridFiles.depth(of: field, path)
      if end.map({ depth.period.end <= $0 }) ?? true { frames.append(depth) }
    }
    frames.sort { $0.period.end < $1.period.end }
    for (one, next) in zip(frames, frames.dropFirst()) where one.period.end == next.period.end {
      throw Fault(
        "frames_overlap", "two frames end at \(one.period.end.iso8601)",
        remedy: "give every period once")
    }
    return frames
  }

  /// The state on its way through the frames.
  private struct Passage {
    let model: CellSoilModel
    private(set) var state: CellSoilState
    private(set) var steps = 0
    private(set) var missingSteps = 0
    /// Seconds.
    private let step: Int

    /// - Parameter first: frames are of its grid and its length; the state knows nothing where it begins.
    init(like first: DepthField, parameters: AntecedentParameters) throws(Fault) {
      step = first.period.seconds
      model = try CellSoilModel(
        geometry: first.geometry, cells: Array(0..<first.geometry.cellCount),
        parameters: [AntecedentParameters](
          repeating: parameters, count: first.geometry.cellCount),
        step: TimeSpan(seconds: step))
      state = model.start(at: first.period.start)
    }

    mutating func goOn(from path: String) throws(Fault) {
      state = try CellSoilState(bytes: try FileBytes.read(path: path, limit: 1 << 30))
      try model.check(state)
    }

    /// What the state holds already is passed over; steps without a frame before it are missing.
    mutating func pass(_ frame: DepthField) throws(Fault) {
      guard frame.geometry == model.geometry, frame.period.seconds == step else {
        throw Fault(
          "grids_differ",
          "the frame that ends at \(frame.period.end.iso8601) has another grid or another length",
          remedy: "give frames of one grid and one step")
      }
      if frame.period.end <= state.time { return }
      try checkGap(before: frame.period)
      while state.time < frame.period.start {
        try advance(.missing(basins: model.cells.count))
        missingSteps += 1
      }
      let micrometres = frame.micrometres
      try advance(
        BasinRain(
          depth: micrometres.map { min(Double(max($0, 0)) / 1000, 9999) },
          knownShare: micrometres.map { $0 < 0 ? 0 : 1 }))
    }

    private func checkGap(before period: Period) throws(Fault) {
      let gap = period.start.seconds(since: state.time)
      guard period.start >= state.time, gap % step == 0 else {
        throw Fault(
          "frames_overlap",
          "the frame from \(period.start.iso8601) begins within a step that was passed",
          remedy: "give every period once, at whole steps of \(TimeSpan(seconds: step).text)")
      }
      guard gap <= 366 * 86_400 else {
        throw Fault(
          "frames_overlap", "more than a year lies before the frame of \(period.end.iso8601)",
          remedy: "begin anew: leave --restart out, or remove its file")
      }
    }

    private mutating func advance(_ rain: BasinRain) throws(Fault) {
      try model.advance(&state, rain: rain, workers: Parallel.workers)
      steps += 1
    }
  }

  /// Writes the soil as CF-netCDF.
  public func write(to path: String) throws(Fault) {
    let time = soil.time.iso8601
    try FileBytes.replace(path) { draft throws(Fault) in
      try SoilGridFile.write(
        soil,
        attributes: [
          ("title", "Soil of cells at \(time)"), ("source", "grids of rain"),
          ("history", "\(time) (data time): worked out by Freshet \(ProgramVersion.text)"),
        ], to: draft)
    }
  }

  /// Leaves the state for the next run.
  public func save(to path: String) throws(Fault) {
    try FileBytes.write(state.bytes, path: path)
  }
}
