public import Hydromet

/// What a person decided about readings of a station: it overrides every check and is shown with its
/// author and reason, and it ends.
public struct ManualEdit: Sendable, Hashable {
  public let station: String
  /// Nil for every element.
  public let element: Element?
  /// Readings whose period ends after `from` and not after `to`.
  public let from: Timestamp
  public let to: Timestamp
  public let code: QualityCode
  public let author: String
  public let reason: String
  /// The edit does not count for verdicts made at or after this moment.
  public let expires: Timestamp

  public init(
    station: String, element: Element?, from: Timestamp, to: Timestamp, code: QualityCode,
    author: String, reason: String, expires: Timestamp
  ) {
    self.station = station
    self.element = element
    self.from = from
    self.to = to
    self.code = code
    self.author = author
    self.reason = reason
    self.expires = expires
  }

  func covers(_ reading: GaugeReading) -> Bool {
    reading.station == station && (element ?? reading.element) == reading.element
      && reading.period.end > from && reading.period.end <= to
  }
}
