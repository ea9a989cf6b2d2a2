import Formats
public import Hydromet
public import Quality

/// The numbers of every station: as a table, or as a page for people.
public struct HealthPage: Sendable {
  private let rows: [(station: Station, health: StationHealth)]
  private let isEnglish: Bool

  /// - Parameter stations: in the order of the health values.
  public init(_ health: [StationHealth], stations: [Station], isEnglish: Bool) {
    rows = Array(zip(stations, health))
    self.isEnglish = isEnglish
  }

  public static let columns = [
    "station", "name", "expected", "received", "availability", "correct", "suspect", "wrong",
    "untestable", "edited", "neighbours", "nearest_km", "ratio_neighbours", "pairs_neighbours",
    "ratio_radar", "pairs_radar", "drift", "clock_offset_h", "dry_hours", "dry_mm_missed",
    "persistent", "reasons",
  ]

  private static let chineseColumns = [
    "站号", "站名", "应到", "实到", "到报率", "正确", "可疑", "错误", "无法检验", "人工", "邻站数", "最近邻站km",
    "与邻站比", "对数", "与雷达比", "对数", "漂移", "时钟偏差h", "漏测小时", "漏测mm", "持续问题", "原因计数",
  ]

  /// One row for each station below a header of stable names.
  public var csv: String {
    let cells = rows.map { row in self.cells(row.station, row.health) { $0.rawValue } }
    return CSVWriter.text(HealthPage.columns, cells, as: .sheet)
  }

  /// A page without scripts; stations with trouble stand first.
  public var html: String {
    let names = isEnglish ? HealthPage.columns : HealthPage.chineseColumns
    let title = isEnglish ? "Station health" : "站点健康状况"
    var text = """
      <!DOCTYPE html>
      <html lang="\(isEnglish ? "en" : "zh-Hans")"><head><meta charset="utf-8"><title>\(title)</title>
      <style>body{font-family:sans-serif}table{border-collapse:collapse}td,th{border:1px solid #999;\
      padding:2px 6px;text-align:right}td:nth-child(-n+2){text-align:left}.bad{background:#fde0dc}\
      </style></head><body><h1>\(title)</h1><table><tr>

      """
    text += names.map { "<th>\($0)</th>" }.joined() + "</tr>\n"
    let sorted = rows.enumerated().sorted { a, b in
      let x = HealthPage.trouble(a.element.health)
      let y = HealthPage.trouble(b.element.health)
      return x == y ? a.offset < b.offset : x > y
    }
    for (_, row) in sorted {
      let isBad = !row.health.long.reasons.against.isEmpty || row.health.counts.wrong > 0
      let own = cells(row.station, row.health) { isEnglish ? $0.englishName : $0.chineseName }
      text +=
        "<tr\(isBad ? " class=\"bad\"" : "")>"
        + own.map { "<td>\(MarkupText.escaped($0))</td>" }.joined() + "</tr>\n"
    }
    return text + "</table></body></html>\n"
  }

  private static func trouble(_ health: StationHealth) -> Int {
    health.long.reasons.against.count * 1_000_000 + health.counts.wrong * 1000
      + health.counts.suspect
  }

  private func cells(
    _ station: Station, _ health: StationHealth, _ name: (QualityReason) -> String
  ) -> [String] {
    let ratios = [RatioEvidence.Witness.neighbours, .radar].map { witness in
      health.long.ratios.first { $0.witness == witness }
    }
    let ratioCells = ratios.flatMap { evidence in
      [evidence.map { HealthPage.digits($0.ratio) } ?? "", evidence.map { "\($0.pairs)" } ?? ""]
    }
    let drift = (ratios[0] ?? ratios[1]).map { HealthPage.digits($0.drift) } ?? ""
    var cells = [
      station.id, station.name, "\(health.availability.expected)",
      "\(health.availability.received)", HealthPage.digits(health.availability.share),
      "\(health.counts.correct)", "\(health.counts.suspect)", "\(health.counts.wrong)",
      "\(health.counts.untestable)", "\(health.counts.edited)", "\(health.neighbours)",
      health.nearestKilometres.map(HealthPage.digits) ?? "",
    ]
    cells += ratioCells
    cells += [
      drift, health.long.clockOffsetHours.map { "\($0)" } ?? "", "\(health.dryRun.hours)",
      "\(health.dryRun.tenths / 10).\(health.dryRun.tenths % 10)",
      health.long.reasons.against.map(name).joined(separator: "; "),
      health.reasons.map { "\(name($0.reason)) \($0.count)" }.joined(separator: "; "),
    ]
    return cells
  }

  /// Two decimals.
  private static func digits(_ value: Double) -> String {
    guard value.isFinite, abs(value) < 1e9 else { return "" }
    let hundredths = Int((abs(value) * 100).rounded())
    return
      "\(value < 0 && hundredths > 0 ? "-" : "")\(hundredths / 100).\(padded(hundredths % 100, 2))"
  }
}
