import Formats
import Hydromet

/// Rain that a netCDF file does not hold as it is wanted: the sum of several variables (`RAINC+RAINNC`),
/// or totals since one start, of which each step is the difference to the total before.
final class CFSum: GridSource {
  let facts: GridFacts
  private let terms: [CFGrid]
  /// For each step: the total, and the one that is taken away.
  private let steps: [(later: Int, earlier: Int?)]
  private let place: Fault.Location
  /// What the rounding of the stored numbers can make of no rain, mm.
  private let resolution: Double

  /// The variable itself wherever it is the rain of its periods.
  static func open(
    _ path: String, _ statement: GridStatement
  ) throws(Fault) -> any GridSource {
    let names = (statement.variable ?? "").split(separator: "+").map {
      String($0.filter { !$0.isWhitespace })
    }
    var terms: [CFGrid] = []
    if names.count > 1, names.count <= 16 {
      for name in names {
        var single = statement
        single.variable = name
        terms.append(try CFGrid(path: path, statement: single))
      }
    } else {
      terms = [try CFGrid(path: path, statement: statement)]
    }
    let isRun = areTotals(terms[0].facts)
    guard terms.count > 1 || isRun else { return terms[0] }
    return try CFSum(terms, isRun: isRun)
  }

  /// Amounts that all begin together and end one after another.
  private static func areTotals(_ facts: GridFacts) -> Bool {
    guard facts.quantity == .amount, facts.steps.count > 1 else { return false }
    let starts = Set(facts.steps.map(\.period?.start))
    return starts.count == 1 && facts.steps[0].period != nil
  }

  private init(_ terms: [CFGrid], isRun: Bool) throws(Fault) {
    self.terms = terms
    var facts = terms[0].facts
    place = Fault.Location(terms[0].path, item: facts.item)
    for other in terms.dropFirst() {
      let isAlike =
        other.facts.quantity == .amount && facts.quantity == .amount
        && other.facts.geometry == facts.geometry && other.facts.steps == facts.steps
      guard isAlike else {
        throw Fault(
          "contradiction", at: place,
          "\(facts.item) and \(other.facts.item) are not amounts of the same cells and periods",
          remedy: "name one variable with `variable:`, or amounts that can be added")
      }
    }
    if terms.count > 1 {
      facts.item = terms.map(\.facts.item).joined(separator: "+")
      facts.notes.append("the sum of \(terms.count) variables: \(facts.item)")
    }
    steps = facts.steps.indices.map { ($0, isRun && $0 > 0 ? $0 - 1 : nil) }
    if isRun {
      facts.steps = facts.steps.indices.map { index in
        let step = facts.steps[index]
        guard index > 0, let earlier = facts.steps[index - 1].period, let period = step.period
        else { return step }
        return GriddedRain.Step(
          label: step.label, period: Period(start: earlier.end, end: period.end))
      }
      facts.notes.append(
        "totals since one start: \(facts.steps.count - 1) steps are differences of two totals")
    }
    self.facts = facts
    resolution = terms.reduce(0) { $0 + 2 * $1.resolution }
  }

  func cells(_ step: Int, _ window: GridWindow) throws(Fault) -> GridCells {
    try cells(step, window, threads: nil)
  }

  func cells(_ step: Int, _ window: GridWindow, threads: Int?) throws(Fault) -> GridCells {
    var result = try total(steps[step].later, window, threads)
    var check = RainPlausibility(quantity: .amount, resolution: resolution)
    guard let earlier = steps[step].earlier else {
      for index in result.values.indices where !result.values[index].isNaN {
        result.values[index] = check.accept(Double(result.values[index]))
      }
      result.tally.rejected += try check.finish(place)
      return result
    }
    let before = try total(earlier, window, threads)
    for index in result.values.indices {
      let (a, b) = (Double(result.values[index]), Double(before.values[index]))
      guard !a.isNaN, !b.isNaN else {
        result.values[index] = .nan
        continue
      }
      result.values[index] = check.accept(a < b && b - a <= resolution ? 0 : a - b)
    }
    result.tally.rejected += try check.finish(place)
    return result
  }

  /// A cell that one variable lacks is missing.
  private func total(
    _ step: Int, _ window: GridWindow, _ threads: Int?
  ) throws(Fault) -> GridCells {
    var sum = try terms[0].cells(step, window, threads: threads)
    for term in terms.dropFirst() {
      let more = try term.cells(step, window, threads: threads)
      for index in sum.values.indices { sum.values[index] += more.values[index] }
      sum.tally.rejected += more.tally.rejected
    }
    return sum
  }
}
