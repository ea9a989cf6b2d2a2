import Hydromet
import Ingest

/// Times of grid files, without reading their values.
enum GridTimes {
  /// End of the newest period of a file; nil where it does not say.
  static func newestEnd(of path: String, _ stated: GridStatement) throws(Fault) -> Timestamp? {
    try GriddedRain(path: path, statement: stated).steps.compactMap(\.period?.end).max()
  }
}
