import Estimate
import Formats
import Hydromet

/// A merged field as a CF-1.8 netCDF-4 file: `rain`, `standard_error`, `source` and `distance` over time,
/// y and x, with the period as `time_bounds` and what was done as global attributes.
struct MergedRainFile {
  let merged: MergedRain
  /// Names of the inputs, for `source`.
  let sources: String

  func write(to path: String) throws(Fault) {
    let field = merged.field
    let file = try NetCDFWriter(path: path)
    let time = try file.dimension("time", length: 1)
    let moment = try file.moments(
      along: [time], longName: "end of the period",
      attributes: [("calendar", .text("standard")), ("axis", .text("T"))], hasBounds: true)
    let bounds = try file.timeBounds(along: time)
    let (y, x) = try file.dimensions(of: field.geometry)
    let centres = try file.centres(y, x)
    let crs = try file.gridMapping(of: field.geometry)
    let variables = try define(file, [time, y, x])
    try describe(file)
    try file.write([field.period.end], to: moment)
    try file.write([field.period], to: bounds)
    try file.write(centresOf: field.geometry, to: centres)
    try file.write([Int32(0)], to: crs)
    try file.write(field.micrometres, to: variables.rain)
    try file.write(merged.standardError, to: variables.error)
    try file.write(merged.sources.map { Int8(clamping: $0) }, to: variables.source)
    try file.write(
      merged.distance.map { $0.isFinite ? $0 : NetCDFWriter.missingFloat }, to: variables.distance)
    try file.close()
  }

  private func define(_ file: NetCDFWriter, _ axes: [NetCDFWriter.Dimension]) throws(Fault) -> (
    rain: NetCDFWriter.Variable, error: NetCDFWriter.Variable, source: NetCDFWriter.Variable,
    distance: NetCDFWriter.Variable
  ) {
    (
      rain: try file.variable(
        "rain", .int, dimensions: axes, storage: .fields,
        attributes: [
          ("standard_name", .text("thickness_of_rainfall_amount")),
          ("long_name", .text("rain from gauges and radar")),
        ] + depthAttributes + [("ancillary_variables", .text("standard_error source distance"))]),
      error: try file.variable(
        "standard_error", .int, dimensions: axes, storage: .fields,
        attributes: [
          ("standard_name", .text("thickness_of_rainfall_amount standard_error")),
          ("long_name", .text("standard error of the rain")),
        ] + depthAttributes),
      source: try file.variable(
        "source", .byte, dimensions: axes, storage: .fields,
        attributes: [
          ("long_name", .text("what the rain rests on")), ("flag_values", .bytes([0, 1, 2, 3])),
          ("flag_meanings", .text("none gauges radar both")), ("grid_mapping", .text("crs")),
        ]),
      distance: try file.variable(
        "distance", .float, dimensions: axes, storage: .fields,
        attributes: [
          ("long_name", .text("distance to the nearest gauge")), ("units", .text("km")),
          ("_FillValue", .floats([NetCDFWriter.missingFloat])), ("grid_mapping", .text("crs")),
        ])
    )
  }

  private var depthAttributes: NetCDFWriter.Attributes {
    [
      ("units", .text("mm")), ("scale_factor", .doubles([0.001])),
      ("_FillValue", .ints([DepthField.missing])), ("cell_methods", .text("time: sum")),
      ("grid_mapping", .text("crs")),
    ]
  }

  private func describe(_ file: NetCDFWriter) throws(Fault) {
    let report = merged.report
    try file.describe([
      ("title", "Rain merged from gauges and radar"), ("source", sources),
      (
        "history",
        "\(report.period.end.iso8601) (data time): merged by Freshet \(ProgramVersion.text)"
      ),
      ("merge_asked", report.asked), ("merge_method", report.method?.rawValue ?? "none"),
      ("merge_status", report.status.rawValue),
      ("merge_reasons", report.reasons.map(\.rawValue).joined(separator: " ")),
    ])
    try file.attribute("merge_gauges", .ints([Int32(clamping: report.gaugeCount)]))
    try file.attribute("merge_pairs", .ints([Int32(clamping: report.pairCount)]))
    if let scores = report.methodScores {
      try file.attribute("merge_left_out_rmse_mm", .doubles([MergeJSON.rounded(scores.rmse)]))
    }
  }
}
