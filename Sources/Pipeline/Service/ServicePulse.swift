public import Hydromet
import Synchronization

/// What the service tells others of itself while it runs: whether its loop turns, what waits, what was
/// published last.
public final class ServicePulse: Sendable {
  public struct State: Sendable, Hashable {
    /// When the loop turned last, by the clock that never runs backwards; nil before it began.
    public var lastTurn: Double?
    /// Data time of the newest cycle.
    public var newestCycle: Timestamp?
    /// Files that have arrived and were not handed out yet.
    public var waitingFiles = 0
    /// Files that workers have in hand.
    public var filesInWork = 0
    public var tally = Intake.Tally()
    /// What is wrong with this machine at present.
    public var trouble: Fault?
  }

  private let now = Mutex(State())

  public init() {}

  public var state: State { now.withLock { $0 } }

  func update(_ change: (inout State) -> Void) { now.withLock { change(&$0) } }
}
