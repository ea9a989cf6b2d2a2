import Formats
import Hydromet

/// How well two sets of coordinates fit each other as they stand, and with one of them moved between
/// WGS 84 and GCJ-02.
struct CoordinateEvidence {
  /// What the evidence says of the outlines (the first set) and what they are compared with.
  enum Verdict {
    /// Both are in the same system.
    case same
    /// The outlines are in GCJ-02 and the others in WGS 84.
    case outlinesShifted
    /// The others are in GCJ-02 and the outlines in WGS 84.
    case othersShifted
    case unclear
  }

  /// How many of the compared places fit.
  let total: Int
  let asTheyStand: Int
  /// With the outlines taken for GCJ-02.
  let outlinesConverted: Int
  /// With the others taken for GCJ-02.
  let othersConverted: Int
  private let needed: Int
  private let ratio: Int
  /// [a][b]: how many places fit hypothesis a and not b, in the order of `verdicts`.
  private var against = [[Int]](repeating: [0, 0, 0], count: 3)

  private static let verdicts = [Verdict.same, .outlinesShifted, .othersShifted]

  /// Counts the places that fit.
  ///
  /// - Parameters:
  ///   - needed: how many places must fit one way and not the other. Seven that all go one way are
  ///     chance once in 128 (sign test).
  ///   - ratio: how often as many must fit the better way and not the other as the other way round.
  ///   - fits: whether a place fits the outlines as the file has them.
  init(places: [Point], needed: Int, ratio: Int, fits: (Int, Point) -> Bool) {
    var counts = [0, 0, 0]
    for (index, place) in places.enumerated() {
      // Outlines in GCJ-02 hold a place in WGS 84 where GCJ-02 has it, and the other way round.
      let answers = [place, GCJ02.fromWGS84(place), GCJ02.toWGS84(place)].map { fits(index, $0) }
      for a in 0..<3 where answers[a] {
        counts[a] += 1
        for b in 0..<3 where !answers[b] { against[a][b] += 1 }
      }
    }
    total = places.count
    asTheyStand = counts[0]
    outlinesConverted = counts[1]
    othersConverted = counts[2]
    self.needed = needed
    self.ratio = ratio
  }

  var verdict: Verdict {
    for a in 0..<3 {
      let wins = (0..<3).allSatisfy { b in
        a == b || (against[a][b] >= needed && against[a][b] >= ratio * against[b][a])
      }
      if wins { return CoordinateEvidence.verdicts[a] }
    }
    return .unclear
  }

  /// The counts in words.
  var words: String {
    "of \(total), \(asTheyStand) fit as they stand, \(outlinesConverted) if the outlines are GCJ-02, "
      + "\(othersConverted) if the others are"
  }
}
