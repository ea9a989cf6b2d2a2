import CGDAL
public import Hydromet

/// An open raster image of numbers, read with GDAL: GeoTIFF, ESRI and GRASS ASCII grids, Surfer
/// grids, ERDAS IMAGINE, PCRaster.
///
/// Only the drivers named here are let near a file, and none that fetches other files or addresses.
/// Files beside the image (`.aux.xml`, `.ovr`) are not looked at: what is read is what was hashed.
public final class RasterFile {
  /// One band of numbers.
  public struct Band: Sendable, Hashable {
    /// From 1.
    public let number: Int
    public let name: String
    public let unit: String
    public let type: String
    public let scale: Double
    public let offset: Double
    /// The stored number that means "no data".
    public let missing: Double?
    let isSingle: Bool
  }

  private static let drivers = [
    "GTiff", "AAIGrid", "GRASSASCIIGrid", "GSAG", "GSBG", "GS7BG", "HFA", "PCRaster",
  ]

  public let path: String
  /// `GTiff`, `AAIGrid`, ….
  public let driver: String
  public let rows: Int
  public let columns: Int
  /// Position of the first stored cell's outer corner, and the step to the next column and row.
  public let origin: Point
  public let step: Point
  /// WKT; nil where the image names no coordinate reference system.
  public let projection: String?
  public let bands: [Band]
  public let metadata: [(name: String, value: String)]
  private let dataset: GDALDatasetH

  /// - Throws: `not_raster`, `unknown_place`.
  public init(path: String) throws(Fault) {
    try GeodataLibrary.requireExisting(path)
    let file = try GeodataLibrary.filePath(path)
    self.path = path
    dataset = try GeodataLibrary.run { journal throws(Fault) in
      CPLSetThreadLocalConfigOption("GDAL_PAM_ENABLED", "NO")
      CPLSetThreadLocalConfigOption("GDAL_DISABLE_READDIR_ON_OPEN", "EMPTY_DIR")
      defer {
        CPLSetThreadLocalConfigOption("GDAL_PAM_ENABLED", nil)
        CPLSetThreadLocalConfigOption("GDAL_DISABLE_READDIR_ON_OPEN", nil)
      }
      let opened = withCStrings(RasterFile.drivers) { names in
        GDALOpenEx(file, UInt32(GDAL_OF_RASTER), names.readOnly, nil, nil)
      }
      guard let opened else {
        throw Fault(
          "not_raster", at: Fault.Location(path),
          "this is no raster that can be read: \(journal.reason)",
          remedy: "give one of: \(RasterFile.drivers.joined(separator: ", "))")
      }
      return opened
    }
    driver =
      GDALGetDatasetDriver(dataset).flatMap { GDALGetDriverShortName($0) }
      .map { String(cString: $0) } ?? "?"
    rows = Int(GDALGetRasterYSize(dataset))
    columns = Int(GDALGetRasterXSize(dataset))
    var transform = [Double](repeating: 0, count: 6)
    let isPlaced = GDALGetGeoTransform(dataset, &transform) == CE_None
    origin = Point(x: transform[0], y: transform[3])
    step = Point(x: transform[1], y: transform[5])
    projection = RasterFile.projection(of: dataset)
    bands = (1...max(1, min(10_000, GDALGetRasterCount(dataset)))).compactMap {
      [dataset] in RasterFile.band($0, of: dataset)
    }
    metadata = GeoTIFF.metadata(of: dataset)
    guard isPlaced, transform.allSatisfy(\.isFinite), transform[2] == 0, transform[4] == 0,
      step.x != 0, step.y != 0
    else {
      throw Fault(
        "unknown_place", at: Fault.Location(path),
        "the image is not placed on the earth along its rows and columns",
        remedy: "warp it to a north-up grid")
    }
  }

  deinit {
    GDALClose(dataset)
  }

  private static func projection(of dataset: GDALDatasetH) -> String? {
    guard let reference = GDALGetSpatialRef(dataset) else { return nil }
    var text: UnsafeMutablePointer<CChar>?
    defer { VSIFree(text) }
    let status = withCStrings(["FORMAT=WKT2_2019", "MULTILINE=NO"]) {
      OSRExportToWktEx(reference, &text, $0.readOnly)
    }
    guard status == OGRERR_NONE, let text else { return nil }
    return String(cString: text)
  }

  private static func band(_ number: Int32, of dataset: GDALDatasetH) -> Band? {
    guard let band = GDALGetRasterBand(dataset, number) else { return nil }
    let type = GDALGetRasterDataType(band)
    guard GDALDataTypeIsComplex(type) == 0 else { return nil }
    var has: Int32 = 0
    let missing = GDALGetRasterNoDataValue(band, &has)
    let hasMissing = has != 0
    let scale = GDALGetRasterScale(band, &has)
    let offset = GDALGetRasterOffset(band, &has)
    return Band(
      number: Int(number), name: GDALGetDescription(band).map { String(cString: $0) } ?? "",
      unit: GDALGetRasterUnitType(band).map { String(cString: $0) } ?? "",
      type: GDALGetDataTypeName(type).map { String(cString: $0).lowercased() } ?? "?",
      scale: scale, offset: offset, missing: hasMissing ? missing : nil,
      isSingle: type == GDT_Float32)
  }

  /// A window of a band, row-major, in the order of the file; no data is NaN, and numbers are as
  /// they are stored.
  ///
  /// - Throws: `damaged_raster`.
  public func numbers(
    _ band: Band, rows rowRange: Range<Int>, columns columnRange: Range<Int>
  ) throws(Fault) -> [Double] {
    let place = Fault.Location(path, item: "band \(band.number)")
    guard rowRange.lowerBound >= 0, rowRange.upperBound <= rows, columnRange.lowerBound >= 0,
      columnRange.upperBound <= columns, let x = Int32(exactly: columnRange.lowerBound),
      let y = Int32(exactly: rowRange.lowerBound), let width = Int32(exactly: columnRange.count),
      let height = Int32(exactly: rowRange.count), rowRange.count * columnRange.count <= 1 << 28
    else {
      throw Fault(
        "outside_variable", at: place, "the window does not lie inside the image",
        remedy: "check the size of the image")
    }
    var values = [Double](repeating: .nan, count: rowRange.count * columnRange.count)
    if values.isEmpty { return values }
    let failure = try GeodataLibrary.run { journal throws(Fault) -> String? in
      guard let handle = GDALGetRasterBand(dataset, Int32(band.number)) else { return "no band" }
      let status = values.withUnsafeMutableBytes {
        GDALRasterIO(
          handle, GF_Read, x, y, width, height, $0.baseAddress, width, height, GDT_Float64, 0, 0)
      }
      return status == CE_None && journal.failures.isEmpty ? nil : journal.reason
    }
    if let failure {
      throw Fault(
        "damaged_raster", at: place, "reading failed: \(failure)",
        remedy: "check that the file is complete")
    }
    guard let missing = band.missing, !missing.isNaN else { return values }
    let code = band.isSingle ? Double(Float(missing)) : missing
    for index in values.indices where values[index] == code { values[index] = .nan }
    return values
  }
}
