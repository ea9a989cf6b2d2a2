import Hydromet

/// Air and wind at a station: enough to look like a summer night in the hills.
struct Weather {
  /// Tenths of each element's unit, for elements other than rain.
  let tenths: [Element: Int32]

  /// - Parameter wetness: rain of the last hour, mm.
  init(station: Station, at moment: Timestamp, wetness: Double, noise: Noise, number: Int) {
    let kilometres = (station.altitudeMetres ?? 300) / 1000
    let seconds = Double(BeijingTime.civil(moment).hour * 60 + BeijingTime.civil(moment).minute)
    let hours = Double(moment.secondsSince1970 / 60 % 100_000) / 60
    func wobble(_ subject: Double) -> Double {
      noise.fractal(hours / 1.7 + subject * 31, Double(number) * 1.37 + 0.5, octaves: 3)
    }
    // Warmest at 15:00: two parabolas in place of a cosine.
    var phase = seconds / 1440 - 0.625
    if phase < -0.5 { phase += 1 }
    let wave = 1 - 8 * phase * phase * (1.5 - abs(phase))
    let cooling = min(5, wetness * 0.12)
    let temperature = 27.5 - 5.8 * kilometres + 3.2 * wave - cooling + 0.8 * wobble(1)
    let humidity = min(100, max(45, 80 - 11 * wave + min(18, wetness * 1.2) + 5 * wobble(2)))
    let pressure =
      1004 - 119.98 * kilometres + 5.42 * kilometres * kilometres - 0.9 * wave + 0.7 * wobble(3)
    let wind = max(0, 1.4 + 1.1 * kilometres + min(6, wetness * 0.12) + 1.6 * wobble(4))
    let direction = (225 + 95 * wobble(5) + 720).truncatingRemainder(dividingBy: 360)
    func rounded(_ value: Double) -> Int32 { Int32((value * 10).rounded()) }
    tenths = [
      .temperature: rounded(temperature), .humidity: rounded(humidity),
      .pressure: rounded(pressure), .windSpeed: rounded(wind),
      .windDirection: Int32(direction.rounded()) % 360 * 10,
    ]
  }
}
