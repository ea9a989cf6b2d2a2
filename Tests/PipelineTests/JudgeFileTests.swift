import Foundation
import Hydromet
import Ingest
import Pipeline
import Testing

/// `freshet judge`.
@Suite("Levels of many regions from plain files")
struct JudgeFileTests {
  private func request(
    _ district: TestDistrict, _ frames: some Sequence<Int>, _ table: String, from: Int? = nil
  ) throws -> JudgeFiles.Request {
    try district.write("rules.csv", table)
    return JudgeFiles.Request(
      grids: frames.map { "\(district.radar)/\(TestStorm.frameName($0))" }, stated: GridStatement(),
      regions: .init(path: "\(district.folder)/grids/basins.geojson", idField: "id"),
      thresholds: "\(district.folder)/rules.csv", from: from.map(TestStorm.end))
  }

  private static let rules = """
    unit,duration_min,level,mm
    *,30,orange,9
    *,60,red,18

    """

  @Test(
    "every basin has at every step the level that the service gives it, also without a frame",
    arguments: [Set(1...14), Set(1...14).subtracting([7]), Set(1...14).subtracting([10, 11])])
  func service(frames: Set<Int>) throws {
    let district = try TestDistrict()
    try TestStorm.write(frames.sorted(), into: district)
    var judge = try JudgeFiles(
      try request(district, frames.sorted().reversed(), JudgeFileTests.rules, from: 1))
    var answers: [[String: RiskAnswer]] = []
    try judge.run { rows throws(Fault) in
      answers.append(Dictionary(uniqueKeysWithValues: rows.map { ($0.region, $0.answer) }))
    }
    let engine = try engine(district)
    defer { engine.stop() }
    try engine.digest()
    #expect(answers.count == 14)
    var levels: Set<String> = []
    for (index, own) in answers.enumerated() {
      let report = try engine.report(at: TestStorm.end(index + 1))
      for basin in report.assessments where basin.unitKind == .basin && basin.unit != "B4" {
        #expect(own[basin.unit] == basin.answer, "\(basin.unit) at step \(index + 1)")
        levels.insert(basin.answer.name)
      }
    }
    #expect(levels.isSuperset(of: ["unknown", "orange", "red"]))
  }

  @Test("a region's own row goes before that of all; one without any rule stays unknown")
  func ownRow() throws {
    let district = try TestDistrict()
    try TestStorm.write(1...14, into: district)
    var judge = try JudgeFiles(
      try request(district, 1...14, "unit,duration_min,level,mm\n*,60,blue,0.1\nB3,60,blue,900\n"))
    try judge.run { rows throws(Fault) in
      #expect(rows.first { $0.region == "B2" }?.answer == .complete(.blue))
      #expect(rows.first { $0.region == "B3" }?.answer == .complete(.none))
      let rule = rows.first { $0.region == "B3" }?.decisive
      #expect(rule?.duration == .hours(1) && rule?.threshold == Depth(tenthsOfMillimetre: 9000))
    }
    var own = try JudgeFiles(
      try request(district, 1...14, "unit,duration_min,level,mm\nB3,60,red,9\n"))
    #expect(own.notes.contains { $0.contains("3 of 4 regions have no threshold") })
    try own.run { rows throws(Fault) in
      #expect(rows.first { $0.region == "B1" }?.answer.state == .unknown)
    }
  }

  @Test("the rain of every duration is that of the sum of its frames")
  func rain() throws {
    let district = try TestDistrict()
    try TestStorm.write(1...14, into: district)
    var judge = try JudgeFiles(try request(district, 1...14, JudgeFileTests.rules))
    try judge.run { rows throws(Fault) in
      for (window, steps) in [12...14, 9...14].enumerated() {
        var areal = try ArealFiles(
          .init(path: "\(district.folder)/grids/basins.geojson", idField: "id"))
        let sums = try areal.rowsOfSum(
          of: steps.map { "\(district.radar)/\(TestStorm.frameName($0))" }, GridStatement())
        for (row, sum) in zip(rows, sums) {
          let own = row.rain[window]
          #expect(row.region == sum.region)
          #expect(abs((own.mean?.millimetres ?? -1) - (sum.mean ?? -1)) <= 0.0005)
          #expect(own.largest?.millimetres == sum.maximum)
        }
      }
    }
  }

  @Test("weights are kept for the next run, and give the same rows")
  func keptWeights() throws {
    let district = try TestDistrict()
    try TestStorm.write(1...6, into: district)
    var wanted = try request(district, 1...6, JudgeFileTests.rules)
    let folder = "\(district.folder)/weights"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    var all: [[JudgeFiles.Row]] = []
    for keeps in [false, true, true] {
      wanted.weightsFolder = keeps ? folder : nil
      var judge = try JudgeFiles(wanted)
      try judge.run { rows throws(Fault) in all.append(rows) }
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder).count == 1)
    #expect(all[0] == all[1] && all[1] == all[2])
  }

  @Test(
    "a table that cannot be judged by is refused with the place of the row",
    arguments: [
      ("unit,duration_min,level\n*,60,red\n", "missing_column"),
      ("unit,duration_min,level,mm,wetness\n*,60,red,9,wet\n", "unknown_column"),
      ("unit,duration_min,level,mm\n", "no_rules"), ("", "no_header"),
      ("unit,duration_min,level,mm\n*,0,red,9\n", "bad_rule"),
      ("unit,duration_min,level,mm\n*,60,none,9\n", "bad_rule"),
      ("unit,duration_min,level,mm\n*,60,red,-1\n", "bad_rule"),
      ("unit,duration_min,level,mm\n*,60,red,nan\n", "bad_rule"),
      ("unit,duration_min,level,mm\n*,60,red,9\n*,60,red,8\n", "repeated_rule"),
      ("unit,duration_min,level,mm\n*,60,red,9\n*,60,blue,12\n", "not_monotone"),
      ("unit,duration_min,level,mm\nB9,60,red,9\n", "unknown_unit"),
      ("unit,duration_min,level,mm\n*,15,red,9\n", "wrong_window"),
    ])
  func refused(table: String, code: String) throws {
    let district = try TestDistrict()
    try TestStorm.write(1...2, into: district)
    let fault = try #require(throws: Fault.self) {
      var judge = try JudgeFiles(try request(district, 1...2, table))
      try judge.run { _ throws(Fault) in }
    }
    #expect(fault.code == code)
  }

  @Test("no step before the first frame is judged, and no more steps than anybody can want")
  func steps() throws {
    let district = try TestDistrict()
    try TestStorm.write(3...5, into: district)
    var wanted = try request(district, 3...5, JudgeFileTests.rules)
    wanted.from = Timestamp(secondsSince1970: 0)
    var judge = try JudgeFiles(wanted)
    var ends: Set<Timestamp> = []
    try judge.run { rows throws(Fault) in for row in rows { ends.insert(row.end) } }
    #expect(ends == Set((3...5).map(TestStorm.end)))
    wanted.end = Timestamp(secondsSince1970: 253_402_300_200)
    var endless = try JudgeFiles(wanted)
    let fault = try #require(throws: Fault.self) { try endless.run { _ throws(Fault) in } }
    #expect(fault.code == "too_many_steps")
  }

  @Test("frames that come twice or are of another length are refused")
  func frames() throws {
    let district = try TestDistrict()
    try TestStorm.write(1...2, into: district)
    #expect(throws: Fault.self) {
      try JudgeFiles(try request(district, [1, 2, 2], JudgeFileTests.rules))
    }
    var longer = TestFrame(3)
    longer.seconds = 1200
    try longer.write(to: "\(district.radar)/\(TestStorm.frameName(3))")
    #expect(throws: Fault.self) {
      try JudgeFiles(try request(district, 1...3, JudgeFileTests.rules))
    }
  }
}
