import Archive
import Hydromet

/// Stored frames that could not be read back. Each counts as one that never came, until it was written
/// anew.
struct DamagedFrames {
  private let store: FrameStore
  private var stamps: [String: FrameStore.Stamp?] = [:]
  /// How often a frame could not be read back so far.
  private(set) var count = 0

  init(_ store: FrameStore) {
    self.store = store
  }

  /// Whether the frame is as it was when it could not be read.
  func contains(_ storeName: String) -> Bool {
    guard let stamp = stamps[storeName] else { return false }
    return store.stamp(of: storeName) == stamp
  }

  /// Notes a frame where a fault of reading says that it is missing or damaged.
  ///
  /// - Returns: whether the fault says so.
  mutating func note(_ storeName: String, _ fault: Fault) -> Bool {
    guard ["frame_missing", "frame_damaged"].contains(fault.code) else { return false }
    stamps[storeName] = .some(store.stamp(of: storeName))
    count += 1
    return true
  }
}
