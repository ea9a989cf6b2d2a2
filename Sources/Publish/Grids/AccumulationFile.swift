import Formats
public import Hydromet

/// Sums of a grid as a CF-netCDF file of their own, in the form of the cycle's `rain.nc`.
public enum AccumulationFile {
  /// Writes sums that lie on one grid, with the frames behind every cell.
  ///
  /// - Parameters:
  ///   - fields: one per window, all on the same grid; at least one.
  ///   - source: where the rain comes from, in words: names of files.
  /// - Throws: `no_sums`, or what the file system and the library report.
  public static func write(
    _ fields: [AccumulationField], title: String, source: String, programVersion: String,
    to path: String
  ) throws(Fault) {
    guard let first = fields.first, fields.allSatisfy({ $0.geometry == first.geometry }) else {
      throw Fault(
        "no_sums", at: .init(path), "there are no sums on one grid to write",
        remedy: "give grid files of one grid that lie in the window")
    }
    let end = first.period.end.iso8601
    let file = try RainGridFile(geometry: first.geometry)
    try FileBytes.replace(path) { draft throws(Fault) in
      try file.write(
        fields,
        attributes: [
          ("title", title), ("source", source),
          ("history", "\(end) (data time): summed by Freshet \(programVersion)"),
        ], to: draft)
    }
  }
}
