import Archive
import Foundation
import Hydromet
import Testing

/// A folder of its own that vanishes with the test.
final class Workbench {
  let folder: String

  init() throws {
    let url = FileManager.default.temporaryDirectory.appendingPathComponent(
      "freshet-archive-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    folder = url.path
  }

  deinit {
    try? FileManager.default.removeItem(atPath: folder)
  }

  var ledgerPath: String { "\(folder)/ledger.sqlite" }

  func ledger() throws -> Ledger { try Ledger(path: ledgerPath) }
}

/// 2020-07-05T00:00:00Z and so many minutes.
func minute(_ minutes: Int) -> Timestamp {
  Timestamp(secondsSince1970: 1_593_907_200) + minutes * 60
}

/// The ten minutes that end at a minute.
func tenMinutes(endingAt minutes: Int) -> Period { Period(end: minute(minutes), seconds: 600) }

/// The whole day of the tests.
let wholeDay = Period(end: minute(1440), seconds: 86_400)

func fingerprint(_ text: String) -> Fingerprint { Fingerprint(of: text.utf8) }

func rain(
  _ station: String, endingAt minutes: Int, _ tenths: Int32?, _ quality: QualityCode = .unchecked
) -> GaugeReading {
  GaugeReading(
    station: station, element: .rain, period: tenMinutes(endingAt: minutes), tenths: tenths,
    quality: quality)
}

let smallGrid = GridGeometry(
  rows: 2, columns: 3, projection: "+proj=longlat +datum=WGS84", isGeographic: true, west: 106,
  north: 29, cellWidth: 0.01, cellHeight: 0.01)

func frame(
  endingAt minutes: Int, _ contents: String, geometry: GridGeometry = smallGrid
) -> FrameDescription {
  let hash = fingerprint(contents + String(minutes)).sha256
  return FrameDescription(
    period: tenMinutes(endingAt: minutes), storeName: "radar/\(hash.prefix(8)).frame",
    contentHash: hash, geometry: geometry, validCells: 6)
}

extension Ledger {
  /// Claims a file with the text as its bytes.
  func claimed(_ name: String, _ text: String, feed: String, at known: Timestamp) throws -> Int64 {
    let claim = try claim(feed: feed, name: name, fingerprint: fingerprint(text), known: known)
    guard case .claimed(let file) = claim else {
      throw Fault("not_claimed", "\(name) was decided before", remedy: "correct the test")
    }
    return file.id
  }

  /// Claims and accepts a file of frames.
  @discardableResult
  func take(
    _ name: String, _ text: String, frames: [FrameDescription], correction: Int = 0,
    withdrawsSameName: Bool = false, at known: Timestamp
  ) throws -> Acceptance {
    try accept(
      claimed(name, text, feed: "radar", at: known), frames: frames, format: "test",
      correction: correction, withdrawsSameName: withdrawsSameName, known: known)
  }

  /// Claims and accepts a file of readings.
  @discardableResult
  func take(
    _ name: String, _ text: String, readings: [GaugeReading], correction: Int = 0,
    at known: Timestamp
  ) throws -> Acceptance {
    try accept(
      claimed(name, text, feed: "gauges", at: known), readings: readings, format: "test",
      correction: correction, known: known)
  }

  func tenths(asKnown moment: Timestamp? = nil) throws -> [Int32?] {
    try readings(feed: "gauges", in: wholeDay, asKnown: moment).map(\.tenths)
  }

  func frameHashes(asKnown moment: Timestamp? = nil) throws -> [String] {
    try frames(feed: "radar", in: wholeDay, asKnown: moment).map(\.contentHash)
  }
}

/// The code of the fault that something throws; nil where it throws none.
func faultCode(_ body: () throws -> Void) -> String? {
  do {
    try body()
    return nil
  } catch let fault as Fault {
    return fault.code
  } catch {
    return "\(error)"
  }
}
