public import Districts
public import Hydromet
public import Logging
public import Pipeline

/// What the routes work with.
public struct ConsoleServices: Sendable {
  public let workspace: Workspace
  public let desk: ArrivalDesk
  public let pulse: ServicePulse
  public let settings: ConsoleSettings
  public let clock: any Clock
  public let log: Logger
  let tokens: TokenRegister
  let rate: RateLimit
  let answers: AnswerDesk
  let warningDesk: WarningDesk
  /// Of each answer link.
  let linkRate: RateLimit
  /// Of everybody together who shows a link that this district did not make.
  let strangerRate: RateLimit

  public init(
    workspace: Workspace, desk: ArrivalDesk, pulse: ServicePulse, settings: ConsoleSettings,
    clock: any Clock = SystemClock(), log: Logger
  ) throws(Fault) {
    self.workspace = workspace
    self.desk = desk
    self.pulse = pulse
    self.settings = settings
    self.clock = clock
    self.log = log
    tokens = TokenRegister(stateFolder: workspace.stateFolder)
    rate = RateLimit(perMinute: settings.requestsPerMinute, clock: clock)
    answers = try AnswerDesk(workspace, clock: clock)
    warningDesk = try WarningDesk(workspace, clock: clock)
    linkRate = RateLimit(perMinute: 60, clock: clock)
    strangerRate = RateLimit(perMinute: 600, clock: clock)
  }

  /// Every route there is. A new capability adds its own list here.
  var routes: [ConsoleRoute] {
    healthRoutes + uploadRoutes + answerRoutes + callbackRoutes + warningRoutes + callRoutes
  }
}
