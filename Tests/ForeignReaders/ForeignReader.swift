import Formats
import Glibc
public import Hydromet
public import Ingest
import Publish

/// A reader of foreign bytes together with what must hold whatever the bytes are.
///
/// A reader may answer or throw a fault. It may not trap, hang or leak; an answer must be one that the
/// rest of the program can build on, and a fault one that a person can act on. `Fuzzing` drives these
/// readers with libFuzzer, `AnyBytesTests` with damaged samples.
public enum ForeignReader: Hashable, Sendable {
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

  public static let all: [ForeignReader] =
    StationFormat.allCases.map { .station($0) } + GridFormat.allCases.map { .grid($0) }
    + [.compression, .table, .notice, .alert]

  /// The name on the command line and of the folder of its corpus.
  public var name: String {
    switch self {
    case .station(let format): "station-\(format)"
    case .grid(let format): "grid-\(format)"
    case .compression: "compression"
    case .table: "table"
    case .notice: "notice"
    case .alert: "alert"
    }
  }

  /// Whether the bytes go to a C library, which may crash, leak or hang on them: that is why such
  /// readers are processes of their own in service.
  public var usesLibrary: Bool {
    switch self {
    case .grid(let format): [.netCDF, .hdf5, .raster, .grib].contains(format)
    case .station(let format): format == .bufr || format == .netCDF
    case .compression, .table, .notice, .alert: false
    }
  }

  /// What came of some bytes.
  public struct Answer {
    /// Whether the bytes are of the reader's format.
    public let isOfFormat: Bool
    /// What should have held and does not, each a sentence; empty where all is well.
    public let broken: [String]
  }

  /// What a fault lacks to be one that a person can act on.
  public static func shortcomings(of fault: Fault) -> [String] {
    var truths = Truths()
    truths.check(fault)
    return truths.broken
  }

  /// Reads bytes and checks what came of them.
  public func answer(to bytes: [UInt8]) -> Answer {
    var truths = Truths()
    var isOfFormat = true
    switch self {
    case .station(let format): truths.checkStations(bytes, format)
    case .grid(let format):
      isOfFormat = truths.checkGrid(bytes, format, throughFile: usesLibrary)
    case .compression: isOfFormat = truths.checkCompression(bytes)
    case .table: truths.checkTable(bytes)
    case .notice: truths.checkNotice(bytes)
    case .alert: truths.checkAlert(bytes)
    }
    return Answer(isOfFormat: isOfFormat, broken: truths.broken)
  }
}

/// Gathers what does not hold.
struct Truths {
  private(set) var broken: [String] = []

  mutating func expect(_ holds: Bool, _ sentence: @autoclosure () -> String) {
    if !holds, broken.count < 20 { broken.append(sentence()) }
  }

  /// A fault is one line that says what happened, where, and what to do.
  mutating func check(_ fault: Fault) {
    expect(
      !fault.code.isEmpty
        && fault.code.utf8.allSatisfy {
          (97...122).contains($0) || (48...57).contains($0) || $0 == 95
        },
      "the code of a fault is a word: “\(fault.code)”")
    expect(!fault.problem.isEmpty, "\(fault.code) says what was found and expected")
    expect(!fault.remedy.isEmpty, "\(fault.code) says what to do")
    expect(fault.location.map { !$0.file.isEmpty } ?? false, "\(fault.code) says where")
    expect((fault.location?.line ?? 1) >= 1, "\(fault.code) counts lines from 1")
    expect((fault.location?.column ?? 1) >= 1, "\(fault.code) counts characters from 1")
    let text = fault.description
    expect(
      !text.unicodeScalars.contains { $0.value < 0x20 || $0.value == 0x7F },
      "\(fault.code) is one line of plain text")
    expect(text.utf8.count <= 4096, "\(fault.code) is short: \(text.utf8.count) bytes")
  }

  /// A number for some bytes: it decides what is tried with them, so that one input is always treated
  /// alike (FNV-1a over their ends and length).
  static func lot(_ bytes: [UInt8]) -> Int {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325 ^ UInt64(bytes.count)
    for byte in bytes.prefix(64) { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    for byte in bytes.suffix(64) { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    return Int(truncatingIfNeeded: (hash ^ hash >> 31) & 0x7FFF_FFFF)
  }
}
