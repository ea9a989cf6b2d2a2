import ArgumentParser
import Hydromet
import Ingest
import Pipeline
import Quality

/// Verdicts on readings.
struct QualityCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "quality", abstract: "Verdict, index and reasons for every reading.",
    discussion: """
      Readings are held against limits, against the station's own other readings,
      along time, against neighbours and radar by hours, and against weeks of both.
      Nothing is deleted: every reading comes back once with its verdict.

      freshet quality gauges/*.csv --stations stations.csv --radar radar/*.nc -o verdicts.csv

      station, period_start, period_end, element
                    the rain fell after the first and up to the second time, UTC
      value         in the element's unit; T is a trace; empty where there is none
      quality       CMA code: 0 correct, 1 suspect, 2 wrong, 3 corrected, 4 modified,
                    7 not installed, 8 missing, 9 untestable or not checked
      index         0 certainly wrong to 1 everything agrees
      reasons       names with semicolons between them, such as blocked, spatial,
                    radar_support, untestable

      A lone extreme that radar or the edge of a neighbour's storm explains stays.
      People's decisions come with --edits:
      station,element,from,to,quality,author,reason,expires.
      """)

  @Argument(
    help: "Station files that freshet convert reads, or netCDF of rain over time and station.",
    completion: .file())
  var readings: [String]

  @Option(
    help: "CSV list of the stations: id, lon, lat; or netCDF that holds them.", completion: .file())
  var stations: String

  @Option(
    name: .long, parsing: .upToNextOption, help: "Radar grids over the same time.",
    completion: .file())
  var radar: [String] = []

  @Option(help: "CSV file with people's decisions.", completion: .file())
  var edits: String?

  @Option(
    help: "File for the memory of weeks; read where it is there, then written.",
    completion: .file())
  var memory: String?

  @Option(help: "Write the stations' health to this file: .csv or .html.", completion: .file())
  var health: String?

  @Option(help: "Language of the health page: zh-Hans or en.")
  var language: LanguageArgument = .chinese

  @OptionGroup var gauges: GaugeStatementOptions
  @OptionGroup var grid: GridStatementOptions
  @OptionGroup var output: OutputOption

  func run() throws {
    var request = QualityFiles.Request(readings: readings, stations: stations)
    request.radar = radar
    request.edits = edits
    request.memory = memory
    request.grid = grid.statement
    request.statement = try gauges.statement(beside: grid, hasRadar: !radar.isEmpty)
    let bar = ProgressBar("radar grids")
    let answer = try QualityFiles.judge(request) { bar.show($0, of: radar.count) }
    if !radar.isEmpty { bar.finish() }
    for remark in answer.remarks { Terminal.complain("note: \(remark)") }
    tell(answer)
    try Terminal.deliver(
      String(decoding: QualityFiles.csv(answer.result.judged), as: UTF8.self), to: output.path)
    if let health {
      let page = HealthPage(
        answer.result.stations, stations: answer.stations, isEnglish: language == .english)
      try Terminal.deliver(health.hasSuffix(".html") ? page.html : page.csv, to: health)
    }
  }

  /// A summary for people, on standard error.
  private func tell(_ answer: QualityFiles.Answer) {
    let counts = answer.result.counts
    Terminal.complain(
      "\(counts.total) readings: \(counts.correct) correct, \(counts.suspect) suspect, "
        + "\(counts.wrong) wrong, \(counts.untestable) untestable, \(counts.edited) edited, "
        + "\(counts.absent) without a value")
    for finding in answer.places {
      let station = answer.stations[finding.station].id
      let place =
        finding.offset.map { "\($0.row) rows south and \($0.column) columns east of its place" }
        ?? "longitude and latitude exchanged"
      Terminal.complain("note: station \(station) fits the radar better with \(place)")
    }
    for health in answer.result.stations where !health.long.reasons.against.isEmpty {
      let words = health.long.reasons.against.map(\.englishName).joined(separator: ", ")
      let offset = health.long.clockOffsetHours.map { " by \($0) h" } ?? ""
      Terminal.complain("note: station \(health.station): \(words)\(offset)")
    }
    for edit in answer.result.edits {
      Terminal.complain(
        "note: station \(edit.station): code \(edit.code.rawValue) by \(edit.author): \(edit.reason)"
      )
    }
  }
}
