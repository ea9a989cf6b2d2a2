import Archive
import Areal
import Districts
import Formats
public import Hydromet
import Publish

/// From a level back to the bytes: the answer about a unit, the threshold that decides it, the rain
/// that was held against it, the cells and weights behind the rain, the files behind the cells.
public struct Explanation: Sendable {
  public let lines: [String]

  public var text: String { lines.joined(separator: "\n") + "\n" }

  /// Explains a township, basin or hazard point in a cycle, or a draft of a warning.
  ///
  /// The cycle is made again from the ledger, as it was known when it was published.
  ///
  /// - Parameters:
  ///   - id: township code, basin id, point id, or the identifier of a draft.
  ///   - time: data time of the cycle; that of the draft, or of the newest cycle, where nil.
  /// - Throws: `unknown_id`, `no_cycle`.
  public init(of id: String, at time: Timestamp?, in engine: Engine) throws(Fault) {
    let moment = try Explanation.time(of: id, time, engine)
    let record = try engine.workspace.ledger.cycle(at: moment)
    let report = try engine.report(at: moment, asKnown: record?.known)
    var writer = ExplanationWriter(engine: engine, report: report)
    writer.writeHead(record)
    if let draft = report.drafts.first(where: { $0.identifier == id }) {
      try writer.write(draft)
    } else if let township = report.townships.first(where: { $0.township == id }) {
      try writer.write(township)
    } else {
      let parts = report.assessments.filter { $0.unit == id }
      guard !parts.isEmpty || report.hydrology.soil(ofBasin: id) != nil else {
        throw Fault(
          "unknown_id", "no township, basin, hazard point or draft of this cycle is called \(id)",
          remedy: "take an id from townships.csv, basins.csv, points.csv or drafts.json")
      }
      for part in parts { try writer.write(part) }
      let point = report.district.hazardPoints.first { $0.id == id }
      writer.writeHydrology(ofBasin: point?.basin ?? id)
    }
    writer.writeContradictions()
    writer.writeInputs()
    lines = writer.lines
  }

  /// A draft's identifier carries the Beijing time of its cycle.
  private static func time(
    of id: String, _ stated: Timestamp?, _ engine: Engine
  ) throws(Fault) -> Timestamp {
    if let stated { return stated }
    let parts = id.split(separator: "_")
    if parts.count >= 2, parts[1].count == 14, let time = draftTime(parts[1]) { return time }
    if let newest = try engine.workspace.ledger.newestCycle() { return newest.dataTime }
    throw Fault(
      "no_cycle", at: .init(engine.workspace.stateFolder), "no cycle was ever published",
      remedy: "run `freshet cycle` or `freshet replay` first, or name a time with --at")
  }

  private static func draftTime(_ digits: Substring) -> Timestamp? {
    let text = "\(digits.prefix(8))T\(digits.dropFirst(8))"
    return Timestamp(iso8601: text, defaultOffsetSeconds: BeijingTime.offsetSeconds)
  }
}

/// Writes an explanation line by line.
struct ExplanationWriter {
  private let engine: Engine
  let report: CycleReport
  private(set) var lines: [String] = []

  init(engine: Engine, report: CycleReport) {
    self.engine = engine
    self.report = report
  }

  mutating func add(_ line: String) { lines.append(line) }

  mutating func writeHead(_ record: CycleRecord?) {
    lines.append("时次 cycle        \(report.time.iso8601)（北京时 \(BeijingTime.numeric(report.time))）")
    lines.append("程序 program      freshet \(report.programVersion)")
    lines.append(
      "配置 district     \(report.district.id) \(report.district.name) \(report.districtHash)")
    if let record {
      lines.append(
        "发布 published    \(record.publishedAt.iso8601), attempt \(record.attempt), manifest \(record.manifestHash)"
      )
      lines.append("已知 known        \(record.known.iso8601)")
    } else {
      lines.append("发布 published    never: made now for this explanation")
    }
    for feed in report.feeds {
      let newest = feed.newest.map(\.iso8601) ?? "none"
      lines.append(
        "资料 feed         \(feed.feed): newest \(newest), \(feed.coverage.received) of \(feed.coverage.expected)\(feed.isLate ? ", late" : "")"
      )
    }
    let counts = report.gaugeVerdicts.reduce(VerdictCounts()) { $0 + $1.counts }
    if counts.total > 0 {
      lines.append(
        "质控 gauges       \(counts.total) readings: \(counts.correct) correct, \(counts.suspect) suspect, \(counts.wrong) wrong, \(counts.untestable) untestable, \(counts.edited) edited"
      )
      for verdict in report.gaugeVerdicts.filter({ $0.counts.flagged > 0 }).prefix(12) {
        lines.append(
          "                  \(verdict.station): \(verdict.counts.flagged) doubted, \(verdict.reasons.text)"
        )
      }
    }
    if let motion = report.rainMotion {
      lines.append("移动 advection    \(MotionTexts.source(motion))")
    }
    lines.append("")
  }

  mutating func write(_ draft: WarningDraft) throws(Fault) {
    lines.append("草稿 draft        \(draft.identifier)")
    lines.append("                  \(draft.headline)")
    lines.append("                  \(draft.description)")
    lines.append("")
    for code in draft.townshipCodes {
      if let township = report.townships.first(where: { $0.township == code }) {
        try write(township, only: draft.hazard)
      }
    }
  }

  /// A township: its answer, the part that decides, and every other part in one line.
  mutating func write(_ township: TownshipAssessment, only hazard: Hazard? = nil) throws(Fault) {
    lines.append(
      "镇街 township     \(township.township) \(township.name): \(words(of: township.answer))")
    let parts = township.parts.filter { hazard == nil || $0.hazard == hazard }
    lines.append("                  the highest of \(parts.count) assessments:")
    let ranked = parts.sorted { rank($0) > rank($1) }
    for part in ranked.prefix(ExplanationWriter.listed) {
      lines.append("                  - \(line(of: part))")
    }
    if ranked.count > ExplanationWriter.listed {
      lines.append(
        "                  - … \(ranked.count - ExplanationWriter.listed) more, in assessments.csv")
    }
    lines.append("")
    writePeople(of: township)
    if let decisive = ranked.first { try write(decisive) }
  }

  private static let listed = 12

  private func rank(_ part: UnitAssessment) -> (Int, Int, Double) {
    (part.answer.level.rawValue, part.answer.state == .blind ? 0 : 1, part.decisive?.ratio ?? -1)
  }

  /// A unit: its answer, its threshold, its rain, its cells.
  mutating func write(_ part: UnitAssessment) throws(Fault) {
    lines.append("单元 unit         \(line(of: part))")
    for rule in part.uncovered.prefix(ExplanationWriter.listed) {
      lines.append("  not covered     \(rule)")
    }
    guard let evidence = part.decisive else {
      lines.append("  no threshold could be compared: there is no rain to compare")
      lines.append("")
      return
    }
    writeWords(of: part)
    let row = evidence.threshold
    let configuration = engine.workspace.district.configuration
    let file =
      evidence.rule == nil ? configuration.thresholdsFile : configuration.rulesFile ?? "rules"
    lines.append(
      "  阈值 threshold  \(row.level.name) at \(row.depth.shortText) mm in \(row.duration.text), statistic \(row.statistic.rawValue), for \(row.unitKind.rawValue) \(row.unit)"
    )
    lines.append(
      "                  \(file):\(row.line), source \(row.source), author \(row.author)")
    writeDerivation(evidence)
    let least = evidence.isLowerBound ? "at least " : ""
    lines.append(
      "  雨量 rain       \(least)\(evidence.depth?.text ?? "none") mm, ratio \(ratio(evidence.ratio)), \(verdict(evidence.verdict))"
    )
    try writeRain(of: part, row)
    lines.append("")
  }

  /// The rain of the unit that was compared: the point's basin for areal statistics.
  private mutating func writeRain(
    of part: UnitAssessment, _ row: CriticalRainfall
  ) throws(Fault) {
    let source = compared(part, row.statistic)
    guard
      let rainfall = report.unitRainfall.first(where: {
        $0.unitKind == source.kind && $0.unit == source.unit
      }), let index = report.windows.firstIndex(of: row.duration)
    else { return }
    let rain = rainfall.windows[index]
    lines.append(
      "  面雨量 areal    \(source.kind.rawValue) \(source.unit), (\(rain.period.start.iso8601), \(rain.period.end.iso8601)]"
    )
    lines.append(
      "                  mean \(rain.mean?.text ?? "-"), largest cell \(rain.maximumCell?.text ?? "-"), largest gauge \(rain.maximumGauge?.text ?? "-") mm\(rain.maximumGaugeStation.map { " (\($0))" } ?? "")"
    )
    lines.append(
      "                  valid share \(share(rain.validShare)), grid share \(share(rain.gridShare))"
    )
    if source.kind == .basin { writeUpstream(ofBasin: source.unit, window: index) }
    writeGauge(rain.maximumGaugeStation)
    guard index < report.fields.count else { return }
    try writeCells(of: source, report.fields[index])
  }

  /// What quality control said of the gauge whose rain stands in the answer, and who it doubts.
  private mutating func writeGauge(_ station: String?) {
    if let station, let verdict = report.gaugeVerdicts.first(where: { $0.station == station }),
      let newest = verdict.newest
    {
      let reasons = verdict.reasons.list.map { "\($0.chineseName) \($0.rawValue)" }
      lines.append(
        "  质量 quality    gauge \(station): \(newest.code.chineseName) \(newest.code.rawValue), index \(newest.indexText), \(verdict.counts.flagged) of \(verdict.counts.total) readings doubted\(reasons.isEmpty ? "" : ": " + reasons.joined(separator: ", "))"
      )
      for edit in verdict.edits { lines.append("                  人工审核 edited: \(edit)") }
    }
  }

  private func compared(
    _ part: UnitAssessment, _ statistic: RainStatistic
  ) -> (kind: UnitKind, unit: String) {
    guard part.unitKind == .hazardPoint, statistic != .cell,
      let point = report.district.hazardPoints.first(where: { $0.id == part.unit })
    else { return (part.unitKind, part.unit) }
    return point.basin.map { (.basin, $0) } ?? (.township, point.township)
  }

  /// The cells with the largest weight times depth.
  private mutating func writeCells(
    of source: (kind: UnitKind, unit: String), _ field: AccumulationField
  ) throws(Fault) {
    let cells = try engine.cells(of: source.kind, source.unit, on: field.geometry)
    guard !cells.isEmpty else { return }
    let area = cells.reduce(0) { $0 + $1.weight }
    lines.append(
      "  格点 cells      \(cells.count) cells, \(rounded(area)) km², grid \(field.geometry.rows) × \(field.geometry.columns); the largest contributions:"
    )
    let ranked = cells.sorted {
      let a = Double(field.micrometres[$0.index]) * $0.weight
      let b = Double(field.micrometres[$1.index]) * $1.weight
      return (a, -$0.index) > (b, -$1.index)
    }
    for cell in ranked.prefix(5) {
      let depth = Depth(micrometres: field.micrometres[cell.index])
      let columns = field.geometry.columns
      lines.append(
        "                  row \(cell.index / columns) column \(cell.index % columns): \(depth.text) mm × \(rounded(cell.weight)) km², \(field.receivedFrames[cell.index]) of \(field.expectedFrames) frames"
      )
    }
  }

  /// The soil and the flow of a basin; nothing where they are not known.
  mutating func writeHydrology(ofBasin basin: String) {
    guard let soil = report.hydrology.soil(ofBasin: basin) else { return }
    let parameters = engine.workspace.district.basinParameters.first { $0.basin == basin }
    lines.append(
      "土壤 soil         basin \(basin) at \(soil.time.iso8601): Pa \(rounded(soil.antecedentRainfall)) of \(rounded(soil.capacity)) mm, \(soil.wetness?.rawValue ?? "wetness not known"), soil water index \(rounded(soil.soilWaterIndex)) mm"
    )
    lines.append(
      "                  model saturation \(ratio(soil.modelSaturation)), not known \(share(soil.gapShare)), parameters \(parameters?.source ?? "default")"
    )
    if let flow = report.hydrology.flow(ofBasin: basin), let peak = flow.peak {
      let harmful = flow.harmfulFlow.map {
        ", harmful flow \(rounded($0.discharge)) m³/s (\($0.source)), ratio \(ratio(flow.harmRatio))"
      }
      lines.append(
        "流量 flow         now \(ratio(flow.flowNow)), peak \(rounded(peak.discharge)) m³/s at \(peak.time.iso8601) from \(rounded(flow.upstreamArea)) km², \(flow.basis.rawValue)\(harmful ?? ", no harmful flow is stated")"
      )
    }
    for guidance in report.hydrology.guidance where guidance.basin == basin {
      let words =
        switch guidance.answer {
        case .depth(let depth): "\(depth.shortText) mm"
        case .alreadyReached: "reached without more rain"
        case .beyond(let depth): "more than \(depth.shortText) mm"
        }
      lines.append("  临界雨量 critical \(guidance.duration.text): \(words)")
    }
    lines.append("")
  }

  /// Totals of gauges that disagree with their shorter readings, anywhere in the district.
  mutating func writeContradictions() {
    let doubted = report.gaugeRainfall.filter { !$0.contradictions.isEmpty }
    guard !doubted.isEmpty else { return }
    let count = doubted.reduce(0) { $0 + $1.contradictions.count }
    lines.append(
      "矛盾 contradictory \(count) totals of \(doubted.count) gauges disagree with their own shorter readings; all are flagged suspect"
    )
    let all = doubted.flatMap { gauge in gauge.contradictions.map { (gauge.station, $0) } }
    for (station, contradiction) in all.prefix(ExplanationWriter.listed) {
      lines.append("                  \(station): \(contradiction.note)")
    }
    if all.count > ExplanationWriter.listed {
      lines.append("                  … \(all.count - ExplanationWriter.listed) more")
    }
  }

  mutating func writeInputs() {
    lines.append("输入 inputs       \(report.inputs.count) files")
    let shown = report.inputs.suffix(ExplanationWriter.listed)
    if shown.count < report.inputs.count {
      lines.append("                  … the newest \(shown.count); all are in manifest.json")
    }
    for input in shown {
      lines.append(
        "                  \(input.feed) \(input.name) \(input.dataTime.iso8601) sha256:\(input.hash.prefix(16))…"
      )
    }
  }

  private func line(of part: UnitAssessment) -> String {
    let ratioText = part.decisive.map { ", ratio \(ratio($0.ratio))" } ?? ""
    return
      "\(part.unitKind.rawValue) \(part.unit) \(part.name), \(part.hazard.rawValue): \(words(of: part.answer))\(ratioText)"
  }

  private func words(of answer: RiskAnswer) -> String {
    answer.state == .atLeast ? "at least \(answer.name)" : answer.name
  }

  private func verdict(_ verdict: ThresholdVerdict) -> String {
    switch verdict {
    case .reached: "reached"
    case .notReached: "not reached"
    case .unknown: "not known"
    }
  }

  private func ratio(_ value: Double?) -> String {
    guard let value else { return "-" }
    return Depth(millimetres: value)?.text ?? "-"
  }

  private func share(_ value: Double) -> String { Depth(millimetres: value)?.text ?? "-" }

  private func rounded(_ value: Double) -> String { Depth(millimetres: value)?.text ?? "-" }
}
