import Hydromet

/// The soil of the steps after the newest, with the expected rain.
struct SoilAhead {
  struct Step {
    /// s = Pa / Wm by basin; not a number where it is not known.
    var saturations: [Float]
    /// By basin, where a rule asks for the line over the soil water index.
    var indices: [Double] = []
    var gapShares: [Double] = []
    var cells: [UnitPlace: UnitCellSoil] = [:]
  }

  var steps: [Step] = []

  static let none = SoilAhead()

  private func step(_ number: Int) -> Step? {
    steps.indices.contains(number - 1) ? steps[number - 1] : nil
  }

  /// Of the first, second … step.
  func saturations(after number: Int) -> [Float] { step(number)?.saturations ?? [] }

  func index(ofBasin basin: Int, after number: Int) -> (millimetres: Double, gapShare: Double)? {
    guard let step = step(number), step.indices.indices.contains(basin) else { return nil }
    return (step.indices[basin], step.gapShares[basin])
  }

  func cells(of unit: UnitPlace, after number: Int) -> UnitCellSoil? { step(number)?.cells[unit] }
}
