public import Hydromet
public import Warn

/// How a district calls: plans, rosters and channels, as `calls:` in `district.yaml` says.
public struct CallSettings: Sendable, Hashable {
  public var plan = CallPlan.usual
  /// Plans of single levels.
  public var plans: [RiskLevel: CallPlan] = [:]
  public var roster = Roster()
  public var channels: [ChannelSettings] = []
  /// Every call of the district is a drill. Invented districts say so.
  public var isRehearsal = false
  /// The address of the console as people outside reach it, for links by which they answer; nil where
  /// they cannot.
  public var answerAddress: String?
  /// How old the newest data of a feed may be before the people of the district are called about it; nil
  /// watches none.
  public var silence: TimeSpan? = .hours(1)
  /// The day on which every entry must have been looked at since the one a year before, month and day.
  public var reviewMonth = 4
  public var reviewDay = 20

  public init() {}
}

/// One channel of a district.
public struct ChannelSettings: Sendable, Hashable {
  public enum Kind: String, Sendable, Hashable, CaseIterable {
    case mail
    case webhook
    /// A gateway that is asked by HTTP.
    case http
    case mqtt
    case program
    case modem
    /// A folder of the emergency broadcast.
    case broadcast
  }

  /// Where a secret is: never in the settings themselves.
  public enum Secret: Sendable, Hashable {
    case file(String)
    case environment(String)
  }

  public var name: String
  public var kind: Kind
  /// `url`, `from`, `user`, `topic`, `path`, `device`, `folder`, `body`, `success`, …
  public var values: [String: String] = [:]
  public var headers: [String: String] = [:]
  public var arguments: [String] = []
  public var secret: Secret?
  public var perMinute: Int?
  public var parallel = 4
  public var timeLimit = TimeSpan(seconds: 30)

  public init(name: String, kind: Kind) {
    self.name = name
    self.kind = kind
  }
}
