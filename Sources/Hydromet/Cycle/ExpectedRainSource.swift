/// Where the expected rain of a cycle comes from.
public struct ExpectedRainSource: Sendable, Hashable {
  public let feed: String
  /// When the forecast was issued.
  public let issued: Timestamp
  /// Rain is known up to here.
  public let until: Timestamp
  /// The files behind it.
  public let inputs: [CycleInput]

  public init(feed: String, issued: Timestamp, until: Timestamp, inputs: [CycleInput]) {
    self.feed = feed
    self.issued = issued
    self.until = until
    self.inputs = inputs
  }
}
