import Formats
import Hydromet

/// `rain_<w>.tif` and `coverage_<w>.tif`: one window as GeoTIFF.
enum RainRaster {
  /// The value of a cell without any frame, mm.
  static let missing: Double = -9999

  /// Millimetres, float32, -9999 where no frame arrived.
  static func rain(_ field: AccumulationField, _ report: CycleReport) -> GeoTIFF {
    GeoTIFF(
      geometry: field.geometry,
      values: .float32(
        zip(field.micrometres, field.receivedFrames).map {
          $1 == 0 ? Float(missing) : Float(Double($0) / 1000)
        }),
      missing: missing, unit: "mm",
      summary: "rain, \(TimeSpan(seconds: field.period.seconds).text)",
      metadata: metadata(field, report))
  }

  /// Share of the frames that arrived, 0…1, float32.
  static func coverage(_ field: AccumulationField, _ report: CycleReport) -> GeoTIFF {
    let expected = Float(max(1, field.expectedFrames))
    return GeoTIFF(
      geometry: field.geometry,
      values: .float32(field.receivedFrames.map { Float($0) / expected }), missing: nil, unit: "1",
      summary: "coverage, \(TimeSpan(seconds: field.period.seconds).text)",
      metadata: metadata(field, report))
  }

  private static func metadata(_ field: AccumulationField, _ report: CycleReport) -> [(
    name: String, value: String
  )] {
    [
      ("PERIOD_START", field.period.start.iso8601), ("PERIOD_END", field.period.end.iso8601),
      ("EXPECTED_FRAMES", String(field.expectedFrames)),
      ("PROGRAM", "Freshet \(report.programVersion)"),
    ]
  }
}
