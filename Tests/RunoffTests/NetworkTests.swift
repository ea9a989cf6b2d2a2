import Hydromet
import Kernels
import Runoff
import Testing

/// A tree of eight basins: 1 and 2 into 3, 3 and 4 into 7, 5 into 6 into 7; 8 lies apart.
private let ids = ["b1", "b2", "b3", "b4", "b5", "b6", "b7", "b8"]
private let downstream: [String: String] = [
  "b1": "b3", "b2": "b3", "b3": "b7", "b4": "b7", "b5": "b6", "b6": "b7",
]

private func parameters(_ id: String) -> BasinParameters {
  let number = Double(ids.firstIndex(of: id) ?? 0)
  var runoff = XinanjiangParameters.usual
  runoff.tensionExponent = 0.2 + 0.05 * number
  runoff.freeCapacity = 10 + 3 * number
  return BasinParameters(
    basin: id, area: 8 + 5 * number,
    antecedent: .init(dailyRecession: 0.86 + 0.01 * number, capacity: 90 + 5 * number),
    runoff: runoff, response: .init(reservoirs: 2 + 0.3 * number, hours: 0.4 + 0.1 * number),
    reach: .init(hours: 0.05 + 0.35 * number, weight: 0.2), inflow: id == "b5" ? 1.5 : 0,
    references: [.init(kind: .harmful, discharge: 15 + 12 * number, source: "test")])
}

private func model(_ chosen: [String] = ids) throws -> HydrologyModel {
  try HydrologyModel(
    chosen.map(parameters), downstream: chosen.map { downstream[$0] }, step: .minutes(10))
}

/// Rain of one step on the chosen basins, the same for a basin whichever others are chosen.
private func rain(_ step: Int, _ chosen: [String] = ids) -> BasinRain {
  let storm = step % 500
  return BasinRain(
    depth: chosen.map { id in
      let number = ids.firstIndex(of: id) ?? 0
      return storm < 60 + 4 * number ? Double((step * 7 + number * 13) % 11) * 0.35 : 0
    },
    knownShare: chosen.map { $0 == "b4" && step % 9 == 0 ? 0.25 : 1 })
}

private func run(
  _ model: HydrologyModel, _ state: HydrologyState, _ steps: Range<Int>,
  _ chosen: [String] = ids, workers: Workers = .one
) throws -> HydrologyState {
  var state = state
  for step in steps {
    try model.advance(&state, rain: rain(step, chosen), workers: workers)
  }
  return state
}

struct HydrologyModelTests {
  @Test("saved and taken up at every step for half a year, states have the same bits")
  func restart() throws {
    let model = try model()
    var whole = model.start(at: morning)
    var broken = whole
    for step in 0..<(6 * 24 * 182) {
      let now = rain(step)
      try model.advance(&whole, rain: now)
      broken = try HydrologyState(bytes: broken.bytes)
      try model.check(broken)
      try model.advance(&broken, rain: now)
      guard whole == broken else {
        Issue.record("the states part at step \(step)")
        return
      }
    }
    #expect(whole.bytes == broken.bytes)
  }

  @Test("going back for late rain and forward again is as if it had never been late")
  func rollBack() throws {
    let model = try model()
    let checkpoint = try run(model, model.start(at: morning), 0..<300)
    var late = checkpoint
    for step in 300..<400 {
      try model.advance(&late, rain: step == 350 ? .missing(basins: ids.count) : rain(step))
    }
    #expect(late.bytes != (try run(model, checkpoint, 300..<400)).bytes)
    #expect(
      try run(model, HydrologyState(bytes: checkpoint.bytes), 300..<400).bytes
        == run(model, model.start(at: morning), 0..<400).bytes)
  }

  @Test("a part of the tree, or the tree in another order, flows as the whole does, bit for bit")
  func parts() throws {
    let full = try model()
    let state = try run(full, full.start(at: morning), 0..<800)
    for chosen in [
      ["b1", "b2", "b3"], ["b6", "b5"], ["b8"], ["b7", "b3", "b6", "b5", "b4", "b2", "b1"],
    ] {
      let tree = try HydrologyModel(
        chosen.map(parameters),
        downstream: chosen.map { id in downstream[id].flatMap { chosen.contains($0) ? $0 : nil } },
        step: .minutes(10))
      let part = try run(tree, tree.start(at: morning), 0..<800, chosen)
      for (place, id) in chosen.enumerated() {
        let whole = try #require(ids.firstIndex(of: id))
        #expect(
          part.discharge(ofBasin: place).bitPattern == state.discharge(ofBasin: whole).bitPattern)
        #expect(tree.soil(part)[place] == full.soil(state)[whole])
      }
    }
  }

  @Test("a forecast is the flow that comes if its rain comes, bit for bit")
  func forecast() throws {
    let model = try model()
    var state = try run(model, model.start(at: morning), 0..<510)
    let table = try model.forecast(
      from: state, steps: 144, expected: (510..<570).map { rain($0).depth })
    for step in 0..<144 {
      let now =
        step < 60
        ? BasinRain(depth: rain(510 + step).depth, knownShare: rain(0).knownShare)
        : BasinRain(depth: [Double](repeating: 0, count: 8), knownShare: rain(0).knownShare)
      try model.advance(&state, rain: now)
      for place in ids.indices {
        #expect(
          state.discharge(ofBasin: place).bitPattern
            == table.hydrograph(ofBasin: place)[place * 144 + step].bitPattern)
      }
    }
  }

  @Test("any number of threads gives the same states and flows")
  func threads() throws {
    let names = (0..<700).map { "n\($0)" }
    let model = try HydrologyModel(
      names.enumerated().map { index, name in
        BasinParameters(
          basin: name, area: 5 + Double(index % 40), reach: .init(hours: 0.7, weight: 0.2))
      }, downstream: names.indices.map { $0 == 0 ? nil : names[($0 - 1) / 2] }, step: .minutes(10))
    let several = Workers(count: 3) { parts, body in
      for part in (0..<parts).reversed() { body(part) }
    }
    var (one, three) = (model.start(at: morning), model.start(at: morning))
    for step in 0..<40 {
      let now = BasinRain(
        depth: names.indices.map { Double(($0 + step) % 7) }, knownShare: names.map { _ in 1 })
      try model.advance(&one, rain: now)
      try model.advance(&three, rain: now, workers: several)
    }
    #expect(one == three)
    #expect(
      try model.forecast(from: one, steps: 50).discharge
        == model.forecast(from: one, steps: 50, workers: several).discharge)
  }

  @Test("rain, evaporation, outflow and what is stored add up over the whole tree")
  func balance() throws {
    var dry: [BasinParameters] = ids.map(parameters)
    for index in dry.indices {
      dry[index].monthlyEvaporation = [Double](repeating: 0, count: 12)
      dry[index].inflow = 0
    }
    let model = try HydrologyModel(
      dry, downstream: ids.map { downstream[$0] }, step: .minutes(10))
    var state = model.start(at: morning)
    let start = model.storedWater(state)
    var (fallen, left) = (0.0, 0.0)
    for step in 0..<3000 {
      let now = rain(step)
      try model.advance(&state, rain: now)
      for (place, depth) in now.depth.enumerated() { fallen += depth * dry[place].area * 1000 }
      left += (state.discharge(ofBasin: 6) + state.discharge(ofBasin: 7)) * 600
    }
    let open = start + fallen - left - model.storedWater(state)
    #expect(open.magnitude < 1e-6 * fallen && left > 0.1 * fallen)
  }

  @Test("a damaged, foreign or older state is refused, wherever it is damaged")
  func damages() throws {
    let model = try model()
    let bytes = try run(model, model.start(at: morning), 0..<20).bytes
    for position in stride(from: 0, to: bytes.count, by: 37) {
      var broken = bytes
      broken[position] ^= 0x10
      #expect(throws: Fault.self) { try HydrologyState(bytes: broken) }
    }
    for length in [0, 7, 8, 64, bytes.count - 8, bytes.count - 1] {
      #expect(throws: Fault.self) { try HydrologyState(bytes: Array(bytes.prefix(length))) }
    }
    var other = ids.map(parameters)
    other[2].antecedent.capacity += 1
    let changed = try HydrologyModel(
      other, downstream: ids.map { downstream[$0] }, step: .minutes(10))
    #expect(throws: Fault.self) { try changed.check(HydrologyState(bytes: bytes)) }
  }

  @Test("rain that is no rain is refused with the name of its basin")
  func badRain() throws {
    let model = try model()
    var state = model.start(at: morning)
    for bad in [-1, Double.nan, .infinity] {
      var now = rain(3)
      now.depth[4] = bad
      #expect {
        try model.advance(&state, rain: now)
      } throws: { ($0 as? Fault)?.problem.contains("b5") == true }
    }
    #expect(throws: Fault.self) { try model.advance(&state, rain: .missing(basins: 3)) }
    #expect(state == model.start(at: morning))
  }

  @Test("what is not known leaves its mark until it is forgotten")
  func gaps() throws {
    let model = try model()
    var state = model.start(at: morning)
    #expect(model.soil(state).allSatisfy { $0.gapShare == 1 && $0.wetness == nil })
    for _ in 0..<(144 * 30) {
      try model.advance(
        &state,
        rain: BasinRain(
          depth: [Double](repeating: 0, count: 8), knownShare: [Double](repeating: 1, count: 8)))
    }
    let soil = model.soil(state)
    #expect(soil.allSatisfy { $0.gapShare < 0.12 && $0.wetness == .dry })
    // K of b1 is 0.86: after thirty days 0.86³⁰ is left.
    #expect((soil[0].gapShare - Elementary.pow(0.86, 30)).magnitude < 1e-9)
  }
}

struct GuidanceTests {
  private func state(_ steps: Int) throws -> (HydrologyModel, HydrologyState) {
    let model = try model()
    return (model, try run(model, model.start(at: morning), 0..<steps))
  }

  @Test("the rain found brings a headwater to its harmful flow, and a tenth less does not")
  func exact() throws {
    let (model, state) = try state(490)
    let durations: [TimeSpan] = [.minutes(30), .hours(1), .hours(3), .hours(6), .hours(24)]
    let found = try model.guidance(from: state, durations: durations)
    #expect(found.count == ids.count * durations.count)
    for answer in found where ["b1", "b2", "b4", "b5", "b8"].contains(answer.basin) {
      let place = try #require(ids.firstIndex(of: answer.basin))
      let depth = try #require(answer.depth)
      #expect(depth > .zero)
      func peak(_ tenths: Int32) throws -> Double {
        let steps = answer.duration.seconds / 600
        let each = Double(tenths) / 10 / Double(steps)
        let expected = [[Double]](
          repeating: ids.indices.map { $0 == place ? each : 0 }, count: steps)
        return try model.forecast(from: state, steps: steps + 200, expected: expected)
          .peak(ofBasin: place).discharge
      }
      let tenths = depth.micrometres / 100
      #expect(try peak(tenths) >= answer.harmfulFlow.discharge, "\(answer)")
      #expect(try peak(tenths - 1) < answer.harmfulFlow.discharge, "\(answer)")
    }
  }

  @Test("longer rain must bring more, and on wetter soil less is enough")
  func monotone() throws {
    let durations: [TimeSpan] = [
      .minutes(30), .hours(1), .hours(2), .hours(3), .hours(6), .hours(12),
    ]
    let (model, dry) = try state(480)
    var wet = dry
    for _ in 0..<30 {
      try model.advance(
        &wet,
        rain: BasinRain(
          depth: [Double](repeating: 0.8, count: 8), knownShare: [Double](repeating: 1, count: 8)))
    }
    let (onDry, onWet) = (
      try model.guidance(from: dry, durations: durations),
      try model.guidance(from: wet, durations: durations)
    )
    for (a, b) in zip(onDry, onWet) {
      let (more, less) = (try #require(a.depth), try #require(b.depth))
      #expect(less <= more, "\(a) \(b)")
    }
    for basin in ids {
      let depths = onDry.filter { $0.basin == basin }.compactMap(\.depth)
      #expect(depths == depths.sorted(), "\(basin)")
    }
  }

  @Test("for a basin with others above it the rain on all of them comes near to its harmful flow")
  func nested() throws {
    let (model, state) = try state(490)
    let answers = try model.guidance(from: state, durations: [.hours(3)])
    for basin in ["b3", "b7"] {
      let answer = try #require(answers.first { $0.basin == basin })
      let each = try #require(answer.depth).millimetres / 18
      let place = try #require(ids.firstIndex(of: basin))
      let table = try model.forecast(
        from: state, steps: 300,
        expected: [[Double]](repeating: [Double](repeating: each, count: 8), count: 18))
      let ratio = table.peak(ofBasin: place).discharge / answer.harmfulFlow.discharge
      #expect(ratio > 0.9 && ratio < 1.1, "\(basin) \(ratio)")
    }
  }

  @Test("a flood that is on its way needs no more rain, and a flow out of reach is said to be so")
  func ends() throws {
    let (_, state) = try state(530)
    var some = ids.map(parameters)
    some[7].references = [.init(kind: .bankFull, discharge: 1e6, source: "test")]
    some[0].references = [.init(kind: .harmful, discharge: 1e-6, source: "test")]
    some[1].references = []
    let model = try HydrologyModel(
      some, downstream: ids.map { downstream[$0] }, step: .minutes(10))
    let answers = try model.guidance(from: state, durations: [.hours(1)])
    #expect(answers.first { $0.basin == "b1" }?.answer == .alreadyReached)
    #expect(answers.first { $0.basin == "b8" }?.answer == .beyond(HydrologyModel.guidanceLimit))
    #expect(!answers.contains { $0.basin == "b2" })
  }
}
