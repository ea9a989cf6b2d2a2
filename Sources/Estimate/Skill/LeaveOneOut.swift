import Kernels

/// What a method says at every gauge without knowing of it.
struct LeftOut: Sendable {
  /// mm; NaN where nothing can be said.
  var estimates: [Double]
  /// Variance of the interpolation for a sill of 1, with the nugget of the gauge left out.
  var variances: [Double]
}

/// Estimates at gauges from their neighbours.
struct LeaveOneOut {
  let table: PairTable
  let cap: CorrectionCap
  let workers: Workers

  func estimates(of model: LocalModel) -> LeftOut {
    estimates(of: model, at: Array(0..<table.count))
  }

  /// The same for some gauges only, in their order.
  func estimates(of model: LocalModel, at gauges: [Int]) -> LeftOut {
    var estimates = [Double](repeating: .nan, count: gauges.count)
    var variances = [Double](repeating: 1, count: gauges.count)
    estimates.withUnsafeMutableBufferPointer { estimates in
      variances.withUnsafeMutableBufferPointer { variances in
        let target = Target(estimates: estimates, variances: variances)
        workers.forEachRange(of: gauges.count, step: 16, partsPerThread: 8) { range in
          var station = Station(table: table, cap: cap, model: model)
          for slot in range {
            guard let said = station.leftOut(gauges[slot]) else { continue }
            target.estimates[slot] = said.estimate
            target.variances[slot] = said.variance
          }
        }
      }
    }
    return LeftOut(estimates: estimates, variances: variances)
  }

  /// Numbers of different gauges, written by different threads.
  private struct Target: @unchecked Sendable {
    let estimates: UnsafeMutableBufferPointer<Double>
    let variances: UnsafeMutableBufferPointer<Double>
  }

  private struct Station {
    let table: PairTable
    let cap: CorrectionCap
    let model: LocalModel
    var found: [GaugeNetwork.Neighbour] = []
    var system = KrigingSystem()

    mutating func leftOut(_ index: Int) -> (estimate: Double, variance: Double)? {
      table.network.nearest(
        model.neighbours, toX: table.network.x[index], y: table.network.y[index], excluding: index,
        into: &found)
      guard let nearest = found.first else { return nil }
      let radar = table.radar[index]
      var largest = 0.0
      for neighbour in found { largest = max(largest, table.gauge[neighbour.index]) }
      var said: (estimate: Double, variance: Double)
      if let trend = model.trend {
        system.factorise(found, of: table.network, model.covariance)
        system.solve(found, trend)
        said = system.predict(
          found, drift: trend.size == 2 ? trend.drift[index] : 0, model.covariance,
          hasSlope: trend.size == 2,
          hasConstant: trend.size > 0)
        said.variance += model.covariance.nugget
        said.estimate = model.estimate(said.estimate, 0, radar: radar)
      } else {
        let (first, second) = byDistance()
        said = (
          model.estimate(first, second, radar: radar), model.variance(squared: nearest.squared)
        )
      }
      let usesRadar = model.method.usesRadar
      said.estimate = cap.limit(
        said.estimate, radar: usesRadar ? radar : nil, largestGauge: largest)
      return said
    }

    private func byDistance() -> (Double, Double) {
      var weights = 0.0
      var first = 0.0
      var second = 0.0
      for neighbour in found {
        let weight = 1 / (neighbour.squared + InverseDistance.softening)
        weights += weight
        first += weight * model.first[neighbour.index]
        second += weight * model.second[neighbour.index]
      }
      return (first / weights, second / weights)
    }
  }
}

enum InverseDistance {
  /// Added to squared distances, km²: gauges nearer than a hundred metres count alike.
  static let softening = 0.01
}
