import Archive
import Foundation
import Glibc
import Hydromet
import LocalServers
import Pipeline
import Testing

/// A district of two townships on disk, gauges that have just reported heavy rain, and people who are
/// reached by three kinds of real servers on this machine.
final class LiveDistrict {
  static let number = "13912345678"
  static let mailbox = "liu.wanshan@example.org"
  static let township = "990110001000"

  let folder: String
  let consolePort: Int
  private let program: String
  private var service: Process?

  init(gateway: String, mail: String, broker: String) throws {
    folder = NSTemporaryDirectory() + "live-\(UUID().uuidString)"
    consolePort = try #require(LocalPort.free())
    let own = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
    program = URL(fileURLWithPath: own).deletingLastPathComponent().path + "/freshet"
    for (name, text) in files(gateway, mail, broker) { try write(name, text) }
    LiveDistrict.awaitQuietMinutes()
    try writeRain()
  }

  deinit {
    if let service, service.isRunning {
      kill(service.processIdentifier, SIGKILL)
      service.waitUntilExit()
    }
    try? FileManager.default.removeItem(atPath: folder)
  }

  func write(_ name: String, _ text: String) throws {
    let url = URL(fileURLWithPath: "\(folder)/\(name)")
    try FileManager.default.createDirectory(
      at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: url)
  }

  private func files(_ gateway: String, _ mail: String, _ broker: String) -> [(String, String)] {
    [
      (
        "district.yaml",
        """
        district: {code: "990110", name: 试验区, office: 试验台}
        cadence: 10min
        windows: [1h]
        feeds:
          gauges: {kind: stations, folder: stations/observations, pattern: "*.csv", step: 10min, late_after: 1min, state: {zone: "+00:00"}}
        console: {listen: "127.0.0.1:\(consolePort)"}
        calls:
          plan: {steps: [{who: everybody, wait: 5min}], spacing: 0s}
          answer_address: "http://127.0.0.1:\(consolePort)"
          channels:
            gateway: {kind: http, url: "\(gateway)/send", body: '{"to":"{to}","text":"{text}","key":"{key}","link":"{link}"}'}
            mail: {kind: mail, url: "\(mail)", from: "office@example.org", security: none}
            screen: {kind: mqtt, url: "\(broker)", topic: freshet/990110}
        """
      ),
      (
        "stations/stations.csv",
        "id,name,lon,lat,altitude_m,kind\nG1,一,108.35,30.35,300,rain\nG2,二,108.45,30.35,300,rain\n"
      ),
      ("stations/hazard-points.csv", "id,name,hazard,lon,lat,township,basin,people\n"),
      (
        "stations/thresholds.csv",
        """
        unit_kind,unit,hazard,duration_min,wetness,level,mm,statistic,source,author,effective_from,effective_to
        township,*,rainstorm,60,any,orange,30,max_gauge,test,test,,

        """
      ),
      (
        "stations/contacts.csv",
        """
        id,name,role,channel,address,place,hazard,minimum_level,order,deputy,list
        C1,周禾丰,主任,gateway,\(LiveDistrict.number),990110001000,*,blue,1,,duty
        C2,柳万山,农户,mail,\(LiveDistrict.mailbox),990110001000,*,blue,2,,household
        C3,村口屏,屏,screen,village-1,990110001000,*,blue,3,,household

        """
      ),
      (
        "grids/townships.geojson",
        """
        {"type":"FeatureCollection","features":[\(square("990110001000", "甲镇", 108.3)),
        \(square("990110002000", "乙镇", 108.4))]}
        """
      ),
    ]
  }

  private func square(_ code: String, _ name: String, _ west: Double) -> String {
    let east = west + 0.1
    return """
      {"type":"Feature","properties":{"code":"\(code)","name":"\(name)"},"geometry":{"type":"Polygon",
      "coordinates":[[[\(west),30.3],[\(east),30.3],[\(east),30.4],[\(west),30.4],[\(west),30.3]]]}}
      """
  }

  /// A cycle that falls due in the middle of a test would bring drafts newer than those that it signs.
  private static func awaitQuietMinutes() {
    let second = SystemClock().now.secondsSince1970 % 600
    if second > 510 { sleep(UInt32(600 - second)) }
  }

  /// The last hour: twelve millimetres in ten minutes in the first township, none in the second.
  private func writeRain() throws {
    let now = SystemClock().now.floored(toSeconds: 600)
    for step in 0..<6 {
      let end = now - step * 600
      try write(
        "stations/observations/gauges-\(end.secondsSince1970).csv",
        "station,time,rain [mm]\nG1,\(end.iso8601),12.0\nG2,\(end.iso8601),0.0\n")
    }
  }

  // MARK: The program

  /// Runs a command of the program in the district.
  func run(_ arguments: [String]) throws -> (status: Int32, text: String) {
    let process = self.process(arguments)
    let output = Pipe()
    process.standardOutput = output
    process.standardError = FileHandle.nullDevice
    try process.run()
    let text = String(
      decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    return (process.terminationStatus, text)
  }

  func process(_ arguments: [String]) -> Process {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = arguments
    process.currentDirectoryURL = URL(fileURLWithPath: folder)
    process.standardInput = FileHandle.nullDevice
    return process
  }

  /// Starts the service; its words go into `service.log`.
  func start() throws {
    let process = self.process(["run", ".", "--workers", "1", "--log-level", "debug"])
    let path = "\(folder)/service.log"
    try Data().write(to: URL(fileURLWithPath: path))
    let log = try #require(FileHandle(forWritingAtPath: path))
    process.standardError = log
    process.standardOutput = log
    try process.run()
    service = process
  }

  /// Ends the service in order.
  func stop() -> Int32 {
    guard let service else { return -1 }
    kill(service.processIdentifier, SIGTERM)
    service.waitUntilExit()
    return service.terminationStatus
  }

  var log: String {
    (try? String(contentsOfFile: "\(folder)/service.log", encoding: .utf8)) ?? ""
  }

  /// Files of the district, but for the table of contacts, that hold a text.
  func files(holding text: String) throws -> [String] {
    var found: [String] = []
    for name in try FileManager.default.subpathsOfDirectory(atPath: folder) {
      guard !name.hasPrefix("stations/contacts"), !name.contains("latest/"),
        let data = FileManager.default.contents(atPath: "\(folder)/\(name)")
      else { continue }
      if data.range(of: Data(text.utf8)) != nil { found.append(name) }
    }
    return found
  }
}
