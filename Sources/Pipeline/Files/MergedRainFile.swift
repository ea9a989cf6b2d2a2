import Estimate
import Formats
import Hydromet

/// A merged field as a CF-1.8 netCDF-4 file: `rain`, `standard_error`, `source` and `distance` over time,
/// y and x, with the period as `time_bounds` and what was done as global attributes.
struct MergedRainFile {
  let merged: MergedRain
  /// Names of the inputs, for `source`.
  let sources: String

  private static let fillDistance: Float = 9.969_209_968_386_869e36

  func write(to path: String) throws(Fault) {
    let geometry = merged.field.geometry
    let isGeographic = geometry.isGeographic
    let file = try NetCDFWriter(path: path)
    let time = try file.dimension("time", length: 1)
    let ends = try file.dimension("nv", length: 2)
    let y = try file.dimension(isGeographic ? "lat" : "y", length: geometry.rows)
    let x = try file.dimension(isGeographic ? "lon" : "x", length: geometry.columns)
    let moment = try file.variable(
      "time", .double, dimensions: [time],
      attributes: [
        ("standard_name", .text("time")), ("long_name", .text("end of the period")),
        ("units", .text("seconds since 1970-01-01 00:00:00")), ("calendar", .text("standard")),
        ("axis", .text("T")), ("bounds", .text("time_bounds")),
      ])
    let bounds = try file.variable("time_bounds", .double, dimensions: [time, ends])
    let yVariable = try file.variable(
      y.name, .double, dimensions: [y], attributes: axis("y", isGeographic))
    let xVariable = try file.variable(
      x.name, .double, dimensions: [x], attributes: axis("x", isGeographic))
    let crs = try file.variable(
      "crs", .int, dimensions: [],
      attributes: try CoordinateSystem(geometry.projection).gridMappingAttributes())
    let axes = [time, y, x]
    let rain = try file.variable(
      "rain", .int, dimensions: axes, storage: storage(geometry),
      attributes: [
        ("standard_name", .text("thickness_of_rainfall_amount")),
        ("long_name", .text("rain from gauges and radar")),
      ] + depthAttributes + [("ancillary_variables", .text("standard_error source distance"))])
    let error = try file.variable(
      "standard_error", .int, dimensions: axes, storage: storage(geometry),
      attributes: [
        ("standard_name", .text("thickness_of_rainfall_amount standard_error")),
        ("long_name", .text("standard error of the rain")),
      ] + depthAttributes)
    let source = try file.variable(
      "source", .byte, dimensions: axes, storage: storage(geometry),
      attributes: [
        ("long_name", .text("what the rain rests on")), ("flag_values", .bytes([0, 1, 2, 3])),
        ("flag_meanings", .text("none gauges radar both")), ("grid_mapping", .text("crs")),
      ])
    let distance = try file.variable(
      "distance", .float, dimensions: axes, storage: storage(geometry),
      attributes: [
        ("long_name", .text("distance to the nearest gauge")), ("units", .text("km")),
        ("_FillValue", .floats([MergedRainFile.fillDistance])), ("grid_mapping", .text("crs")),
      ])
    try describe(file)
    let period = merged.field.period
    try file.write([Double(period.end.secondsSince1970)], to: moment)
    try file.write(
      [Double(period.start.secondsSince1970), Double(period.end.secondsSince1970)], to: bounds)
    try file.write(
      (0..<geometry.rows).map { geometry.centre(row: $0, column: 0).y }, to: yVariable)
    try file.write(
      (0..<geometry.columns).map { geometry.centre(row: 0, column: $0).x }, to: xVariable)
    try file.write([Int32(0)], to: crs)
    try file.write(merged.field.micrometres, to: rain)
    try file.write(merged.standardError, to: error)
    try file.write(merged.sources.map { Int8(clamping: $0) }, to: source)
    try file.write(
      merged.distance.map { $0.isFinite ? $0 : MergedRainFile.fillDistance }, to: distance)
    try file.close()
  }

  private var depthAttributes: [(name: String, value: NetCDFValue)] {
    [
      ("units", .text("mm")), ("scale_factor", .doubles([0.001])),
      ("_FillValue", .ints([DepthField.missing])), ("cell_methods", .text("time: sum")),
      ("grid_mapping", .text("crs")),
    ]
  }

  private func storage(_ geometry: GridGeometry) -> NetCDFWriter.Storage {
    .init(
      chunks: [1, min(256, geometry.rows), min(256, geometry.columns)], deflate: 1, shuffles: true)
  }

  private func axis(_ axis: String, _ isGeographic: Bool) -> [(name: String, value: NetCDFValue)] {
    let isX = axis == "x"
    return [
      (
        "standard_name",
        .text(isGeographic ? (isX ? "longitude" : "latitude") : "projection_\(axis)_coordinate")
      ),
      ("long_name", .text("centre of the cell")),
      ("units", .text(isGeographic ? (isX ? "degrees_east" : "degrees_north") : "m")),
      ("axis", .text(axis.uppercased())),
    ]
  }

  private func describe(_ file: NetCDFWriter) throws(Fault) {
    let report = merged.report
    try file.attribute("Conventions", .text("CF-1.8"))
    try file.attribute("title", .text("Rain merged from gauges and radar"))
    try file.attribute("source", .text(sources))
    try file.attribute(
      "history",
      .text(
        "\(report.period.end.iso8601) (data time): merged by Freshet \(ProgramVersion.text)"))
    try file.attribute("merge_asked", .text(report.asked))
    try file.attribute("merge_method", .text(report.method?.rawValue ?? "none"))
    try file.attribute("merge_status", .text(report.status.rawValue))
    try file.attribute(
      "merge_reasons", .text(report.reasons.map(\.rawValue).joined(separator: " ")))
    try file.attribute("merge_gauges", .ints([Int32(clamping: report.gaugeCount)]))
    try file.attribute("merge_pairs", .ints([Int32(clamping: report.pairCount)]))
    if let scores = report.methodScores {
      try file.attribute("merge_left_out_rmse_mm", .doubles([MergeJSON.rounded(scores.rmse)]))
    }
  }
}
