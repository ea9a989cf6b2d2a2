import CGDAL
public import Hydromet

/// Reads polygons, points and lines from GeoJSON, shapefiles, GeoPackage and the other vector formats
/// of GDAL that are plain files.
public struct VectorFile {
  /// The formats that may be opened. GDAL knows more; those that follow references to other files or
  /// to the network are left out, for a file decides by its content which format it is.
  private static let formats = [
    "GeoJSON", "GeoJSONSeq", "ESRIJSON", "TopoJSON", "ESRI Shapefile", "GPKG", "FlatGeobuf", "GML",
    "LIBKML", "KML", "GPX", "MapInfo File", "OpenFileGDB",
  ]

  /// The features of a layer.
  ///
  /// Heights are dropped, curves become chords. Polygons that are not valid (a ring that crosses
  /// itself, parts that overlap) are repaired by GEOS and named in `repairs`.
  ///
  /// - Parameters:
  ///   - layer: needed where the file has several layers with features.
  ///   - override: the coordinate reference system of the numbers in the file, whatever it states.
  /// - Throws: `unknown_crs` where neither the file nor the caller states one, `not_degrees` where the
  ///   numbers cannot be longitude and latitude, `bad_geometry` for a feature that cannot be repaired.
  public static func read(
    path: String, layer: String? = nil, crs override: String? = nil
  ) throws(Fault) -> VectorLayer {
    let stated = try override.map { text throws(Fault) in
      try CoordinateSystem(text, place: Fault.Location(path))
    }
    try GeodataLibrary.requireExisting(path)
    let file = try GeodataLibrary.filePath(path)
    return try GeodataLibrary.run { journal throws(Fault) in
      let source = try VectorSource(path: path, file: file, formats: formats, journal: journal)
      let handle = try source.layer(named: layer)
      let reader = VectorLayerReader(source: source, layer: handle, journal: journal)
      return try reader.read(statedSystem: stated)
    }
  }
}

/// An open vector file.
final class VectorSource {
  let path: String
  let format: String
  /// Whether attribute texts are bytes of an unknown encoding instead of UTF-8.
  let textsAreRaw: Bool
  private let handle: GDALDatasetH

  init(
    path: String, file: String, formats: [String], journal: GeodataLibrary.Journal
  ) throws(Fault) {
    self.path = path
    let driver = withCStrings(formats) { names in
      GDALIdentifyDriverEx(file, UInt32(GDAL_OF_VECTOR), names.readOnly, nil)
    }
    guard let driver, let name = GDALGetDriverShortName(driver) else {
      throw Fault(
        "not_vector", at: Fault.Location(path), "this is no vector file that can be read",
        remedy: "give GeoJSON, a shapefile (.shp), GeoPackage, FlatGeobuf, GML or KML")
    }
    format = String(cString: name)
    // GDAL would fetch a schema, and write what it learned about the file beside it.
    var options = format == "GML" ? ["DOWNLOAD_SCHEMA=NO", "WRITE_GFS=NO"] : []
    guard var handle = VectorSource.open(file, format, options) else {
      throw VectorSource.unreadable(path, journal)
    }
    var isRaw = false
    if format == "ESRI Shapefile", !VectorSource.statesEncoding(handle) {
      options.append("ENCODING=")
      if let raw = VectorSource.open(file, format, options) {
        GDALClose(handle)
        handle = raw
        isRaw = true
      }
    }
    self.handle = handle
    textsAreRaw = isRaw
  }

  deinit {
    GDALClose(handle)
  }

  private static func open(_ file: String, _ format: String, _ options: [String]) -> GDALDatasetH? {
    withCStrings([format]) { names in
      withCStrings(options) { options in
        GDALOpenEx(file, UInt32(GDAL_OF_VECTOR), names.readOnly, options.readOnly, nil)
      }
    }
  }

  /// Whether the attribute table names its encoding. Code 0x57 ("ANSI") does not: Windows writes it
  /// for whatever code page the machine has.
  private static func statesEncoding(_ handle: GDALDatasetH) -> Bool {
    guard let layer = GDALDatasetGetLayer(handle, 0) else { return true }
    let item = { (name: String) -> String? in
      GDALGetMetadataItem(UnsafeMutableRawPointer(layer), name, "SHAPEFILE").map {
        String(cString: $0)
      }
    }
    if let page = item("ENCODING_FROM_CPG"), !page.isEmpty { return true }
    guard let language = item("ENCODING_FROM_LDID"), !language.isEmpty else { return false }
    return item("LDID_VALUE") != "87"
  }

  static func unreadable(_ path: String, _ journal: GeodataLibrary.Journal) -> Fault {
    Fault(
      "damaged_vector", at: Fault.Location(path),
      "the vector file cannot be read: \(journal.reason)",
      remedy: "check that the file is complete")
  }

  /// The layer with the given name, or the only one that has shapes.
  func layer(named name: String?) throws(Fault) -> OGRLayerH {
    let layers = (0..<max(0, GDALDatasetGetLayerCount(handle))).compactMap {
      GDALDatasetGetLayer(handle, $0)
    }
    let names = layers.map { String(cString: OGR_L_GetName($0)) }
    if let name {
      if let index = names.firstIndex(of: name) { return layers[index] }
    } else {
      if layers.count == 1 { return layers[0] }
      let withShapes = layers.filter { OGR_L_GetGeomType($0) != wkbNone }
      if withShapes.count == 1 { return withShapes[0] }
    }
    let wanted = name.map { "there is no layer \(quoted($0))" } ?? "the file has several layers"
    let list = names.prefix(40).joined(separator: ", ")
    throw Fault(
      "unknown_layer", at: Fault.Location(path), "\(wanted); its layers are: \(list)",
      remedy: "name one of them")
  }
}
