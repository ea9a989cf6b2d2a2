import Foundation
import Hydromet
import Logging
import Pipeline
import Synchronization

/// A clock that stands until it is moved; waiting is real.
final class TestClock: Clock {
  private let moment: Mutex<Timestamp>

  init(_ moment: Timestamp) {
    self.moment = Mutex(moment)
  }

  var now: Timestamp { moment.withLock { $0 } }
  var monotonicSeconds: Double { SystemClock().monotonicSeconds }

  func move(to time: Timestamp) { moment.withLock { $0 = time } }
}

/// The program beside the test bundle: it is what workers are.
enum Program {
  static let path: String = {
    let own = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
    let folder = URL(fileURLWithPath: own).deletingLastPathComponent().path
    return "\(folder)/freshet"
  }()
}

/// An engine on a district, as a program run would make it.
///
/// - Parameter diary: gets what is logged; nobody where nil.
func engine(
  _ district: TestDistrict, workers: Int = 2, clock: any Clock = SystemClock(),
  diary: Diary? = nil
) throws -> Engine {
  var options = Engine.Options(executable: Program.path)
  options.workerCount = workers
  options.isDurable = false
  return try Engine(
    try Workspace(folder: district.folder), options: options, clock: clock,
    log: diary.map { diary in Logger(label: "test") { _ in diary } } ?? quietLogger)
}

let quietLogger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

/// Takes in what is there, runs cycles from one frame to another, and ends the workers.
func run(
  _ district: TestDistrict, cycles: ClosedRange<Int>, workers: Int = 2,
  clock: any Clock = SystemClock()
) throws {
  let engine = try engine(district, workers: workers, clock: clock)
  defer { engine.stop() }
  try engine.digest()
  for number in cycles { try engine.runCycle(at: TestStorm.end(number)) }
}
