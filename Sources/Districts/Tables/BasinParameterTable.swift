import Hydromet

/// Reads `stations/basin-parameters.csv`: what the hydrology of each basin needs to know.
///
/// One row a basin, or `*` for all that have no row of their own; every column but `basin` may be left
/// out or empty, and then has its usual value.
///
/// | column | meaning |
/// |---|---|
/// | `basin` | id, or `*` |
/// | `recession_per_day` | K of the antecedent rainfall |
/// | `capacity_mm` | Wm of the antecedent rainfall |
/// | `evaporation_mm_day` | twelve numbers, January first, with blanks between; or one for all months |
/// | `k` `b` `im` `um_mm` `lm_mm` `dm_mm` `c` `sm_mm` `ex` `ki_per_day` `kg_per_day` `ci_per_day` `cg_per_day` | Xin'anjiang, for days |
/// | `reservoirs` `reservoir_h` | n and K of the unit hydrograph (Nash) |
/// | `concentration_h` | time of concentration, where n and K are not given |
/// | `length_km` `slope` | for the time of concentration by Kirpich, where that is not given either |
/// | `reach_h` `reach_x` | Muskingum K and x from this outlet to the next |
/// | `inflow_m3s` | steady flow that enters the district above the basin |
/// | `harmful_m3s` `bank_full_m3s` | flow at which harm begins, and that fills the bed |
/// | `q2_m3s` `q5_m3s` `q10_m3s` `q20_m3s` `q50_m3s` `q100_m3s` | flows of return periods |
/// | `source` | where the numbers come from |
struct BasinParameterTable {
  private let table: DistrictTable
  /// Rows by basin.
  private var rowOfBasin: [String: Int] = [:]

  static let path = "stations/basin-parameters.csv"
  private static let years = [2, 5, 10, 20, 50, 100]
  private static let numbers = [
    "recession_per_day", "capacity_mm", "evaporation_mm_day", "k", "b", "im", "um_mm", "lm_mm",
    "dm_mm", "c", "sm_mm", "ex", "ki_per_day", "kg_per_day", "ci_per_day", "cg_per_day",
    "reservoirs", "reservoir_h", "concentration_h", "length_km", "slope", "reach_h", "reach_x",
    "inflow_m3s", "harmful_m3s", "bank_full_m3s",
  ]

  init?(path: String, _ findings: inout Findings) {
    let optional =
      BasinParameterTable.numbers + BasinParameterTable.years.map { "q\($0)_m3s" } + ["source"]
    guard
      let table = DistrictTable(path: path, required: ["basin"], optional: optional, &findings)
    else { return nil }
    self.table = table
    var seen: [String: Int] = [:]
    for row in table.rows {
      guard let basin = table.filled(row, "basin", &findings),
        table.unique(basin, row, "basin", &seen, &findings)
      else { continue }
      rowOfBasin[basin] = row
    }
  }

  /// The parameters of every basin, in their order. Notes rows of unknown basins.
  func parameters(of basins: [SmallBasin], _ findings: inout Findings) -> [BasinParameters] {
    let known = Set(basins.map(\.id))
    for (basin, row) in rowOfBasin.sorted(by: { $0.value < $1.value })
    where basin != "*" && !known.contains(basin) {
      let nearest =
        NearestName.of(basin, among: Array(known.sorted().prefix(200))).map { "; \($0) comes near" }
        ?? ""
      findings.fault(
        "unknown_basin", at: table.location(row, "basin"),
        "\(basin) is no basin of the district\(nearest)",
        remedy: "write the id of a basin, or * for all that have no row of their own")
    }
    return basins.map { basin in
      guard let row = rowOfBasin[basin.id] ?? rowOfBasin["*"] else {
        return BasinParameterTable.usual(basin)
      }
      return parameters(basin, row, &findings)
    }
  }

  static func usual(_ basin: SmallBasin) -> BasinParameters {
    BasinParameters(
      basin: basin.id, area: basin.areaSquareKilometres,
      reach: basin.downstream == nil ? nil : usualReach(basin))
  }

  /// The way through the next basin is taken for as long as this one's, at 1.5 m/s; x is 0.2.
  private static func usualReach(_ basin: SmallBasin) -> MuskingumReach {
    let length = 1.4 * Elementary.pow(max(basin.areaSquareKilometres, 0.01), 0.6)
    return MuskingumReach(hours: length / 5.4, weight: 0.2)
  }

  private func parameters(
    _ basin: SmallBasin, _ row: Int, _ findings: inout Findings
  ) -> BasinParameters {
    var result = BasinParameterTable.usual(basin)
    func set(
      _ name: String, _ range: ClosedRange<Double>,
      _ place: WritableKeyPath<BasinParameters, Double>
    ) {
      if let value = optional(row, name, range, &findings) { result[keyPath: place] = value }
    }
    set("recession_per_day", 0.01...0.9999, \.antecedent.dailyRecession)
    set("capacity_mm", 1...1000, \.antecedent.capacity)
    set("k", 0...3, \.runoff.evaporationRatio)
    set("b", 0.01...5, \.runoff.tensionExponent)
    set("im", 0...0.95, \.runoff.imperviousShare)
    set("um_mm", 0.1...1000, \.runoff.upperCapacity)
    set("lm_mm", 0.1...1000, \.runoff.lowerCapacity)
    set("dm_mm", 0...1000, \.runoff.deepCapacity)
    set("c", 0...1, \.runoff.deepEvaporation)
    set("sm_mm", 0.1...1000, \.runoff.freeCapacity)
    set("ex", 0.01...5, \.runoff.freeExponent)
    set("ki_per_day", 0...0.999, \.runoff.interflowOutlet)
    set("kg_per_day", 0...0.999, \.runoff.groundwaterOutlet)
    set("ci_per_day", 0...0.9999, \.runoff.interflowRecession)
    set("cg_per_day", 0...0.99999, \.runoff.groundwaterRecession)
    set("inflow_m3s", 0...100_000, \.inflow)
    if result.runoff.interflowOutlet + result.runoff.groundwaterOutlet > 0.999 {
      findings.fault(
        "bad_number", at: table.location(row, "ki_per_day"),
        "ki_per_day and kg_per_day add up to more than 0.999",
        remedy: "write shares of the free water that leave less than all of it in a day")
      result.runoff = .usual
    }
    if let months = evaporation(row, &findings) { result.monthlyEvaporation = months }
    if let response = response(row, &findings) { result.response = response }
    if basin.downstream != nil { result.reach = reach(basin, row, &findings) }
    result.source = table.text(row, "source")
    result.references = references(row, source: result.source, &findings)
    return result
  }

  private func optional(
    _ row: Int, _ name: String, _ range: ClosedRange<Double>, _ findings: inout Findings
  ) -> Double? {
    table.text(row, name).isEmpty ? nil : table.number(row, name, range, &findings)
  }

  private func evaporation(_ row: Int, _ findings: inout Findings) -> [Double]? {
    let text = table.text(row, "evaporation_mm_day")
    guard !text.isEmpty else { return nil }
    let numbers = text.split(separator: " ").map { Double($0) }
    let values = numbers.compactMap { $0 }.filter { (0...50).contains($0) }
    guard values.count == numbers.count, values.count == 1 || values.count == 12 else {
      findings.fault(
        "bad_number", at: table.location(row, "evaporation_mm_day"),
        "evaporation_mm_day: \"\(text)\" is not twelve numbers from 0 to 50",
        remedy: "write one number, or twelve with blanks between, January first, mm per day")
      return nil
    }
    return values.count == 12 ? values : [Double](repeating: values[0], count: 12)
  }

  private func response(_ row: Int, _ findings: inout Findings) -> NashResponse? {
    if let n = optional(row, "reservoirs", 0.1...20, &findings),
      let hours = optional(row, "reservoir_h", 0.001...500, &findings)
    {
      return NashResponse(reservoirs: n, hours: hours)
    }
    if let hours = optional(row, "concentration_h", 0.01...240, &findings) {
      return NashResponse(concentrationHours: hours)
    }
    guard let length = optional(row, "length_km", 0.01...1000, &findings),
      let slope = optional(row, "slope", 0.00001...2, &findings)
    else { return nil }
    return NashResponse(
      concentrationHours: NashResponse.concentrationHours(lengthKilometres: length, slope: slope))
  }

  private func reach(
    _ basin: SmallBasin, _ row: Int, _ findings: inout Findings
  ) -> MuskingumReach {
    var reach = BasinParameterTable.usualReach(basin)
    if let hours = optional(row, "reach_h", 0...240, &findings) { reach.hours = hours }
    if let weight = optional(row, "reach_x", 0...0.5, &findings) { reach.weight = weight }
    return reach
  }

  /// Flows of longer return periods must be larger.
  private func references(
    _ row: Int, source: String, _ findings: inout Findings
  ) -> [ReferenceFlow] {
    var flows: [ReferenceFlow] = []
    func add(_ name: String, _ kind: ReferenceFlow.Kind) {
      guard let flow = optional(row, name, 0.001...1_000_000, &findings) else { return }
      flows.append(ReferenceFlow(kind: kind, discharge: flow, source: source))
    }
    add("bank_full_m3s", .bankFull)
    add("harmful_m3s", .harmful)
    var last: (name: String, flow: Double)?
    for years in BasinParameterTable.years {
      let name = "q\(years)_m3s"
      guard let flow = optional(row, name, 0.001...1_000_000, &findings) else { continue }
      if let last, flow <= last.flow {
        findings.fault(
          "not_rising", at: table.location(row, name),
          "\(name) is \(flow), not above \(last.name) of \(last.flow)",
          remedy: "a rarer flow is larger: correct one of them")
        continue
      }
      last = (name, flow)
      flows.append(
        ReferenceFlow(kind: .returnPeriod(years: years), discharge: flow, source: source))
    }
    return flows
  }
}
