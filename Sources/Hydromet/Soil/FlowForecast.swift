/// A flow that people know by name: the bank-full flow, or the flow of a return period.
public struct ReferenceFlow: Sendable, Hashable {
  public enum Kind: Sendable, Hashable {
    /// The flow at which the water leaves its bed or reaches the first houses 成灾流量.
    case harmful
    /// 平滩流量
    case bankFull
    /// The flow that is reached once in so many years on average 重现期.
    case returnPeriod(years: Int)
  }

  public let kind: Kind
  /// m³/s, above 0.
  public let discharge: Double
  /// Where the number comes from: a survey, a rating, a formula.
  public let source: String

  public init(kind: Kind, discharge: Double, source: String) {
    self.kind = kind
    self.discharge = discharge
    self.source = source
  }
}

/// The flow at the outlet of one basin: what ran off so far and what is on its way, with all the
/// water from the basins above.
public struct FlowForecast: Sendable, Hashable {
  /// Rain that the hydrograph rests on.
  public enum Basis: String, Sendable, Hashable, Codable {
    /// Rain that fell; none afterwards.
    case observedOnly = "observed_only"
    /// Rain that fell and rain that is expected.
    case withExpectedRain = "with_expected_rain"
  }

  public let basin: String
  /// Data time: steps that end later are to come.
  public let time: Timestamp
  /// End of the first step of `discharge`.
  public let firstEnd: Timestamp
  public let step: TimeSpan
  /// Mean flow of each step, m³/s.
  public let discharge: [Double]
  /// Area above the outlet with all basins upstream, km².
  public let upstreamArea: Double
  public let basis: Basis
  /// Flow to hold it against, rarest last; empty where none is known.
  public let references: [ReferenceFlow]
  /// Share of what the soil states behind it remember that is not known, 0…1, by area.
  public let gapShare: Double

  public init(
    basin: String, time: Timestamp, firstEnd: Timestamp, step: TimeSpan, discharge: [Double],
    upstreamArea: Double, basis: Basis, references: [ReferenceFlow], gapShare: Double
  ) {
    self.basin = basin
    self.time = time
    self.firstEnd = firstEnd
    self.step = step
    self.discharge = discharge
    self.upstreamArea = upstreamArea
    self.basis = basis
    self.references = references
    self.gapShare = gapShare
  }

  /// The largest flow and the end of its step, the earliest where it comes twice; nil where there is
  /// no hydrograph.
  public var peak: (discharge: Double, time: Timestamp)? {
    var best: Int?
    for index in discharge.indices where best.map({ discharge[index] > discharge[$0] }) ?? true {
      best = index
    }
    guard let best else { return nil }
    return (discharge[best], firstEnd + best * step.seconds)
  }

  /// The flow of the step that ends at the data time, m³/s; nil where the hydrograph begins later.
  public var flowNow: Double? {
    let index = time.seconds(since: firstEnd) / max(step.seconds, 1)
    return time >= firstEnd && discharge.indices.contains(index) ? discharge[index] : nil
  }

  /// Of the flows of return periods the rarest that the peak reaches; nil where it reaches none.
  public var returnPeriodYears: Int? {
    guard let peak else { return nil }
    var rarest: Int?
    for flow in references where flow.discharge <= peak.discharge {
      if case .returnPeriod(let years) = flow.kind { rarest = max(rarest ?? 0, years) }
    }
    return rarest
  }

  /// Seconds from the data time to the peak; 0 or less where it has passed.
  public var secondsToPeak: Int? { peak.map { $0.time.seconds(since: time) } }

  /// Peak flow over the area above the outlet, m³/(s·km²).
  public var unitStreamflow: Double? {
    guard let peak, upstreamArea > 0 else { return nil }
    return peak.discharge / upstreamArea
  }

  /// The flow at which harm begins: the one named so, else the bank-full flow.
  public var harmfulFlow: ReferenceFlow? { ReferenceFlow.harmful(of: references) }

  /// Peak over the harmful flow; nil where either is not known.
  public var harmRatio: Double? {
    guard let peak, let harmful = harmfulFlow, harmful.discharge > 0 else { return nil }
    return peak.discharge / harmful.discharge
  }

  /// End of the first step whose flow reaches `level`, m³/s; nil where none does.
  public func firstTime(reaching level: Double) -> Timestamp? {
    discharge.firstIndex { $0 >= level }.map { firstEnd + $0 * step.seconds }
  }
}

extension ReferenceFlow {
  /// Of several, the flow at which harm begins: the one named so, else the bank-full flow.
  public static func harmful(of references: [ReferenceFlow]) -> ReferenceFlow? {
    references.first { $0.kind == .harmful } ?? references.first { $0.kind == .bankFull }
  }
}

/// Rain that, falling evenly over a basin from its present state on, brings the flow at its outlet
/// to the harmful flow: flash-flood guidance 动态临界雨量.
public struct DerivedCriticalRainfall: Sendable, Hashable {
  public enum Answer: Sendable, Hashable {
    /// The least depth, in tenths of a millimetre, that reaches the harmful flow.
    case depth(Depth)
    /// The water on its way reaches the harmful flow without any more rain.
    case alreadyReached
    /// Not even this depth reaches it.
    case beyond(Depth)
  }

  public let basin: String
  public let duration: TimeSpan
  /// The state from which it was derived.
  public let time: Timestamp
  public let answer: Answer
  public let harmfulFlow: ReferenceFlow
  /// As `SoilState.gapShare`: the true soil may be wetter, and less rain may do.
  public let gapShare: Double

  public init(
    basin: String, duration: TimeSpan, time: Timestamp, answer: Answer, harmfulFlow: ReferenceFlow,
    gapShare: Double
  ) {
    self.basin = basin
    self.duration = duration
    self.time = time
    self.answer = answer
    self.harmfulFlow = harmfulFlow
    self.gapShare = gapShare
  }

  /// The depth to hold rain against: zero where the flow is reached already, nil where no depth is known.
  public var depth: Depth? {
    switch answer {
    case .depth(let depth): depth
    case .alreadyReached: .zero
    case .beyond: nil
    }
  }
}
