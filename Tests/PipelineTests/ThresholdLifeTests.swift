import Districts
import Foundation
import Hydromet
import Pipeline
import Risk
import Testing

/// What thresholds did in published cycles, what is proposed, and what a person makes of it.
@Suite("Life of a threshold")
struct ThresholdLifeTests {
  /// The last frames of four bursts, days apart; the first three did harm.
  static let bursts = [48, 168, 288, 408]

  /// 12 mm in an hour in the three that did harm and 10.2 mm in the one that did not; the threshold is
  /// 9 mm.
  static func district() throws -> TestDistrict {
    let district = try TestDistrict()
    try district.write(
      "stations/thresholds.csv",
      "unit_kind,unit,hazard,duration_min,wetness,level,mm,statistic,source,author,effective_from,effective_to\n"
        + "basin,B1,flash_flood,60,any,red,9,mean,test,test,,\n")
    for number in 1...414 {
      var frame = TestFrame(number)
      let burst = bursts.firstIndex { ($0 - 5...$0).contains(number) }
      let tenths: Int16 = burst.map { $0 < 3 ? 20 : 17 } ?? 0
      frame.values = { _, _ in tenths }
      try frame.write(to: "\(district.radar)/\(TestStorm.frameName(number))")
    }
    let engine = try engine(district, clock: TestClock(TestStorm.end(420)))
    defer { engine.stop() }
    try engine.digest()
    for hour in 1...69 { try engine.runCycle(at: TestStorm.end(6 * hour)) }
    return district
  }

  static func eventsFile(_ district: TestDistrict) throws -> String {
    var text = "unit_kind,unit,hazard,start,end\n"
    for burst in bursts.prefix(3) {
      text +=
        "basin,B1,flash_flood,\(TestStorm.end(burst - 2).iso8601),\(TestStorm.end(burst + 6).iso8601)\n"
    }
    try district.write("events.csv", text)
    return "\(district.folder)/events.csv"
  }

  static func history(_ district: TestDistrict) throws -> (District, ThresholdHistory) {
    let loaded = try District.load(folder: district.folder)
    let history = try ThresholdHistory(
      loaded, productsFolder: district.products,
      events: try HarmEventFile.read(try eventsFile(district)), from: TestStorm.end(1),
      to: TestStorm.end(420))
    return (loaded, history)
  }

  @Test("hits and false alarms are counted, a change is proposed, and a person accepts it")
  func accepted() throws {
    let district = try ThresholdLifeTests.district()
    let (loaded, history) = try ThresholdLifeTests.history(district)
    #expect(history.cycles == 69)
    let entry = try #require(history.entries.first)
    #expect(
      entry.record.total(entry.events) == Contingency(hits: 3, falseAlarms: 1, misses: 0))
    // 10.2 mm are 1.13 of the threshold, 12 mm 1.33: the nearest factor that parts them is 1.15.
    let best = try #require(entry.record.bestFactor(entry.events))
    #expect(best.factor == 1.15)
    #expect(best.score == Contingency(hits: 3))
    #expect(
      history.csv.contains("basin,B1,flash_flood,60,any,red,9.0,mean,2,2026,3,1,0,0,0.750,,\n"))

    let proposals = ThresholdProposals(loaded)
    #expect(try proposals.write(history) == 1)
    let id = "basin.B1.flash_flood.1h.any.red.mean"
    #expect(try proposals.text().contains("\(id),2,basin,B1,flash_flood,60,red,9.0,10.0,3,"))
    let day = try #require(Timestamp(iso8601: "2027-05-01T00:00:00+08:00"))
    try proposals.decide(
      id, accepts: true, author: "王", reason: "two bridges", from: day, at: TestStorm.end(420))
    let after = try District.load(folder: district.folder).thresholds
    #expect(after.map(\.depth.shortText) == ["9.0", "10.0"])
    #expect(after.filter { $0.holds(at: day - 1) }.map(\.depth.shortText) == ["9.0"])
    #expect(after.filter { $0.holds(at: day) }.map(\.depth.shortText) == ["10.0"])
    #expect(after[1].author == "王" && after[1].source.contains("two bridges"))
    #expect(try proposals.text().contains("accepted"))
    // It is decided: there is no open proposal any more.
    #expect(throws: Fault.self) {
      try proposals.decide(
        id, accepts: false, author: "王", reason: "again", from: day, at: TestStorm.end(420))
    }
  }

  @Test("a rejected proposal, or one for a row that changed since, changes no threshold")
  func rejected() throws {
    let district = try ThresholdLifeTests.district()
    let (loaded, history) = try ThresholdLifeTests.history(district)
    let proposals = ThresholdProposals(loaded)
    _ = try proposals.write(history)
    let path = "\(district.folder)/stations/thresholds.csv"
    let before = try String(contentsOfFile: path, encoding: .utf8)
    let id = "basin.B1.flash_flood.1h.any.red.mean"
    func decide(_ accepts: Bool, author: String = "王") throws {
      try ThresholdProposals(try District.load(folder: district.folder)).decide(
        id, accepts: accepts, author: author, reason: "one event", from: TestStorm.end(420),
        at: TestStorm.end(420))
    }
    #expect(throws: Fault.self) { try decide(true, author: "") }
    try district.change("stations/thresholds.csv", ",9,mean", to: ",8,mean")
    #expect(throws: Fault.self) { try decide(true) }
    try district.change("stations/thresholds.csv", ",8,mean", to: ",9,mean")
    try decide(false)
    #expect(try String(contentsOfFile: path, encoding: .utf8) == before)
    #expect(try proposals.text().contains("rejected"))
  }

  private static let header =
    "unit_kind,unit,hazard,duration_min,wetness,level,mm,statistic,source,author,effective_from,effective_to"

  /// Accepts a proposal from the first of May 2027 on.
  private static func accept(_ unit: String, in folder: String) throws {
    let day = try #require(Timestamp(iso8601: "2027-05-01T00:00:00+08:00"))
    try ThresholdProposals(try District.load(folder: folder)).decide(
      "basin.\(unit).flash_flood.1h.any.red.mean", accepts: true, author: "王", reason: "bridges",
      from: day, at: TestStorm.end(420))
  }

  /// Writes a table of proposals: the line of a row, its unit, its depth and the proposed one.
  private static func propose(
    _ rows: [(line: Int, unit: String, present: String, proposed: String)], _ district: TestDistrict
  ) throws {
    try FileManager.default.createDirectory(
      atPath: "\(district.folder)/state", withIntermediateDirectories: true)
    var text = ThresholdProposals.columns.joined(separator: ",") + "\n"
    for row in rows {
      text += "basin.\(row.unit).flash_flood.1h.any.red.mean,\(row.line),basin,\(row.unit),"
      text += "flash_flood,60,red,\(row.present),\(row.proposed),3,0.75,1,open,,,\n"
    }
    try district.write("state/threshold-proposals.csv", text)
  }

  @Test("comments, blanks, quotes and line ends stay, and what else is proposed can be accepted")
  func untouched() throws {
    let district = try TestDistrict()
    let first = "basin,B1, flash_flood ,60,any,red,9,mean,\"survey, 2019\",test,,"
    let second = "basin,B2,flash_flood,60,any,red,9,mean,test,test,,\"\"  "
    let last = "basin,B3,flash_flood,60,any,red,18,mean,test,test,,"
    let table = [
      "# 临界雨量", ThresholdLifeTests.header, first, "# 桥梁加高", "", second, "#", last,
    ]
    try district.write("stations/thresholds.csv", table.joined(separator: "\r\n"))
    try ThresholdLifeTests.propose(
      [(3, "B1", "9.0", "10.0"), (6, "B2", "9.0", "11.0"), (8, "B3", "18.0", "16.0")], district)

    func new(_ unit: String, _ mm: String) -> String {
      "basin,\(unit),flash_flood,60,any,red,\(mm),mean,verification of 3 events: bridges,王,2027-05-01,"
    }
    func expect(_ lines: [String], lines numbers: [Int]) throws {
      let path = "\(district.folder)/stations/thresholds.csv"
      let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
      #expect(String(decoding: bytes, as: UTF8.self) == lines.joined(separator: "\r\n"))
      let proposals = try ThresholdProposals(try District.load(folder: district.folder)).text()
      for (unit, number) in zip(["B1", "B2", "B3"], numbers) {
        #expect(proposals.contains(".mean,\(number),basin,\(unit),"), "\(proposals)")
      }
    }
    try ThresholdLifeTests.accept("B1", in: district.folder)
    var lines = table
    lines[2] = first + "2027-04-30"
    lines.insert(new("B1", "10.0"), at: 3)
    try expect(lines, lines: [3, 7, 9])

    // Somebody writes a line above the rows: they are found by what they say.
    let path = "\(district.folder)/stations/thresholds.csv"
    lines.insert("# 2027", at: 0)
    try Data(lines.joined(separator: "\r\n").utf8).write(to: URL(fileURLWithPath: path))
    try ThresholdLifeTests.accept("B3", in: district.folder)
    lines[9] = last + "2027-04-30"
    lines.append(new("B3", "16.0"))
    try ThresholdLifeTests.accept("B2", in: district.folder)
    lines[7] = "basin,B2,flash_flood,60,any,red,9,mean,test,test,,\"2027-04-30\"  "
    lines.insert(new("B2", "11.0"), at: 8)
    let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
    #expect(String(decoding: bytes, as: UTF8.self) == lines.joined(separator: "\r\n"))
    let after = try District.load(folder: district.folder).thresholds
    #expect(after.map(\.depth.shortText) == ["9.0", "10.0", "9.0", "11.0", "18.0", "16.0"])
  }

  @Test("of two rows that say the same the one in the proposal's line changes, and none elsewhere")
  func sameTwice() throws {
    let district = try TestDistrict()
    let row = "basin,B1,flash_flood,60,any,red,9,mean,test,test,"
    let lines = [ThresholdLifeTests.header, row + ",2025-12-31", row + "2026-01-01,", ""]
    try district.write("stations/thresholds.csv", lines.joined(separator: "\n"))
    let path = "\(district.folder)/stations/thresholds.csv"
    let before = try String(contentsOfFile: path, encoding: .utf8)
    try ThresholdLifeTests.propose([(9, "B1", "9.0", "10.0")], district)
    let fault = try #require(throws: Fault.self) {
      try ThresholdLifeTests.accept("B1", in: district.folder)
    }
    #expect(fault.code == "threshold_changed")
    #expect(try String(contentsOfFile: path, encoding: .utf8) == before)
    try ThresholdLifeTests.propose([(3, "B1", "9.0", "10.0")], district)
    try ThresholdLifeTests.accept("B1", in: district.folder)
    let after = try String(contentsOfFile: path, encoding: .utf8)
    #expect(
      after.hasPrefix(lines[...1].joined(separator: "\n") + "\n" + row + "2026-01-01,2027-04-30\n"))
  }

  @Test("a folder of people among the products is no cycle")
  func otherFolders() throws {
    let district = try TestDistrict()
    try FileManager.default.createDirectory(
      atPath: "\(district.products)/2026-07-01T13:00", withIntermediateDirectories: true)
    let fault = try #require(throws: Fault.self) { _ = try ThresholdLifeTests.history(district) }
    #expect(fault.code == "no_cycle")
  }

  @Test("tables of events and series that cannot be what they say are refused with their place")
  func tables() throws {
    let district = try TestDistrict()
    func fault(_ body: () throws -> Void) -> String? {
      do {
        try body()
        return nil
      } catch { return (error as? Fault)?.code }
    }
    for (text, code) in [
      ("unit_kind,unit,hazard\nbasin,B1,flash_flood\n", "missing_column"),
      ("unit_kind,unit,hazard,start\nvalley,B1,flash_flood,2026-07-01T00:00Z\n", "bad_event"),
      ("unit_kind,unit,hazard,start\nbasin,B1,flood,2026-07-01T00:00Z\n", "bad_event"),
      ("unit_kind,unit,hazard,start\nbasin,B1,flash_flood,noon\n", "bad_event"),
    ] {
      try district.write("events.csv", text)
      #expect(fault { _ = try HarmEventFile.read("\(district.folder)/events.csv") } == code)
    }
    var layout = SeriesFile.Layout(rain: "P", flow: "Q")
    layout.time = "time"
    for (rows, code) in [
      ("2026-07-01T00:00Z,1,2\n2026-07-01T01:00Z,1,2\n2026-07-01T03:00Z,1,2\n", "uneven_steps"),
      ("2026-07-01T00:00Z,-1,2\n2026-07-01T01:00Z,1,2\n", "bad_number"),
      ("2026-07-01T00:00Z,much,2\n2026-07-01T01:00Z,1,2\n", "bad_number"),
      ("2026-07-01T00:00Z,1,2\n", "no_step"),
    ] {
      try district.write("series.csv", "time,P,Q\n" + rows)
      let path = "\(district.folder)/series.csv"
      #expect(fault { _ = try SeriesFile.read(path, layout) } == code)
    }
    try district.write(
      "series.csv", "time,P,Q\n2026-07-01T00:00Z,1,NA\n2026-07-01T01:00Z,NA,2\n")
    let read = try SeriesFile.read("\(district.folder)/series.csv", layout)
    #expect(read.rain == [Depth(millimetres: 1), nil])
    #expect(read.flow == [nil, 2])
    #expect(read.step == .hours(1))
  }

  @Test(
    "what a threshold did is found also where the tables guard a unit's id against spreadsheets")
  func guarded() throws {
    let district = try TestDistrict()
    try district.change("stations/hazard-points.csv", "\nP2,", to: "\n=P2,")
    try district.write(
      "stations/thresholds.csv",
      ThresholdLifeTests.header + "\nhazard_point,=P2,landslide,60,any,red,10,cell,test,test,,\n")
    for number in 1...6 {
      var frame = TestFrame(number)
      frame.values = { _, _ in 20 }
      try frame.write(to: "\(district.radar)/\(TestStorm.frameName(number))")
    }
    let end = TestStorm.end(6)
    let engine = try engine(district, clock: TestClock(end))
    defer { engine.stop() }
    try engine.digest()
    try engine.runCycle(at: end)
    let table = try String(
      contentsOfFile: "\(district.products)/latest/points.csv", encoding: .utf8)
    #expect(table.contains("\n'=P2,后山,"))
    let event = HarmEvent(
      unitKind: .hazardPoint, unit: "=P2", hazard: .landslide, start: end, end: end)
    let history = try ThresholdHistory(
      try District.load(folder: district.folder), productsFolder: district.products,
      events: [event], from: end, to: end)
    let entry = try #require(history.entries.first)
    #expect(entry.record.total(entry.events) == Contingency(hits: 1))
    #expect(history.csv.contains("hazard_point,'=P2,landslide,"))
  }
}
