import Formats
public import Hydromet

/// The formats of grid files, found by what is in a file and never by its name.
public enum GridFormat: String, Sendable, CaseIterable {
  case netCDF = "netCDF"
  case hdf5 = "HDF5"
  case grib = "GRIB"
  case radolan = "RADOLAN"
  case swan = "SWAN diamond 131"
  case mosaic = "CMA mosaic (MOC)"
  case diamond4 = "MICAPS diamond 4"
  case mdfs = "MICAPS mdfs"
  case music = "MUSIC grid reply"
  case raster = "raster image"

  /// Whether the content of a file is one of a grid; a table of stations is none.
  ///
  /// A file that no reader knows but that cannot be text is taken for a grid too, so that its fault
  /// names the formats of grids.
  ///
  /// - Throws: `packed_file`; a fault where the file cannot be read or expanded.
  public static func recognises(_ path: String) throws(Fault) -> Bool {
    let content = try GridContent(path: path)
    if let packed = PackedFile(head: content.head) { throw packed.fault(at: content.place) }
    return GridFormat(content) != nil || content.head.isEmpty
      || content.head.contains(0) && !DecodedText.isUTF16(content.head)
  }

  /// The format of a grid file by its content, also where it is compressed; nil where no reader
  /// knows it.
  public static func format(ofFile path: String) throws(Fault) -> GridFormat? {
    GridFormat(try GridContent(path: path))
  }

  /// The same for the bytes of a file.
  public static func format(of bytes: [UInt8], name: String) throws(Fault) -> GridFormat? {
    GridFormat(try GridContent(bytes: bytes, name: name))
  }

  /// - Throws: `unknown_format` where no reader knows the content.
  static func known(_ content: GridContent) throws(Fault) -> GridFormat {
    guard let format = GridFormat(content) else { throw unknown(content) }
    return format
  }

  /// Opens a file of the format with its reader.
  func open(
    _ content: GridContent, _ statement: GridStatement
  ) throws(Fault) -> any GridSource {
    do throws(Fault) {
      switch self {
      case .netCDF: return try CFSum.open(content.libraryPath(), statement)
      case .hdf5: return try HierarchicalGrid.open(content, statement)
      case .grib: return try GRIBGrid(content, statement)
      case .radolan: return try RADOLANGrid(content, statement)
      case .swan: return try SWANGrid(content, statement)
      case .mosaic: return try MosaicGrid(content, statement)
      case .diamond4: return try Diamond4Grid(content, statement)
      case .mdfs: return try MdfsGrid(content, statement)
      case .music: return try MusicGrid(content, statement)
      case .raster: return try RasterGrid(content, statement)
      }
    } catch {
      throw content.located(error)
    }
  }

  /// By signature; nil where no reader knows it.
  init?(_ content: GridContent) {
    let head = content.head
    func begins(_ text: String) -> Bool { head.starts(with: Array(text.utf8)) }
    if begins("CDF"), head.count > 3, [1, 2, 5].contains(head[3]) {
      self = .netCDF
    } else if GridFormat.isHierarchical(content) {
      self = .hdf5
    } else if GRIBIndex.isGRIB(head) {
      self = .grib
    } else if RADOLANHeader.isRADOLAN(head) {
      self = .radolan
    } else if SWANGrid.isSWAN(head) {
      self = .swan
    } else if MosaicGrid.isMosaic(head) {
      self = .mosaic
    } else if Diamond4Grid.isDiamond(head) {
      self = .diamond4
    } else if begins("mdfs") {
      self = .mdfs
    } else if MusicGrid.isMusic(head) {
      self = .music
    } else if RasterGrid.isRaster(content) {
      self = .raster
    } else {
      return nil
    }
  }

  /// HDF5's signature stands at byte 0, or behind a user block of 512 bytes, 1024, 2048, ….
  private static func isHierarchical(_ content: GridContent) -> Bool {
    let mark: [UInt8] = [0x89, 0x48, 0x44, 0x46, 0x0D, 0x0A, 0x1A, 0x0A]
    return [0, 512, 1024, 2048].contains { content.head.dropFirst($0).starts(with: mark) }
  }

  private static func unknown(_ content: GridContent) -> Fault {
    if let packed = PackedFile(head: content.head) { return packed.fault(at: content.place) }
    let names = allCases.map(\.rawValue).joined(separator: ", ")
    let first = content.head.prefix(8).map { byte in
      (byte < 16 ? "0" : "") + String(byte, radix: 16)
    }
    return Fault(
      "unknown_format", at: content.place,
      content.head.isEmpty
        ? "the file is empty (0 bytes)"
        : "no reader of grids knows this: \(content.size) bytes that begin with "
          + first.joined(separator: " "),
      remedy: "give a grid of one of these formats: \(names)")
  }
}
