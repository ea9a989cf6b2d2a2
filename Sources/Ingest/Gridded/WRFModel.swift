import Formats
import Hydromet

/// What output files of the Weather Research and Forecasting model say in their own way: the projection
/// and the beginning of the run in global attributes, times as characters.
///
/// - Source: WRF User's Guide, version 4, chapters “WRF Output” and “Global attributes”; the model's
///   earth is a sphere of 6,370 km.
struct WRFModel {
  private let file: NetCDFFile

  /// - Returns: nil for files of other makers.
  init?(_ file: NetCDFFile) {
    guard file.attributes.contains(where: { $0.name == "MAP_PROJ" }),
      file.attributes.contains(where: { $0.name == "TRUELAT1" })
    else { return nil }
    self.file = file
  }

  private func number(_ name: String) -> Double? {
    guard let value = file.attributes.first(where: { $0.name == name })?.value else { return nil }
    // 32-bit numbers are meant as the decimal ones: 30.1 and not 30.10000038.
    if case .floats(let numbers) = value { return numbers.first.map(GridPacking.decimal) }
    return value.numbers?.first
  }

  private func required(_ name: String, _ place: Fault.Location) throws(Fault) -> Double {
    guard let value = number(name), value.isFinite else {
      throw Fault(
        "unknown_projection", at: place,
        "the file has MAP_PROJ \(plain(number("MAP_PROJ") ?? 0)), but no \(name)",
        remedy: "state the projection with `projection:`")
    }
    return value
  }

  /// - Returns: nil for longitude and latitude.
  /// - Throws: `unknown_projection`.
  func projection(
    _ place: Fault.Location
  ) throws(Fault) -> (text: String, spacing: (x: Double, y: Double))? {
    let shape: String
    switch number("MAP_PROJ") {
    case 1:
      let first = try required("TRUELAT1", place)
      let second = number("TRUELAT2") ?? first
      let origin = number("MOAD_CEN_LAT") ?? number("CEN_LAT") ?? first
      shape =
        "+proj=lcc +lat_1=\(plain(first)) +lat_2=\(plain(second)) +lat_0=\(plain(origin))"
        + " +lon_0=\(plain(try required("STAND_LON", place)))"
    case 2:
      let parallel = try required("TRUELAT1", place)
      shape =
        "+proj=stere +lat_0=\(parallel < 0 ? -90 : 90) +lat_ts=\(plain(parallel))"
        + " +lon_0=\(plain(try required("STAND_LON", place)))"
    case 3:
      let meridian = number("CEN_LON") ?? number("STAND_LON") ?? 0
      shape =
        "+proj=merc +lat_ts=\(plain(try required("TRUELAT1", place))) +lon_0=\(plain(meridian))"
    case 6 where abs((number("POLE_LAT") ?? 90) - 90) < 1e-6: return nil
    case let other:
      throw Fault(
        "unknown_projection", at: place,
        "MAP_PROJ \(plain(other ?? 0)) is neither Lambert, polar stereographic, Mercator nor "
          + "longitude and latitude", remedy: "state the projection with `projection:`")
    }
    return (
      "\(shape) +R=6370000 +units=m",
      (try required("DX", place), try required("DY", place))
    )
  }

  /// When the run began whose totals the file holds.
  var runStart: Timestamp? {
    (file.text("SIMULATION_START_DATE") ?? file.text("START_DATE")).flatMap(WRFModel.moment)
  }

  /// Whether a variable counts from the start of the run: `ACCUMULATED TOTAL …`.
  func isRunTotal(_ variable: NetCDFVariable) -> Bool {
    variable.text("description")?.uppercased().hasPrefix("ACCUMULATED TOTAL") == true
  }

  /// - Throws: `bucket_totals` where the model begins anew at a depth and counts the buckets elsewhere.
  func checkBuckets(_ variable: NetCDFVariable) throws(Fault) {
    guard let bucket = number("BUCKET_MM"), bucket > 0, file.variable("I_\(variable.name)") != nil
    else { return }
    throw Fault(
      "bucket_totals", at: Fault.Location(file.path, item: variable.path),
      "it begins anew at \(plain(bucket)) mm, and I_\(variable.name) counts how often",
      remedy: "add them first: ncap2 -s '\(variable.name)=\(variable.name)+\(plain(bucket))f*"
        + "I_\(variable.name)' IN.nc OUT.nc")
  }

  /// The moments of `Times`, one for each step; nil where there are none of them.
  ///
  /// - Throws: `bad_time`.
  static func times(in file: NetCDFFile, count: Int) throws(Fault) -> [Timestamp]? {
    guard let variable = file.variable("Times"), variable.type == .char,
      variable.shape.count == 2, variable.shape[0] == count
    else { return nil }
    var moments: [Timestamp] = []
    for text in try file.texts(variable) {
      guard let moment = moment(text) else {
        throw GridTimeReader.fault(
          "bad_time", "“\(text.prefix(40))” is no time, expected 2026-06-01_12:00:00",
          Fault.Location(file.path, item: variable.path))
      }
      moments.append(moment)
    }
    return moments
  }

  /// `2026-06-01_12:00:00`, in UTC.
  private static func moment(_ text: String) -> Timestamp? {
    let bytes = Array(text.utf8)
    guard bytes.count == 19, bytes[10] == UInt8(ascii: "_") else { return nil }
    return Timestamp(iso8601: text.replacing("_", with: "T"))
  }
}
