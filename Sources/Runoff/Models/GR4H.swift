public import Hydromet

/// GR4H: GR4J with hourly constants, a production store, two unit hydrographs, an exchange and a
/// routing store.
///
/// - Source: Perrin, Michel & Andréassian (2003), J. Hydrol. 279, 275–289, eq. 1–22; hourly constants of
///   Mathevet (2005) and Ficchì, Perrin & Andréassian (2016), J. Hydrol. 538, 454–470: percolation
///   (21/4)⁴, unit hydrograph exponent 5/4.
public struct GR4H: Sendable, Hashable {
  public struct Parameters: Sendable, Hashable {
    /// X1: capacity of the production store, mm.
    public var productionCapacity: Double
    /// X2: exchange, mm/h.
    public var exchange: Double
    /// X3: capacity of the routing store, mm.
    public var routingCapacity: Double
    /// X4: time base of the first unit hydrograph, h.
    public var unitHydrographHours: Double

    public init(
      productionCapacity: Double, exchange: Double, routingCapacity: Double,
      unitHydrographHours: Double
    ) {
      self.productionCapacity = productionCapacity
      self.exchange = exchange
      self.routingCapacity = routingCapacity
      self.unitHydrographHours = unitHydrographHours
    }
  }

  public let parameters: Parameters
  /// Water in the two stores, mm.
  public private(set) var production: Double
  public private(set) var routing: Double
  private let firstOrdinates: [Double]
  private let secondOrdinates: [Double]
  /// On its way in the two unit hydrographs, mm, next step first.
  private var first: [Double]
  private var second: [Double]
  /// What came from other basins so far, less what went there, mm.
  public private(set) var exchanged = 0.0

  /// - Throws: `bad_parameter`.
  public init(_ parameters: Parameters) throws(Fault) {
    let ranges: [(String, Double, ClosedRange<Double>)] = [
      ("X1", parameters.productionCapacity, 0.01...100_000),
      ("X2", parameters.exchange, -1000...1000),
      ("X3", parameters.routingCapacity, 0.01...100_000),
      ("X4", parameters.unitHydrographHours, 0.5...480),
    ]
    for (name, value, range) in ranges where !range.contains(value) {
      throw Fault(
        "bad_parameter", "\(name) is \(value)",
        remedy: "give a number from \(range.lowerBound) to \(range.upperBound)")
    }
    self.parameters = parameters
    production = 0.3 * parameters.productionCapacity
    routing = 0.5 * parameters.routingCapacity
    let base = parameters.unitHydrographHours
    firstOrdinates = GR4H.differences(until: base) { GR4H.firstCurve($0, base) }
    secondOrdinates = GR4H.differences(until: 2 * base) { GR4H.secondCurve($0, base) }
    first = [Double](repeating: 0, count: firstOrdinates.count)
    second = [Double](repeating: 0, count: secondOrdinates.count)
  }

  private static func differences(
    until end: Double, of curve: (Double) -> Double
  ) -> [Double] {
    (1...max(1, Int(end.rounded(.up)))).map { curve(Double($0)) - curve(Double($0 - 1)) }
  }

  private static func firstCurve(_ t: Double, _ base: Double) -> Double {
    if t <= 0 { return 0 }
    return t < base ? Elementary.pow(t / base, 1.25) : 1
  }

  private static func secondCurve(_ t: Double, _ base: Double) -> Double {
    if t <= 0 { return 0 }
    if t <= base { return 0.5 * Elementary.pow(t / base, 1.25) }
    return t < 2 * base ? 1 - 0.5 * Elementary.pow(2 - t / base, 1.25) : 1
  }

  /// Water in the stores and on its way, mm.
  public var storage: Double {
    production + routing + first.reduce(0, +) + second.reduce(0, +)
  }

  /// One hour with rain and evaporation capacity, mm.
  ///
  /// - Returns: flow and actual evaporation, mm.
  public mutating func advance(
    rain: Double, evaporation: Double
  ) -> (flow: Double, evaporation: Double) {
    let (effective, evaporated) = produce(rain, evaporation)
    GR4H.enter(&first, firstOrdinates, 0.9 * effective)
    GR4H.enter(&second, secondOrdinates, 0.1 * effective)
    let level = routing / parameters.routingCapacity
    let exchange = parameters.exchange * Elementary.pow(level, 3.5)
    let flow = route(first[0], exchange) + direct(second[0], exchange)
    GR4H.shift(&first)
    GR4H.shift(&second)
    return (flow, evaporated)
  }

  private mutating func produce(
    _ rain: Double, _ evaporation: Double
  ) -> (effective: Double, evaporated: Double) {
    let capacity = parameters.productionCapacity
    let filled = production / capacity
    var effective = 0.0
    let evaporated: Double
    if rain <= evaporation {
      let pull = Elementary.tanh(min((evaporation - rain) / capacity, 13))
      let taken = production * (2 - filled) * pull / (1 + (1 - filled) * pull)
      evaporated = rain + taken
      production -= taken
    } else {
      let push = Elementary.tanh(min((rain - evaporation) / capacity, 13))
      let kept = capacity * (1 - filled * filled) * push / (1 + filled * push)
      evaporated = evaporation
      effective = rain - evaporation - kept
      production += kept
    }
    if production < 0 { production = 0 }
    let share = production / capacity
    let squared = share * share
    let leak = production * (1 - GR4H.fourthRoot(1 + squared * squared / GR4H.percolation))
    production -= leak
    return (effective + leak, evaporated)
  }

  private mutating func route(_ inflow: Double, _ exchange: Double) -> Double {
    let actual = max(exchange, -(routing + inflow))
    exchanged += actual
    routing += inflow + actual
    let share = routing / parameters.routingCapacity
    let squared = share * share
    let flow = routing * (1 - GR4H.fourthRoot(1 + squared * squared))
    routing -= flow
    return flow
  }

  private mutating func direct(_ inflow: Double, _ exchange: Double) -> Double {
    let actual = max(exchange, -inflow)
    exchanged += actual
    return inflow + actual
  }

  /// x to the power of −¼.
  private static func fourthRoot(_ x: Double) -> Double {
    1 / x.squareRoot().squareRoot()
  }

  private static func enter(_ store: inout [Double], _ ordinates: [Double], _ water: Double) {
    for index in store.indices { store[index] += ordinates[index] * water }
  }

  private static func shift(_ store: inout [Double]) {
    for index in store.indices.dropLast() { store[index] = store[index + 1] }
    store[store.count - 1] = 0
  }

  private static let percolation = 759.69140625

  /// All numbers of the state, in a fixed order.
  public var numbers: [Double] { [production, routing, exchanged] + first + second }

  /// Takes up a state; false, and nothing is changed, where it belongs to other parameters.
  public mutating func restore(_ numbers: [Double]) -> Bool {
    guard numbers.count == 3 + first.count + second.count, numbers.allSatisfy(\.isFinite) else {
      return false
    }
    production = numbers[0]
    routing = numbers[1]
    exchanged = numbers[2]
    first = Array(numbers[3..<(3 + first.count)])
    second = Array(numbers[(3 + first.count)...])
    return true
  }
}
