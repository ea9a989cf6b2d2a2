import Archive
import Calls
import Console
import Districts
import Foundation
import Hydromet
import Logging
import Pipeline
import Synchronization
import Transport
import Warn

/// A small district with a console on a free port of the loopback, and a client that asks it.
final class ConsoleDesk {
  let folder: String
  let workspace: Workspace
  let server: ConsoleServer
  let tokens: TokenRegister
  let settings: ConsoleSettings
  let clock: ConsoleClock
  let log: LogPaper
  private let client: HTTPClient

  /// - Parameters:
  ///   - contacts: lines of the table of contacts.
  ///   - more: further lines of the configuration.
  init(
    uploadMegabytes: Int = 1, perMinute: Int = 10_000, contacts: [String] = [], more: String = ""
  ) throws {
    folder = NSTemporaryDirectory() + "console-\(UUID().uuidString)"
    try ConsoleDesk.write(folder, contacts: contacts, more: more)
    clock = ConsoleClock()
    log = LogPaper()
    workspace = try Workspace(folder: folder)
    var settings = ConsoleSettings()
    settings.port = 0
    settings.uploadMegabytes = uploadMegabytes
    settings.requestsPerMinute = perMinute
    self.settings = settings
    server = try ConsoleServer(ConsoleDesk.services(workspace, settings, clock, log))
    tokens = TokenRegister(stateFolder: workspace.stateFolder)
    var client = HTTPClient.Settings()
    client.proxy = ""
    client.redirects = 0
    self.client = HTTPClient(client)
  }

  deinit {
    server.stop()
    try? FileManager.default.removeItem(atPath: folder)
  }

  func services(_ settings: ConsoleSettings) throws -> ConsoleServices {
    try ConsoleDesk.services(workspace, settings, clock, log)
  }

  private static func services(
    _ workspace: Workspace, _ settings: ConsoleSettings, _ clock: ConsoleClock, _ log: LogPaper
  ) throws -> ConsoleServices {
    try ConsoleServices(
      workspace: workspace, desk: ArrivalDesk(workspace), pulse: ServicePulse(),
      settings: settings, clock: clock, log: log.logger)
  }

  var observations: String { "\(folder)/stations/observations" }

  func token(_ role: Role = .uploader, feeds: [String] = ["gauges"]) throws -> String {
    try tokens.make(role: role, feeds: feeds, label: "", at: SystemClock().now).token
  }

  func send(
    _ method: HTTPRequest.Method, _ path: String, token: String? = nil, body: String? = nil,
    headers more: [HTTPHeader] = []
  ) throws -> HTTPResponse {
    let headers = (token.map { [HTTPHeader("Authorization", "Bearer \($0)")] } ?? []) + more
    return try client.send(
      HTTPRequest(
        method, "http://127.0.0.1:\(server.port)\(path)", headers: headers,
        body: body.map { Array($0.utf8) }))
  }

  func file(_ name: String) -> String? {
    FileManager.default.contents(atPath: "\(observations)/\(name)").map {
      String(decoding: $0, as: UTF8.self)
    }
  }

  /// Everything in the feed's folder, hidden names too.
  var names: [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: observations)) ?? []).sorted()
  }

  private static func write(_ folder: String, contacts: [String], more: String) throws {
    let files = [
      "district.yaml": """
      district: {code: "990110", name: 甲区}
      feeds:
        gauges: {kind: stations, folder: stations/observations, step: 10min}
        other: {kind: stations, folder: stations/other, step: 10min, pattern: "*.csv"}
      \(more)
      """,
      "stations/stations.csv": "id,name,lon,lat,altitude_m,kind\nG1,一,108.35,30.35,300,rain\n",
      "stations/hazard-points.csv":
        "id,name,hazard,lon,lat,township,basin,people\n",
      "stations/thresholds.csv":
        "unit_kind,unit,hazard,duration_min,wetness,level,mm,statistic,source,author,effective_from,effective_to\n"
        + "township,*,rainstorm,720,any,blue,50,max_cell,test,test,2020-01-01,\n",
      "stations/contacts.csv":
        (["id,name,role,channel,address,place,hazard,minimum_level,order,deputy,more_ways"]
        + contacts)
        .joined(separator: "\n") + "\n",
      "grids/townships.geojson": """
      {"type":"FeatureCollection","features":[{"type":"Feature","properties":{"code":"990110001000","name":"甲镇"},
      "geometry":{"type":"Polygon","coordinates":[[[108.3,30.3],[108.4,30.3],[108.4,30.4],[108.3,30.4],[108.3,30.3]]]}}]}
      """,
    ]
    for (name, text) in files {
      let url = URL(fileURLWithPath: "\(folder)/\(name)")
      try FileManager.default.createDirectory(
        at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(text.utf8).write(to: url)
    }
  }
}

/// A wall clock that can be set, and one that only runs on.
final class ConsoleClock: Pipeline.Clock {
  private let seconds = Mutex((wall: Int64(1_720_490_400), monotonic: 100.0))

  var now: Timestamp { seconds.withLock { Timestamp(secondsSince1970: $0.wall) } }
  var monotonicSeconds: Double { seconds.withLock { $0.monotonic } }

  func pass(_ more: Int) {
    seconds.withLock {
      $0.wall += Int64(more)
      $0.monotonic += Double(more)
    }
  }
}

/// Keeps every line that is logged, of every level.
final class LogPaper: Sendable {
  private let lines = Mutex<[String]>([])

  var text: String { lines.withLock { $0.joined(separator: "\n") } }

  var logger: Logger {
    var logger = Logger(label: "test") { [self] _ in Pen(paper: self) }
    logger.logLevel = .trace
    return logger
  }

  fileprivate func write(_ line: String) { lines.withLock { $0.append(line) } }

  private struct Pen: LogHandler {
    let paper: LogPaper
    var metadata: Logger.Metadata = [:]
    var logLevel = Logger.Level.trace

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
      get { metadata[key] }
      set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
      paper.write("\(event.level) \(event.message) \(event.metadata ?? [:])")
    }
  }
}

/// Messages of calls as the far end gets them.
final class Caller {
  let desk: ConsoleDesk
  private let engine: CallEngine
  private let token: CallToken

  init(_ desk: ConsoleDesk) throws {
    self.desk = desk
    let clock = desk.clock
    let office = try CallOffice(
      desk.workspace.district, stateFolder: desk.workspace.stateFolder, now: { clock.now })
    token = office.token
    engine = CallEngine(
      ledger: desk.workspace.ledger, book: office.book, limits: office.limits, clock: desk.clock,
      holder: "test", boot: "b", series: "S")
  }

  func order(
    _ id: String = "1", kind: CallOrder.Kind = .alert, headline: String = "山洪橙色预警",
    lasting: Int = 3600
  ) throws {
    try desk.workspace.ledger.enqueue([
      CallOrder(
        id: id, warning: "w", kind: kind, hazard: .flashFlood, level: .orange,
        places: kind == .cancel ? [] : ["990110001000"], headline: headline, text: "请立即转移。",
        issued: desk.clock.now, expires: desk.clock.now + lasting, isRehearsal: false)
    ])
  }

  /// Lets seconds pass; every message is taken by its channel.
  @discardableResult
  func pass(_ seconds: Int) throws -> [ClaimedCall] {
    var all: [ClaimedCall] = []
    for _ in 0..<seconds {
      let calls = try engine.step().calls
      all += calls
      try engine.settle(calls.map { DeliveryOutcome(id: $0.id, result: .delivered, detail: "") })
      desk.clock.pass(1)
    }
    return all
  }

  func link(_ call: ClaimedCall) -> String { "/answer/\(token.text(for: call.id))" }

  /// Presses a button of the page.
  func press(_ answer: CallAnswer, _ link: String, words: String = "") throws -> Int {
    try desk.send(
      .post, link, body: "answer=\(answer.rawValue)&words=\(words)",
      headers: [HTTPHeader("Content-Type", "application/x-www-form-urlencoded")]
    ).status
  }

  var openCalls: Int {
    get throws { try desk.workspace.ledger.callChains(openOnly: true).count }
  }
}
