import Formats
import Foundation
import Hydromet
import Pipeline

/// The rows of `freshet areal` as CSV and JSON.
enum ArealTable {
  static let header =
    "region,period_start,period_end,mean_mm,max_mm,valid_share,grid_share,area_km2"

  static func csv(_ rows: [ArealFiles.Row]) -> String {
    var text = header + "\n"
    for row in rows {
      let fields = [
        CSVWriter.field(row.region, as: .sheet), row.period?.start.iso8601 ?? "",
        row.period?.end.iso8601 ?? "",
        number(row.mean), number(row.maximum), number(row.validShare), number(row.gridShare),
        number(row.areaSquareKilometres),
      ]
      text += fields.joined(separator: ",") + "\n"
    }
    return text
  }

  static func json(_ rows: [ArealFiles.Row]) -> String {
    let objects = rows.map { row in
      """
      {"region":\(quoted(row.region)),"period_start":\(quoted(row.period?.start.iso8601)),\
      "period_end":\(quoted(row.period?.end.iso8601)),"mean_mm":\(value(row.mean)),\
      "max_mm":\(value(row.maximum)),"valid_share":\(value(row.validShare)),\
      "grid_share":\(value(row.gridShare)),"area_km2":\(value(row.areaSquareKilometres))}
      """
    }
    return "[\n" + objects.joined(separator: ",\n") + "\n]\n"
  }

  /// Ten significant digits, so that a comparison to one in a million sees no rounding.
  static func number(_ value: Double?) -> String {
    guard let value, value.isFinite else { return "" }
    return String(format: "%.10g", value)
  }

  private static func value(_ value: Double?) -> String {
    let text = number(value)
    return text.isEmpty ? "null" : text
  }

  private static func quoted(_ text: String?) -> String {
    guard let text else { return "null" }
    guard let data = try? JSONEncoder().encode(text) else { return "null" }
    return String(decoding: data, as: UTF8.self)
  }
}
