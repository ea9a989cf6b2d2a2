import Hydromet

/// What a station's surroundings make likely: optimal interpolation of the neighbours with the
/// station itself left out.
///
/// Rain enters as the square root of millimetres, in which hourly sums of one event are spread
/// evenly. The field is taken as the mean of the neighbours and deviations correlated as
/// exp(−distance / length), each gauge with an error of its own; the small system of the neighbours
/// is solved by Cholesky's decomposition. With a fixed number of neighbours the cost grows with the
/// number of stations alone.
///
/// - Source: Gandin 1963; Lussana, Uboldi and Salvati 2010 (spatial consistency test), here with
///   a local system for each station.
public struct SpatialEstimate: Sendable {
  /// In the transformed unit.
  public let value: Double
  public let deviation: Double
  /// The middle of the neighbours, tenths of a millimetre.
  public let medianTenths: Double
  /// The largest and least of the close neighbours, tenths; of all where none is close.
  public let largestTenths: Double
  public let leastTenths: Double
  /// The largest of those that are near enough to stand in the same storm, tenths: the nearest always.
  public let stormTenths: Double
  /// The least of those within the core of a storm, tenths; infinity where none stands so near.
  public let coreLeastTenths: Double
  /// Close neighbours.
  public let closeCount: Int
  public let closeMedianTenths: Double
  public let count: Int

  public static func transformed(_ tenths: Double) -> Double { (max(0, tenths) / 10).squareRoot() }

  public static func tenths(_ transformed: Double) -> Double {
    let root = max(0, transformed)
    return root * root * 10
  }

  /// How many standard deviations a value lies above the estimate.
  public func residual(ofTenths tenths: Double) -> Double {
    (SpatialEstimate.transformed(tenths) - value) / deviation
  }
}

/// Memory for estimates, used for one station after another.
public struct SpatialSolver {
  private let rules: QualityRules
  private var nearby: [StationNetwork.Neighbour] = []
  private var values: [Double] = []
  private var raw: [Double] = []
  private var matrix: [Double] = []
  private var cross: [Double] = []
  private var target: [Double] = []
  private var sorted: [Double] = []

  public init(_ rules: QualityRules) {
    self.rules = rules
  }

  /// - Parameters:
  ///   - tenths: what the station itself has; negative where nothing is held against the estimate.
  ///   - tenthsOf: the value of a station in this block, tenths; negative where it has none.
  /// - Returns: nil with fewer neighbours than the rules ask for.
  public mutating func estimate(
    _ station: Int, in network: StationNetwork, against tenths: Double = -1,
    tenthsOf: (Int) -> Double
  ) -> SpatialEstimate? {
    nearby.removeAll(keepingCapacity: true)
    raw.removeAll(keepingCapacity: true)
    for neighbour in network.neighbours(of: station) {
      // A twin would speak for both of them.
      guard neighbour.kilometres > rules.twinKilometres else { continue }
      let tenths = tenthsOf(neighbour.station)
      guard tenths >= 0 else { continue }
      nearby.append(neighbour)
      raw.append(tenths)
      if nearby.count == rules.maximumNeighbours { break }
    }
    guard nearby.count >= max(1, rules.minimumNeighbours) else { return nil }
    leaveOutAccomplice(of: tenths)
    let close = nearby.prefix { $0.kilometres <= rules.closeKilometres }.count
    let closeRaw = raw.prefix(close == 0 ? raw.count : min(close, 6))
    let closeMedian = median(closeRaw)
    let largest = closeRaw.max() ?? 0
    let least = closeRaw.min() ?? 0
    let reach = max(rules.stormKilometres, nearby[0].kilometres)
    let storm = raw.prefix(nearby.prefix { $0.kilometres <= reach }.count).max() ?? 0
    let core = nearby.prefix { $0.kilometres <= rules.coreKilometres }.count
    let coreLeast = raw.prefix(core).min() ?? .infinity
    let (value, deviation) = raw.allSatisfy({ $0 == 0 }) ? dryEstimate() : solve(network)
    return SpatialEstimate(
      value: value, deviation: deviation, medianTenths: median(raw[...]), largestTenths: largest,
      leastTenths: least, stormTenths: storm, coreLeastTenths: coreLeast, closeCount: close,
      closeMedianTenths: closeMedian, count: nearby.count)
  }

  /// Two wild values would cover for each other: each makes the other's surroundings look uneven. Where
  /// a station and one neighbour both have three times what anybody else has, and three stations stand
  /// nearer than that neighbour, the neighbour is left out. So it is where both have a storm's rain, ten
  /// times what anybody else has, and stand too far apart for one storm: then each has it alone. The
  /// nearest neighbour stays however far it is.
  private mutating func leaveOutAccomplice(of tenths: Double) {
    guard tenths >= rules.wetTenths, nearby.count > max(3, rules.minimumNeighbours) else { return }
    var largest = 0
    for index in raw.indices where raw[index] > raw[largest] { largest = index }
    let least = min(tenths, raw[largest])
    let isApart =
      largest > 0 && nearby[largest].kilometres > rules.stormKilometres
      && least >= Double(rules.radarSupportTenths)
    guard largest >= 3 || isApart else { return }
    let factor = largest >= 3 ? 3.0 : 10.0
    for index in raw.indices where index != largest && factor * raw[index] > least { return }
    nearby.remove(at: largest)
    raw.remove(at: largest)
  }

  /// Where all are dry only the distance of the nearest few matters.
  private mutating func dryEstimate() -> (Double, Double) {
    let variance = rules.leastDeviation * rules.leastDeviation
    let nearest = nearby[0].kilometres
    let correlation = Numbers.exponential(-nearest / rules.correlationKilometres)
    let explained = correlation * correlation / (1 + rules.errorShare)
    return (0, (variance * (1 + rules.errorShare - explained)).squareRoot())
  }

  private mutating func solve(_ network: StationNetwork) -> (Double, Double) {
    let n = nearby.count
    values.removeAll(keepingCapacity: true)
    var mean = 0.0
    for tenths in raw {
      let value = SpatialEstimate.transformed(tenths)
      values.append(value)
      mean += value
    }
    mean /= Double(n)
    var spread = 0.0
    for value in values { spread += (value - mean) * (value - mean) }
    let variance = max(
      spread / Double(max(1, n - 1)), rules.leastDeviation * rules.leastDeviation)
    cross.removeAll(keepingCapacity: true)
    target.removeAll(keepingCapacity: true)
    matrix.removeAll(keepingCapacity: true)
    for (row, neighbour) in nearby.enumerated() {
      cross.append(correlation(neighbour.kilometres))
      target.append(values[row] - mean)
      for other in nearby[..<row] {
        let apart = network.kilometres(neighbour.station, other.station) ?? 1e9
        matrix.append(correlation(apart))
      }
      matrix.append(1 + rules.errorShare)
    }
    factorise(n)
    // K⁻¹ through L: the estimate is the product of L⁻¹c and L⁻¹y, the explained variance |L⁻¹c|².
    var innovation = 0.0
    var explained = 0.0
    for row in 0..<n {
      let first = row * (row + 1) / 2
      var c = cross[row]
      var y = target[row]
      for column in 0..<row {
        let factor = matrix[first + column]
        c -= factor * cross[column]
        y -= factor * target[column]
      }
      let diagonal = matrix[first + row]
      cross[row] = c / diagonal
      target[row] = y / diagonal
      innovation += cross[row] * target[row]
      explained += cross[row] * cross[row]
    }
    let share = max(rules.errorShare, 1 + rules.errorShare - explained)
    return (mean + innovation, (variance * share).squareRoot())
  }

  /// Cholesky's decomposition in place, lower triangle row by row. The error on the diagonal keeps it
  /// positive for gauges at one place.
  private mutating func factorise(_ n: Int) {
    matrix.withUnsafeMutableBufferPointer { matrix in
      for row in 0..<n {
        let first = row * (row + 1) / 2
        for column in 0...row {
          let other = column * (column + 1) / 2
          var sum = matrix[first + column]
          for k in 0..<column { sum -= matrix[first + k] * matrix[other + k] }
          if column == row {
            matrix[first + row] = max(sum, 1e-9).squareRoot()
          } else {
            matrix[first + column] = sum / matrix[other + column]
          }
        }
      }
    }
  }

  private func correlation(_ kilometres: Double) -> Double {
    Numbers.exponential(-kilometres / rules.correlationKilometres)
  }

  private mutating func median(_ list: ArraySlice<Double>) -> Double {
    sorted.removeAll(keepingCapacity: true)
    for value in list {
      var at = sorted.count
      while at > 0, sorted[at - 1] > value { at -= 1 }
      sorted.insert(value, at: at)
    }
    guard !sorted.isEmpty else { return 0 }
    return (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
  }
}
