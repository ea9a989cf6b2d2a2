import Drill
import Glibc
import Hydromet
import Pipeline

/// A storm whose files arrive by the clock.
struct LiveStorm {
  private let storm: SyntheticStorm
  private let writer: DrillWriter
  private let clock: any Clock

  init(_ storm: SyntheticStorm, writer: DrillWriter, clock: any Clock) {
    self.storm = storm
    self.writer = writer
    self.clock = clock
  }

  /// Writes every file when its time has come; ends with the storm.
  func run() throws(Fault) {
    // The files of the time before the storm arrive at its very start.
    var last = storm.plan.start - 1
    while last < storm.plan.end + LiveStorm.grace {
      let now = clock.now
      let count = try writer.writeStorm(storm, from: last, to: now)
      if count > 0 { Terminal.say("\(BeijingTime.numeric(now)) \(count) files") }
      last = now
      sleep(1)
    }
  }

  /// Late files come up to this long after the storm.
  private static let grace = 3600
}
