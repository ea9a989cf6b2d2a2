import Hydromet
import Runoff
import Testing

/// Rain and evaporation that look like weather, from a fixed rule; mm a step.
func weather(_ count: Int, perHour steps: Int = 1, seed: UInt64 = 7) -> (
  rain: [Double], evaporation: [Double]
) {
  var state = seed
  func next() -> Double {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Double(state >> 11) * 0x1p-53
  }
  var rain: [Double] = []
  var left = 0
  var strength = 0.0
  for _ in 0..<count {
    if left == 0, next() < 0.01 / Double(steps) {
      left = Int(next() * 20 * Double(steps)) + 1
      strength = next() * next() * 25 / Double(steps)
    }
    rain.append(left > 0 ? strength * 2 * next() : 0)
    left = max(left - 1, 0)
  }
  let evaporation = (0..<count).map { index in
    0.15 / Double(steps) * (1 + 0.8 * Elementary.sin(Double(index) / Double(steps) / 1395))
  }
  return (rain, evaporation)
}

struct XinanjiangTests {
  @Test("net rain on a soil makes the runoff of the capacity curve")
  func curve() throws {
    var parameters = XinanjiangParameters.usual
    parameters.imperviousShare = 0.05
    let model = try Xinanjiang(parameters, step: .hours(1))
    let wm = parameters.tensionCapacity
    let largest = wm * 1.3 / 0.95
    for saturation in [0, 0.1, 0.4, 0.77, 0.95, 1] {
      for net in [0.01, 1, 12, 60, 200.0] {
        var state = model.state(saturation: saturation)
        let w = state.tension
        let a = largest * (1 - Elementary.pow(1 - w / wm, 1 / 1.3))
        let expected =
          net + a < largest
          ? net - wm + w + wm * Elementary.pow(1 - (net + a) / largest, 1.3) : net - wm + w
        let out = model.advance(&state, rain: net, evaporation: 0)
        #expect((out.runoff - expected).magnitude < 1e-9, "W \(w), PE \(net)")
        #expect(out.runoff >= 0.05 * net - 1e-9)
      }
    }
  }

  @Test(
    "water comes in as rain and goes out as evaporation and flow, or is in the soil",
    arguments: [600, 3600, 86_400])
  func balance(seconds: Int) throws {
    let model = try Xinanjiang(.usual, step: TimeSpan(seconds: seconds))
    let (rain, evaporation) = weather(40_000)
    var state = model.state(saturation: 0.5)
    let start = state.storage
    var (fallen, left) = (0.0, 0.0)
    for index in rain.indices {
      let out = model.advance(&state, rain: rain[index], evaporation: evaporation[index])
      fallen += rain[index]
      left += out.evaporation + out.surface + out.interflow + out.groundwater
      let layers = [state.upper, state.lower, state.deep, state.free]
      #expect(layers.allSatisfy { $0 >= 0 } && state.tension <= 120 + 1e-9)
    }
    #expect((start + fallen - left - state.storage).magnitude < 1e-6)
    #expect(fallen > 500)
  }

  @Test(
    "evaporation comes from the upper layer, then in proportion from the lower, then from the deep")
  func evaporation() throws {
    let model = try Xinanjiang(.usual, step: .hours(24))
    // K 0.95: of 10 mm asked for, 9.5 are wanted.
    var full = Xinanjiang.State(upper: 20, lower: 70, deep: 30)
    #expect((model.advance(&full, rain: 0, evaporation: 10).evaporation - 9.5).magnitude < 1e-12)
    #expect((full.upper - 10.5).magnitude < 1e-12 && full.lower == 70)
    var lower = Xinanjiang.State(upper: 0, lower: 35, deep: 30)
    #expect((model.advance(&lower, rain: 0, evaporation: 10).evaporation - 4.75).magnitude < 1e-12)
    // Below C · LM the lower layer gives C of what is asked, and the deep one what it cannot.
    var deep = Xinanjiang.State(upper: 0, lower: 1, deep: 30)
    #expect((model.advance(&deep, rain: 0, evaporation: 10).evaporation - 1.425).magnitude < 1e-12)
    #expect(deep.lower == 0 && (deep.deep - 29.575).magnitude < 1e-12)
  }

  @Test("a day's shares of free water are those of its steps together")
  func shares() throws {
    let hourly = try Xinanjiang(.usual, step: .hours(1))
    let daily = try Xinanjiang(.usual, step: .hours(24))
    var (short, long) = (hourly.state(saturation: 0.5), daily.state(saturation: 0.5))
    (short.free, long.free) = (10, 10)
    for _ in 0..<24 { _ = hourly.advance(&short, rain: 0, evaporation: 0) }
    _ = daily.advance(&long, rain: 0, evaporation: 0)
    #expect((short.free - long.free).magnitude < 1e-9)
    #expect((long.free - 3).magnitude < 1e-9)
  }

  @Test("parameters outside their range are named and refused")
  func refusals() {
    var parameters = XinanjiangParameters.usual
    parameters.groundwaterOutlet = 0.7
    #expect {
      try Xinanjiang(parameters, step: .hours(1))
    } throws: { ($0 as? Fault)?.problem.contains("KI + KG") == true }
  }
}

struct GR4HTests {
  @Test("the balance closes with the exchange counted")
  func balance() throws {
    for exchange in [-1.5, 0, 0.8] {
      var model = try GR4H(
        .init(
          productionCapacity: 350, exchange: exchange, routingCapacity: 90,
          unitHydrographHours: 11.3))
      let start = model.storage
      let (rain, evaporation) = weather(20_000)
      var (fallen, left) = (0.0, 0.0)
      for index in rain.indices {
        let out = model.advance(rain: rain[index], evaporation: evaporation[index])
        fallen += rain[index]
        left += out.flow + out.evaporation
        #expect(out.flow >= 0 && model.production >= 0 && model.routing >= 0)
      }
      #expect((start + fallen + model.exchanged - left - model.storage).magnitude < 1e-6)
    }
  }

  @Test("the stores change as in the published equations, worked by hand for one hour")
  func byHand() throws {
    var model = try GR4H(
      .init(productionCapacity: 350, exchange: 0, routingCapacity: 90, unitHydrographHours: 0.5))
    // S = 105: 10 mm less 2 mm; kept 350 (1 − 0.09) tanh(8/350) / (1 + 0.3 tanh(8/350)).
    let push = Elementary.tanh(8.0 / 350)
    let kept = 350 * (1 - 0.09) * push / (1 + 0.3 * push)
    let store = 105 + kept
    let leak =
      store * (1 - Elementary.pow(1 + Elementary.pow(store / 350, 4) / 759.69140625, -0.25))
    let effective = 8 - kept + leak
    let routing = 45 + 0.9 * effective
    let routed = routing * (1 - Elementary.pow(1 + Elementary.pow(routing / 90, 4), -0.25))
    let out = model.advance(rain: 10, evaporation: 2)
    #expect((out.flow - routed - 0.1 * effective).magnitude < 1e-9)
    #expect((model.production - store + leak).magnitude < 1e-9)
    #expect((model.routing - routing + routed).magnitude < 1e-9 && out.evaporation == 2)
  }

  @Test("a state taken up again goes on with the same bits")
  func restart() throws {
    let parameters = GR4H.Parameters(
      productionCapacity: 200, exchange: 0.3, routingCapacity: 60, unitHydrographHours: 7)
    var whole = try GR4H(parameters)
    let (rain, evaporation) = weather(500)
    for index in 0..<250 { _ = whole.advance(rain: rain[index], evaporation: evaporation[index]) }
    var second = try GR4H(parameters)
    let isTaken = second.restore(whole.numbers)
    let isForeignTaken = second.restore([1, 2])
    #expect(isTaken && !isForeignTaken)
    for index in 250..<500 {
      let (a, b) = (
        whole.advance(rain: rain[index], evaporation: evaporation[index]),
        second.advance(rain: rain[index], evaporation: evaporation[index])
      )
      #expect(a.flow.bitPattern == b.flow.bitPattern)
    }
  }
}

struct CatchmentModelTests {
  @Test("every model closes its water balance", arguments: CatchmentModel.allCases)
  func balances(model: CatchmentModel) throws {
    let (rain, evaporation) = weather(8000)
    let run = try model.run(
      model.parameters.map(\.usual), rain: rain, evaporation: evaporation, step: .hours(1),
      keepsStorage: true)
    let left = run.flow.reduce(0, +) + run.evaporation.reduce(0, +)
    let end = try #require(run.storage.last)
    let fallen = rain.reduce(0, +)
    #expect((run.startStorage + fallen + run.exchanged - left - end).magnitude < 1e-6)
    #expect(run.flow.allSatisfy { $0 >= 0 } && run.flow.reduce(0, +) > 0)
  }

  @Test("GR4H is not run on steps other than hours")
  func hours() {
    #expect(throws: Fault.self) {
      try CatchmentModel.gr4h.run(
        [350, 0, 90, 10], rain: [1], evaporation: [0], step: .minutes(15))
    }
  }
}

struct CalibrationTests {
  @Test("the search finds the bottom of a bent valley, the same one each time")
  func valley() throws {
    let search = ShuffledComplexEvolution(complexes: 2, evaluations: 8000, tolerance: 0)
    func rosenbrock(_ p: [Double]) -> Double {
      let (a, b) = (1 - p[0], p[1] - p[0] * p[0])
      return a * a + 100 * b * b
    }
    let first = try #require(search.minimum(bounds: [-5...5, -5...5], cost: rosenbrock))
    let second = try #require(search.minimum(bounds: [-5...5, -5...5], cost: rosenbrock))
    #expect((first.point[0] - 1).magnitude < 1e-3 && (first.point[1] - 1).magnitude < 1e-3)
    #expect(first.point == second.point && first.evaluations == second.evaluations)
  }

  @Test("scores are 1 for the flow itself, and 0 by Nash and Sutcliffe for its mean")
  func scores() throws {
    let flow: [Double?] = [1, 5, nil, 3, 9, 2]
    let own = FlowScores(computed: [1, 5, 100, 3, 9, 2], observed: flow)
    #expect(own.nashSutcliffe == 1 && own.klingGupta == 1 && own.peakError == 0 && own.count == 5)
    let mean = FlowScores(computed: [4, 4, 4, 4, 4, 4], observed: flow)
    #expect(mean.nashSutcliffe == 0 && mean.klingGupta == nil)
    let twice = FlowScores(computed: [2, 10, 0, 6, 18, 4], observed: flow)
    // r = 1, α = β = 2: KGE = 1 − √2.
    #expect((try #require(twice.klingGupta) - (1 - 2.0.squareRoot())).magnitude < 1e-12)
    #expect(twice.peakError == 1)
    #expect(FlowScores(computed: [], observed: []).nashSutcliffe == nil)
  }
}
