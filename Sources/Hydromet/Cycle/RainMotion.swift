/// How rain was moved between the frames of a cycle, so that fast cells leave their path in the sums and
/// not their stops.
public struct RainMotion: Sendable, Hashable, Codable {
  /// What became of one frame.
  public enum Status: String, Sendable, Hashable, Codable, CaseIterable {
    /// Its rain was found again in the frame before, and lies where it passed.
    case moved
    /// Too little rain, or none that looks like that of the frame before: summed as it came.
    case notFound = "not_found"
    /// The frame before it is missing: summed as it came.
    case noEarlierFrame = "no_earlier_frame"
  }

  /// How far the rain of a frame went since the frame before.
  public struct Step: Sendable, Hashable, Codable {
    public let period: Period
    public let status: Status
    /// Mean over the rain, km; zero where nothing was moved.
    public let eastKilometres: Double
    public let northKilometres: Double
    /// The longest of any cell, km.
    public let longestKilometres: Double

    public init(
      period: Period, status: Status, eastKilometres: Double = 0, northKilometres: Double = 0,
      longestKilometres: Double = 0
    ) {
      self.period = period
      self.status = status
      self.eastKilometres = eastKilometres
      self.northKilometres = northKilometres
      self.longestKilometres = longestKilometres
    }
  }

  /// The newest frame of the cycle.
  public let newest: Step
  /// Frames of the longest window by what became of them, in the order of `Status.allCases`.
  public let counts: [Int]

  public init(newest: Step, counts: [Int]) {
    self.newest = newest
    self.counts = counts
  }

  public func count(_ status: Status) -> Int {
    zip(Status.allCases, counts).first { $0.0 == status }?.1 ?? 0
  }
}
