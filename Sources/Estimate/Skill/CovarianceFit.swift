import Kernels

/// Range and nugget of one cycle: those of a few within bounds that foretell gauges best from their
/// neighbours, with the sum of the squared errors, mm².
struct CovarianceFit {
  let table: PairTable
  let leaveOneOut: LeaveOneOut
  let settings: MergeSettings

  /// - Parameter model: the model for a covariance.
  func best(_ model: (Covariance) -> LocalModel) -> (covariance: Covariance, error: Double) {
    let candidates = Covariance.candidates(spacing: table.spacing)
    let gauges = tellingGauges()
    guard gauges.count >= 4, table.gauge.contains(where: { $0 > 0 }) else {
      return (Covariance(range: 20, nugget: 0.2), .infinity)
    }
    var best = candidates[0]
    var least = Double.infinity
    for candidate in candidates {
      let said = leaveOneOut.estimates(of: model(candidate), at: gauges).estimates
      var sum = 0.0
      for (slot, gauge) in gauges.enumerated() {
        let error = said[slot] - table.gauge[gauge]
        sum += error * error
      }
      if sum < least * 0.999 {
        least = sum
        best = candidate
      }
    }
    return (best, least)
  }

  /// Gauges with rain in them or over them, spread over the list; all where too few are wet.
  private func tellingGauges() -> [Int] {
    let wet = table.gauge.indices.filter {
      table.gauge[$0] > 0 || (!table.radar[$0].isNaN && table.radar[$0] > 0)
    }
    let chosen = wet.count >= 20 ? wet : Array(table.gauge.indices)
    let step = max(1, (chosen.count + settings.fittingGauges - 1) / settings.fittingGauges)
    return stride(from: 0, to: chosen.count, by: step).map { chosen[$0] }
  }
}
