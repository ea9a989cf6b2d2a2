import Hydromet
import Testing

/// A square network of gauges, `side` by `side`, some kilometres apart.
func lattice(_ side: Int, kilometres: Double = 6) -> [Station] {
  (0..<side * side).map { index in
    Station(
      id: "G\(index)", name: "",
      place: Place(
        longitude: 106.5 + Double(index % side) * kilometres / 97.0,
        latitude: 29 + Double(index / side) * kilometres / 111.2),
      altitudeMetres: nil, kind: "rain")
  }
}

let hour0 = Timestamp(secondsSince1970: 1_720_000_800)

func hourly(_ station: String, _ hour: Int, _ tenths: Int32?) -> GaugeReading {
  GaugeReading(
    station: station, element: .rain, period: Period(end: hour0 + hour * 3600, seconds: 3600),
    tenths: tenths, quality: tenths == nil ? .missing : .unchecked)
}

/// Rain that varies smoothly from gauge to gauge and from hour to hour, tenths.
func smoothRain(_ station: Int, _ hour: Int, scale: Double = 1) -> Int32 {
  guard hour % 12 < 4 else { return 0 }
  let wave = 40 + 20 * Double((station * 7 + hour * 3) % 5) + Double(hour % 4) * 15
  let grain = (station * 31 + hour * 17 + station * hour * 7) % 23
  return Int32((wave + Double(grain)) * scale)
}
