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
  /// In the step in which the soil becomes saturated the area that makes runoff grows by a jump, its free
  /// water spreads, and the model's flow may fall by up to 2 % for a tenth of a millimetre more rain. There
  /// the depth found reaches the harmful flow and a tenth less does not, but 0.2 to 0.4 mm less may: in
  /// 14 of 240,000 answers of the benchmark. Which of the crossings is found rests on the search.
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
  /// The answers of the two durations before.
  private var latest: (tenths: Int, steps: Int)?
  private var earlier: (tenths: Int, steps: Int)?
  /// By how much the peak of the duration before rose with its depth, relative, m³/s.
  private var share: Double?

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
    let dryPeak = peak(0, steps)
    if dryPeak >= harmful { return .alreadyReached }
    var bracket = Bracket(low: 0, lowPeak: dryPeak)
    var next = max(min(guess(steps), GuidanceSearch.limit), 1)
    while true {
      let found = peak(next, steps)
      bracket.note(next, found, harmful)
      if bracket.low == GuidanceSearch.limit { return .beyond(HydrologyModel.guidanceLimit) }
      guard let high = bracket.high, high - bracket.low <= 1 else {
        next = min(bracket.next(harmful, slope: slope(at: next)), GuidanceSearch.limit)
        continue
      }
      keep(bracket, high, steps)
      return .depth(Depth(tenthsOfMillimetre: Int32(high)))
    }
  }

  /// Remembers an answer for the guess of the next duration.
  private mutating func keep(_ bracket: Bracket, _ high: Int, _ steps: Int) {
    earlier = latest
    latest = (high, steps)
    if let peak = bracket.highPeak { share = max((peak - bracket.lowPeak) * Double(high), 1e-9) }
  }

  /// Critical rain grows with a power of the duration: the one between the two durations before.
  private func guess(_ steps: Int) -> Int {
    guard let latest else { return 300 }
    var power = 0.3
    if let earlier, earlier.steps != latest.steps {
      power =
        Elementary.log(Double(latest.tenths) / Double(earlier.tenths))
        / Elementary.log(Double(latest.steps) / Double(earlier.steps))
    }
    let growth = Elementary.pow(Double(steps) / Double(latest.steps), min(max(power, 0), 1))
    return Int((Double(latest.tenths) * growth).rounded())
  }

  /// How much a tenth of a millimetre raises the peak, m³/s, by the duration before; nil without one.
  private func slope(at tenths: Int) -> Double? {
    share.map { $0 / Double(max(tenths, 1)) }
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

/// Two depths between which the least one that does harm lies, tenths of a millimetre.
private struct Bracket {
  private(set) var low: Int
  private(set) var lowPeak: Double
  private(set) var high: Int?
  private(set) var highPeak: Double?
  /// The width before the last two guesses: where it did not become half of it, halving does.
  private var widths: [Int] = []

  init(low: Int, lowPeak: Double) {
    self.low = low
    self.lowPeak = lowPeak
  }

  mutating func note(_ depth: Int, _ peak: Double, _ harmful: Double) {
    if peak >= harmful {
      (high, highPeak) = (depth, peak)
    } else {
      (low, lowPeak) = (depth, peak)
    }
    if let high { widths.append(high - low) }
  }

  /// The depth to look at next, above `low` and below `high`.
  func next(_ harmful: Double, slope: Double?) -> Int {
    guard let high, let highPeak else {
      guard let slope, low > 0 else { return low + max(low / 2, 10) }
      let rise = ((harmful - lowPeak) / slope * 1.01).rounded(.up)
      return low + max(1, min(Int(min(rise, 20_000)), max(low, 10)))
    }
    let width = high - low
    let isSlow = widths.count > 2 && widths[widths.count - 1] * 2 > widths[widths.count - 3]
    if isSlow { return low + width / 2 }
    // Next to a depth that does harm the slope tells more than a far one that does not.
    let fall =
      slope.flatMap { width > 40 ? (highPeak - harmful) / $0 : nil }
      ?? Double(width) * (highPeak - harmful) / (highPeak - lowPeak)
    let guess = high - max(1, Int(min(fall, Double(width)).rounded(.down)))
    return min(max(guess, low + 1), high - 1)
  }
}
