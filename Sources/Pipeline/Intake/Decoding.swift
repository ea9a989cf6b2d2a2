import Archive
import Districts
import Hydromet
public import Ingest

/// What a worker does with a file: reads it, stores its frames or readings, says what it found.
public enum Decoding {
  /// Decodes one file of a feed. Runs in a worker process.
  public static func decode(_ job: DecodeJob) -> DecodeOutcome {
    do throws(Fault) {
      switch job.kind {
      case .grid: return try grid(job)
      case .stations: return try stations(job)
      }
    } catch {
      return .refused(job.id, error)
    }
  }

  private static func grid(_ job: DecodeJob) throws(Fault) -> DecodeOutcome {
    let statement = try job.statement(as: GridStatement.self)
    let store = FrameStore(folder: job.outputFolder)
    var frames: [DecodedFrame] = []
    let file = try GriddedRain(path: job.path, statement: statement)
    let window = try job.crop.map { box throws(Fault) in
      try GridCrop.window(of: box, on: file.geometry, place: .init(job.path))
    }
    for index in file.steps.indices {
      guard let depths = try file.depth(index, window: window) else {
        throw Fault(
          "no_depth", at: .init(job.path),
          "a \(file.quantity.rawValue) without a known period is not a depth",
          remedy:
            "state `quantity`, `unit`, `step`, or `zr` for reflectivity, of the feed in district.yaml"
        )
      }
      let stored = try store.write(depths, feed: job.feed)
      frames.append(
        DecodedFrame(
          storeName: stored.storeName, contentHash: stored.contentHash, period: stored.period,
          geometry: stored.geometry, validCells: stored.validCells,
          maximum: stored.validCells > 0 ? depths.largest : nil))
    }
    return DecodeOutcome(
      id: job.id, format: file.formatName,
      result: .accepted(
        DecodedContents(
          frames: frames, issued: file.issued,
          remarks: file.notes + uncovered(file) + file.unusedKeys(of: statement))))
  }

  /// What the instruments of the file do not see of the part that was read.
  private static func uncovered(_ file: GriddedRain) -> [String] {
    guard let cells = file.uncoveredCells, cells > 0 else { return [] }
    return ["\(cells) cells of the district's part lie outside the coverage of the file"]
  }

  private static func stations(_ job: DecodeJob) throws(Fault) -> DecodeOutcome {
    let statement = try job.statement(as: StationStatement.self)
    let result = try StationFile.read(path: job.path, statement: statement)
    let readings = try ReadingsFile.write(
      result.readings, to: "\(job.outputFolder)/\(job.id).readings")
    let remarks =
      (result.refusals + result.notes).prefix(20).map(\.description)
      + result.format.unusedKeys(of: statement)
    return DecodeOutcome(
      id: job.id, format: result.format.rawValue,
      result: .accepted(
        DecodedContents(
          readings: readings, places: result.places, remarks: remarks,
          assumptions: result.assumptions)))
  }
}
