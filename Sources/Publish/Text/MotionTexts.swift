public import Hydromet

/// What products say of rain that was moved between frames.
public enum MotionTexts {
  /// For the attributes of a grid file, and explanations.
  public static func source(_ motion: RainMotion) -> String {
    "rain moved on between frames (\(motion.count(.moved)) of \(motion.counts.reduce(0, +)) frames of "
      + "the longest window); newest step: \(english(motion.newest))"
  }

  /// One line of a bulletin.
  static func line(_ motion: RainMotion, _ words: ReportWords) -> String {
    let all = motion.counts.reduce(0, +)
    guard words.language == .chinese else {
      return "Motion between frames: newest step \(english(motion.newest)); moved "
        + "\(motion.count(.moved)) of \(all) frames of the longest window"
    }
    return "帧间移动订正 最近一帧\(chinese(motion.newest))，最长时段内已订正 \(motion.count(.moved))/\(all) 帧"
  }

  static func json(_ motion: RainMotion) -> JSONValue {
    let newest = motion.newest
    func kilometres(_ value: Double) -> JSONValue {
      guard newest.status == .moved else { return .null }
      return Decimal.rounded(value, places: 2).map(JSONValue.decimal) ?? .null
    }
    return .object([
      "period_start": .text(newest.period.start.iso8601),
      "period_end": .text(newest.period.end.iso8601), "status": .text(newest.status.rawValue),
      "east_km": kilometres(newest.eastKilometres),
      "north_km": kilometres(newest.northKilometres),
      "longest_km": kilometres(newest.longestKilometres),
      "frames": .object(
        Dictionary(
          RainMotion.Status.allCases.map { ($0.rawValue, .number(motion.count($0))) },
          uniquingKeysWith: { first, _ in first })),
    ])
  }

  private static func english(_ step: RainMotion.Step) -> String {
    switch step.status {
    case .moved:
      "\(text(step.eastKilometres)) km east, \(text(step.northKilometres)) km north, at most "
        + "\(text(step.longestKilometres)) km"
    case .notFound: "as it came, no rain found again"
    case .noEarlierFrame: "as it came, the frame before is missing"
    }
  }

  private static func chinese(_ step: RainMotion.Step) -> String {
    switch step.status {
    case .moved:
      "东移 \(text(step.eastKilometres)) 千米、北移 \(text(step.northKilometres)) 千米（最大 "
        + "\(text(step.longestKilometres)) 千米）"
    case .notFound: "未订正（降水不可追踪）"
    case .noEarlierFrame: "未订正（缺前一帧）"
    }
  }

  private static func text(_ kilometres: Double) -> String {
    Decimal.rounded(kilometres, places: 1) ?? "-"
  }
}
