import Formats
import Foundation
public import Hydromet
public import Ingest
public import Quality

/// Verdicts on station files: `freshet quality`.
public enum QualityFiles {
  /// What is judged, and by what.
  public struct Request: Sendable {
    public var readings: [String]
    public var stations: String
    public var radar: [String] = []
    public var edits: String?
    /// A file that holds the memory of weeks: read where it is there, written afterwards.
    public var memory: String?
    public var statement = StationStatement()
    public var grid = GridStatement()

    public init(readings: [String], stations: String) {
      self.readings = readings
      self.stations = stations
    }
  }

  public struct Answer: Sendable {
    public let result: QualityControl.Result
    public let stations: [Station]
    public let places: [PlaceAudit.Finding]
    public let orientation: PlaceAudit.Orientation?
    /// What was assumed, refused or noticed, in words.
    public let remarks: [String]
  }

  /// - Parameter progress: told how many radar files are done.
  public static func judge(
    _ request: Request, progress: (Int) -> Void = { _ in }
  ) throws(Fault) -> Answer {
    let list = try StationList(path: request.stations)
    var remarks = list.remarks
    let readings = try self.readings(of: request, list.stations, &remarks)
    let network = StationNetwork(list.stations, workers: Parallel.workers)
    let control = QualityControl(network, workers: Parallel.workers)
    var context = QualityControl.Context()
    if let path = request.edits { context.edits = try ManualEditTable.read(path: path) }
    context.now = readings.map(\.period.end).max()
    context.histories = try QualityMemory.read(request.memory)
    context.remembersAfter = context.histories.values.compactMap(\.until).max()
    var look = RadarLook(network: network, readings: readings)
    try GridFiles.forEachField(of: request.radar, request.grid, progress: progress) {
      field, path throws(Fault) in
      try look.add(try GridFiles.depth(of: field, path))
    }
    context.radar = look.samples
    remarks += look.remarks
    var result = control.judge(readings, context)
    let audit = look.audit(result.hours)
    let places = audit?.findings() ?? []
    let orientation = audit?.orientation()
    if let orientation, orientation.turn != .none {
      remarks.append(words(orientation))
      // A grid that lies the wrong way round is no witness.
      context.radar = []
      result = control.judge(readings, context)
    } else if !places.isEmpty {
      context.doubtedPlaces = Set(places.map { network.stations[$0.station].id })
      result = control.judge(readings, context)
    }
    try QualityMemory.write(result.histories, to: request.memory)
    return Answer(
      result: result, stations: list.stations,
      places: orientation.map { $0.turn == .none } ?? true ? places : [],
      orientation: orientation, remarks: remarks)
  }

  private static func readings(
    of request: Request, _ stations: [Station], _ remarks: inout [String]
  ) throws(Fault) -> [GaugeReading] {
    let directory = StationDirectory(stations.map(\.id))
    let known = Set(stations.map(\.id))
    var readings: [GaugeReading] = []
    for path in request.readings {
      if try InspectFiles.isGrid(path) {
        throw Fault(
          "not_stations", at: .init(path), "the file is no station file",
          remedy: "give station files as READINGS and grids with --radar")
      }
      let result = try StationFile.read(path: path, statement: request.statement)
      readings += result.readings.map { $0.of(directory.spelling(of: $0.station)) }
      remarks += result.assumptions.map { "\(path): assumed: \($0)" }
      if result.refusalCount > 0 { remarks.append("\(path): \(result.refusalCount) refused") }
      remarks += (result.refusals + result.notes).prefix(20).map(\.description)
    }
    let strangers = Set(readings.map(\.station)).subtracting(known).sorted()
    if !strangers.isEmpty {
      remarks.append(
        "\(strangers.count) stations are not in \(request.stations) and cannot be compared: "
          + strangers.prefix(5).joined(separator: ", "))
    }
    return readings
  }

  private static func words(_ orientation: PlaceAudit.Orientation) -> String {
    let way =
      switch orientation.turn {
      case .none: "as it should"
      case .rowsUpsideDown: "upside down: its first row is the southernmost"
      case .columnsMirrored: "mirrored: its first column is the easternmost"
      case .both: "turned by half a circle"
      }
    let digits = { (r: Double) in "\((r * 100).rounded() / 100)" }
    return "the radar grid lies \(way): \(orientation.pairs) pairs with gauges correlate "
      + "\(digits(orientation.turned)) that way and \(digits(orientation.asRead)) as read; "
      + "the radar was not used; have the sender check it, for a MUSIC grid state --first-row"
  }

  /// The verdicts as a table: `station,period_start,period_end,element,value,quality,index,reasons`.
  ///
  /// Times are UTC; the value is in the element's unit, `T` for a trace, empty where there is none;
  /// `quality` is the CMA code; reasons are separated by semicolons.
  public static func csv(_ judged: [JudgedReading]) -> [UInt8] {
    var bytes = Array("station,period_start,period_end,element,value,quality,index,reasons\n".utf8)
    bytes.reserveCapacity(judged.count * 80)
    for entry in judged {
      let reading = entry.reading
      bytes += CSVWriter.field(reading.station).utf8
      bytes.append(44)
      bytes += reading.period.start.iso8601.utf8
      bytes.append(44)
      bytes += reading.period.end.iso8601.utf8
      bytes.append(44)
      bytes += reading.element.rawValue.utf8
      bytes.append(44)
      if let tenths = reading.tenths {
        bytes += (reading.isTrace ? "T" : decimal(tenths)).utf8
      }
      bytes += ",\(entry.verdict.code.rawValue),\(entry.verdict.indexText),".utf8
      bytes += entry.verdict.reasons.text.utf8
      bytes.append(10)
    }
    return bytes
  }

  private static func decimal(_ tenths: Int32) -> String {
    let magnitude = tenths.magnitude
    return "\(tenths < 0 ? "-" : "")\(magnitude / 10).\(magnitude % 10)"
  }
}

/// The memory of weeks in a file.
enum QualityMemory {
  static func read(_ path: String?) throws(Fault) -> [String: StationHistory] {
    guard let path, FileManager.default.fileExists(atPath: path) else { return [:] }
    let bytes = try FileBytes.read(path: path, limit: 1 << 30)
    guard JSONText.isShallow(bytes),
      let histories = try? JSONDecoder().decode([String: StationHistory].self, from: Data(bytes))
    else {
      throw Fault(
        "bad_memory", at: .init(path), "the memory of the checks cannot be read",
        remedy: "move the file away; the memory starts anew")
    }
    return histories
  }

  static func write(_ histories: [String: StationHistory], to path: String?) throws(Fault) {
    guard let path else { return }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    do {
      try encoder.encode(histories).write(to: URL(fileURLWithPath: path), options: .atomic)
    } catch {
      throw Fault(
        "cannot_write", at: .init(path), "cannot write the memory: \(error.localizedDescription)",
        remedy: "check the folder, its rights and the free space")
    }
  }
}
