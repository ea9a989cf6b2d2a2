public import Hydromet
public import Kernels

extension HydrologyModel {
  /// Rain beyond this in one duration is not looked for.
  public static let guidanceLimit = Depth(tenthsOfMillimetre: 10_000)

  /// For every basin with a harmful flow and every duration the least rain, exact to a tenth of a
  /// millimetre, that brings the flow at its outlet there, falling evenly from the state on over all
  /// the area above it.
  ///
  /// What is enough in a longer duration is enough in a shorter one: it lies in the longer one too.
  ///
  /// The water on its way already, from the forecast without rain, is added to what the rain brings.
  ///
  /// - Parameters:
  ///   - durations: rounded up to whole steps; at most 72 h each.
  ///   - base: a forecast without rain from the same state; made here where nil.
  /// - Returns: by basin, then by duration in the order given.
  /// - Throws: `state_other_model`, `bad_duration`.
  public func guidance(
    from state: HydrologyState, durations: [TimeSpan], base: FlowTable? = nil,
    workers: Workers = .one
  ) throws(Fault) -> [DerivedCriticalRainfall] {
    try check(state)
    for duration in durations where duration.seconds <= 0 || duration.seconds > 72 * 3600 {
      throw Fault(
        "bad_duration", "rain of \(duration.text) was asked for",
        remedy: "give durations above 0 and up to 72h")
    }
    let places = parameters.indices.filter {
      ReferenceFlow.harmful(of: parameters[$0].references) != nil
    }
    guard !places.isEmpty, let longest = durations.max() else { return [] }
    let basins = try contributingBasins(state)
    let rainSteps = (longest.seconds + step.seconds - 1) / step.seconds
    let flow: FlowTable
    if let base, base.time == state.time {
      flow = base
    } else {
      flow = try forecast(from: state, steps: rainSteps, workers: workers)
    }
    let gaps = tree.upstreamMeans(
      state.moisture.map { $0.gapShare }, areas: parameters.map(\.area))
    let months = (0..<(2 * rainSteps + UnitHydrograph.longest)).map {
      BeijingTime.civil(state.time + ($0 + 1) * step.seconds).month - 1
    }
    let rising = durations.indices.sorted { durations[$0] < durations[$1] }
    var answers = [DerivedCriticalRainfall.Answer](
      repeating: .alreadyReached, count: places.count * durations.count)
    answers.withUnsafeMutableBufferPointer { answers in
      let column = AnswerColumn(answers: answers)
      workers.forEachRange(of: places.count, step: 8) { range in
        for index in range {
          let place = places[index]
          guard let harmful = ReferenceFlow.harmful(of: parameters[place].references) else {
            continue
          }
          var search = GuidanceSearch(
            basin: basins[place], harmful: harmful.discharge, step: step, months: months,
            base: Array(flow.hydrograph(ofBasin: place)))
          for (offset, duration) in durations.enumerated() {
            column.answers[index * durations.count + offset] = search.answer(duration)
          }
          for offset in rising.dropLast().indices.reversed() {
            let (short, long) = (rising[offset], rising[offset + 1])
            let longer = column.answers[index * durations.count + long]
            let shorter = column.answers[index * durations.count + short]
            if GuidanceSearch.isLess(longer, shorter) {
              column.answers[index * durations.count + short] = longer
            }
          }
        }
      }
    }
    var result: [DerivedCriticalRainfall] = []
    result.reserveCapacity(answers.count)
    for (index, place) in places.enumerated() {
      guard let harmful = ReferenceFlow.harmful(of: parameters[place].references) else { continue }
      for (offset, duration) in durations.enumerated() {
        result.append(
          DerivedCriticalRainfall(
            basin: parameters[place].basin, duration: duration, time: state.time,
            answer: answers[index * durations.count + offset], harmfulFlow: harmful,
            gapShare: gaps[place].mean ?? 1))
      }
    }
    return result
  }

  private struct AnswerColumn: @unchecked Sendable {
    let answers: UnsafeMutableBufferPointer<DerivedCriticalRainfall.Answer>
  }
}

/// Looks for the least rain of a basin, duration after duration.
private struct GuidanceSearch {
  let basin: ContributingBasin
  let harmful: Double
  let step: TimeSpan
  let months: [Int]
  /// Flow without rain less that of the basin as a whole without rain, m³/s, until the base ends.
  private var offset: [Double] = []
  private var isReached: Bool
  /// Steps after the rain in which the peak is looked for: until 95 % of the last net rain has passed.
  private let tailSteps: Int
  private var surface: [Double] = []
  /// The answer of the duration before, tenths of a millimetre.
  private var last = 300

  private static let limit = Int(HydrologyModel.guidanceLimit.micrometres / 100)

  init(
    basin: ContributingBasin, harmful: Double, step: TimeSpan, months: [Int], base: [Double]
  ) {
    self.basin = basin
    self.harmful = harmful
    self.step = step
    self.months = months
    isReached = base.contains { $0 >= harmful }
    var passed = 0.0
    var count = 0
    while count < basin.shares.count, passed < 0.95 {
      passed += basin.shares[count]
      count += 1
    }
    tailSteps = count
    var soil = basin.soil
    offset = base.enumerated().map { index, flow in
      let out = basin.runoff.advance(
        &soil, rain: 0, evaporation: basin.evaporation[months[index]])
      return flow
        - Discharge.cubicMetresPerSecond(
          out.interflow + out.groundwater, area: basin.area, step: step)
    }
  }

  static func isLess(
    _ a: DerivedCriticalRainfall.Answer, _ b: DerivedCriticalRainfall.Answer
  ) -> Bool {
    switch (a, b) {
    case (.depth(let a), .depth(let b)): a < b
    case (.depth, .beyond): true
    default: false
    }
  }

  mutating func answer(_ duration: TimeSpan) -> DerivedCriticalRainfall.Answer {
    if isReached { return .alreadyReached }
    let steps = (duration.seconds + step.seconds - 1) / step.seconds
    var (low, lowPeak) = (0, peak(0, steps))
    if lowPeak >= harmful { return .alreadyReached }
    var high = min(max(last, 1), GuidanceSearch.limit)
    var highPeak = peak(high, steps)
    while highPeak < harmful {
      if high == GuidanceSearch.limit { return .beyond(HydrologyModel.guidanceLimit) }
      (low, lowPeak) = (high, highPeak)
      high = min(high + max(high / 2, 10), GuidanceSearch.limit)
      highPeak = peak(high, steps)
    }
    var isHalving = false
    while high - low > 1 {
      let width = high - low
      let share = (harmful - lowPeak) / (highPeak - lowPeak)
      // The curve bends upwards: the straight line meets the flow a little too early.
      let guess = low + Int((Double(width) * share).rounded(.up))
      let middle = isHalving ? low + width / 2 : min(max(guess, low + 1), high - 1)
      let found = peak(middle, steps)
      if found >= harmful {
        (high, highPeak) = (middle, found)
      } else {
        (low, lowPeak) = (middle, found)
      }
      isHalving = !isHalving && high - low > width / 2
    }
    last = high
    return .depth(Depth(tenthsOfMillimetre: Int32(high)))
  }

  /// The largest flow with so many tenths of a millimetre spread evenly over the first steps, m³/s.
  private mutating func peak(_ tenths: Int, _ rainSteps: Int) -> Double {
    let depth = Double(tenths) / 10 / Double(rainSteps)
    let count = rainSteps + tailSteps
    let shares = basin.shares
    var soil = basin.soil
    var largest = 0.0
    if surface.count < count + shares.count {
      surface = [Double](repeating: 0, count: count + shares.count)
    }
    surface.withUnsafeMutableBufferPointer { surface in
      shares.withUnsafeBufferPointer { shares in
        for index in 0..<count { surface[index] = 0 }
        for index in 0..<count {
          let out = basin.runoff.advance(
            &soil, rain: index < rainSteps ? depth : 0,
            evaporation: basin.evaporation[months[index]])
          if out.surface > 0 {
            let end = min(shares.count, count - index)
            for later in 0..<end { surface[index + later] += out.surface * shares[later] }
          }
          let own = Discharge.cubicMetresPerSecond(
            surface[index] + (out.interflow + out.groundwater), area: basin.area, step: step)
          let before = index < offset.count ? offset[index] : (offset.last ?? 0)
          largest = max(largest, own + before)
        }
      }
    }
    return largest
  }
}
