import Archive
import Hydromet
import Testing

@Suite("What was known when stays readable")
struct LedgerKnowledgeTests {
  let bench: Workbench
  let ledger: Ledger

  init() throws {
    bench = try Workbench()
    ledger = try bench.ledger()
  }

  @Test("a second frame of a period replaces the first; the first is what was known before")
  func replacedFrame() throws {
    let first = frame(endingAt: 10, "A")
    let second = frame(endingAt: 10, "B")
    try ledger.take("a.nc", "A", frames: [first], at: minute(12))
    let result = try ledger.take("b.nc", "B", frames: [second], at: minute(30))
    #expect(result.replaced == 1)
    #expect(result.changedEnds == [minute(10)])
    #expect(try ledger.frameHashes() == [second.contentHash])
    #expect(try ledger.frameHashes(asKnown: minute(30)) == [second.contentHash])
    #expect(try ledger.frameHashes(asKnown: minute(29)) == [first.contentHash])
    #expect(try ledger.frameHashes(asKnown: minute(11)).isEmpty)
    #expect(try ledger.file(1).fate == .superseded)
    #expect(try ledger.file(1).related == 2)
    #expect(try ledger.file(2).fate == .accepted)
  }

  @Test("a file is superseded only when everything that it brought is replaced")
  func partlyReplaced() throws {
    try ledger.take(
      "a.nc", "A", frames: [frame(endingAt: 10, "A"), frame(endingAt: 20, "A")], at: minute(22))
    try ledger.take("b.nc", "B", frames: [frame(endingAt: 10, "B")], at: minute(30))
    #expect(try ledger.file(1).fate == .accepted)
    try ledger.take("c.nc", "C", frames: [frame(endingAt: 20, "C")], at: minute(40))
    #expect(try ledger.file(1).fate == .superseded)
  }

  @Test("a name used again keeps the earlier periods unless the feed says that it takes them back")
  func sameName() throws {
    try ledger.take("x.nc", "A", frames: [frame(endingAt: 10, "A")], at: minute(12))
    try ledger.take("x.nc", "B", frames: [frame(endingAt: 20, "B")], at: minute(22))
    #expect(try ledger.frameHashes().count == 2)
    let result = try ledger.take(
      "x.nc", "C", frames: [frame(endingAt: 30, "C")], withdrawsSameName: true, at: minute(32))
    #expect(result.changedEnds == [minute(10), minute(20), minute(30)])
    #expect(try ledger.frameHashes() == [frame(endingAt: 30, "C").contentHash])
    #expect(try ledger.frameHashes(asKnown: minute(31)).count == 2)
    #expect(try ledger.fateCounts() == [.accepted: 1, .superseded: 2])
  }

  @Test("the first report does not undo a correction that arrived before it")
  func correctionFirst() throws {
    let corrected = frame(endingAt: 10, "CCA")
    try ledger.take("r-CCA.nc", "CCA", frames: [corrected], correction: 1, at: minute(12))
    let late = try ledger.take("r.nc", "O", frames: [frame(endingAt: 10, "O")], at: minute(15))
    #expect(late.outranked == 1)
    #expect(late.fate == .duplicate)
    #expect(try ledger.frameHashes() == [corrected.contentHash])
  }

  @Test("the order of arrival does not matter for what is known in the end")
  func anyOrder() throws {
    let files = [10, 20, 30, 40].map { ("\($0).nc", frame(endingAt: $0, "\($0)")) }
    for (name, frame) in [files[2], files[0], files[3], files[1]] {
      try ledger.take(name, name, frames: [frame], at: minute(50))
    }
    #expect(try ledger.frameHashes() == files.map(\.1.contentHash))
    #expect(
      try ledger.frames(feed: "radar", in: Period(start: minute(10), end: minute(30)))
        .map(\.period.end) == [minute(20), minute(30)])
  }

  @Test("a late file names exactly the data times that it changed")
  func lateFile() throws {
    try ledger.take(
      "a.csv", "A",
      readings: [
        rain("1", endingAt: 10, 5), rain("1", endingAt: 20, 0), rain("2", endingAt: 20, 7),
      ],
      at: minute(22))
    let late = try ledger.take(
      "b.csv", "B",
      readings: [
        rain("1", endingAt: 10, 5), rain("2", endingAt: 10, 3), rain("1", endingAt: 20, 0),
        rain("2", endingAt: 20, 8), rain("2", endingAt: 30, nil),
      ], at: minute(60))
    #expect(late.changedEnds == [minute(10), minute(20), minute(30)])
    #expect(late.earliestChange == minute(10))
    #expect((late.added, late.replaced, late.unchanged, late.outranked) == (2, 1, 2, 0))
    #expect(try ledger.tenths() == [5, 0, 3, 8, nil])
    #expect(try ledger.tenths(asKnown: minute(59)) == [5, 0, 7])
  }

  @Test(
    "which of two reports of one value holds",
    arguments: [
      // first value and quality, then second value, quality and correction number; what holds
      (5, .unchecked, 8, .unchecked, 0, 8),
      (5, .unchecked, nil, .missing, 0, 5),
      (5, .unchecked, nil, .corrected, 0, nil),
      (5, .unchecked, nil, .missing, 1, nil),
      (nil, .missing, 5, .unchecked, 0, 5),
      (5, .corrected, 8, .unchecked, 0, 5),
      (5, .corrected, 8, .unchecked, 1, 8),
      (5, .corrected, 8, .correct, 0, 8),
      (5, .suspect, 8, .unchecked, 0, 8),
    ] as [(Int32?, QualityCode, Int32?, QualityCode, Int, Int32?)])
  func precedence(
    first: Int32?, firstQuality: QualityCode, second: Int32?, secondQuality: QualityCode,
    correction: Int, holds: Int32?
  ) throws {
    try ledger.take(
      "a", "A", readings: [rain("1", endingAt: 10, first, firstQuality)], at: minute(11))
    try ledger.take(
      "b", "B", readings: [rain("1", endingAt: 10, second, secondQuality)], correction: correction,
      at: minute(12))
    #expect(try ledger.tenths() == [holds])
  }

  @Test("a raw repeat does not undo the verdict of a check")
  func rawRepeat() throws {
    try ledger.take("a", "A", readings: [rain("1", endingAt: 10, 5, .wrong)], at: minute(11))
    try ledger.take("b", "B", readings: [rain("1", endingAt: 10, 5)], at: minute(12))
    #expect(try ledger.readings(feed: "gauges", in: wholeDay).map(\.quality) == [.wrong])
  }

  @Test("trace is not zero: a report that tells them apart replaces one that did not")
  func trace() throws {
    try ledger.take("a", "A", readings: [rain("1", endingAt: 10, 0)], at: minute(11))
    let trace = GaugeReading(
      station: "1", element: .rain, period: tenMinutes(endingAt: 10), tenths: 0, isTrace: true)
    let result = try ledger.take("b", "B", readings: [trace], at: minute(12))
    #expect(result.replaced == 1)
    #expect(try ledger.readings(feed: "gauges", in: wholeDay) == [trace])
  }

  @Test("readings come ordered by station, element, length and end, whatever order they came in")
  func order() throws {
    let hour = GaugeReading(
      station: "A", element: .rain, period: Period(end: minute(60), seconds: 3600), tenths: 20)
    let wind = GaugeReading(
      station: "A", element: .windSpeed, period: tenMinutes(endingAt: 10), tenths: 31)
    let wanted = [
      rain("A", endingAt: 10, 1), rain("A", endingAt: 20, 2), hour, wind,
      rain("B", endingAt: 10, 3),
    ]
    try ledger.take("a", "A", readings: [wanted[4], wanted[1], wanted[3]], at: minute(11))
    try ledger.take("b", "B", readings: [wanted[2], wanted[0]], at: minute(12))
    #expect(try ledger.readings(feed: "gauges", in: wholeDay) == wanted)
    #expect(try ledger.readings(feed: "gauges", element: .windSpeed, in: wholeDay) == [wind])
    #expect(
      try ledger.readings(feed: "gauges", in: Period(start: minute(10), end: minute(60)))
        == [wanted[1]])
  }

  @Test("what a cycle knew is closed: what arrives in the same second is known a second later")
  func closedSecond() throws {
    try ledger.take("a.nc", "A", frames: [frame(endingAt: 10, "A")], at: minute(12))
    let known = try ledger.closeKnowledge(at: minute(12))
    let result = try ledger.take("b.nc", "B", frames: [frame(endingAt: 10, "B")], at: minute(12))
    #expect(known == minute(12))
    #expect(result.known == minute(12) + 1)
    #expect(try ledger.frameHashes(asKnown: known) == [frame(endingAt: 10, "A").contentHash])
  }

  @Test("a clock that is set back does not turn the order of knowledge round")
  func clockStep() throws {
    try ledger.take("a.nc", "A", frames: [frame(endingAt: 10, "A")], at: minute(100))
    let result = try ledger.take("b.nc", "B", frames: [frame(endingAt: 10, "B")], at: minute(40))
    #expect(result.known == minute(100))
    #expect(try ledger.closeKnowledge(at: minute(50)) == minute(100))
    #expect(try ledger.frameHashes() == [frame(endingAt: 10, "B").contentHash])
  }
}
