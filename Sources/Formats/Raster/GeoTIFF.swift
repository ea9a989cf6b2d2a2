import CGDAL
public import Hydromet

/// One band of numbers on a grid, as a GeoTIFF file.
///
/// North up, cell edges on the geotransform, deflate compression; tiles of 256 x 256 from 512 cells
/// a side. The same content gives the same bytes: no date or name goes into the file.
public struct GeoTIFF: Sendable {
  /// The numbers, shape [rows, columns], row-major, row 0 north.
  public enum Values: Sendable, Equatable {
    case float32([Float])
    case int32([Int32])

    public var count: Int {
      switch self {
      case .float32(let values): values.count
      case .int32(let values): values.count
      }
    }
  }

  public var geometry: GridGeometry
  public var values: Values
  /// The number that means "no data".
  public var missing: Double?
  /// `mm`, `1`, …; empty where the numbers have none.
  public var unit: String
  /// What the numbers are.
  public var summary: String
  /// Further words about the file, in order.
  public var metadata: [(name: String, value: String)]

  public init(
    geometry: GridGeometry, values: Values, missing: Double?, unit: String = "",
    summary: String = "", metadata: [(name: String, value: String)] = []
  ) {
    self.geometry = geometry
    self.values = values
    self.missing = missing
    self.unit = unit
    self.summary = summary
    self.metadata = metadata
  }

  /// Writes the file, replacing one of that name. Write beside the final name and rename.
  public func write(to path: String) throws(Fault) {
    let place = Fault.Location(path)
    guard geometry.rows > 0, geometry.columns > 0, values.count == geometry.cellCount,
      let rows = Int32(exactly: geometry.rows), let columns = Int32(exactly: geometry.columns)
    else {
      throw Fault(
        "cannot_write", at: place,
        "\(values.count) values for a grid of \(geometry.rows) x \(geometry.columns)",
        remedy: "give one value per cell")
    }
    _ = try CoordinateSystem(geometry.projection, place: place)
    let file = try GeodataLibrary.filePath(path)
    try GeodataLibrary.run { journal throws(Fault) in
      guard let driver = GDALGetDriverByName("GTiff"),
        let raster = withCStrings(
          options, { GDALCreate(driver, file, columns, rows, 1, dataType, $0) })
      else { throw GeoTIFF.unwritable(path, journal) }
      let isDescribed = describe(raster)
      let isWritten = isDescribed && put(into: raster, rows: rows, columns: columns)
      // Closing writes the tiles that are still in memory; only now is it known to have worked.
      GDALClose(raster)
      guard isWritten, journal.failures.isEmpty else { throw GeoTIFF.unwritable(path, journal) }
    }
  }

  private var dataType: GDALDataType {
    switch values {
    case .float32: GDT_Float32
    case .int32: GDT_Int32
    }
  }

  private var options: [String] {
    var options = ["COMPRESS=DEFLATE", "ZLEVEL=6", "NUM_THREADS=1", "BIGTIFF=IF_SAFER"]
    if case .int32 = values { options.append("PREDICTOR=2") }
    if max(geometry.rows, geometry.columns) > 512 {
      options += ["TILED=YES", "BLOCKXSIZE=256", "BLOCKYSIZE=256"]
    }
    return options
  }

  /// Where and what the numbers are.
  private func describe(_ raster: GDALDatasetH) -> Bool {
    var transform = [
      geometry.west, geometry.cellWidth, 0, geometry.north, 0, -geometry.cellHeight,
    ]
    guard GDALSetGeoTransform(raster, &transform) == CE_None,
      let reference = OSRNewSpatialReference(nil)
    else { return false }
    defer { OSRDestroySpatialReference(reference) }
    OSRSetAxisMappingStrategy(reference, OAMS_TRADITIONAL_GIS_ORDER)
    guard OSRSetFromUserInput(reference, geometry.projection) == OGRERR_NONE,
      GDALSetSpatialRef(raster, reference) == CE_None,
      let band = GDALGetRasterBand(raster, 1)
    else { return false }
    if let missing {
      guard GDALSetRasterNoDataValue(band, missing) == CE_None else { return false }
    }
    if !unit.isEmpty { GDALSetRasterUnitType(band, unit) }
    if !summary.isEmpty { GDALSetDescription(band, summary) }
    return metadata.allSatisfy {
      GDALSetMetadataItem(raster, $0.name, $0.value, nil) == CE_None
    }
  }

  private func put(into raster: GDALDatasetH, rows: Int32, columns: Int32) -> Bool {
    guard let band = GDALGetRasterBand(raster, 1) else { return false }
    let write = { (bytes: UnsafeRawBufferPointer) -> Bool in
      // GDAL takes the buffer as writable but only reads from it when it writes a file.
      GDALRasterIO(
        band, GF_Write, 0, 0, columns, rows, UnsafeMutableRawPointer(mutating: bytes.baseAddress),
        columns, rows, dataType, 0, 0) == CE_None
    }
    switch values {
    case .float32(let numbers): return numbers.withUnsafeBytes(write)
    case .int32(let numbers): return numbers.withUnsafeBytes(write)
    }
  }

  private static func unwritable(_ path: String, _ journal: GeodataLibrary.Journal) -> Fault {
    Fault(
      "cannot_write", at: Fault.Location(path),
      "the GeoTIFF cannot be written: \(journal.reason)",
      remedy: "check the folder, its permissions and the space on the disk")
  }
}

// MARK: - Reading

extension GeoTIFF {
  /// Reads the first band of a north-up GeoTIFF.
  ///
  /// Integers of at most 32 bits come as `int32`, everything else as `float32`.
  public init(reading path: String) throws(Fault) {
    try GeodataLibrary.requireExisting(path)
    let file = try GeodataLibrary.filePath(path)
    self = try GeodataLibrary.run { journal throws(Fault) in
      let raster = withCStrings(["GTiff"]) { names in
        GDALOpenEx(file, UInt32(GDAL_OF_RASTER), names.readOnly, nil, nil)
      }
      guard let raster else {
        throw Fault(
          "not_geotiff", at: Fault.Location(path),
          "this is no GeoTIFF that can be read: \(journal.reason)", remedy: "give a GeoTIFF")
      }
      defer { GDALClose(raster) }
      let geometry = try GeoTIFF.geometry(of: raster, path)
      guard let band = GDALGetRasterBand(raster, 1),
        let values = GeoTIFF.values(of: band, geometry)
      else {
        throw Fault(
          "damaged_geotiff", at: Fault.Location(path), "reading failed: \(journal.reason)",
          remedy: "check that the file is complete")
      }
      var hasMissing: Int32 = 0
      let missing = GDALGetRasterNoDataValue(band, &hasMissing)
      return GeoTIFF(
        geometry: geometry, values: values, missing: hasMissing != 0 ? missing : nil,
        unit: GDALGetRasterUnitType(band).map { String(cString: $0) } ?? "",
        summary: GDALGetDescription(band).map { String(cString: $0) } ?? "",
        metadata: GeoTIFF.metadata(of: raster))
    }
  }

  private static func geometry(
    of raster: GDALDatasetH, _ path: String
  ) throws(Fault) -> GridGeometry {
    let place = Fault.Location(path)
    var transform = [Double](repeating: 0, count: 6)
    guard GDALGetGeoTransform(raster, &transform) == CE_None, transform[2] == 0, transform[4] == 0,
      transform[1] > 0, transform[5] < 0, transform.allSatisfy(\.isFinite)
    else {
      throw Fault(
        "unknown_place", at: place, "the image is not placed north up on the earth",
        remedy: "warp it to a north-up grid")
    }
    var text: UnsafeMutablePointer<CChar>?
    defer { VSIFree(text) }
    guard let reference = GDALGetSpatialRef(raster),
      withCStrings(
        ["FORMAT=WKT2_2019", "MULTILINE=NO"],
        { OSRExportToWktEx(reference, &text, $0.readOnly) }) == OGRERR_NONE, let text
    else {
      throw Fault(
        "unknown_crs", at: place, "the image does not state its coordinate reference system",
        remedy: "assign it with a geographic information system")
    }
    let system = try CoordinateSystem(String(cString: text), place: place)
    return GridGeometry(
      rows: Int(GDALGetRasterYSize(raster)), columns: Int(GDALGetRasterXSize(raster)),
      projection: system.text, isGeographic: system.isGeographic, west: transform[0],
      north: transform[3], cellWidth: transform[1], cellHeight: -transform[5])
  }

  private static func values(of band: GDALRasterBandH, _ geometry: GridGeometry) -> Values? {
    guard geometry.rows > 0, geometry.columns > 0,
      geometry.rows.multipliedReportingOverflow(by: geometry.columns).overflow == false,
      geometry.cellCount <= 1 << 28
    else { return nil }
    let rows = Int32(geometry.rows)
    let columns = Int32(geometry.columns)
    let read = { (bytes: UnsafeMutableRawBufferPointer, type: GDALDataType) -> Bool in
      GDALRasterIO(
        band, GF_Read, 0, 0, columns, rows, bytes.baseAddress, columns, rows, type, 0, 0) == CE_None
    }
    switch GDALGetRasterDataType(band) {
    case GDT_Byte, GDT_Int16, GDT_UInt16, GDT_Int32:
      var numbers = [Int32](repeating: 0, count: geometry.cellCount)
      let isRead = numbers.withUnsafeMutableBytes { read($0, GDT_Int32) }
      return isRead ? .int32(numbers) : nil
    default:
      var numbers = [Float](repeating: 0, count: geometry.cellCount)
      let isRead = numbers.withUnsafeMutableBytes { read($0, GDT_Float32) }
      return isRead ? .float32(numbers) : nil
    }
  }

  static func metadata(of raster: GDALDatasetH) -> [(name: String, value: String)] {
    guard let list = GDALGetMetadata(raster, nil) else { return [] }
    var items: [(name: String, value: String)] = []
    var index = 0
    while let entry = list[index], items.count < 10_000 {
      let parts = String(cString: entry).split(
        separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      if parts.count == 2 { items.append((String(parts[0]), String(parts[1]))) }
      index += 1
    }
    return items
  }
}
