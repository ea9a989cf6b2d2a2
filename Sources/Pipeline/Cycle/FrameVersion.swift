import Archive
import Crypto
import Foundation
import Hydromet

/// A frame as it is in the sums: the stored frame, and the name of what is summed.
struct FrameVersion: Hashable {
  /// What was made of the stored frame.
  enum Source: Hashable {
    case stored
    /// With the rain between it and the frame before.
    case moved
    /// As gauges put it right.
    case merged
  }

  let frame: StoredFrame
  /// That of the stored frame itself where it is summed as it came.
  let name: String
  let source: Source

  init(frame: StoredFrame, name: String, source: Source) {
    self.frame = frame
    self.name = name
    self.source = source
  }

  /// The frame as it came.
  init(frame: StoredFrame) {
    self.init(frame: frame, name: frame.storeName, source: .stored)
  }

  var isChanged: Bool { source != .stored }
  /// Follows from the cells alone.
  var identity: String { isChanged ? name : frame.contentHash }
}

/// Frames with the rain between them, or as gauges put them right, and how they are read.
struct ChangedFrames {
  /// By the end of the period, as far back as `Workspace.changedReachSeconds`.
  let versions: [Timestamp: FrameVersion]
  /// Throws where a changed frame is gone and has to be made anew.
  let load: (FrameVersion) throws(Fault) -> DepthField?
}

/// What a step rests on, as one number: of merging the chain of steps before it, the frame and the gauges.
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
    _ version: FrameVersion, gauges: [(station: Int, micrometres: Int32)], absent: Int
  ) -> StepKey {
    var line = "\(text) \(version.identity) \(version.frame.geometryHash) \(absent)"
    for gauge in gauges { line += " \(gauge.station):\(gauge.micrometres)" }
    return StepKey(text: StepKey.hash(line))
  }

  /// A frame and the one before it.
  func next(_ frame: StoredFrame, after earlier: StoredFrame?) -> StepKey {
    let before = earlier?.contentHash ?? "nothing"
    return StepKey(
      text: StepKey.hash("\(text) \(frame.geometryHash) \(before) \(frame.contentHash)"))
  }

  private static func hash(_ line: String) -> String {
    SHA256.hash(data: Data(line.utf8)).prefix(16).map { byte in
      let digits = String(byte, radix: 16)
      return digits.count == 1 ? "0\(digits)" : digits
    }.joined()
  }
}
