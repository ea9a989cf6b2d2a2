import Hydromet
import Kernels
import Pipeline
import Quality

/// Every check of quality control over one hour of a large network: six readings of ten minutes and
/// the hour for each station, radar included.
struct QualityBenchmark: Benchmark {
  private let count: Int
  private let iterations: Int

  init(_ size: BenchSize) {
    count = size == .full ? 20_000 : 2_000
    iterations = size == .full ? 5 : 3
  }

  private var network: BenchLine {
    BenchLine(key: "quality_network", title: "Neighbours of \(grouped(count)) stations are found")
  }

  private var judge: BenchLine {
    BenchLine(
      key: "quality_judge",
      title:
        "Quality control: all checks on \(grouped(count)) stations, \(grouped(7 * count)) readings")
  }

  var lines: [BenchLine] { [network, judge] }

  func measure() throws -> [Measurement] {
    var random = BenchNumbers(seed: 5)
    let stations = (0..<count).map { index in
      Station(
        id: "S\(index)", name: "",
        place: Place(longitude: 90 + 30 * random.next(), latitude: 20 + 25 * random.next()),
        altitudeMetres: nil, kind: "rain")
    }
    var readings: [GaugeReading] = []
    readings.reserveCapacity(7 * count)
    var samples: [RadarSample] = []
    let end = ArealInputs.time
    for (index, station) in stations.enumerated() {
      // Rain in waves over the country, half of it dry, and a wild value in every fiftieth station.
      let wave = max(0, 0.6 - abs(Double(Int(station.place.latitude * 40) % 100) / 50 - 1)) * 30
      let isWild = index % 50 == 7
      var sum: Int32 = 0
      for step in 1...6 {
        let tenths = Int32(wave * (0.7 + 0.6 * random.next())) + (isWild && step == 3 ? 400 : 0)
        sum += tenths
        readings.append(reading(station.id, end - 3600 + step * 600, 600, tenths))
      }
      readings.append(reading(station.id, end, 3600, sum))
      let micrometres = Int32(wave * 6 * 100)
      samples.append(
        RadarSample(own: micrometres, least: micrometres / 2, largest: micrometres * 2))
    }
    var context = QualityControl.Context()
    context.radar = [RadarSamples(period: Period(end: end, seconds: 3600), samples: samples)]
    let neighbours = Stopwatch.runs(iterations) {
      StationNetwork(stations, workers: Parallel.workers)
    }
    let control = QualityControl(neighbours.value, workers: Parallel.workers)
    let judged = Stopwatch.runs(iterations) { control.judge(readings, context) }
    var input = Checksum()
    for reading in readings { input.add(reading.tenths ?? 0) }
    var near = Checksum()
    for index in stations.indices {
      for neighbour in neighbours.value.neighbours(of: index) { near.add(Int32(neighbour.station)) }
    }
    var result = Checksum()
    for entry in judged.value.judged {
      result.add(Int32(entry.verdict.code.rawValue))
      result.add(Int32(entry.verdict.indexHundredths))
    }
    return [
      Measurement(
        line: network, seconds: neighbours.seconds, input: input.text, result: near.text),
      Measurement(line: judge, seconds: judged.seconds, input: input.text, result: result.text),
    ]
  }

  private func reading(
    _ station: String, _ end: Timestamp, _ seconds: Int, _ tenths: Int32
  ) -> GaugeReading {
    GaugeReading(
      station: station, element: .rain, period: Period(end: end, seconds: seconds), tenths: tenths)
  }
}

/// Numbers between 0 and 1 from a seed, the same everywhere.
private struct BenchNumbers {
  private var state: UInt64

  init(seed: UInt64) {
    state = seed
  }

  mutating func next() -> Double {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Double(state >> 11) / 9_007_199_254_740_992
  }
}
