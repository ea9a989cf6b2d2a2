/// How well a computed flow follows the measured one, over the steps in which both are known.
public struct FlowScores: Sendable, Hashable {
  /// Steps that were compared.
  public let count: Int
  /// 1 − Σ(s − o)² / Σ(o − ō)² (Nash & Sutcliffe 1970); nil where the measured flow never changes.
  public let nashSutcliffe: Double?
  /// 1 − √((r − 1)² + (α − 1)² + (β − 1)²) (Gupta et al. 2009), and its three parts.
  public let klingGupta: Double?
  public let correlation: Double?
  /// Standard deviation and mean of the computed flow over those of the measured one.
  public let variability: Double?
  public let bias: Double?
  /// Largest computed over largest measured flow, less 1.
  public let peakError: Double?
  /// Steps from the largest measured to the largest computed flow.
  public let peakDelay: Int?

  /// - Parameters:
  ///   - observed: nil or not finite where it was not measured.
  ///   - range: the steps to compare.
  public init(computed: [Double], observed: [Double?], range: Range<Int>? = nil) {
    let limit = min(computed.count, observed.count)
    let range = (range ?? 0..<limit).clamped(to: 0..<limit)
    var count = 0
    var (sumC, sumO) = (0.0, 0.0)
    var largestO: (flow: Double, step: Int)?
    var largestC: (flow: Double, step: Int)?
    for step in range {
      guard let o = observed[step], o.isFinite, computed[step].isFinite else { continue }
      count += 1
      sumC += computed[step]
      sumO += o
      if largestO.map({ o > $0.flow }) ?? true { largestO = (o, step) }
      if largestC.map({ computed[step] > $0.flow }) ?? true { largestC = (computed[step], step) }
    }
    self.count = count
    let n = Double(max(count, 1))
    let (meanC, meanO) = (sumC / n, sumO / n)
    var (errors, varianceO, varianceC, covariance) = (0.0, 0.0, 0.0, 0.0)
    for step in range {
      guard let o = observed[step], o.isFinite, computed[step].isFinite else { continue }
      let (dc, d) = (computed[step] - meanC, o - meanO)
      errors += (computed[step] - o) * (computed[step] - o)
      varianceO += d * d
      varianceC += dc * dc
      covariance += d * dc
    }
    nashSutcliffe = varianceO > 0 ? 1 - errors / varianceO : nil
    let r =
      varianceO > 0 && varianceC > 0 ? covariance / (varianceO * varianceC).squareRoot() : nil
    correlation = r
    variability = varianceO > 0 ? (varianceC / varianceO).squareRoot() : nil
    bias = meanO != 0 && count > 0 ? meanC / meanO : nil
    if let r, let variability, let bias {
      let square =
        (r - 1) * (r - 1) + (variability - 1) * (variability - 1) + (bias - 1) * (bias - 1)
      klingGupta = 1 - square.squareRoot()
    } else {
      klingGupta = nil
    }
    if let largestO, let largestC, largestO.flow > 0 {
      peakError = largestC.flow / largestO.flow - 1
      peakDelay = largestC.step - largestO.step
    } else {
      (peakError, peakDelay) = (nil, nil)
    }
  }
}
