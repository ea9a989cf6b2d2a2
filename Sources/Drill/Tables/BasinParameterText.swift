import Formats
import Hydromet

/// What the hydrology of the invented basins needs to know, as `stations/basin-parameters.csv`.
///
/// Flows grow with the area above the outlet to the power of 0.75, as floods of small hill basins do;
/// the bed is full once in two years and harm begins at 1.8 times that flow. Steeper small basins
/// concentrate sooner. All numbers are invented.
enum BasinParameterText {
  private static let columns = [
    "basin", "recession_per_day", "capacity_mm", "evaporation_mm_day", "b", "im", "sm_mm",
    "length_km", "slope", "reach_h", "reach_x", "harmful_m3s", "bank_full_m3s", "q2_m3s", "q5_m3s",
    "q10_m3s", "q20_m3s", "q50_m3s", "q100_m3s", "source",
  ]

  static func csv(_ basins: [SmallBasin]) -> String {
    var upstream = basins.map(\.areaSquareKilometres)
    if let tree = try? BasinTree(ids: basins.map(\.id), downstream: basins.map(\.downstream)) {
      upstream = tree.accumulated(upstream)
    }
    var text = CSVWriter.row(columns)
    for (place, basin) in basins.enumerated() {
      text += CSVWriter.row(row(basin, upstreamArea: upstream[place], number: place))
    }
    return text
  }

  private static func row(
    _ basin: SmallBasin, upstreamArea: Double, number: Int
  ) -> [String] {
    let length = 1.4 * Elementary.pow(max(basin.areaSquareKilometres, 0.01), 0.6)
    let slope = 0.02 + 0.005 * Double(number * 7 % 9)
    let full = 3 * Elementary.pow(max(upstreamArea, 0.01), 0.75)
    let flows = [1.8, 1, 1, 1.6, 2.1, 2.6, 3.3, 3.8].map { decimal($0 * full, 1) }
    let reach = basin.downstream == nil ? ["", ""] : [decimal(length / 5.4, 2), "0.2"]
    return [
      basin.id, "0.9", "\(100 + number * 3 % 25)",
      "0.8 1.1 1.9 2.8 3.5 3.7 4.8 4.7 3.0 1.8 1.2 0.8",
      decimal(0.25 + 0.01 * Double(number % 11), 2),
      "0.02", "\(18 + number * 5 % 17)", decimal(length, 2), decimal(slope, 3),
    ] + reach + flows + ["synthetic"]
  }

  /// So many decimals, rounded.
  private static func decimal(_ value: Double, _ places: Int) -> String {
    let scale = places == 1 ? 10 : places == 2 ? 100 : 1000
    let units = Int((value * Double(scale)).rounded())
    return "\(units / scale).\(padded(units % scale, places))"
  }
}
