import Archive
import Foundation
import Hydromet
import Pipeline
import Testing

/// The storm's frames as SWAN grids (diamond 131, version 1): tenths of a millimetre in two bytes.
private struct SWANFrame {
  let number: Int

  var bytes: Data {
    var header = [UInt8](repeating: 0, count: 1024)
    func put(_ value: Int, at: Int) {
      header[at] = UInt8(truncatingIfNeeded: value)
      header[at + 1] = UInt8(truncatingIfNeeded: value >> 8)
    }
    func put(_ value: Float, at: Int) {
      put(Int(value.bitPattern), at: at)
      put(Int(value.bitPattern >> 16), at: at + 2)
    }
    header.replaceSubrange(0..<11, with: Array("diamond 131".utf8))
    header.replaceSubrange(12..<15, with: Array("QPE".utf8))
    let end = CivilTime(TestStorm.end(number))
    for (index, part) in [end.year, end.month, end.day, end.hour, end.minute, 10].enumerated() {
      put(part, at: 66 + 2 * index)
    }
    for (index, count) in [TestStorm.columns, TestStorm.rows, 1].enumerated() {
      put(count, at: 78 + 2 * index)
    }
    for (index, value) in ([108.3, 30.4, 108.4, 30.3, 0.01, 0.01] as [Float]).enumerated() {
      put(value, at: 88 + 4 * index)
    }
    header[58] = UInt8(ascii: "1")
    put(2, at: 852)
    var cells: [UInt8] = []
    for row in 0..<TestStorm.rows {
      for column in 0..<TestStorm.columns {
        let tenths = Int(TestStorm.tenths(number, row, column))
        cells += [UInt8(truncatingIfNeeded: tenths), UInt8(truncatingIfNeeded: tenths >> 8)]
      }
    }
    return Data(header + cells)
  }
}

@Suite("Feeds of other formats", .serialized)
struct FormatFeedTests {
  private func report(of district: TestDistrict) throws -> CycleReport {
    let engine = try engine(district, workers: 1)
    defer { engine.stop() }
    try engine.digest()
    #expect(engine.tally.accepted == 12)
    return try engine.report(at: TestStorm.end(6))
  }

  @Test("the same storm as netCDF and as SWAN grids gives the same rain over every unit")
  func sameStorm() throws {
    let first = try TestDistrict()
    try TestStorm.write(1...6, into: first)
    let other = try TestDistrict {
      $0.replacingOccurrences(of: "\"*.nc\"", with: "\"*.bin\"")
        .replacingOccurrences(
          of: "20}\n  gauges", with: "20}\n    state: {quantity: amount, zone: UTC}\n  gauges")
    }
    for number in 1...6 {
      try SWANFrame(number: number).bytes.write(
        to: URL(fileURLWithPath: "\(other.radar)/Z_OTHE_RADAQPE_\(number).bin"))
      try TestStorm.gaugeText(number).write(
        toFile: "\(other.gauges)/\(TestStorm.gaugeName(number))", atomically: true, encoding: .utf8)
    }
    let cut = SWANFrame(number: 7).bytes.dropLast(10)
    try Data(cut).write(to: URL(fileURLWithPath: "\(other.radar)/zz-cut.bin"))
    let reports = try [first, other].map { try report(of: $0) }
    #expect(reports[0].unitRainfall == reports[1].unitRainfall)
    let keeper = try engine(other, workers: 1)
    defer { keeper.stop() }
    let refused = try keeper.workspace.ledger.files(fate: .quarantined)
    #expect(refused.map(\.name) == ["zz-cut.bin"])
    #expect(refused.first?.reason?.code == "truncated")
  }
}
