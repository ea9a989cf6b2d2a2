import Formats
import Glibc
import Hydromet
import Ingest
import Publish

/// A reader of foreign bytes, as libFuzzer calls it.
///
/// A reader may answer whatever it likes or throw a fault; it may not trap, hang, leak or take more
/// memory than its bytes explain.
enum FuzzTarget: Hashable {
  case station(StationFormat)
  case grid(GridFormat)
  /// gzip and bzip2 streams.
  case compression
  /// Tables of districts.
  case table
  /// Notifications of WIS 2.0.
  case notice
  /// Alerts of others in the Common Alerting Protocol.
  case alert

  static let all: [FuzzTarget] =
    StationFormat.allCases.map { .station($0) } + GridFormat.allCases.map { .grid($0) }
    + [.compression, .table, .notice, .alert]

  /// The name on the command line and of the folder of its corpus.
  var name: String {
    switch self {
    case .station(let format): "station-\(format)"
    case .grid(let format): "grid-\(format)"
    case .compression: "compression"
    case .table: "table"
    case .notice: "notice"
    case .alert: "alert"
    }
  }

  /// Reads the bytes.
  ///
  /// - Returns: whether they are of the target's format, and worth keeping in its corpus.
  func read(_ bytes: [UInt8]) -> Bool {
    switch self {
    case .station(let format):
      let result = try? StationFile.read(
        bytes: bytes, file: "fuzz", statement: FuzzTarget.stationStatement(bytes.count),
        as: format)
      for reading in result?.readings ?? [] {
        precondition(reading.period.seconds >= 0, "a period of negative length")
        precondition(!reading.station.isEmpty, "a reading of no station")
      }
      return true
    case .grid(let format): return FuzzTarget.readGrid(bytes, format)
    case .compression:
      guard let compression = Compression(head: bytes) else { return false }
      _ = try? compression.expanded(bytes, limit: 1 << 20, place: Fault.Location("fuzz"))
      return true
    case .table:
      _ = try? CSVTable(bytes: bytes, file: "fuzz", raggedRows: .report)
      return true
    case .notice:
      let notice = try? WIS2Notice(bytes, topic: "cache/a/wis2/cn-cma/data/core/weather")
      precondition(
        (notice?.content?.bytes.count ?? 0) <= 1 << 20, "a content beyond all that it may hold")
      return true
    case .alert:
      _ = try? CAPReader.read(bytes, name: "fuzz")
      return true
    }
  }

  /// One of some statements of a feed; the length of the input decides, so that seeds stay files.
  private static func stationStatement(_ length: Int) -> StationStatement {
    var statement =
      length % 3 == 0
      ? StationStatement()
      : StationStatement(
        zoneOffsetSeconds: length % 3 == 1 ? 28_800 : 0, stepSeconds: 3600,
        units: Dictionary(
          uniqueKeysWithValues: [(Element.rain.rawValue, "mm"), (Element.pressure.rawValue, "Pa")]),
        station: "57612", missingValues: ["-", "999.9"])
    statement.arrival = Timestamp(secondsSince1970: 1_720_569_600)
    return statement
  }

  private static let scratch = "/dev/shm/freshet-fuzz-\(getpid())"

  /// Removes what the targets wrote.
  static func tidy() { unlink(scratch) }

  private static func readGrid(_ bytes: [UInt8], _ format: GridFormat) -> Bool {
    write(bytes)
    do throws(Fault) {
      guard try GridFormat.format(ofFile: scratch) == format else { return false }
      let statement =
        bytes.count % 2 == 0
        ? GridStatement()
        : GridStatement(
          unit: "mm", stepSeconds: 3600, reflectivity: .marshallPalmer, zoneOffsetSeconds: 28_800)
      let grid = try GriddedRain(path: scratch, statement: statement)
      precondition(grid.geometry.cellCount > 0, "a grid without cells")
      guard grid.geometry.cellCount <= 1 << 20 else { return true }
      let window = GridWindow(rows: 0..<256, columns: 0..<256)
      for step in grid.steps.indices.prefix(3) {
        _ = try? grid.field(step, window: window, threads: 1)
        _ = try? grid.depth(step, window: window)
      }
    } catch {}
    return true
  }

  private static func write(_ bytes: [UInt8]) {
    let descriptor = open(scratch, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    precondition(descriptor >= 0, "/dev/shm cannot be written")
    defer { close(descriptor) }
    var written = 0
    while written < bytes.count {
      let count = bytes.withUnsafeBytes {
        Glibc.write(descriptor, $0.baseAddress.map { $0 + written }, bytes.count - written)
      }
      precondition(count > 0, "/dev/shm is full")
      written += count
    }
  }
}
