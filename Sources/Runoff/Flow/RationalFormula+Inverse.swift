public import Hydromet

extension RationalFormula {
  /// The largest rain of one hour Sp that brings the peak to a flow, mm: more rain gives a larger peak,
  /// so it is found by halving, to less than a ten-thousandth of a millimetre.
  ///
  /// - Throws: `bad_parameter`; `out_of_reach` where not even 1000 mm in an hour do.
  public func hourlyRain(reaching flow: Double, decay: Decay) throws(Fault) -> Double {
    guard flow > 0, flow < 1e7 else {
      throw Fault("bad_parameter", "a flow of \(flow) m³/s", remedy: "give a flow above 0 m³/s")
    }
    guard try peak(hourlyRain: 1000, decay: decay).discharge >= flow else {
      throw Fault(
        "out_of_reach", "not even 1000 mm in an hour bring \(flow) m³/s from \(area) km²",
        remedy: "check the flow and the area")
    }
    var (low, high) = (0.0, 1000.0)
    while high - low > 1e-5 {
      let middle = (low + high) / 2
      if discharge(middle, decay) >= flow { high = middle } else { low = middle }
    }
    return high
  }

  /// 0 where the ground takes all the rain.
  private func discharge(_ rain: Double, _ decay: Decay) -> Double {
    do throws(Fault) {
      return try peak(hourlyRain: rain, decay: decay).discharge
    } catch {
      return 0
    }
  }
}
