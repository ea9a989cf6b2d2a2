public import Hydromet

/// A table of rainfall grades: names and lower bounds by duration. Points and areas have different
/// tables; a depth of one kind is never graded by the other's.
public struct RainfallGradeTable: Sendable, Hashable {
  /// One grade and the smallest depth that belongs to it.
  public struct Grade: Sendable, Hashable {
    public let name: String
    public let englishName: String
    public let from: Depth
  }

  public enum Kind: String, Sendable, Hashable {
    /// Rain at a point: a gauge or a cell.
    case point
    /// Mean rain over an area.
    case areal
  }

  public let kind: Kind
  public let duration: TimeSpan
  /// Grades, lowest first; the first begins at zero.
  public let grades: [Grade]
  public let source: String
  public let version: String

  /// The grade of a depth.
  public func grade(of depth: Depth) -> Grade {
    grades.last { depth >= $0.from } ?? grades[0]
  }

  /// The table for a kind and a duration; nil where the standards have none (they know 12 h and 24 h).
  public static func standard(_ kind: Kind, _ duration: TimeSpan) -> RainfallGradeTable? {
    standards.first { $0.kind == kind && $0.duration == duration }
  }

  /// All tables that ship with the program.
  public static let standards: [RainfallGradeTable] = [
    point(hours: 12, tenths: [0, 1, 50, 150, 300, 700, 1400]),
    point(hours: 24, tenths: [0, 1, 100, 250, 500, 1000, 2500]),
    areal(hours: 12, tenths: [0, 1, 30, 100, 200, 400, 801]),
    areal(hours: 24, tenths: [0, 1, 60, 150, 300, 600, 1501]),
  ]

  /// GB/T 28592-2012 降水量等级, tables for 12 h and 24 h.
  private static func point(hours: Int, tenths: [Int32]) -> RainfallGradeTable {
    RainfallGradeTable(
      kind: .point, duration: .hours(hours), grades: grades(tenths),
      source: "GB/T 28592-2012 降水量等级", version: "2012")
  }

  /// GB/T 20486-2017 江河流域面雨量等级. The highest grade begins above 80 mm and 150 mm, so at the
  /// next tenth of a millimetre.
  private static func areal(hours: Int, tenths: [Int32]) -> RainfallGradeTable {
    RainfallGradeTable(
      kind: .areal, duration: .hours(hours), grades: grades(tenths),
      source: "GB/T 20486-2017 江河流域面雨量等级（未见标准原文，使用前请核对）", version: "2017")
  }

  private static func grades(_ tenths: [Int32]) -> [Grade] {
    zip(names, tenths).map { name, from in
      Grade(name: name.0, englishName: name.1, from: Depth(tenthsOfMillimetre: from))
    }
  }

  private static let names = [
    ("微量降雨", "trace"), ("小雨", "light rain"), ("中雨", "moderate rain"), ("大雨", "heavy rain"),
    ("暴雨", "rainstorm"), ("大暴雨", "heavy rainstorm"), ("特大暴雨", "extraordinary rainstorm"),
  ]
}
