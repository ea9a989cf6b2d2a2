/// What somebody on the ground says about a warning or an alarm.
public struct GroundFeedback: Sendable, Hashable, Codable {
  public enum Observation: String, Sendable, Hashable, Codable, CaseIterable {
    case rain
    case waterRising = "water_rising"
    case disaster
    case nothing
    /// People have acted: moved, closed a road.
    case acted

    public var chineseName: String {
      switch self {
      case .rain: "见雨"
      case .waterRising: "涨水"
      case .disaster: "成灾"
      case .nothing: "无异常"
      case .acted: "已处置"
      }
    }
  }

  /// Id of the warning record or alarm.
  public let subject: String
  public let township: String
  public let observation: Observation
  public let time: Timestamp
  public let author: WarningAuthor
  public let note: String

  public init(
    subject: String, township: String, observation: Observation, time: Timestamp,
    author: WarningAuthor, note: String
  ) {
    self.subject = subject
    self.township = township
    self.observation = observation
    self.time = time
    self.author = author
    self.note = note
  }
}
