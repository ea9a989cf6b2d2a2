import Hydromet
import Ingest

/// Grid files as frames of one grid and one step, found by the ends of their periods.
struct FrameFiles {
  let geometry: GridGeometry
  let stepSeconds: Int
  let oldest: Timestamp
  let newest: Timestamp
  /// What was left out, in words.
  let notes: [String]

  private let places: [Timestamp: (path: String, step: Int)]
  private let stated: GridStatement

  /// Reads the headers of all files.
  ///
  /// - Throws: `no_times`, `other_length`, `other_grid`, `repeated_frame`.
  init(_ paths: [String], _ stated: GridStatement) throws(Fault) {
    var places: [Timestamp: (path: String, step: Int)] = [:]
    var first: (geometry: GridGeometry, seconds: Int, path: String)?
    for path in paths {
      let grid = try GriddedRain(path: path, statement: stated)
      for (step, period) in grid.steps.map(\.period).enumerated() {
        guard let period else {
          throw Fault(
            "no_times", at: .init(path), "the file does not say what time a frame stands for",
            remedy: "state it with --step, for instance --step 10min")
        }
        if let first {
          try FrameFiles.check(period, grid.geometry, against: first, path)
        } else {
          first = (grid.geometry, period.seconds, path)
        }
        if let other = places[period.end] {
          throw Fault(
            "repeated_frame", at: .init(path),
            "\(other.path) holds a frame that ends at \(period.end.iso8601) too",
            remedy: "name one of the two files")
        }
        places[period.end] = (path, step)
      }
    }
    guard let first, let newest = places.keys.max() else {
      throw Fault(
        "no_frames", "the files hold no frame", remedy: "check them with `freshet inspect`")
    }
    geometry = first.geometry
    stepSeconds = first.seconds
    self.newest = newest
    oldest = places.keys.min() ?? newest
    self.places = places
    self.stated = stated
    let expected = newest.seconds(since: oldest) / stepSeconds + 1
    notes =
      places.count < expected
      ? [
        "\(expected - places.count) of \(expected) frames between the first and the last are missing"
      ]
      : []
  }

  private static func check(
    _ period: Period, _ geometry: GridGeometry,
    against first: (geometry: GridGeometry, seconds: Int, path: String), _ path: String
  ) throws(Fault) {
    guard period.seconds == first.seconds else {
      throw Fault(
        "other_length", at: .init(path),
        "a frame stands for \(period.seconds) s, those of \(first.path) for \(first.seconds) s",
        remedy: "judge files of one step together")
    }
    guard geometry == first.geometry else {
      throw Fault(
        "other_grid", at: .init(path),
        "the grid has \(geometry.rows) x \(geometry.columns) cells from \(geometry.west), \(geometry.north)"
          + " and is not that of \(first.path)",
        remedy: "judge files of one grid together")
    }
  }

  /// The frame whose period ends at a time; nil where no file has it.
  func frame(endingAt end: Timestamp) throws(Fault) -> DepthField? {
    guard let place = places[end] else { return nil }
    let grid = try GriddedRain(path: place.path, statement: stated)
    guard let field = try grid.depth(place.step) else {
      throw Fault(
        "no_depth", at: .init(place.path), "\(grid.quantity.rawValue) is not a depth of rain",
        remedy: "say how it becomes rain with --zr, or name another variable with --variable")
    }
    return field
  }
}
