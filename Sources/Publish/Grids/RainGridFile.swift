import Formats
import Hydromet

/// `rain.nc`: the sums of every window as CF-1.8 netCDF-4.
///
/// - `rain(window, y, x)`: int32 thousandths of a millimetre (`scale_factor` 0.001), fill where no frame
///   arrived; a sum with fewer frames than expected is a lower bound.
/// - `received_frames(window, y, x)`, `expected_frames(window)`: what each sum is made of.
/// - `coverage_flag(window, y, x)`: 0 missing, 1 incomplete, 2 complete.
/// - `window` seconds, `time` with `time_bounds` (start, end] of every window, `crs`, and for grids in
///   metres the longitude and latitude of every cell.
///
/// A file with one window has the dimension `time` in the place of `window`.
///
/// Row 0 is the northernmost. Dimension and variable names are `lat`, `lon` on geographic grids.
final class RainGridFile {
  private let geometry: GridGeometry
  private let mapping: NetCDFWriter.Attributes
  /// Longitude and latitude of every cell; nil on geographic grids.
  private let places: (longitude: [Float], latitude: [Float])?

  /// Prepares what all cycles on a grid share.
  init(geometry: GridGeometry) throws(Fault) {
    self.geometry = geometry
    mapping = try CoordinateSystem(geometry.projection).gridMappingAttributes()
    places = geometry.isGeographic ? nil : try RainGridFile.places(of: geometry)
  }

  func fits(_ geometry: GridGeometry) -> Bool { self.geometry == geometry }

  /// Writes the sums whose grid is this one; fields and windows go in pairs.
  func write(_ report: CycleReport, to path: String) throws(Fault) {
    try write(
      report.fields.filter { $0.geometry == geometry },
      attributes: RainGridFile.attributes(of: report), to: path)
  }

  /// Writes sums on this grid with the global attributes given.
  func write(
    _ fields: [AccumulationField], attributes: [(name: String, text: String)], to path: String
  ) throws(Fault) {
    let file = try NetCDFWriter(path: path)
    let layout = try define(file, windows: fields.count)
    let variables = try defineSums(file, layout)
    try file.describe(attributes)
    try writeCoordinates(file, layout, fields)
    let sums = fields.flatMap { field -> [Int32] in
      zip(field.micrometres, field.receivedFrames).map { sum, received -> Int32 in
        received == 0 ? DepthField.missing : sum
      }
    }
    try file.write(sums, to: variables.rain)
    try file.write(
      fields.flatMap { $0.receivedFrames.map { Int16(clamping: $0) } }, to: variables.received)
    try file.write(fields.map { Int32(clamping: $0.expectedFrames) }, to: variables.expected)
    let flags = fields.flatMap { field -> [Int8] in
      field.receivedFrames.map { received -> Int8 in
        received == 0 ? 0 : Int(received) < field.expectedFrames ? 1 : 2
      }
    }
    try file.write(flags, to: variables.flag)
    try file.close()
  }

  private struct Layout {
    let axes: [NetCDFWriter.Dimension]
    let window: NetCDFWriter.Variable
    let time: NetCDFWriter.Variable
    let bounds: NetCDFWriter.Variable
    let centres: (y: NetCDFWriter.Variable, x: NetCDFWriter.Variable)
    let places: (longitude: NetCDFWriter.Variable, latitude: NetCDFWriter.Variable)?
    let crs: NetCDFWriter.Variable
  }

  private func define(_ file: NetCDFWriter, windows: Int) throws(Fault) -> Layout {
    let window = try file.dimension(windows == 1 ? "time" : "window", length: windows)
    let lengths = try file.variable(
      "window", .int, dimensions: [window],
      attributes: [("long_name", .text("length of the accumulation")), ("units", .text("s"))])
    let time = try file.moments(
      along: [window], longName: "end of the accumulation", hasBounds: true)
    let bounds = try file.timeBounds(along: window)
    let (y, x) = try file.dimensions(of: geometry)
    return Layout(
      axes: [window, y, x], window: lengths, time: time, bounds: bounds,
      centres: try file.centres(y, x), places: try definePlaces(file, [y, x]),
      crs: try file.variable("crs", .int, dimensions: [], attributes: mapping))
  }

  private func definePlaces(
    _ file: NetCDFWriter, _ axes: [NetCDFWriter.Dimension]
  ) throws(Fault) -> (longitude: NetCDFWriter.Variable, latitude: NetCDFWriter.Variable)? {
    guard places != nil else { return nil }
    func define(_ name: String, _ long: String, _ unit: String) throws(Fault)
      -> NetCDFWriter.Variable
    {
      try file.variable(
        name, .float, dimensions: axes, storage: .init(deflate: 1, shuffles: true),
        attributes: [
          ("standard_name", .text(long)), ("long_name", .text("\(long) of the cell's centre")),
          ("units", .text(unit)),
        ])
    }
    return (
      try define("lon", "longitude", "degrees_east"), try define("lat", "latitude", "degrees_north")
    )
  }

  private func defineSums(_ file: NetCDFWriter, _ layout: Layout) throws(Fault) -> (
    rain: NetCDFWriter.Variable, received: NetCDFWriter.Variable, expected: NetCDFWriter.Variable,
    flag: NetCDFWriter.Variable
  ) {
    let time = layout.axes[0].name == "time" ? "window" : "time"
    let place: NetCDFWriter.Attributes = [
      ("grid_mapping", .text("crs")),
      ("coordinates", .text(geometry.isGeographic ? time : "\(time) lat lon")),
    ]
    return (
      rain: try file.variable(
        "rain", .int, dimensions: layout.axes, storage: .fields,
        attributes: [
          ("standard_name", .text("thickness_of_rainfall_amount")),
          ("long_name", .text("rain over the window")), ("units", .text("mm")),
          ("scale_factor", .doubles([0.001])), ("_FillValue", .ints([DepthField.missing])),
          ("cell_methods", .text("time: sum")),
          ("ancillary_variables", .text("received_frames coverage_flag")),
          ("comment", .text("A lower bound where received_frames is less than expected_frames.")),
        ] + place),
      received: try file.variable(
        "received_frames", .short, dimensions: layout.axes, storage: .fields,
        attributes: [
          ("standard_name", .text("number_of_observations")),
          ("long_name", .text("frames behind the sum")), ("units", .text("1")),
        ] + place),
      expected: try file.variable(
        "expected_frames", .int, dimensions: [layout.axes[0]],
        attributes: [
          ("long_name", .text("frames that make a complete sum")), ("units", .text("1")),
        ]),
      flag: try file.variable(
        "coverage_flag", .byte, dimensions: layout.axes, storage: .fields,
        attributes: [
          ("standard_name", .text("status_flag")), ("long_name", .text("coverage of the sum")),
          ("flag_values", .bytes([0, 1, 2])),
          ("flag_meanings", .text("missing incomplete complete")),
        ] + place)
    )
  }

  private static func attributes(of report: CycleReport) -> [(name: String, text: String)] {
    let time = report.time.iso8601
    return [
      ("title", "Rain over \(report.district.englishName), windows ending \(time)"),
      ("institution", report.district.englishOffice),
      (
        "source",
        (report.estimate.map(EstimateTexts.source) ?? EstimateTexts.radarAlone)
          + (report.rainMotion.map { "; \(MotionTexts.source($0))" } ?? "")
      ),
      ("history", "\(time) (data time): summed by Freshet \(report.programVersion)"),
      ("references", "district \(report.district.id), configuration \(report.districtHash)"),
    ]
  }

  private func writeCoordinates(
    _ file: NetCDFWriter, _ layout: Layout, _ fields: [AccumulationField]
  ) throws(Fault) {
    try file.write(fields.map { Int32(clamping: $0.period.seconds) }, to: layout.window)
    try file.write(fields.map(\.period.end), to: layout.time)
    try file.write(fields.map(\.period), to: layout.bounds)
    try file.write(centresOf: geometry, to: layout.centres)
    if let variables = layout.places, let places {
      try file.write(places.longitude, to: variables.longitude)
      try file.write(places.latitude, to: variables.latitude)
    }
    try file.write([Int32(0)], to: layout.crs)
  }

  private static func places(of geometry: GridGeometry) throws(Fault) -> (
    longitude: [Float], latitude: [Float]
  ) {
    let transform = try CoordinateTransform(from: geometry.projection, to: "EPSG:4326")
    let centres = (0..<geometry.rows).flatMap { row in
      (0..<geometry.columns).map { geometry.centre(row: row, column: $0) }
    }
    let places = transform.transform(centres)
    return (
      places.map { Float($0?.x ?? .nan) }, places.map { Float($0?.y ?? .nan) }
    )
  }
}
