public import Hydromet
public import Kernels

/// The stations of a network and, for each, its nearest others.
///
/// Made once for a set of stations: their places do not change from cycle to cycle. A place that is
/// not finite or not on the earth belongs to no neighbourhood.
public struct StationNetwork: Sendable {
  /// A station near another.
  public struct Neighbour: Sendable, Hashable {
    /// Index of the station.
    public let station: Int
    public let kilometres: Double

    public init(station: Int, kilometres: Double) {
      self.station = station
      self.kilometres = kilometres
    }
  }

  public let stations: [Station]
  /// Radius in which neighbours are looked for, km.
  public let radiusKilometres: Double
  /// On a sphere of the earth's size, km; nil where the place is none.
  let positions: [SpherePosition?]
  private let firsts: [Int]
  private let neighbours: [Neighbour]
  private let indexOfID: [String: Int]

  /// - Parameter limit: neighbours kept for each station, nearest first; those at the same distance
  ///   in the order of the stations.
  public init(
    _ stations: [Station], radiusKilometres: Double = 60, limit: Int = 20, workers: Workers = .one
  ) {
    self.stations = stations
    self.radiusKilometres = radiusKilometres
    positions = stations.map { SpherePosition($0.place) }
    indexOfID = Dictionary(
      stations.enumerated().map { ($1.id, $0) }, uniquingKeysWith: { first, _ in first })
    let tree = PositionTree(positions)
    let lists = tree.nearest(limit: max(0, limit), within: radiusKilometres, workers: workers)
    firsts = lists.firsts
    neighbours = lists.neighbours
  }

  public var count: Int { stations.count }

  /// Index of a station; nil where the network does not have it. Of two stations with one id the
  /// first counts.
  public func index(of id: String) -> Int? { indexOfID[id] }

  /// The nearest others, nearest first.
  public func neighbours(of station: Int) -> ArraySlice<Neighbour> {
    neighbours[firsts[station]..<firsts[station + 1]]
  }

  /// Great-circle distance, km; nil where one of the places is none.
  public func kilometres(_ a: Int, _ b: Int) -> Double? {
    guard let p = positions[a], let q = positions[b] else { return nil }
    return p.kilometres(to: q)
  }

  public func isPlaced(_ station: Int) -> Bool { positions[station] != nil }
}

/// A place as a vector from the centre of a sphere, km.
struct SpherePosition: Sendable, Hashable {
  static let radius = 6371.0

  let x: Double
  let y: Double
  let z: Double

  /// Nil for a place that is not finite or not on the earth.
  init?(_ place: Place) {
    guard place.longitude.isFinite, place.latitude.isFinite, abs(place.latitude) <= 90,
      abs(place.longitude) <= 360
    else { return nil }
    let (sinLatitude, cosLatitude) = Trigonometry.sineAndCosine(degrees: place.latitude)
    let (sinLongitude, cosLongitude) = Trigonometry.sineAndCosine(degrees: place.longitude)
    x = SpherePosition.radius * cosLatitude * cosLongitude
    y = SpherePosition.radius * cosLatitude * sinLongitude
    z = SpherePosition.radius * sinLatitude
  }

  subscript(axis: Int) -> Double {
    switch axis {
    case 0: x
    case 1: y
    default: z
    }
  }

  /// Square of the straight line, km².
  func squaredChord(to other: SpherePosition) -> Double {
    let dx = x - other.x
    let dy = y - other.y
    let dz = z - other.z
    return dx * dx + dy * dy + dz * dz
  }

  func kilometres(to other: SpherePosition) -> Double {
    SpherePosition.arc(ofChord: squaredChord(to: other).squareRoot())
  }

  /// The arc over a chord, km: the series of the arc sine, good to a metre below 1,000 km, which is
  /// more than any neighbourhood; beyond, never shorter than the chord.
  static func arc(ofChord chord: Double) -> Double {
    let half = min(1, chord / (2 * radius))
    let square = half * half
    return chord * (1 + square * (1.0 / 6 + square * (3.0 / 40 + square * (15.0 / 336))))
  }
}

/// Sine and cosine without a library, the same bits on every machine.
enum Trigonometry {
  /// - Parameter degrees: finite, at most a few turns.
  static func sineAndCosine(degrees: Double) -> (sine: Double, cosine: Double) {
    let quarter = (degrees / 90).rounded()
    let rest = (degrees - quarter * 90) * (Double.pi / 180)
    let sine = sineSeries(rest)
    let cosine = cosineSeries(rest)
    switch (Int(quarter) % 4 + 4) % 4 {
    case 0: return (sine, cosine)
    case 1: return (cosine, -sine)
    case 2: return (-sine, -cosine)
    default: return (-cosine, sine)
    }
  }

  /// Taylor series up to the 17th power: exact to the last bits for |x| ≤ π/4.
  private static func sineSeries(_ x: Double) -> Double {
    let s = x * x
    var sum = 0.0
    for n in stride(from: 17, through: 3, by: -2) {
      sum = -s / Double(n * (n - 1)) * (1 + sum)
    }
    return x * (1 + sum)
  }

  private static func cosineSeries(_ x: Double) -> Double {
    let s = x * x
    var sum = 0.0
    for n in stride(from: 18, through: 2, by: -2) {
      sum = -s / Double(n * (n - 1)) * (1 + sum)
    }
    return 1 + sum
  }
}
