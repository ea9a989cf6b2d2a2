public import Districts
import Hydromet
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

  public init(
    workspace: Workspace, desk: ArrivalDesk, pulse: ServicePulse, settings: ConsoleSettings,
    clock: any Clock = SystemClock(), log: Logger
  ) {
    self.workspace = workspace
    self.desk = desk
    self.pulse = pulse
    self.settings = settings
    self.clock = clock
    self.log = log
    tokens = TokenRegister(stateFolder: workspace.stateFolder)
    rate = RateLimit(perMinute: settings.requestsPerMinute, clock: clock)
  }

  /// Every route there is. A new capability adds its own list here.
  var routes: [ConsoleRoute] { healthRoutes + uploadRoutes }
}
