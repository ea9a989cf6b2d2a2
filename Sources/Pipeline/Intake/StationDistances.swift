import Glibc
import Hydromet
import Ingest

/// Compares where stations say they stand with where the district has them.
///
/// A gauge in the wrong place gives its rain to the wrong township, and nothing in its values shows it.
/// Its readings are kept; the contradiction is told.
struct StationDistances {
  /// Coordinates of half a kilometre apart are not the same place: half a cell of a fine grid.
  private static let limitMetres = 500.0

  private let places: [String: Place]
  private var told: Set<StatedPlace> = []

  init(_ stations: [Station]) {
    places = Dictionary(stations.map { ($0.id, $0.place) }, uniquingKeysWith: { first, _ in first })
  }

  /// What to tell of a file's places, each contradiction once.
  mutating func contradictions(_ stated: [StatedPlace], file: String) -> [Fault] {
    stated.compactMap { claim in
      guard let known = places[claim.station], !told.contains(claim) else { return nil }
      let metres = StationDistances.metres(known, claim.place)
      guard metres > StationDistances.limitMetres else { return nil }
      told.insert(claim)
      let hundreds = Int((metres / 100).rounded())
      return Fault(
        "station_elsewhere", at: .init(file, item: "station \(claim.station)"),
        "the station says it stands \(hundreds / 10).\(hundreds % 10) km from where stations.csv has it",
        remedy:
          "find out which is right and correct the other; its rain counts where stations.csv says")
    }
  }

  /// Distance on a sphere of the earth's mean radius, exact enough for a few kilometres.
  private static func metres(_ a: Place, _ b: Place) -> Double {
    let degree = Double.pi / 180
    let north = (a.latitude - b.latitude) * degree
    let east =
      (a.longitude - b.longitude) * degree * cos((a.latitude + b.latitude) / 2 * degree)
    return 6_371_009 * (north * north + east * east).squareRoot()
  }
}
