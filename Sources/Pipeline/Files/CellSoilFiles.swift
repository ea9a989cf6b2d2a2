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
    var frames: [DepthField] = []
    try GridFiles.forEachField(of: paths, stated, progress: progress) { field, path throws(Fault) in
      let depth = try GridFiles.depth(of: field, path)
      if end.map({ depth.period.end <= $0 }) ?? true { frames.append(depth) }
    }
    frames.sort { $0.period.end < $1.period.end }
    guard let first = frames.first, let last = frames.last else {
      throw Fault(
        "no_frames", "no frame ends at or before the time asked for",
        remedy: "check --end against the periods that `freshet inspect` shows")
    }
    for (one, next) in zip(frames, frames.dropFirst()) where one.period.end == next.period.end {
      throw Fault(
        "frames_overlap", "two frames end at \(one.period.end.iso8601)",
        remedy: "give every period once")
    }
    let step = first.period.seconds
    let model = try CellSoilModel(
      geometry: first.geometry, cells: Array(0..<first.geometry.cellCount),
      parameters: [AntecedentParameters](repeating: parameters, count: first.geometry.cellCount),
      step: TimeSpan(seconds: step))
    var state = model.start(at: first.period.start)
    if let restart, FileManager.default.fileExists(atPath: restart) {
      state = try CellSoilState(bytes: try FileBytes.read(path: restart, limit: 1 << 30))
      try model.check(state)
    }
    var (steps, missing) = (0, 0)
    for frame in frames {
      guard frame.geometry == first.geometry, frame.period.seconds == step else {
        throw Fault(
          "grids_differ",
          "the frame that ends at \(frame.period.end.iso8601) has another grid or another length",
          remedy: "give frames of one grid and one step")
      }
      // What the saved state holds already is passed over.
      if frame.period.end <= state.time { continue }
      guard frame.period.start >= state.time,
        frame.period.start.seconds(since: state.time) % step == 0
      else {
        throw Fault(
          "frames_overlap",
          "the frame from \(frame.period.start.iso8601) begins within a step that was passed",
          remedy: "give every period once, at whole steps of \(TimeSpan(seconds: step).text)")
      }
      guard frame.period.start.seconds(since: state.time) <= 366 * 86_400 else {
        throw Fault(
          "frames_overlap", "more than a year lies before the frame of \(frame.period.end.iso8601)",
          remedy: "begin anew: leave --restart out, or remove its file")
      }
      while state.time < frame.period.start {
        try model.advance(
          &state, rain: .missing(basins: model.cells.count), workers: Parallel.workers)
        steps += 1
        missing += 1
      }
      let micrometres = frame.micrometres
      let rain = BasinRain(
        depth: micrometres.map { min(Double(max($0, 0)) / 1000, 9999) },
        knownShare: micrometres.map { $0 < 0 ? 0 : 1 })
      try model.advance(&state, rain: rain, workers: Parallel.workers)
      steps += 1
    }
    guard steps > 0 || state.time >= last.period.end else {
      throw Fault("no_frames", "no frame was passed", remedy: "give frames after the saved state")
    }
    return CellSoilFiles(
      soil: model.soil(state), steps: steps, missingSteps: missing, state: state)
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
