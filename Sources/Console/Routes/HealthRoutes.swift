import Districts
import Hummingbird
import Hydromet
import Pipeline

/// What monitoring asks: is the service alive, and how fresh is what it publishes.
extension ConsoleServices {
  var healthRoutes: [ConsoleRoute] {
    [ConsoleRoute(.get, "/api/v1/health", nil) { _ in health() }]
  }

  private struct Health: Encodable {
    /// `ok`, or `stuck` where the service's loop has not turned for two minutes.
    let status: String
    let version: String
    let district: String
    let time: String
    let newestCycle: String?
    let waitingFiles: Int
    let filesInWork: Int
    let accepted: Int
    let quarantined: Int
    /// The code of what is wrong with this machine; no words, for anybody may ask.
    let trouble: String?
  }

  private func health() -> Response {
    let state = pulse.state
    let silence = state.lastTurn.map { clock.monotonicSeconds - $0 }
    let isStuck = silence.map { $0 > ConsoleServices.longestSilence } ?? false
    return .json(
      isStuck ? .serviceUnavailable : .ok,
      Health(
        status: isStuck ? "stuck" : "ok", version: ProgramVersion.text,
        district: workspace.district.configuration.code, time: clock.now.iso8601,
        newestCycle: state.newestCycle?.iso8601, waitingFiles: state.waitingFiles,
        filesInWork: state.filesInWork, accepted: state.tally.accepted,
        quarantined: state.tally.quarantined, trouble: state.trouble?.code))
  }

  private static let longestSilence = 120.0
}
