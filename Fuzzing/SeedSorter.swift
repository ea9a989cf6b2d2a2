import ForeignReaders
import Formats
import Foundation
import Hydromet
import Ingest
import Publish

/// Parts seed files into the corpora of the targets, by what is in them.
struct SeedSorter {
  let corpus: String
  /// What of a long text teaches a reader its format, bytes.
  private static let textHead = 6000
  private static let largest = 1 << 20

  func sort(folder: String) {
    let names = (try? FileManager.default.subpathsOfDirectory(atPath: folder)) ?? []
    var kept = 0
    for name in names.sorted() {
      let path = "\(folder)/\(name)"
      guard let bytes = FileManager.default.contents(atPath: path), !bytes.isEmpty else { continue }
      for target in targets(of: path, [UInt8](bytes)) {
        for part in parts(of: [UInt8](bytes), target) { kept += keep(part, target) ? 1 : 0 }
      }
    }
    print("\(kept) seeds from \(names.count) files")
  }

  private func targets(of path: String, _ bytes: [UInt8]) -> [ForeignReader] {
    var targets: [ForeignReader] = []
    if Compression(head: bytes) != nil { targets.append(.compression) }
    if bytes.count <= 16_384, (try? WIS2Notice(bytes, topic: "seed")) != nil {
      targets.append(.notice)
    }
    if (try? CAPReader.read(bytes, name: path)) != nil { targets.append(.alert) }
    if let format = try? GridFormat.format(ofFile: path) { targets.append(.grid(format)) }
    let isNetCDF =
      bytes.starts(with: [0x43, 0x44, 0x46]) || bytes.starts(with: [0x89, 0x48, 0x44, 0x46])
    if isNetCDF, (try? StationFile.read(path: path))?.format == .netCDF {
      targets.append(.station(.netCDF))
    }
    if let format = try? StationFile.format(of: bytes, file: path) {
      let isText = !bytes.prefix(4096).contains(0)
      if isText || StationFile.isBinaryStations(bytes) { targets.append(.station(format)) }
      if isText, format == .csv || format == .awsList { targets.append(.table) }
    }
    return targets
  }

  /// A file whole where it is small, and the front of a long text.
  private func parts(of bytes: [UInt8], _ target: ForeignReader) -> [[UInt8]] {
    let isText = !bytes.prefix(4096).contains(0)
    if isText, bytes.count > SeedSorter.textHead { return [Array(bytes[..<SeedSorter.textHead])] }
    return bytes.count <= SeedSorter.largest ? [bytes] : []
  }

  private func keep(_ bytes: [UInt8], _ target: ForeignReader) -> Bool {
    let folder = "\(corpus)/\(target.name)"
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    let path = "\(folder)/seed-\(String(hash, radix: 16))"
    guard !FileManager.default.fileExists(atPath: path) else { return false }
    try? FileManager.default.createDirectory(
      atPath: folder, withIntermediateDirectories: true)
    return FileManager.default.createFile(atPath: path, contents: Data(bytes))
  }
}
