import Archive
import Dispatch
import Foundation
import Synchronization
import Testing

@Suite("A new ledger")
struct LedgerOpeningTests {
  @Test("eight that open a new ledger at the same moment all get it")
  func together() throws {
    for _ in 0..<50 {
      let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      defer { try? FileManager.default.removeItem(at: folder) }
      let path = folder.appendingPathComponent("ledger.sqlite").path
      let failures = Mutex<[String]>([])
      DispatchQueue.concurrentPerform(iterations: 8) { _ in
        do {
          _ = try Ledger(path: path)
        } catch {
          failures.withLock { $0.append("\(error)") }
        }
      }
      #expect(failures.withLock { $0 } == [])
    }
  }
}
