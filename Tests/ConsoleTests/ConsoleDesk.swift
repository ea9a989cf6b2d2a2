import Archive
import Console
import Districts
import Foundation
import Hydromet
import Logging
import Pipeline
import Transport

/// A small district with a console on a free port of the loopback, and a client that asks it.
final class ConsoleDesk {
  let folder: String
  let workspace: Workspace
  let server: ConsoleServer
  let tokens: TokenRegister
  let settings: ConsoleSettings
  private let client: HTTPClient

  init(uploadMegabytes: Int = 1, perMinute: Int = 10_000) throws {
    folder = NSTemporaryDirectory() + "console-\(UUID().uuidString)"
    try ConsoleDesk.write(folder)
    workspace = try Workspace(folder: folder)
    var settings = ConsoleSettings()
    settings.port = 0
    settings.uploadMegabytes = uploadMegabytes
    settings.requestsPerMinute = perMinute
    self.settings = settings
    server = try ConsoleServer(ConsoleDesk.services(workspace, settings))
    tokens = TokenRegister(stateFolder: workspace.stateFolder)
    var client = HTTPClient.Settings()
    client.proxy = ""
    self.client = HTTPClient(client)
  }

  deinit {
    server.stop()
    try? FileManager.default.removeItem(atPath: folder)
  }

  func services(_ settings: ConsoleSettings) -> ConsoleServices {
    ConsoleDesk.services(workspace, settings)
  }

  private static func services(
    _ workspace: Workspace, _ settings: ConsoleSettings
  ) -> ConsoleServices {
    ConsoleServices(
      workspace: workspace, desk: ArrivalDesk(workspace), pulse: ServicePulse(),
      settings: settings, log: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
  }

  var observations: String { "\(folder)/stations/observations" }

  func token(_ role: Role = .uploader, feeds: [String] = ["gauges"]) throws -> String {
    try tokens.make(role: role, feeds: feeds, label: "", at: SystemClock().now).token
  }

  func send(
    _ method: HTTPRequest.Method, _ path: String, token: String? = nil, body: String? = nil
  ) throws -> HTTPResponse {
    let headers = token.map { [HTTPHeader("Authorization", "Bearer \($0)")] } ?? []
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

  private static func write(_ folder: String) throws {
    let files = [
      "district.yaml": """
      district: {code: "990110", name: 甲区}
      feeds:
        gauges: {kind: stations, folder: stations/observations, step: 10min}
        other: {kind: stations, folder: stations/other, step: 10min, pattern: "*.csv"}
      """,
      "stations/stations.csv": "id,name,lon,lat,altitude_m,kind\nG1,一,108.35,30.35,300,rain\n",
      "stations/hazard-points.csv":
        "id,name,hazard,lon,lat,township,basin,people\n",
      "stations/thresholds.csv":
        "unit_kind,unit,hazard,duration_min,wetness,level,mm,statistic,source,author,effective_from,effective_to\n"
        + "township,*,rainstorm,720,any,blue,50,max_cell,test,test,2020-01-01,\n",
      "stations/contacts.csv":
        "id,name,role,channel,address,place,hazard,minimum_level,order,deputy\n",
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
