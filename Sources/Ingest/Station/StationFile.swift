import Formats
public import Hydromet

/// Reads station files, whatever their names say.
///
/// The format is found by content (see `StationFormat`), the values become readings: rain in whole
/// tenths of a millimetre by decimal arithmetic on its digits, periods `(start, end]` labelled by their
/// ends in UTC. Zero, trace, missing, not installed and failed stay apart. A field that cannot be read
/// costs that field, a file that cannot be read is a fault with its place and remedy.
public enum StationFile {
  /// What a file holds.
  public struct Result: Sendable, Equatable {
    public let format: StationFormat
    /// In the order of the file, and of `Element` within a row of a table. No two readings share
    /// station, element and period.
    public let readings: [GaugeReading]
    /// Why rows or values were refused, in the order of the file; at most `refusalLimit` of them.
    public let refusals: [Fault]
    /// How many rows and values were refused.
    public let refusalCount: Int
    /// Columns that were left out, and values that were kept and are doubted, with the reason; at most
    /// `refusalLimit` of them.
    public let notes: [Fault]
    /// What the reader took for granted because neither the file nor the feed says it, in words.
    public let assumptions: [String]
    /// Where the stations say they stand, each once, where the file says it.
    public let places: [StatedPlace]
  }

  /// The refusals that are kept in words.
  public static let refusalLimit = 1000

  /// The largest file that is read, bytes.
  public static let sizeLimit = 268_435_456

  /// Reads the bytes of a file, also where they are compressed with gzip or bzip2.
  ///
  /// - Parameters:
  ///   - file: the name for messages.
  ///   - format: the format that the bytes are read as, as they stand; nil finds it by content.
  /// - Throws: `packed_file`; a fault where the bytes are of no known format or damaged as a whole, where a zone,
  ///   period or unit of rain is neither in the file nor stated, or where no row is usable.
  public static func read(
    bytes: [UInt8], file: String, statement: StationStatement = StationStatement(),
    as format: StationFormat? = nil
  ) throws(Fault) -> Result {
    guard bytes.count <= sizeLimit else {
      throw Fault(
        "file_too_large", at: .init(file),
        "the file has \(bytes.count) bytes, at most \(sizeLimit) are read", remedy: "split the file"
      )
    }
    if DecodedText.isUTF16(bytes) {
      let text = try DecodedText(bytes, file: file)
      return try read(bytes: text.bytes, file: file, statement: statement, as: format)
    }
    guard let format else {
      if let packed = PackedFile(head: bytes.prefix(512)) { throw packed.fault(at: .init(file)) }
      if Compression(head: bytes.prefix(16)) != nil {
        let content = try GridContent(bytes: bytes, name: file).bytes()
        return try read(bytes: content, file: file, statement: statement)
      }
      let found = try StationFile.format(of: bytes, file: file)
      return try read(bytes: bytes, file: file, statement: statement, as: found)
    }
    switch format {
    case .csv: return try CSVStations.read(bytes, file: file, statement: statement)
    case .awsList: return try AWSList.read(bytes, file: file, statement: statement)
    case .toa5: return try TOA5File.read(bytes, file: file, statement: statement)
    case .bufr: return try BUFRStations.read(bytes, file: file, statement: statement)
    case .synop: return try SynopBulletins.read(bytes, file: file, statement: statement)
    case .cmaRegional: return try RegionalZFile.read(bytes, file: file, statement: statement)
    case .cmaNational: return try NationalZFile.read(bytes, file: file, statement: statement)
    case .cmaRain: return try RegionalRainFile.read(bytes, file: file, statement: statement)
    case .cmaMonthly: return try MonthlyAFile.read(bytes, file: file, statement: statement)
    case .musicXML: return try MusicXML.read(bytes, file: file, statement: statement)
    case .musicJSON: return try MusicJSON.read(bytes, file: file, statement: statement)
    case .diamond1: return try Diamond1.read(bytes, file: file, statement: statement)
    case .diamond3: return try Diamond3.read(bytes, file: file, statement: statement)
    case .mdfs: return try MDFSStations.read(bytes, file: file, statement: statement)
    case .netCDF:
      let content = try GridContent(bytes: bytes, name: file)
      do throws(Fault) {
        return try NetCDFStations.read(
          content.libraryPath(), named: file, statement: statement)
      } catch {
        throw content.located(error)
      }
    }
  }

  /// The format of a station file by its content; a table where it is no other.
  ///
  /// - Throws: `empty_file`, or `not_stations` where the content is a known format without stations.
  public static func format(of bytes: [UInt8], file: String) throws(Fault) -> StationFormat {
    guard DecodedText.isUTF16(bytes) else {
      return try StationRecogniser.format(of: bytes, file: file)
    }
    return try StationRecogniser.format(
      of: try DecodedText(bytes, file: file).bytes, file: file)
  }

  /// Whether a file that is no text, also a compressed one, holds stations.
  public static func isBinary(_ path: String) -> Bool {
    guard let content = try? GridContent(path: path) else { return false }
    if isBinaryStations(content.head) { return true }
    guard NetCDFStations.isNetCDF(content.head), let library = try? content.libraryPath() else {
      return false
    }
    return withExtendedLifetime(content) { NetCDFStations.recognises(library) }
  }

  /// Whether the first bytes of a file that is no text are those of a station format.
  public static func isBinaryStations(_ head: [UInt8]) -> Bool {
    if BUFRStations.recognises(head) { return true }
    guard head.starts(with: "mdfs".utf8), head.count >= 6 else { return false }
    return head[4] != 4 && head[4] != 11
  }

  /// Reads a file.
  public static func read(
    path: String, statement: StationStatement = StationStatement()
  ) throws(Fault) -> Result {
    if NetCDFStations.recognises(path) {
      return try NetCDFStations.read(path, named: path, statement: statement)
    }
    let bytes = try FileBytes.read(path: path, limit: sizeLimit)
    return try read(bytes: bytes, file: path, statement: statement)
  }
}
