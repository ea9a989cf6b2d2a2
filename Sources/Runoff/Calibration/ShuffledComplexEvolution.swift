/// Looks for the parameters with the least cost: shuffled complex evolution (SCE-UA). The same seed
/// gives the same answer, on every processor.
///
/// - Source: Duan, Sorooshian & Gupta (1992), Water Resour. Res. 28, 1015–1031, with the settings
///   recommended by Duan et al. (1994), J. Hydrol. 158, 265–284.
public struct ShuffledComplexEvolution: Sendable {
  public var seed: UInt64
  /// Complexes p; each holds 2n + 1 points.
  public var complexes: Int
  /// The search ends after so many computations of the cost,
  public var evaluations: Int
  /// or when the best cost has come down by less than this share in ten rounds.
  public var tolerance: Double

  public init(
    seed: UInt64 = 20_200_705, complexes: Int = 4, evaluations: Int = 6000,
    tolerance: Double = 1e-4
  ) {
    self.seed = seed
    self.complexes = max(1, complexes)
    self.evaluations = max(1, evaluations)
    self.tolerance = tolerance
  }

  public struct Progress: Sendable {
    public let evaluations: Int
    public let bestCost: Double
  }

  public struct Result: Sendable {
    public let point: [Double]
    public let cost: Double
    public let evaluations: Int
  }

  private struct Candidate {
    var point: [Double]
    var cost: Double
  }

  /// - Parameters:
  ///   - bounds: of each parameter, the lower not above the upper.
  ///   - start: a point to begin with, beside the random ones.
  ///   - cost: lower is better; a value that is not finite counts as the worst.
  ///   - progress: told after each round.
  /// - Returns: the best point that was seen; nil without parameters.
  public func minimum(
    bounds: [ClosedRange<Double>], start: [Double]? = nil,
    progress: (Progress) -> Void = { _ in }, cost: ([Double]) -> Double
  ) -> Result? {
    guard !bounds.isEmpty else { return nil }
    var random = SplitMix(state: seed)
    var count = 0
    func evaluated(_ point: [Double]) -> Candidate {
      count += 1
      let value = cost(point)
      return Candidate(point: point, cost: value.isFinite ? value : .greatestFiniteMagnitude)
    }
    let size = 2 * bounds.count + 1
    var population: [Candidate] = []
    for index in 0..<(complexes * size) {
      let isStart = index == 0 && start?.count == bounds.count
      let point = isStart ? start ?? [] : bounds.map { random.number(in: $0) }
      population.append(
        evaluated(zip(point, bounds).map { min(max($0, $1.lowerBound), $1.upperBound) }))
    }
    var history: [Double] = []
    while true {
      population.sort { $0.cost < $1.cost }
      history.append(population[0].cost)
      progress(Progress(evaluations: count, bestCost: population[0].cost))
      if count >= evaluations || hasSettled(history) || isPoint(population, bounds) { break }
      for complex in 0..<complexes {
        var members = (0..<size).map { population[complex + $0 * complexes] }
        for _ in 0..<size {
          evolve(&members, bounds, &random, evaluated)
        }
        for (rank, member) in members.enumerated() {
          population[complex + rank * complexes] = member
        }
      }
    }
    return Result(point: population[0].point, cost: population[0].cost, evaluations: count)
  }

  private func hasSettled(_ history: [Double]) -> Bool {
    guard history.count > 10, let last = history.last else { return false }
    let before = history[history.count - 11]
    return before - last <= tolerance * max(before.magnitude, 1e-12)
  }

  /// All points lie within a hundred-thousandth of the ranges.
  private func isPoint(_ population: [Candidate], _ bounds: [ClosedRange<Double>]) -> Bool {
    bounds.indices.allSatisfy { index in
      let values = population.map { $0.point[index] }
      let width = bounds[index].upperBound - bounds[index].lowerBound
      return ((values.max() ?? 0) - (values.min() ?? 0)) <= 1e-5 * width
    }
  }

  /// One step of competitive complex evolution on a complex sorted by cost: a simplex chosen by rank
  /// moves its worst point through its middle, halfway to it, or anywhere.
  private func evolve(
    _ members: inout [Candidate], _ bounds: [ClosedRange<Double>], _ random: inout SplitMix,
    _ evaluated: ([Double]) -> Candidate
  ) {
    let simplex = chosen(bounds.count + 1, of: members.count, &random)
    let worst = simplex[simplex.count - 1]
    let others = simplex.dropLast()
    let middle = bounds.indices.map { index in
      others.reduce(0) { $0 + members[$1].point[index] } / Double(others.count)
    }
    let old = members[worst]
    var reflected = zip(middle, old.point).map { 2 * $0 - $1 }
    if !zip(reflected, bounds).allSatisfy({ $1.contains($0) }) {
      reflected = mutation(members, &random)
    }
    var new = evaluated(reflected)
    if new.cost >= old.cost {
      new = evaluated(zip(middle, old.point).map { ($0 + $1) / 2 })
      if new.cost >= old.cost { new = evaluated(mutation(members, &random)) }
    }
    members[worst] = new
    members.sort { $0.cost < $1.cost }
  }

  /// A random point in the smallest box that holds the complex.
  private func mutation(_ members: [Candidate], _ random: inout SplitMix) -> [Double] {
    members[0].point.indices.map { index in
      let values = members.map { $0.point[index] }
      let low = values.min() ?? 0
      return random.number(in: low...max(values.max() ?? low, low))
    }
  }

  /// Different ranks in order, the better ones more often (triangular distribution).
  private func chosen(_ count: Int, of size: Int, _ random: inout SplitMix) -> [Int] {
    var ranks: Set<Int> = []
    let m = Double(size)
    while ranks.count < min(count, size) {
      let u = random.number(in: 0...1)
      let rank = Int(m + 0.5 - ((m + 0.5) * (m + 0.5) - m * (m + 1) * u).squareRoot())
      ranks.insert(min(max(rank, 0), size - 1))
    }
    return ranks.sorted()
  }
}

/// A stream of random numbers from a seed.
///
/// - Source: Steele, Lea & Flood (2014), OOPSLA, fig. 17.
struct SplitMix {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  mutating func number(in range: ClosedRange<Double>) -> Double {
    range.lowerBound + (range.upperBound - range.lowerBound) * Double(next() >> 11) * 0x1p-53
  }
}
