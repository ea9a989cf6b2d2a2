public import Hydromet

/// One file of a storm: what it is and when it would arrive.
public struct StormFile: Sendable, Hashable {
  enum Content: Sendable, Hashable {
    /// Radar amounts of all periods before the storm.
    case calmRadar
    /// Hourly totals of all gauges before the storm.
    case calmGauges
    /// Radar amounts of a period.
    case radar(period: Int)
    /// Reports of a period, and those of two periods before that come late.
    case gauges(period: Int)
    /// The same bytes as the gauge file of a period, under another name.
    case copy(period: Int)
    /// The right value of a report that was wrong.
    case correction(period: Int, station: Int)
    /// Expected amounts of every hour after a time of issue.
    case forecast(issued: Timestamp)
  }

  /// Which of the district's feeds a file belongs to.
  public enum Feed: Sendable, Hashable {
    case radar
    case gauges
    case forecast
  }

  /// File name without folder.
  public let name: String
  public let feed: Feed
  /// When it would arrive at the bureau.
  public let arrival: Timestamp
  let content: Content
}

extension SyntheticStorm {
  /// Every file of the storm in the order in which it would arrive: most of them a minute or two
  /// after the end of their period, what was measured before the storm in two files at its start, one
  /// radar frame and one gauge file late, one gauge file twice
  /// under two names, and one correction; forecasts where the plan has them.
  public var files: [StormFile] {
    let ends = plan.periodEnds
    let slow = ends.count * 3 / 10
    let oddities = ends.count >= 24
    var files = calmFiles
    for (period, end) in ends.enumerated() {
      files.append(
        StormFile(
          name: "drill-radar-\(end.compact).nc", feed: .radar,
          arrival: end + (oddities && period == slow + 5 ? 14 * 60 : 130),
          content: .radar(period: period)))
      let delay = oddities && period == slow ? 35 * 60 : 75
      files.append(
        StormFile(
          name: gaugeFileName(end), feed: .gauges, arrival: end + delay,
          content: .gauges(period: period)))
    }
    if oddities {
      let twice = ends.count / 2
      files.append(
        StormFile(
          name: gaugeFileName(ends[twice], mark: "-again"), feed: .gauges,
          arrival: ends[twice] + 420, content: .copy(period: twice)))
    }
    if let wrong = gauges.wrongReport {
      files.append(
        StormFile(
          name: gaugeFileName(ends[wrong.period], mark: "-corrected"), feed: .gauges,
          arrival: ends[wrong.period] + 25 * 60,
          content: .correction(period: wrong.period, station: wrong.station)))
    }
    for issued in issues {
      files.append(
        StormFile(
          name: "drill-forecast-\(issued.compact).nc", feed: .forecast,
          arrival: max(issued + DrillForecast.arrivalSeconds, plan.start),
          content: .forecast(issued: issued)))
    }
    return files.sorted { $0.arrival != $1.arrival ? $0.arrival < $1.arrival : $0.name < $1.name }
  }

  private var calmFiles: [StormFile] {
    guard plan.leadHours > 0 else { return [] }
    let name = "before-\(plan.start.compact)"
    return [
      StormFile(
        name: "drill-gauges-\(name).csv", feed: .gauges, arrival: plan.start,
        content: .calmGauges),
      StormFile(
        name: "drill-radar-\(name).nc", feed: .radar, arrival: plan.start, content: .calmRadar),
    ]
  }

  private func gaugeFileName(_ end: Timestamp, mark: String = "") -> String {
    "drill-gauges-\(end.compact)\(mark).csv"
  }
}
