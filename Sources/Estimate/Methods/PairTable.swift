import Hydromet

/// Gauges with their places on the plane and the radar at them.
struct PairTable {
  let stations: [String]
  let gauge: [Double]
  /// mm; NaN where the gauge lies outside the grid or the radar has nothing.
  let radar: [Double]
  /// The cell of each gauge; −1 outside the grid.
  let cell: [Int]
  let network: GaugeNetwork
  let spacing: Double
  /// Whether the gauges stand at three places at least.
  let isSpread: Bool

  var count: Int { gauge.count }

  init(
    stations: [String], gauge: [Double], radar: [Double], cell: [Int], x: [Double], y: [Double]
  ) {
    self.stations = stations
    self.gauge = gauge
    self.radar = radar
    self.cell = cell
    network = GaugeNetwork(x: x, y: y)
    spacing = network.typicalSpacing()
    var places: [(Double, Double)] = []
    for (px, py) in zip(x, y) where places.count < 3 {
      if !places.contains(where: {
        ($0.0 - px) * ($0.0 - px) + ($0.1 - py) * ($0.1 - py) < 0.01
      }) {
        places.append((px, py))
      }
    }
    isSpread = places.count >= 3
  }

  /// - Parameter cells: the radar, row by row; nil without one.
  init(_ input: MergeInput, _ cells: [Int32]?, reach: Double) {
    let plane = KilometrePlane(input.geometry)
    let width = Double(input.geometry.columns) * plane.cellWidth
    let height = Double(input.geometry.rows) * plane.cellHeight
    var rows: [(MergeGauge, Double, Double, Int)] = []
    for gauge in input.gauges {
      let x = plane.x(gauge.place)
      let y = plane.y(gauge.place)
      guard x > -reach, x < width + reach, y < reach, y > -height - reach else { continue }
      let cell = input.geometry.cell(at: gauge.place).map {
        $0.row * input.geometry.columns + $0.column
      }
      rows.append((gauge, x, y, cell ?? -1))
    }
    self.init(
      stations: rows.map(\.0.station), gauge: rows.map { max(0, $0.0.depth.millimetres) },
      radar: rows.map { row in
        guard let cells, row.3 >= 0, cells[row.3] >= 0 else { return .nan }
        return Double(cells[row.3]) / 1000
      }, cell: rows.map(\.3), x: rows.map(\.1), y: rows.map(\.2))
  }

  /// Those with a radar value.
  func paired() -> PairTable {
    let kept = radar.indices.filter { !radar[$0].isNaN }
    return PairTable(
      stations: kept.map { stations[$0] }, gauge: kept.map { gauge[$0] },
      radar: kept.map { radar[$0] }, cell: kept.map { cell[$0] },
      x: kept.map { network.x[$0] }, y: kept.map { network.y[$0] })
  }

  /// The slope of the gauges over a drift at them, held to a factor where there is little rain to fit it to.
  func slope(over drift: [Double], prior: Double) -> Double {
    var sums = (g: 0.0, r: 0.0, rr: 0.0, gr: 0.0)
    for i in gauge.indices {
      sums.g += gauge[i]
      sums.r += drift[i]
      sums.rr += drift[i] * drift[i]
      sums.gr += gauge[i] * drift[i]
    }
    let n = Double(max(1, count))
    let ridge = 1.0
    let slope =
      (sums.gr - sums.g * sums.r / n + ridge * prior) / (sums.rr - sums.r * sums.r / n + ridge)
    return min(max(slope, 0.1), 10)
  }

  /// Mean square of the gauges less slope times drift, without its mean.
  func residualVariance(slope: Double, over drift: [Double]) -> Double {
    var sum = 0.0
    var square = 0.0
    for i in gauge.indices {
      let rest = gauge[i] - slope * drift[i]
      sum += rest
      square += rest * rest
    }
    let n = Double(max(1, count))
    return max(square / n - sum / n * (sum / n), 1e-6)
  }
}
