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

/// Merged steps on disk by their keys, so that a new process need not merge them again. Nothing here is
/// the only copy of anything: what cannot be read is computed again.
struct StepMemory {
  private let folder: String
  private let store: FrameStore

  init(folder: String) {
    self.folder = folder
    store = FrameStore(folder: "\(folder)/frames", isDurable: false)
  }

  func step(_ key: StepKey) -> MergedStep? {
    guard let data = FileManager.default.contents(atPath: path(key)) else { return nil }
    return try? JSONDecoder().decode(MergedStep.self, from: data)
  }

  func keep(_ step: MergedStep, _ key: StepKey) throws(Fault) {
    do {
      try FileManager.default.createDirectory(
        atPath: "\(folder)/steps", withIntermediateDirectories: true)
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys]
      try encoder.encode(step).write(to: URL(fileURLWithPath: path(key)), options: .atomic)
    } catch {
      throw Fault(
        "cannot_write", at: .init(path(key)),
        "a merged step cannot be written: \(error.localizedDescription)",
        remedy: "check the state folder, its rights and the free space")
    }
  }

  func write(_ field: DepthField) throws(Fault) -> String {
    try store.write(field, feed: "merged").storeName
  }

  func read(_ name: String, geometry: GridGeometry) throws(Fault) -> DepthField {
    try store.read(name, geometry: geometry)
  }

  /// Removes what was last written before a moment of this machine's clock.
  func removeOlder(thanSeconds age: Double, now: Double) {
    let manager = FileManager.default
    for part in ["steps", "frames/merged"] {
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
