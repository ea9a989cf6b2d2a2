import Formats
import Hydromet
public import Risk

extension ThresholdHistory {
  /// One line for each row and year, and one for all years with the best factor:
  /// `unit_kind,unit,hazard,duration_min,wetness,level,mm,statistic,line,year,hits,false_alarms,misses,untested,csi,best_factor,best_csi`.
  public var csv: String {
    let header = [
      "unit_kind", "unit", "hazard", "duration_min", "wetness", "level", "mm", "statistic", "line",
      "year", "hits", "false_alarms", "misses", "untested", "csi", "best_factor", "best_csi",
    ]
    var rows: [[String]] = []
    for entry in entries {
      let row = entry.row
      let head = [
        row.unitKind.rawValue, row.unit, row.hazard.rawValue, String(row.duration.seconds / 60),
        row.wetness.rawValue, row.level.name, row.depth.shortText, row.statistic.rawValue,
        String(row.line),
      ]
      let years = entry.record.years(entry.events)
      for year in years {
        rows.append(
          head + [String(year.year)] + ThresholdHistory.cells(year.score, year.untested)
            + ["", ""])
      }
      let best = entry.record.bestFactor(entry.events)
      rows.append(
        head + ["all"]
          + ThresholdHistory.cells(
            entry.record.total(entry.events), years.reduce(0) { $0 + $1.untested })
          + [
            ThresholdProposals.share(best?.factor),
            ThresholdProposals.share(best?.score.criticalSuccess),
          ])
    }
    return CSVWriter.text(header, rows, as: .sheet)
  }

  private static func cells(_ score: Contingency, _ untested: Int) -> [String] {
    [
      String(score.hits), String(score.falseAlarms), String(score.misses), String(untested),
      ThresholdProposals.share(score.criticalSuccess),
    ]
  }
}

extension SeriesVerification {
  /// Two lines for each part and two for all of them:
  /// `part,kind,duration,threshold_mm,wet_share,moments,harmful,hits,false_alarms,misses,csi,pod,far`.
  public var csv: String {
    var text = CSVWriter.row([
      "part", "kind", "duration", "threshold_mm", "wet_share", "moments", "harmful", "hits",
      "false_alarms", "misses", "csi", "pod", "far",
    ])
    for (number, part) in parts.enumerated() {
      for (kind, choice) in [("fixed", part.fixed), ("moving", part.moving)] {
        text += CSVWriter.row(
          [
            String(number + 1), kind, choice.duration.text,
            ThresholdProposals.share(choice.threshold), ThresholdProposals.share(choice.wetShare),
            String(part.moments), String(part.harmful),
          ] + SeriesVerification.cells(choice.score))
      }
    }
    let moments = parts.reduce(0) { $0 + $1.moments }
    let harmful = parts.reduce(0) { $0 + $1.harmful }
    for (kind, score) in [("fixed", fixed), ("moving", moving)] {
      text += CSVWriter.row(
        ["all", kind, "", "", "", String(moments), String(harmful)]
          + SeriesVerification.cells(score))
    }
    return text
  }

  private static func cells(_ score: Contingency) -> [String] {
    [
      String(score.hits), String(score.falseAlarms), String(score.misses),
      ThresholdProposals.share(score.criticalSuccess), ThresholdProposals.share(score.detection),
      ThresholdProposals.share(score.falseAlarmRatio),
    ]
  }
}
