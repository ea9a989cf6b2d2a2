import Archive
import Districts
import Formats
public import Hydromet
import Warn

/// What the warnings of a rain process came to, as a table and as a page.
public struct EffectReport: Sendable {
  private let processes: [RainProcess]
  private let names: [String: String]
  private let title: String

  init(_ processes: [RainProcess], names: [String: String], title: String) {
    self.processes = processes
    self.names = names
    self.title = title
  }

  /// One row for each warning, township and channel: the moments of release, call, answer and deed, the
  /// seconds from the release to each, and what came back from the ground. The heading is the first row.
  public var csv: String {
    let header = [
      "process", "subject", "township", "name", "hazard", "level", "channel", "released", "called",
      "answered", "acted", "seconds_to_call", "seconds_to_answer", "seconds_to_act", "feedback",
    ]
    var rows: [[String]] = []
    for (number, process) in processes.enumerated() {
      for effect in process.effects {
        rows.append([
          "\(number + 1)", effect.subject, effect.township, name(effect.township),
          effect.hazard.rawValue, effect.level.name, effect.channel, effect.released.iso8601,
          effect.called?.iso8601 ?? "", effect.answered?.iso8601 ?? "",
          effect.acted?.iso8601 ?? "", text(effect.seconds(to: effect.called)),
          text(effect.seconds(to: effect.answered)), text(effect.seconds(to: effect.acted)),
          effect.feedback.map(\.rawValue).joined(separator: ";"),
        ])
      }
    }
    return CSVWriter.text(header, rows, as: .leanSheet)
  }

  private func text(_ seconds: Int?) -> String { seconds.map(String.init) ?? "" }

  private func name(_ township: String) -> String { names[township] ?? township }

  /// A page that needs nothing but itself.
  public var html: String {
    var page = """
      <!DOCTYPE html>
      <html lang="zh-CN"><head><meta charset="utf-8"><title>\(MarkupText.escaped(title))</title>
      <style>body{font-family:sans-serif;margin:2em}table{border-collapse:collapse;margin:1em 0}
      td,th{border:1px solid #999;padding:.25em .6em;text-align:left}</style></head><body>
      <h1>\(MarkupText.escaped(title))</h1>

      """
    if processes.isEmpty { page += "<p>这段时间没有发布预警，也没有发出报警。</p>\n" }
    for process in processes {
      page +=
        "<h2>\(BeijingTime.chinese(process.start, withYear: true)) 至 "
        + "\(BeijingTime.chinese(process.end, withYear: true))</h2>\n"
      page += summary("按镇街", process.summaries { name($0.township) })
      page += summary("按等级", process.summaries { $0.level.chineseName })
      page += summary("按渠道", process.summaries { $0.channel.isEmpty ? "未呼叫" : $0.channel })
      page += details(process)
    }
    return page + "</body></html>\n"
  }

  private func summary(_ title: String, _ rows: [RainProcess.Summary]) -> String {
    table(
      title, ["", "发布", "呼叫", "应答", "处置", "到呼叫（中位）", "到应答（中位）", "到处置（中位）"],
      rows.map { row in
        [
          row.group, "\(row.released)", "\(row.called)", "\(row.answered)", "\(row.acted)",
          span(row.secondsToCall), span(row.secondsToAnswer), span(row.secondsToAct),
        ]
      })
  }

  private func details(_ process: RainProcess) -> String {
    table(
      "逐条", ["编号", "镇街", "灾种", "等级", "发布", "呼叫", "应答", "处置", "渠道", "反馈"],
      process.effects.map { effect in
        [
          effect.subject, name(effect.township), effect.hazard.chineseName,
          effect.level.chineseName, BeijingTime.numeric(effect.released),
          span(effect.seconds(to: effect.called)), span(effect.seconds(to: effect.answered)),
          span(effect.seconds(to: effect.acted)), effect.channel,
          effect.feedback.map(\.chineseName).joined(separator: "、"),
        ]
      })
  }

  /// What did not happen is a dash, never zero.
  private func span(_ seconds: Int?) -> String {
    guard let seconds else { return "—" }
    return seconds < 120 ? "\(seconds)秒" : "\(seconds / 60)分\(seconds % 60)秒"
  }

  private func table(_ title: String, _ heading: [String], _ rows: [[String]]) -> String {
    func line(_ cells: [String], _ tag: String) -> String {
      "<tr>" + cells.map { "<\(tag)>\(MarkupText.escaped($0))</\(tag)>" }.joined() + "</tr>\n"
    }
    return "<h3>\(title)</h3>\n<table>\n" + line(heading, "th")
      + rows.map { line($0, "td") }.joined() + "</table>\n"
  }
}

extension WarningDesk {
  /// The report of the rain processes in a period.
  ///
  /// - Parameter gap: a process ends when nothing was released for so long.
  public func report(in period: Period, gap: TimeSpan) throws(Fault) -> EffectReport {
    // A record that was released in the period may have changed long after it.
    let later = Period(start: period.start, end: clock.now + 86_400)
    let records = try ledger.warnings(changedIn: later, limit: 100_000)
    let alarms = try ledger.alarms(decidedIn: period)
    var feedback: [GroundFeedback] = []
    for subject in records.map(\.id) + alarms.map(\.id) {
      feedback += try ledger.feedback(on: subject)
    }
    let effects = WarningEffect.all(
      records: records, alarms: alarms, calls: try callOutcomes(records, alarms),
      feedback: feedback
    ).filter { $0.released > period.start && $0.released <= period.end }
    let names = Dictionary(
      district.description.townships.map { ($0.code, $0.name) }, uniquingKeysWith: { a, _ in a })
    return EffectReport(
      RainProcess.split(effects, gap: gap), names: names,
      title: "\(district.description.name)预警发布及叫应效能分析")
  }

  /// When delivery took the items of each record or alarm over.
  private func callOutcomes(
    _ records: [WarningRecord], _ alarms: [RainAlarm]
  ) throws(Fault) -> [CallOutcome] {
    try ledger.callOutcomes(
      of: records.map(\.id) + alarms.map(\.id), CallOffice.book(district))
  }

  /// Everything that was released in the last eight days.
  public func released() throws(Fault) -> [WarningRecord] {
    let now = clock.now
    return try ledger.warnings(changedIn: Period(end: now + 86_400, seconds: 9 * 86_400))
      .filter { !$0.issued.isEmpty }
  }

  /// Alarms of the last time, newest first.
  public func alarms(past: TimeSpan) throws(Fault) -> [RainAlarm] {
    try ledger.alarms(decidedIn: Period(end: clock.now + 86_400, seconds: past.seconds + 86_400))
  }
}
