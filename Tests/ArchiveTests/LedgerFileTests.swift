import Archive
import Foundation
import Hydromet
import Testing

@Suite("Every arriving file has one fate")
struct LedgerFileTests {
  let bench: Workbench
  let ledger: Ledger

  init() throws {
    bench = try Workbench()
    ledger = try bench.ledger()
  }

  @Test("a file is claimed, then accepted, and its record says so")
  func accepted() throws {
    let result = try ledger.take("a.nc", "A", frames: [frame(endingAt: 10, "A")], at: minute(12))
    let file = try #require(try ledger.files().first)
    #expect(result.fate == .accepted)
    #expect(file.fate == .accepted)
    #expect(file.format == "test")
    #expect(file.firstSeen == minute(12))
    #expect(file.newestData == minute(10))
    #expect(file.fingerprint == fingerprint("A"))
    #expect(try ledger.isKnown(feed: "radar", sha256: fingerprint("A").sha256))
    #expect(try !ledger.isKnown(feed: "gauges", sha256: fingerprint("A").sha256))
  }

  @Test("the same file seen again is known and changes nothing")
  func seenAgain() throws {
    try ledger.take("a.nc", "A", frames: [frame(endingAt: 10, "A")], at: minute(12))
    let again = try ledger.claim(
      feed: "radar", name: "a.nc", fingerprint: fingerprint("A"), known: minute(20))
    guard case .known(let file) = again else {
      Issue.record("it was handed out again: \(again)")
      return
    }
    #expect(file.fate == .accepted)
    #expect(try ledger.files().count == 1)
  }

  @Test("equal bytes under two names are one file only where the bytes state their time")
  func equalBytes() throws {
    try ledger.take("0010.tif", "dry", frames: [frame(endingAt: 10, "dry")], at: minute(12))
    let named = try ledger.claim(
      feed: "radar", name: "0020.tif", fingerprint: fingerprint("dry"), known: minute(22))
    guard case .claimed = named else {
      Issue.record("a second dry frame was taken for a repeat")
      return
    }
    let dated = try ledger.claim(
      feed: "radar", name: "copy.nc", fingerprint: fingerprint("dry"), known: minute(23),
      identity: .content)
    guard case .duplicate(let file) = dated else {
      Issue.record("a repeat was not recognised")
      return
    }
    #expect(file.fate == .duplicate)
    #expect(file.reason?.code == "same_bytes")
    #expect(file.related == 1)
    #expect(try ledger.fateCounts() == [.accepted: 1, .claimed: 1, .duplicate: 1])
  }

  @Test("a file that brings only what is known is a duplicate after reading")
  func nothingNew() throws {
    try ledger.take("a.nc", "A", frames: [frame(endingAt: 10, "A")], at: minute(12))
    let copy = try ledger.take("b.nc", "A ", frames: [frame(endingAt: 10, "A")], at: minute(14))
    #expect(copy.fate == .duplicate)
    #expect(copy.changed.isEmpty)
    #expect(copy.unchanged == 1)
    #expect(try ledger.frames(feed: "radar", in: wholeDay).map(\.fileName) == ["a.nc"])
  }

  @Test("a refused file keeps its reason to the last word")
  func quarantined() throws {
    let reason = Fault(
      "negative_rain", at: .init("a.nc", line: 4, item: "precipitation"), "rain of -3 mm",
      remedy: "ask the sender")
    let id = try ledger.claimed("a.nc", "A", feed: "radar", at: minute(12))
    try ledger.quarantine(id, reason, known: minute(13))
    try ledger.recordOriginal(of: id, at: "quarantine/a.nc")
    let file = try ledger.file(id)
    #expect(file.fate == .quarantined)
    #expect(file.reason == reason)
    #expect(file.decidedAt == minute(13))
    #expect(file.originalKeptAt == "quarantine/a.nc")
    #expect(try ledger.files(fate: .quarantined).map(\.id) == [id])
    #expect(try ledger.files(fate: .accepted).isEmpty)
    #expect(try ledger.files(reason: "negative_rain").map(\.id) == [id])
    #expect(try ledger.files(reason: "wrong_step").isEmpty)
  }

  @Test("a fate is decided once; only a requeued file can be decided again")
  func decidedOnce() throws {
    let id = try ledger.claimed("a.nc", "A", feed: "radar", at: minute(12))
    let reason = Fault("time_limit", "too slow", remedy: "raise the limit")
    try ledger.quarantine(id, reason, known: minute(13))
    #expect(
      faultCode { _ = try ledger.accept(id, frames: [], known: minute(14)) } == "already_decided")
    #expect(faultCode { try ledger.quarantine(id, reason, known: minute(14)) } == "already_decided")
    #expect(faultCode { _ = try ledger.file(99) } == "unknown_file")
    #expect(try ledger.requeue(id).fate == .claimed)
    let result = try ledger.accept(id, frames: [frame(endingAt: 10, "A")], known: minute(15))
    #expect(result.fate == .accepted)
    #expect(try ledger.file(id).reason == nil)
  }

  @Test("what was noticed in a file is kept in its order until it is read anew")
  func remarks() throws {
    let id = try ledger.claimed("a.nc", "A", feed: "radar", at: minute(12))
    try ledger.record(remarks: ["row 7 left out", "taken for millimetres"], of: id)
    #expect(try bench.ledger().remarks(of: id) == ["row 7 left out", "taken for millimetres"])
    try ledger.record(remarks: ["row 8 left out"], of: id)
    #expect(try ledger.remarks(of: id) == ["row 8 left out"])
    _ = try ledger.accept(id, frames: [frame(endingAt: 10, "A")], known: minute(13))
    try ledger.forgetRemarks(decidedBefore: minute(13))
    #expect(try ledger.remarks(of: id) == ["row 8 left out"])
    try ledger.forgetRemarks(decidedBefore: minute(14))
    #expect(try ledger.remarks(of: id).isEmpty)
    try ledger.record(remarks: ["row 8 left out"], of: id)
    _ = try ledger.requeue(id)
    #expect(try ledger.remarks(of: id).isEmpty)
  }

  @Test("what waits to be read once more is told apart from what is being read")
  func requeued() throws {
    _ = try ledger.claimed("b.nc", "B", feed: "radar", at: minute(12))
    let id = try ledger.claimed("a.nc", "A", feed: "radar", at: minute(12))
    try ledger.quarantine(
      id, Fault("wrong_step", "5 min", remedy: "correct `step`"), known: minute(13))
    #expect(try ledger.requeuedFiles().isEmpty)
    #expect(try ledger.requeue(id).attempts == 1)
    #expect(try ledger.requeuedFiles().map(\.id) == [id])
    #expect(faultCode { try ledger.requeue(id, decided: .quarantined) } == "already_decided")
    #expect(try ledger.requeue(id, forgivesAttempts: true).attempts == 0)
    _ = try ledger.accept(id, frames: [frame(endingAt: 10, "A")], known: minute(15))
    #expect(try ledger.requeuedFiles().isEmpty)
  }

  @Test("a file of which something is known is not refused as a whole")
  func refusedAgain() throws {
    try ledger.take("a.nc", "A", frames: [frame(endingAt: 10, "A")], at: minute(12))
    try ledger.requeue(1)
    let reason = Fault("original_gone", "no longer there", remedy: "let it be sent again")
    try ledger.quarantine(1, reason, known: minute(15))
    let file = try ledger.file(1)
    #expect(file.fate == .accepted && file.reason == nil && file.format == "test")
    #expect(try ledger.remarks(of: 1) == [reason.description])
    #expect(try ledger.requeuedFiles().isEmpty)
  }

  @Test("reading a requeued file again to the same result leaves it accepted")
  func requeuedAndUnchanged() throws {
    try ledger.take("a.nc", "A", frames: [frame(endingAt: 10, "A")], at: minute(12))
    _ = try ledger.requeue(1)
    let result = try ledger.accept(1, frames: [frame(endingAt: 10, "A")], known: minute(15))
    #expect(result.fate == .accepted)
    #expect(result.changed.isEmpty)
  }

  @Test("what a kill left undecided is found and handed out again, once in the ledger")
  func crash() throws {
    _ = try ledger.claimed("a.nc", "A", feed: "radar", at: minute(12))
    let reopened = try bench.ledger()
    #expect(try reopened.undecidedFiles().map(\.name) == ["a.nc"])
    let again = try reopened.claim(
      feed: "radar", name: "a.nc", fingerprint: fingerprint("A"), known: minute(20))
    guard case .claimed(let file) = again else {
      Issue.record("it was not handed out: \(again)")
      return
    }
    #expect(file.attempts == 2)
    #expect(file.firstSeen == minute(12))
    _ = try reopened.accept(file.id, frames: [frame(endingAt: 10, "A")], known: minute(20))
    #expect(try reopened.undecidedFiles().isEmpty)
    #expect(try reopened.fateCounts() == [.accepted: 1])
  }

  @Test("a file that was overwritten before it could be read is superseded, not forgotten")
  func overwritten() throws {
    let first = try ledger.claimed("latest.nc", "A", feed: "radar", at: minute(12))
    let second = try ledger.claimed("latest.nc", "B", feed: "radar", at: minute(13))
    try ledger.supersede(first, by: second, known: minute(13))
    let file = try ledger.file(first)
    #expect(file.fate == .superseded)
    #expect(file.related == second)
  }

  @Test("settings outlive a restart and can be forgotten")
  func settings() throws {
    try ledger.set("language", to: "zh")
    try ledger.set("language", to: "en")
    #expect(try bench.ledger().setting("language") == "en")
    try ledger.set("language", to: nil)
    #expect(try ledger.setting("language") == nil)
  }
}

@Suite("Files of a backlog, which are read in another order than that of their writing")
struct BacklogPrecedenceTests {
  /// Takes in one value of one station from a file that was written at a moment.
  private func take(
    _ ledger: Ledger, _ name: String, written: Int64?, _ tenths: Int32, correction: Int = 0,
    inBacklog: Bool
  ) throws -> Acceptance {
    let claim = try ledger.claim(
      feed: "gauges", name: name, fingerprint: fingerprint(name), known: minute(100),
      identity: .content, written: written)
    return try ledger.accept(
      claim.file.id, readings: [rain("G1", endingAt: 10, tenths)], correction: correction,
      known: minute(100), keepsLaterWritten: inBacklog)
  }

  private func value(_ ledger: Ledger) throws -> Int32? {
    try ledger.readings(feed: "gauges", in: wholeDay).first?.tenths
  }

  @Test("what was written later holds, whichever is read first")
  func laterHolds() throws {
    for order in [[0, 1], [1, 0]] {
      let ledger = try Workbench().ledger()
      let files = [("early", Int64(1000), Int32(5)), ("late", Int64(2000), Int32(8))]
      for index in order {
        let (name, written, tenths) = files[index]
        _ = try take(ledger, name, written: written, tenths, inBacklog: true)
      }
      #expect(try value(ledger) == 8)
    }
  }

  @Test("files that come one by one, and files of unknown age, replace as ever")
  func arrivalHolds() throws {
    for (written, inBacklog) in [(Int64(1000), false), (nil, true)] as [(Int64?, Bool)] {
      let ledger = try Workbench().ledger()
      _ = try take(ledger, "late", written: 2000, 8, inBacklog: inBacklog)
      _ = try take(ledger, "early", written: written, 5, inBacklog: inBacklog)
      #expect(try value(ledger) == 5)
    }
  }

  @Test("a correction holds over a first report that was written later")
  func correctionHolds() throws {
    let ledger = try Workbench().ledger()
    _ = try take(ledger, "late", written: 2000, 8, inBacklog: true)
    let acceptance = try take(
      ledger, "early-CCA", written: 1000, 6, correction: 1, inBacklog: true)
    #expect(acceptance.replaced == 1)
    #expect(try value(ledger) == 6)
  }
}
