import Archive
import Foundation
import Hydromet
import Risk

/// The shown levels after each cycle, one file a cycle: what the next cycle has to remember.
///
/// A cycle reads the newest state before its data time, whichever cycles were made in between, so that
/// a cycle that is made again, for late data or for an explanation, begins where it began before.
struct HoldStore: Sendable {
  let folder: String

  /// The state before a data time, and the file as an input of the cycle; nil where there is none
  /// within `reach`. A file that cannot be read or is of another version counts as none.
  func state(before time: Timestamp, reach: TimeSpan) -> (state: HoldState, input: CycleInput)? {
    let names = ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? [])
      .filter { $0.hasSuffix(".json") }.sorted()
    let last = HoldStore.name(of: time)
    let first = HoldStore.name(of: time - reach.seconds)
    for name in names.reversed() where name < last && name >= first {
      guard let data = FileManager.default.contents(atPath: "\(folder)/\(name)"),
        JSONText.isShallow(data), let state = try? JSONDecoder().decode(HoldState.self, from: data),
        state.version == HoldState.currentVersion, state.time < time
      else { continue }
      let input = CycleInput(
        feed: "hold", name: name, hash: Fingerprint(of: data).sha256, dataTime: state.time)
      return (state, input)
    }
    return nil
  }

  /// Keeps the state after a cycle, in place of one of the same data time.
  func keep(_ state: HoldState) throws(Fault) {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    let path = "\(folder)/\(HoldStore.name(of: state.time))"
    do {
      try FileManager.default.createDirectory(
        atPath: folder, withIntermediateDirectories: true)
      try encoder.encode(state).write(to: URL(fileURLWithPath: path), options: .atomic)
    } catch {
      throw Fault(
        "cannot_write", at: .init(path), "cannot write: \(error.localizedDescription)",
        remedy: "check the folder, its rights and the free space")
    }
  }

  /// Removes states of data times before a moment.
  func prune(before moment: Timestamp) {
    let limit = HoldStore.name(of: moment)
    for name in (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    where name.hasSuffix(".json") && name < limit {
      try? FileManager.default.removeItem(atPath: "\(folder)/\(name)")
    }
  }

  /// Sorts as the times do.
  private static func name(of time: Timestamp) -> String {
    let civil = CivilTime(time)
    return
      "\(padded(civil.year, 4))\(padded(civil.month, 2))\(padded(civil.day, 2))T\(padded(civil.hour, 2))\(padded(civil.minute, 2))\(padded(civil.second, 2))Z.json"
  }
}
