/// What a cycle knows of soil and flow: one soil state and one flow for each basin that has
/// parameters, in the district's order, and the rain that would do harm.
public struct Hydrology: Sendable, Hashable {
  public let soil: [SoilState]
  public let flow: [FlowForecast]
  /// By basin, then by duration, shortest first; nothing for a basin without a harmful flow.
  public let guidance: [DerivedCriticalRainfall]
  /// Version of the states' layout and of the models behind them.
  public let version: Int
  /// Where the district asks for the soil of cells.
  public let cells: CellSoil?

  public init(
    soil: [SoilState], flow: [FlowForecast], guidance: [DerivedCriticalRainfall], version: Int,
    cells: CellSoil? = nil
  ) {
    self.soil = soil
    self.flow = flow
    self.guidance = guidance
    self.version = version
    self.cells = cells
  }

  /// Of a district without basins, or without rain yet.
  public static let none = Hydrology(soil: [], flow: [], guidance: [], version: 0)

  public func soil(ofBasin basin: String) -> SoilState? { soil.first { $0.basin == basin } }
  public func flow(ofBasin basin: String) -> FlowForecast? { flow.first { $0.basin == basin } }
}
