import Archive
import Estimate
import Foundation
import Hydromet

/// What merging one step left behind.
struct MergedStep: Codable {
  let state: MergeState
  let summary: EstimateSummary
  /// The merged frame in the store; nil where the frame stayed as it came.
  let storeName: String?
}

/// Steps and their frames on disk by their keys, so that a new process need not make them again. Nothing
/// here is the only copy of anything: what cannot be read is computed again.
struct StepMemory<Step: Codable> {
  private let folder: String
  /// What the frames are filed under.
  private let feed: String
  private let store: FrameStore

  init(folder: String, feed: String) {
    self.folder = folder
    self.feed = feed
    store = FrameStore(folder: "\(folder)/frames", isDurable: false)
  }

  func step(_ key: StepKey) -> Step? {
    guard let data = FileManager.default.contents(atPath: path(key)) else { return nil }
    return try? JSONDecoder().decode(Step.self, from: data)
  }

  func keep(_ step: Step, _ key: StepKey) throws(Fault) {
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
  }

  func write(_ field: DepthField) throws(Fault) -> String {
    try store.write(field, feed: feed).storeName
  }

  func read(_ name: String, geometry: GridGeometry) throws(Fault) -> DepthField {
    try store.read(name, geometry: geometry)
  }

  /// Whether a frame that a step names can still be read; a step without one needs none.
  func isReadable(_ name: String?, _ geometry: GridGeometry) -> Bool {
    guard let name else { return true }
    return (try? read(name, geometry: geometry)) != nil
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
