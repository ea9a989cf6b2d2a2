import Archive
import Crypto
import Foundation
import Hydromet

/// A frame as it is in the sums: the stored frame, and the name of what is summed. The name is that of the
/// stored frame itself where it is summed as it came.
struct FrameVersion: Hashable {
  let frame: StoredFrame
  let name: String

  /// Whether gauges changed it.
  var isMerged: Bool { name != frame.storeName }
  /// Follows from the cells alone.
  var identity: String { isMerged ? name : frame.contentHash }
}

/// Frames as gauges put them right, and how they are read.
struct MergedFrames {
  /// By the end of the period, as far back as `Workspace.mergedReachSeconds`.
  let versions: [Timestamp: FrameVersion]
  /// Throws where a merged frame is gone and has to be made anew.
  let load: (FrameVersion) throws(Fault) -> DepthField?
}

/// What a merged step rests on, as one number: the chain of steps before it, the frame and the gauges.
/// Equal keys mean equal bytes, whenever and wherever they were computed.
struct StepKey: Hashable {
  let text: String

  /// - Parameter settings: everything that changes how steps are merged.
  init(settings: String) {
    text = StepKey.hash("start \(ProgramVersion.text) \(settings)")
  }

  private init(text: String) {
    self.text = text
  }

  /// - Parameter absent: gauges that reported lately and not in this step.
  func next(
    _ frame: StoredFrame, gauges: [(station: Int, micrometres: Int32)], absent: Int
  ) -> StepKey {
    var line = "\(text) \(frame.contentHash) \(frame.geometryHash) \(absent)"
    for gauge in gauges { line += " \(gauge.station):\(gauge.micrometres)" }
    return StepKey(text: StepKey.hash(line))
  }

  private static func hash(_ line: String) -> String {
    SHA256.hash(data: Data(line.utf8)).prefix(16).map { byte in
      let digits = String(byte, radix: 16)
      return digits.count == 1 ? "0\(digits)" : digits
    }.joined()
  }
}
