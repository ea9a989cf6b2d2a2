/// Carrying an audit on: through weeks, and over a restart.
extension PlaceAudit {
  /// Lets the hours that were added count for less.
  ///
  /// - Parameter share: what is left of the weight of each, above 0 and at most 1.
  public mutating func fade(to share: Double) {
    guard share > 0, share < 1 else { return }
    for station in cells.indices {
      for cell in around[station].indices { around[station][cell].fade(to: share) }
      swappedSums[station].fade(to: share)
      wetHours[station] *= share
    }
    turning.fade(to: share)
  }

  /// How many numbers a station in the grid has, and one outside it.
  private static let fewestNumbers = 1 + PairSums.count
  private static let mostNumbers = fewestNumbers + side * side * PairSums.count

  /// What was added about a station, and about the turn of the grid, for `carry`.
  public func numbers(of station: Int) -> [Double] {
    [wetHours[station]] + swappedSums[station].numbers + around[station].flatMap(\.numbers)
  }

  public var turnNumbers: [Double] { [turning.wetPairs] + turning.turns.flatMap(\.numbers) }

  /// Takes up what was saved about a station that stands where it stood, on the same grid.
  ///
  /// - Returns: whether the numbers can be those of this station.
  public mutating func carry(_ numbers: [Double], of station: Int) -> Bool {
    guard cells.indices.contains(station),
      numbers.count == (cells[station] == nil ? PlaceAudit.fewestNumbers : PlaceAudit.mostNumbers),
      numbers[0] >= 0, numbers[0].isFinite, let sums = PlaceAudit.sums(numbers[1...])
    else { return false }
    wetHours[station] = numbers[0]
    swappedSums[station] = sums[0]
    around[station] = Array(sums[1...])
    return true
  }

  /// Takes up what was saved about the turn of the grid.
  public mutating func carryTurn(_ numbers: [Double]) -> Bool {
    guard let wet = numbers.first, wet.isFinite, let sums = PlaceAudit.sums(numbers[1...]),
      let audit = OrientationAudit(turns: sums, wetPairs: wet)
    else { return false }
    turning = audit
    return true
  }

  private static func sums(_ numbers: ArraySlice<Double>) -> [PairSums]? {
    guard numbers.count % PairSums.count == 0 else { return nil }
    var sums: [PairSums] = []
    sums.reserveCapacity(numbers.count / PairSums.count)
    for start in stride(from: numbers.startIndex, to: numbers.endIndex, by: PairSums.count) {
      guard let sum = PairSums(numbers: numbers[start..<(start + PairSums.count)]) else {
        return nil
      }
      sums.append(sum)
    }
    return sums
  }
}
