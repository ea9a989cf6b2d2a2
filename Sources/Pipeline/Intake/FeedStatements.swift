import Districts
import Hydromet
import Ingest

extension GridStatement {
  /// What a feed states about its grids; the length of a frame is the feed's step, but for forecasts,
  /// whose amounts are of any length.
  init(_ feed: Feed) {
    self = feed.gridStatement
    if feed.kind == .grid { stepSeconds = feed.step.seconds }
  }
}

extension StationStatement {
  /// What a feed states about its station files; the length of a reading is the feed's step.
  ///
  /// - Parameter arrival: when the file came in.
  init(_ feed: Feed, arrival: Timestamp) {
    self = feed.stationStatement
    self.arrival = arrival
    if stepSeconds == nil { stepSeconds = feed.step.seconds }
  }
}

extension Feed {
  /// Where originals go once they are read; nil where they stay.
  var originalsFolder: String? { originals == .move ? moveTo : nil }
}
