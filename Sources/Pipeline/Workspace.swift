public import Archive
public import District
import Foundation
public import Hydromet

/// A district with everything that Freshet keeps for it: the ledger, the stored frames, the weights.
public struct Workspace: Sendable {
  public let district: District
  /// SHA-256 over the district's definition files: configuration, tables and shapes.
  public let districtHash: String
  public let ledger: Ledger
  public let frames: FrameStore
  public let stateFolder: String
  public let productsFolder: String

  /// Opens a district folder, and makes its state folder where there is none.
  public init(folder: String) throws {
    district = try District.load(folder: folder)
    let root = district.folder
    stateFolder = "\(root)/\(district.configuration.stateFolder)"
    productsFolder = "\(root)/\(district.configuration.products.folder)"
    for path in [stateFolder, productsFolder, "\(stateFolder)/weights"] {
      try Workspace.makeFolder(path)
    }
    districtHash = try Workspace.hash(of: district)
    ledger = try Ledger(path: "\(stateFolder)/ledger.sqlite")
    frames = try FrameStore(folder: "\(stateFolder)/frames")
  }

  private static func makeFolder(_ path: String) throws(Fault) {
    do {
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    } catch {
      throw Fault(
        "cannot_make_folder", at: .init(path), "cannot make the folder: \(error)",
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
