import Archive
import Foundation
import Hydromet
import Pipeline
import Publish
import Testing

/// The same inputs give the same bytes, however they arrived and whoever read them.
@Suite("Same inputs, same bytes")
struct ReproducibilityTests {
  private static let cycles = 5...10

  /// Products of a run over everything at once, by one worker.
  private func calm() throws -> TestDistrict {
    let district = try TestDistrict()
    try TestStorm.write(1...10, into: district)
    try run(district, cycles: ReproducibilityTests.cycles, workers: 1)
    return district
  }

  @Test("three workers in another folder make the bytes of one worker")
  func workers() throws {
    let first = try calm()
    let second = try TestDistrict()
    try TestStorm.write(1...10, into: second)
    try run(second, cycles: ReproducibilityTests.cycles, workers: 3)
    #expect(try TestFolder.differences(first.products, second.products) == [])
    #expect(try TestFolder.files(below: first.products).count > 60)
  }

  @Test("late, corrected and unordered files between cycles lead to the bytes of a calm replay")
  func disorder() throws {
    let first = try calm()
    let second = try TestDistrict()
    try TestStorm.write([7, 3, 1, 5], into: second)
    var wrong = TestFrame(4)
    wrong.values = { _, _ in 500 }
    try wrong.write(to: "\(second.radar)/\(TestStorm.frameName(4))")
    let engine = try engine(second, workers: 3)
    defer { engine.stop() }
    try engine.digest()
    for number in [7, 5, 6] { try engine.runCycle(at: TestStorm.end(number)) }
    try TestStorm.write([10, 9, 2], into: second)
    try engine.digest()
    for number in [10, 8] { try engine.runCycle(at: TestStorm.end(number)) }
    try TestStorm.write([4, 6, 8], into: second)
    try engine.digest()
    let dirty = try engine.workspace.ledger.dirtyCycles(
      in: Period(start: TestStorm.start, end: TestStorm.end(10)), reach: 7200)
    #expect(dirty.contains(TestStorm.end(5)) && dirty.contains(TestStorm.end(10)))
    for time in dirty { try engine.runCycle(at: time) }
    try engine.runCycle(at: TestStorm.end(9))
    #expect(try TestFolder.differences(first.products, second.products) == [])
  }

  @Test("an engine that stops and another that goes on make the bytes of one that never stopped")
  func restart() throws {
    let first = try calm()
    let second = try TestDistrict()
    try TestStorm.write(1...7, into: second)
    try run(second, cycles: 5...7)
    try TestStorm.write(8...10, into: second)
    try run(second, cycles: 8...10)
    #expect(try TestFolder.differences(first.products, second.products) == [])
  }

  @Test("every published folder agrees with its manifest, and a changed byte is seen")
  func manifests() throws {
    let district = try calm()
    for number in ReproducibilityTests.cycles {
      let folder = "\(district.products)/\(TestStorm.end(number).compact)"
      #expect(try Examination.ofProducts(folder).allSatisfy(\.isGood))
    }
    let folder = "\(district.products)/\(TestStorm.end(7).compact)"
    for (name, data) in try TestFolder.files(below: folder) where name != "manifest.json" {
      var changed = data
      changed[changed.count / 2] ^= 1
      try changed.write(to: URL(fileURLWithPath: "\(folder)/\(name)"))
      #expect(try Examination.ofProducts(folder).contains { !$0.isGood }, "\(name)")
      try data.write(to: URL(fileURLWithPath: "\(folder)/\(name)"))
    }
    #expect(try Examination.ofProducts(folder).allSatisfy(\.isGood))
    try Data("x".utf8).write(to: URL(fileURLWithPath: "\(folder)/more.txt"))
    #expect(try Examination.ofProducts(folder).contains { !$0.isGood })
  }
}
