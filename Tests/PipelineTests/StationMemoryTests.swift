import Archive
import Foundation
import Hydromet
import Pipeline
import Testing

/// What weeks show of a station, remembered by the service from cycle to cycle.
@Suite struct `Memory of stations in the service` {
  /// Eight days of hours, with six hours of rain every day.
  private static let hours = 192

  private static func end(_ hour: Int) -> Timestamp { TestStorm.start + hour * 3600 }

  private static func name(_ hour: Int) -> String { "gauges-\(end(hour).compact).csv" }

  /// Rain much alike at all gauges; G1 catches half of it.
  private static func text(_ hour: Int, stations: Set<String>? = nil) -> String {
    var text = "station,time,rain [mm]\n"
    for (place, station) in TestDistrict.stations.enumerated()
    where stations?.contains(station.id) ?? true {
      let fallen = hour % 24 < 6 ? 30 + 10 * (hour % 5) + (hour * 7 + place * 5) % 9 : 0
      let tenths = station.id == "G1" ? fallen / 2 : fallen
      text += "\(station.id),\(end(hour).iso8601),\(tenths / 10).\(tenths % 10)\n"
    }
    return text
  }

  private func district(hours: [Int]) throws -> TestDistrict {
    let district = try TestDistrict { settings in
      settings.replacingOccurrences(of: "cadence: 10min", with: "cadence: 1h")
        .replacingOccurrences(of: "[10min, 30min, 1h, 2h]", with: "[1h, 2h, 6h]")
        .replacingOccurrences(of: "    step: 10min", with: "    step: 1h")
    }
    try district.write(
      "stations/thresholds.csv",
      "unit_kind,unit,hazard,duration_min,wetness,level,mm,statistic,source,author,effective_from,effective_to\n"
        + "basin,*,flash_flood,120,,red,40,mean,test,test,,\n")
    try write(hours, into: district)
    return district
  }

  private func write(_ hours: [Int], into district: TestDistrict) throws {
    for hour in hours {
      try Self.text(hour).write(
        toFile: "\(district.gauges)/\(Self.name(hour))", atomically: true, encoding: .utf8)
    }
  }

  private func digest(_ district: TestDistrict) throws {
    let engine = try engine(district, clock: TestClock(Self.end(Self.hours)))
    defer { engine.stop() }
    try engine.digest()
  }

  private func checkpoints(_ district: TestDistrict) throws -> [StateCheckpoint] {
    try Workspace(folder: district.folder).ledger.states(
      .stations, atOrBefore: Self.end(Self.hours), limit: 1000)
  }

  private func table(_ report: CycleReport) throws -> String {
    try #require(report.pages.first { $0.name == "station_health.csv" }).text
  }

  @Test
  func `the health of stations says how late their reports were, beside what the cycle published`()
    throws
  {
    let district = try district(hours: Array(1...Self.hours))
    let clock = TestClock(Self.end(Self.hours))
    let engine = try engine(district, clock: clock)
    defer { engine.stop() }
    try engine.digest()
    _ = try engine.runCycle(at: Self.end(Self.hours))
    let table = try ArrivalTable(
      try Workspace(folder: district.folder),
      in: Period(end: Self.end(Self.hours), seconds: 10 * 3600))
    let lines = table.csv.split(separator: "\n").map {
      $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
    #expect(lines.count == 1 + TestDistrict.stations.count && table.lateStations == 0)
    #expect(Array(lines[0].prefix(ArrivalTable.columns.count)) == ArrivalTable.columns)
    #expect(lines[0].contains("availability") && lines[0].contains("drift"))
    let own = try #require(lines.first { $0[0] == "G1" })
    #expect(own.count == lines[0].count && own[2] == "10")
    // All files came together after the last hour: delays are 0 to 9 hours, and some seconds of order.
    let seconds = try [3, 4, 5].map { try #require(Int(own[$0])) }
    for (found, hours) in zip(seconds, [4, 8, 9]) {
      #expect(abs(found - hours * 3600) <= 900, "\(found)")
    }
    let place = try #require(lines[0].firstIndex(of: "availability"))
    #expect(!own[place].isEmpty)
  }

  @Test func `a gauge that catches half is found after days, by windows of six hours`() throws {
    let district = try district(hours: Array(1...Self.hours))
    try digest(district)
    let runner = try CycleRunner(try Workspace(folder: district.folder))
    let first = try runner.report(at: Self.end(5), keepsSoil: true)
    #expect(!(try table(first).contains("under_measuring")))
    for hour in 6..<Self.hours { _ = try runner.report(at: Self.end(hour), keepsSoil: true) }
    let wet = try runner.report(at: Self.end(Self.hours - 20), keepsSoil: true)
    let rows = try table(wet).split(separator: "\n").filter { $0.contains("under_measuring") }
    #expect(rows.count == 1 && rows[0].hasPrefix("G1,"))
    let verdict = try #require(wet.gaugeVerdicts.first { $0.station == "G1" })
    #expect(verdict.reasons.contains(.underMeasuring) && verdict.counts.suspect > 0)
    #expect(wet.gaugeVerdicts.filter { $0.counts.suspect + $0.counts.wrong > 0 }.count == 1)
  }

  @Test
  func `a service that stops after every cycle remembers what an unbroken one does, bit for bit`()
    throws
  {
    let broken = try district(hours: Array(1...Self.hours))
    let whole = try district(hours: Array(1...Self.hours))
    try digest(broken)
    try digest(whole)
    let unbroken = try CycleRunner(try Workspace(folder: whole.folder))
    for hour in stride(from: 3, through: Self.hours, by: 3) {
      let again = try CycleRunner(try Workspace(folder: broken.folder))
      let one = try again.report(at: Self.end(hour), keepsSoil: true)
      let other = try unbroken.report(at: Self.end(hour), keepsSoil: true)
      #expect(one.pages == other.pages && one.gaugeVerdicts == other.gaugeVerdicts)
    }
    let kept = try checkpoints(broken)
    #expect(kept.count == Self.hours / 6)
    #expect(try kept.map(\.bytes) == checkpoints(whole).map(\.bytes))
    let anew = try CycleRunner(try Workspace(folder: whole.folder))
    let last = Self.end(Self.hours)
    #expect(try anew.report(at: last).pages == unbroken.report(at: last).pages)
  }

  @Test func `late readings are remembered as if they had come in time`() throws {
    let calm = try district(hours: Array(1...Self.hours))
    try digest(calm)
    let late = try district(hours: Array(1...Self.hours).filter { $0 != Self.hours - 22 })
    try digest(late)
    var tables: [String] = []
    for one in [calm, late] {
      let runner = try CycleRunner(try Workspace(folder: one.folder))
      for hour in Self.hours - 26..<Self.hours {
        _ = try runner.report(at: Self.end(hour), keepsSoil: true)
      }
      let early = try runner.report(at: Self.end(Self.hours - 20), keepsSoil: true)
      tables.append(try table(early))
      guard one === late else { continue }
      try write([Self.hours - 22], into: late)
      try digest(late)
      tables.append(try table(runner.report(at: Self.end(Self.hours - 20), keepsSoil: true)))
    }
    #expect(tables[0] != tables[1] && tables[0] == tables[2])
  }

  @Test func `a damaged memory counts as none and is made anew`() throws {
    let last = Self.end(Self.hours)
    let district = try district(hours: Array(1...Self.hours))
    try digest(district)
    let workspace = try Workspace(folder: district.folder)
    try workspace.ledger.keep(
      [
        StateCheckpoint(
          time: last - 86_400, chain: "x", known: last, bytes: [70, 82, 83, 77, 2, 200])
      ], of: .stations)
    let report = try CycleRunner(workspace).report(at: last, keepsSoil: true)
    #expect(try table(report).contains("under_measuring"))
  }

  /// Rain without a pattern from cell to cell, and hourly files of it at the gauges where they really
  /// stand; the list says four cells to the east of it for G4.
  ///
  /// - Parameter hours: how many, and which of them are wet.
  private func elsewhere(hours: Int, isWet: @escaping (Int) -> Bool) throws -> TestDistrict {
    func tenths(_ hour: Int, _ row: Int, _ column: Int) -> Int {
      guard isWet(hour) else { return 0 }
      var draw = UInt64(hour * 1000 + row * 32 + column + 1) &* 0x9E37_79B9_7F4A_7C15
      draw = (draw ^ (draw >> 29)) &* 0xBF58_476D_1CE4_E5B9
      return Int((draw >> 33) % 80)
    }
    let district = try district(hours: [])
    try district.change("stations/stations.csv", "108.35", to: "108.39")
    for hour in 1...hours {
      var frame = TestFrame(1)
      frame.end = Self.end(hour)
      frame.seconds = 3600
      frame.values = { row, column in Int16(tenths(hour, row, column)) }
      try frame.write(to: "\(district.radar)/radar-\(Self.end(hour).compact).nc")
      var text = "station,time,rain [mm]\n"
      for station in TestDistrict.stations {
        let row = min(19, Int((30.4 - station.place.latitude) * 100))
        let column = min(19, Int((station.place.longitude - 108.3) * 100))
        let value = tenths(hour, row, column)
        text += "\(station.id),\(Self.end(hour).iso8601),\(value / 10).\(value % 10)\n"
      }
      try text.write(
        toFile: "\(district.gauges)/\(Self.name(hour))", atomically: true, encoding: .utf8)
    }
    try digest(district)
    return district
  }

  private func doubted(_ report: CycleReport) -> [String] {
    report.gaugeVerdicts.filter { $0.reasons.contains(.place) }.map(\.station)
  }

  @Test func `a gauge that does not stand where the list says is told by the radar of days`() throws
  {
    let district = try elsewhere(hours: 30) { _ in true }
    let report = try CycleRunner(try Workspace(folder: district.folder)).report(at: Self.end(30))
    #expect(doubted(report) == ["G4"])
  }

  @Test
  func
    `two wet hours in three days tell a wrong place after weeks, also over restarts, until the list is mended`()
    throws
  {
    // Of eight days a wet stretch of two hours on each: no three of them hold a storm of six hours.
    let broken = try elsewhere(hours: Self.hours) { $0 % 24 == 5 || $0 % 24 == 6 }
    let whole = try elsewhere(hours: Self.hours) { $0 % 24 == 5 || $0 % 24 == 6 }
    let unbroken = try CycleRunner(try Workspace(folder: whole.folder))
    var told: [Int] = []
    for hour in stride(from: 6, through: Self.hours, by: 6) {
      let again = try CycleRunner(try Workspace(folder: broken.folder))
      let one = try again.report(at: Self.end(hour), keepsSoil: true)
      let other = try unbroken.report(at: Self.end(hour), keepsSoil: true)
      #expect(one.pages == other.pages && one.gaugeVerdicts == other.gaugeVerdicts)
      if !doubted(one).isEmpty || hour % 24 == 12 { told.append(doubted(one).count) }
    }
    #expect(try checkpoints(broken).map(\.bytes) == checkpoints(whole).map(\.bytes))
    let last = Self.end(Self.hours - 18)
    let before = try CycleRunner(try Workspace(folder: whole.folder)).report(at: last)
    #expect(doubted(before) == ["G4"], "told day by day: \(told)")
    try whole.change("stations/stations.csv", "108.39", to: "108.35")
    let after = try CycleRunner(try Workspace(folder: whole.folder)).report(at: last)
    #expect(doubted(after).isEmpty)
  }
}
