import Dispatch
import Districts
import Hummingbird
import HummingbirdCore
public import Hydromet
import Logging
import ServiceLifecycle
import Synchronization

/// The HTTP server beside the service, on threads of its own.
public final class ConsoleServer: Sendable {
  /// The port that is listened to.
  public let port: Int
  private let group: ServiceGroup
  private let hasEnded: DispatchSemaphore

  private enum Start: Sendable {
    case running(port: Int)
    case failed(String)
  }

  /// Begins to listen, and returns when it does.
  ///
  /// - Throws: `cannot_listen`.
  public init(_ services: ConsoleServices) throws(Fault) {
    let settings = services.settings
    let started = DispatchSemaphore(value: 0)
    let start = Mutex<Start?>(nil)
    let report = StartReport(start: { state in
      start.withLock { $0 = $0 ?? state }
      started.signal()
    })
    let application = Application(
      responder: ConsoleResponder(services),
      server: .http1(configuration: .init(idleTimeout: .seconds(60))),
      configuration: .init(
        address: .hostname(settings.host, port: settings.port), serverName: "Freshet",
        availableConnectionsDelegate: MaximumAvailableConnections(512)),
      onServerRunning: { channel in
        report.start(.running(port: channel.localAddress?.port ?? settings.port))
      }, logger: ConsoleServer.quiet(services.log))
    let group = ServiceGroup(
      configuration: .init(services: [application], logger: ConsoleServer.quiet(services.log)))
    let ended = DispatchSemaphore(value: 0)
    Task.detached {
      do {
        try await group.run()
      } catch {
        report.start(.failed("\(error)"))
      }
      report.start(.failed("the server ended"))
      ended.signal()
    }
    guard started.wait(timeout: .now() + 15) == .success,
      case .running(let port) = start.withLock({ $0 })
    else {
      var words = "nothing was heard of it for 15 s"
      if case .failed(let problem) = start.withLock({ $0 }) { words = String(problem.prefix(300)) }
      throw Fault(
        "cannot_listen", at: .init("\(settings.host):\(settings.port)"),
        "the console cannot listen here: \(words)",
        remedy: "correct `console: {listen}` in district.yaml, or end the program that has the port"
      )
    }
    self.port = port
    self.group = group
    hasEnded = ended
    services.log.notice("console listens on \(settings.host):\(port)")
  }

  private struct StartReport: Sendable {
    let start: @Sendable (Start) -> Void
  }

  /// Takes no further connections and lets the requests in work be answered.
  public func stop(graceSeconds: Double = 10) {
    let group = group
    Task.detached { await group.triggerGracefulShutdown() }
    _ = hasEnded.wait(timeout: .now() + graceSeconds)
  }

  /// The server's own words only where something is wrong.
  private static func quiet(_ log: Logger) -> Logger {
    var log = log
    log.logLevel = max(log.logLevel, .warning)
    return log
  }
}
