import Archive
import Districts
import Foundation
import Hydromet
import Publish

/// Forgets what no cycle will look at again: frames and readings beyond the reach of late data, and
/// products older than the district keeps, and what was noticed in files a year ago. File fates, cycle
/// records and originals stay.
struct Housekeeping {
  private let workspace: Workspace

  init(_ workspace: Workspace) {
    self.workspace = workspace
  }

  /// - Parameter newest: data time of the newest cycle.
  /// - Returns: how many stored frames and product folders were removed.
  func run(newest: Timestamp) throws(Fault) -> (frames: Int, products: Int) {
    // A cycle one reach back may be made again, and looks back one reach itself.
    let horizon = newest - 2 * workspace.reachSeconds - Housekeeping.marginSeconds
    let names = try workspace.ledger.prune(before: horizon)
    try workspace.frames.remove(names)
    try workspace.ledger.pruneStates(before: horizon)
    try workspace.ledger.pruneBasinRain(before: newest - SoilKeeper.keptRainSeconds)
    if let kept = workspace.district.configuration.productsKept {
      HoldStore(folder: "\(workspace.stateFolder)/holds").prune(before: newest - kept.seconds)
    }
    try workspace.ledger.forgetNotices(decidedBefore: horizon - Housekeeping.noticesKeptSeconds)
    try workspace.ledger.forgetRemarks(decidedBefore: newest - Housekeeping.remarksKeptSeconds)
    let age = Double(2 * workspace.reachSeconds + 2 * Housekeeping.marginSeconds)
    let now = Date().timeIntervalSince1970
    StepMemory<MergedStep>(folder: "\(workspace.stateFolder)/estimate", feed: "merged")
      .removeOlder(thanSeconds: age, now: now)
    StepMemory<MovedStep>(
      folder: "\(workspace.stateFolder)/\(MovedFrames.folder)", feed: "moved"
    ).removeOlder(thanSeconds: age, now: now)
    return (names.count, try removeProducts(before: newest))
  }

  /// Evaporation rests on the temperature of the day before the oldest state that late data reach.
  private static let marginSeconds = 4 * 86_400
  /// Brokers do not repeat themselves after a month.
  private static let noticesKeptSeconds = 30 * 86_400

  /// A season's questions are asked until the next.
  private static let remarksKeptSeconds = 366 * 86_400

  /// Folders are removed by renaming first, so that a reader never finds half of one.
  private func removeProducts(before newest: Timestamp) throws(Fault) -> Int {
    guard let kept = workspace.district.configuration.productsKept else { return 0 }
    let oldest = (newest - kept.seconds).compact
    let manager = FileManager.default
    let names = (try? manager.contentsOfDirectory(atPath: workspace.productsFolder)) ?? []
    var removed = 0
    for name in names.sorted() where CyclePublisher.isCycleName(name) && name < oldest {
      let path = "\(workspace.productsFolder)/\(name)"
      let grave = "\(workspace.productsFolder)/.removed-\(name)"
      do {
        if manager.fileExists(atPath: grave) { try manager.removeItem(atPath: grave) }
        try manager.moveItem(atPath: path, toPath: grave)
        try manager.removeItem(atPath: grave)
      } catch {
        throw Fault(
          "cannot_remove", at: .init(path),
          "an old cycle cannot be removed: \(error.localizedDescription)",
          remedy: "check who may write in the products folder")
      }
      removed += 1
    }
    return removed
  }
}
