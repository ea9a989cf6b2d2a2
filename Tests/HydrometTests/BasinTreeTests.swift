import Hydromet
import Testing

struct BasinTreeTests {
  @Test("water of every basin reaches the outlets once")
  func accumulation() throws {
    // A and B run into C, C into D; E lies apart.
    let tree = try BasinTree(
      ids: ["D", "C", "B", "A", "E"], downstream: [nil, "D", "C", "C", nil])
    #expect(tree.accumulated([1, 2, 4, 8, 16]) == [15, 14, 4, 8, 16])
    #expect(tree.upstream(of: 1).sorted() == [1, 2, 3])
    #expect(tree.upstream(of: 4) == [4])
    for (rank, place) in tree.order.enumerated() {
      guard let next = tree.downstream[place] else { continue }
      #expect(tree.order.firstIndex(of: next).map { $0 > rank } == true)
    }
  }

  @Test("a mean over the area above an outlet says how much of it is known")
  func means() throws {
    let tree = try BasinTree(ids: ["low", "high"], downstream: [nil, "low"])
    let means = tree.upstreamMeans([10, nil], areas: [1, 3])
    #expect(means[0].mean == 10 && means[0].share == 0.25)
    #expect(means[1].mean == nil && means[1].share == 0)
    #expect(tree.upstreamMeans([10, 30], areas: [1, 3])[0].mean == 25)
  }

  @Test("a basin that drains into itself, into nothing known or in a ring is named and refused")
  func refusals() {
    func fault(_ ids: [String], _ downstream: [String?]) -> Fault? {
      do throws(Fault) {
        _ = try BasinTree(ids: ids, downstream: downstream)
        return nil
      } catch { return error }
    }
    let loop = fault(["A", "B"], ["B", "B"])
    #expect(loop?.code == "basin_self_loop" && loop?.problem.contains("B") == true)
    let orphan = fault(["A", "B"], ["B", "Z"])
    #expect(orphan?.code == "unknown_downstream" && orphan?.problem.contains("Z") == true)
    // X runs into the ring but is not on it.
    let ring = fault(["X", "A", "B", "C"], ["A", "B", "C", "A"])
    #expect(ring?.code == "basin_cycle")
    #expect(ring?.problem == "the water runs in a ring: A, B, C, A")
    #expect(fault(["A", "A"], [nil, nil])?.code == "duplicate_id")
    #expect(fault(["A"], [])?.code == "basin_count")
  }

  @Test("odd digits of a water code go up the main stem and even ones are tributaries")
  func codes() {
    let codes = ["1", "2", "3", "41", "42", "43", "5"]
    #expect(StreamCode.downstream(of: codes) == ["3", "3", "5", "43", "43", "5", nil])
  }
}

struct SoilStateTests {
  private func state(_ pa: Double, gap: Double = 0) -> SoilState {
    SoilState(
      basin: "B", time: Timestamp(secondsSince1970: 0), antecedentRainfall: pa, capacity: 100,
      soilWaterIndex: 0, modelSaturation: nil, gapShare: gap)
  }

  @Test("soil is dry up to half of its capacity, normal up to eight tenths and wet above")
  func classes() {
    #expect(state(50).wetness == .dry && state(50.001).wetness == .normal)
    #expect(state(80).wetness == .normal && state(80.001).wetness == .wet)
    #expect(state(64).saturation == 0.64)
  }

  @Test("with much of the rain unknown, soil can be proven wet but never dry")
  func gaps() {
    #expect(state(20, gap: 0.5).wetness == nil && state(60, gap: 0.5).wetness == nil)
    #expect(state(90, gap: 0.5).wetness == .wet)
    #expect(state(20, gap: 0.2).wetness == .dry && state(20, gap: 0.2).isLowerBound)
    #expect(!state(20).isLowerBound)
  }

  @Test("a flow forecast knows its peak, the time to it and its ratio to the harmful flow")
  func flow() {
    let time = Timestamp(secondsSince1970: 6000)
    let forecast = FlowForecast(
      basin: "B", time: time, firstEnd: time - 600, step: .minutes(10),
      discharge: [1, 2, 8, 30, 30, 12], upstreamArea: 15, basis: .observedOnly,
      references: [
        ReferenceFlow(kind: .bankFull, discharge: 10, source: "survey"),
        ReferenceFlow(kind: .harmful, discharge: 20, source: "survey"),
      ], gapShare: 0)
    #expect(forecast.peak?.discharge == 30 && forecast.secondsToPeak == 1200)
    #expect(forecast.unitStreamflow == 2 && forecast.harmRatio == 1.5)
    #expect(forecast.firstTime(reaching: 8) == time + 600)
    #expect(forecast.firstTime(reaching: 31) == nil)
  }
}
