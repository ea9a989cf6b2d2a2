public import Archive
public import Districts
import Foundation
public import Hydromet
import Ingest

/// A district with everything that Freshet keeps for it: the ledger, the stored frames, the weights.
public struct Workspace: Sendable {
  public let district: District
  /// SHA-256 over the district's definition files: configuration, tables and shapes.
  public let districtHash: String
  public let ledger: Ledger
  public let frames: FrameStore
  public let weights: WeightStore
  public let stateFolder: String
  public let productsFolder: String
  /// The part of the grids that is kept, WGS 84 degrees.
  public let cropBox: Box?

  /// Opens a district folder, and makes its state folder where there is none.
  ///
  /// - Throws: `WorkspaceFaults` with every fault of the folder, or `Fault`.
  public init(folder: String) throws {
    do {
      district = try District.load(folder: folder)
    } catch {
      throw WorkspaceFaults(faults: error.faults)
    }
    let configuration = district.configuration
    stateFolder = "\(district.folder)/\(configuration.stateFolder)"
    productsFolder = "\(district.folder)/\(configuration.productsFolder)"
    for path in [stateFolder, "\(stateFolder)/weights", "\(stateFolder)/readings"] {
      try Workspace.makeFolder(path)
    }
    districtHash = try Workspace.hash(of: district)
    ledger = try Ledger(path: "\(stateFolder)/ledger.sqlite")
    frames = FrameStore(folder: "\(stateFolder)/frames")
    weights = WeightStore(folder: "\(stateFolder)/weights")
    cropBox = try Workspace.cropBox(of: district.description, ledger)
  }

  /// A path of the district, `grids/radar`, as a path of the file system.
  public func path(_ relative: String) -> String { "\(district.folder)/\(relative)" }

  func feed(named name: String) -> Feed? {
    district.configuration.feeds.first { $0.name == name }
  }

  /// - Throws: `unknown_feed`.
  func knownFeed(_ name: String) throws(Fault) -> Feed {
    guard let feed = feed(named: name) else {
      throw Fault(
        "unknown_feed", at: .init("\(district.folder)/district.yaml"), "there is no feed “\(name)”",
        remedy: "name one of \(district.configuration.feeds.map(\.name).joined(separator: ", "))")
    }
    return feed
  }

  /// Lets the next file of a feed decide its grid.
  public func releaseGrid(of feed: String) throws(Fault) {
    try ledger.releaseGrid(feed: feed)
  }

  /// How long after its data time a cycle waits for its feeds at the most.
  public var lateSeconds: Int {
    district.configuration.feeds.map(\.lateAfter.seconds).max() ?? 0
  }

  /// How far a cycle looks back: the longest window, and what its oldest changed frame rests on.
  public var reachSeconds: Int {
    longestSeconds + (isMerging ? AdjustedFrames.reachSeconds : isMoving ? frameStepSeconds : 0)
  }

  var longestSeconds: Int { district.configuration.windows.map(\.seconds).max() ?? 0 }

  private var isMerging: Bool { district.configuration.estimateMethod != "none" }

  private var isMoving: Bool { district.configuration.estimateMovesRain }

  private var frameStepSeconds: Int {
    district.configuration.feeds.first { $0.kind == .grid }?.step.seconds ?? 0
  }

  /// How far back the soil takes in late frames.
  var soilReachSeconds: Int { longestSeconds + (isMerging || isMoving ? 72_000 : 86_400) }

  /// How far back frames are moved and merged: as far as the soil rests on them, and a step of it. States of
  /// cells are saved every six hours, and go on from one that is so much older.
  var changedReachSeconds: Int {
    guard isMerging || isMoving, !district.description.basins.isEmpty else { return longestSeconds }
    return longestSeconds + 75_600 + (district.configuration.soilCells == nil ? 0 : 21_600)
  }

  /// How far back a cycle reads gauges and frames: what its oldest changed frame rests on.
  var inputReachSeconds: Int { changedReachSeconds + reachSeconds - longestSeconds }

  /// The folders that the feeds fill.
  var watchedFolders: [WatchedFolder] {
    district.configuration.feeds.map {
      WatchedFolder(feed: $0.name, path: path($0.folder), pattern: $0.pattern)
    }
  }

  /// The box of the district's shapes and a margin of a tenth of a degree. It is chosen once, because
  /// stored frames have its cells; a district that outgrows it says so.
  private static func cropBox(
    of description: DistrictDescription, _ ledger: Ledger
  ) throws(Fault) -> Box? {
    let shapes = description.townships.map(\.geometry) + description.basins.map(\.geometry)
    guard let box = Box(around: shapes.lazy.flatMap { $0.polygons.lazy.flatMap(\.outer) }) else {
      return nil
    }
    if let text = try ledger.setting("crop_box"), let stored = Box(text: text) {
      guard stored.union(box) == stored else {
        throw Fault(
          "district_outgrew_state", at: .init(ledger.path),
          "the district's shapes reach beyond the part of the grids that was kept so far",
          remedy: "move the state folder away; the originals are read again at the next start")
      }
      return stored
    }
    let margin = 0.1
    let crop = Box(
      minX: ((box.minX - margin) * 100).rounded(.down) / 100,
      minY: ((box.minY - margin) * 100).rounded(.down) / 100,
      maxX: ((box.maxX + margin) * 100).rounded(.up) / 100,
      maxY: ((box.maxY + margin) * 100).rounded(.up) / 100)
    try ledger.set("crop_box", to: crop.text)
    return crop
  }

  private static func makeFolder(_ path: String) throws(Fault) {
    do {
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    } catch {
      throw Fault(
        "cannot_make_folder", at: .init(path),
        "cannot make the folder: \(error.localizedDescription)",
        remedy: "check the rights of its parent and the free space")
    }
  }

  /// The hash covers names and bytes of the definition files, in the order of their names.
  private static func hash(of district: District) throws(Fault) -> String {
    var text = ""
    for name in district.definitionFiles {
      let fingerprint = try Fingerprint(ofFile: "\(district.folder)/\(name)")
      text += "\(name) \(fingerprint.sha256)\n"
    }
    return Fingerprint(of: text.utf8).sha256
  }
}

/// Every fault of a district's folder.
public struct WorkspaceFaults: Error {
  public let faults: [Fault]
}

extension Box {
  fileprivate var text: String { "\(minX) \(minY) \(maxX) \(maxY)" }

  fileprivate init?(text: String) {
    let numbers = text.split(separator: " ").compactMap { Double($0) }
    guard numbers.count == 4 else { return nil }
    self.init(minX: numbers[0], minY: numbers[1], maxX: numbers[2], maxY: numbers[3])
  }
}
