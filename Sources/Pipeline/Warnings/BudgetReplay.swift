import Districts
import Formats
public import Hydromet
import Warn

/// Counts the messages that the district's thresholds would have sent over a replay: before a set of
/// thresholds is adopted. Publishes nothing and leaves the ledger as it is.
public enum BudgetReplay {
  /// `township,name,season,hazard,level,waking,other,alarms`
  public static func csv(
    _ replay: Replay, in engine: Engine, progress: (Int, Timestamp) -> Void = { _, _ in }
  ) throws(Fault) -> String {
    let district = engine.workspace.district
    var budget = try MessageBudget(
      district: district.description, policy: WarningDesk.policy(of: district),
      validity: district.configuration.warningValidity, alarms: WarningDesk.alarmRules(of: district)
    )
    for (index, time) in replay.times.enumerated() {
      try budget.add(try engine.report(at: time).townships, at: time)
      progress(index + 1, time)
    }
    let names = Dictionary(
      district.description.townships.map { ($0.code, $0.name) }, uniquingKeysWith: { a, _ in a })
    let header = ["township", "name", "season", "hazard", "level", "waking", "other", "alarms"]
    let rows = budget.lines.map { line in
      [
        line.township, names[line.township] ?? line.township, line.season, line.hazard.rawValue,
        line.level.name, String(line.waking), String(line.other), String(line.alarms),
      ]
    }
    return CSVWriter.text(header, rows, as: .leanSheet)
  }
}
