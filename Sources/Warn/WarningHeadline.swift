public import Hydromet

/// Headline and advice of a warning that a forecaster gives another level than the facts.
public struct WarningHeadline: Sendable {
  public let chinese: String
  public let english: String
  public let instruction: String
  public let englishInstruction: String

  public init(district: DistrictDescription, hazard: Hazard, level: RiskLevel) {
    chinese =
      "\(district.office)发布\(hazard.chineseWarningName)\(level.chineseName)"
      + "\(hazard.chineseWarningKind)[\(level.chineseGrade)]"
    let kind = hazard == .rainstorm ? "warning signal" : "warning"
    english =
      "\(district.englishOffice): \(level.name) \(kind) of \(hazard.englishWarningName) "
      + "[\(level.englishGrade)]"
    instruction = Instruction.chinese(hazard, level)
    englishInstruction = Instruction.english(hazard, level)
  }
}
