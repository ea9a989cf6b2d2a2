import Archive
import Estimate
import Foundation
import Hydromet

/// What making one frame left behind.
protocol FrameStep: Codable {
  /// The frame in the store; nil where it stayed as it came.
  var storeName: String? { get }
}

/// What merging one step left behind.
struct MergedStep: FrameStep {
  let state: MergeState
  let summary: EstimateSummary
  /// The merged frame in the store; nil where the frame stayed as it came.
  let storeName: String?
}

/// Steps and their frames on disk by their keys, so that a new process need not make them again. Nothing
/// here is the only copy of anything: what cannot be read is computed again.
struct StepMemory<Step: FrameStep> {
  private let folder: String
  /// What the frames are filed under.
  private let feed: String
  private let store: FrameStore
  /// Steps by their keys, from this process.
  private var steps: [StepKey: Step] = [:]

  /// Frames that could not be read back so far.
  private(set) var losses = 0

  init(folder: String, feed: String) {
    self.folder = folder
    self.feed = feed
    store = FrameStore(folder: "\(folder)/frames", isDurable: false)
  }

  /// A step that was made before, by this process or by another, and whose frame can be read.
  mutating func step(_ key: StepKey, on geometry: GridGeometry) -> Step? {
    if let known = steps[key] { return known }
    guard let data = FileManager.default.contents(atPath: path(key)),
      JSONText.isShallow(data), let kept = try? JSONDecoder().decode(Step.self, from: data),
      kept.storeName.map({ (try? store.read($0, geometry: geometry)) != nil }) ?? true
    else { return nil }
    steps[key] = kept
    return kept
  }

  /// The frame of a step. One that is gone or damaged is forgotten, so that it is made again.
  mutating func field(_ name: String, on geometry: GridGeometry) throws(Fault) -> DepthField {
    do throws(Fault) {
      return try store.read(name, geometry: geometry)
    } catch {
      steps = steps.filter { $0.value.storeName != name }
      losses += 1
      throw error
    }
  }

  /// Forgets the steps of this process that are not among those that are used.
  mutating func forget(allBut used: Set<StepKey>) {
    steps = steps.filter { used.contains($0.key) }
  }

  mutating func keep(_ step: Step, _ key: StepKey) throws(Fault) {
    do {
      try FileManager.default.createDirectory(
        atPath: "\(folder)/steps", withIntermediateDirectories: true)
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys]
      try encoder.encode(step).write(to: URL(fileURLWithPath: path(key)), options: .atomic)
    } catch {
      throw Fault(
        "cannot_write", at: .init(path(key)),
        "a step of the rain grid cannot be written: \(error.localizedDescription)",
        remedy: "check the state folder, its rights and the free space")
    }
    steps[key] = step
  }

  func write(_ field: DepthField) throws(Fault) -> String {
    try store.write(field, feed: feed).storeName
  }

  /// Removes what was last written before a moment of this machine's clock.
  func removeOlder(thanSeconds age: Double, now: Double) {
    let manager = FileManager.default
    for part in ["steps", "frames/\(feed)"] {
      let names = (try? manager.contentsOfDirectory(atPath: "\(folder)/\(part)")) ?? []
      for name in names.sorted() {
        let path = "\(folder)/\(part)/\(name)"
        guard let attributes = try? manager.attributesOfItem(atPath: path),
          let date = attributes[.modificationDate] as? Date,
          now - date.timeIntervalSince1970 > age
        else { continue }
        try? manager.removeItem(atPath: path)
      }
    }
  }

  private func path(_ key: StepKey) -> String { "\(folder)/steps/\(key.text).json" }
}
