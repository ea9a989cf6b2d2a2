import Hydromet
import Risk
import Testing

struct NationalTests {
  @Test("55 mm in two hours meets blue, yellow and orange at once: orange is reported")
  func signalByDuration() {
    #expect(RainstormSignal.level { _ in Depth(millimetres: 55) } == .orange)
    #expect(RainstormSignal.level { _ in Depth(millimetres: 49.999) } == RiskLevel.none)
    #expect(RainstormSignal.level { $0 == .hours(12) ? Depth(millimetres: 60) : .zero } == .blue)
    #expect(RainstormSignal.level { _ in Depth(millimetres: 100) } == .red)
  }

  @Test(
    "point grades of GB/T 28592-2012 over 24 h",
    arguments: [
      (0.0, "微量降雨"), (0.1, "小雨"), (9.9, "小雨"), (10, "中雨"), (24.9, "中雨"), (25, "大雨"),
      (49.9, "大雨"), (50, "暴雨"), (99.9, "暴雨"), (100, "大暴雨"), (249.9, "大暴雨"), (250, "特大暴雨"),
    ] as [(Double, String)])
  func pointGrades(mm: Double, name: String) throws {
    let table = try #require(RainfallGradeTable.standard(.point, .hours(24)))
    #expect(table.grade(of: try #require(Depth(millimetres: mm))).name == name)
  }

  @Test("35 mm in 24 h is a rainstorm over a basin and only heavy rain at a point")
  func pointAndArealDiffer() throws {
    let depth = try #require(Depth(millimetres: 35))
    #expect(RainfallGradeTable.standard(.areal, .hours(24))?.grade(of: depth).name == "暴雨")
    #expect(RainfallGradeTable.standard(.point, .hours(24))?.grade(of: depth).name == "大雨")
  }

  @Test("the standards know no grades for one hour")
  func noHourlyGrades() {
    #expect(RainfallGradeTable.standard(.point, .hours(1)) == nil)
  }
}
