/// The rain of a station beside that of single neighbours, over the hours by which it is accused of a
/// gross factor.
///
/// What the neighbours together make likely cannot tell a place that the showers missed from a funnel
/// that is blocked: both have far less. Where three of the nearest eight had as little (or as much) by
/// themselves, the boundary of the rain runs there, and the factor is weather. One or two may have the same
/// fault.
public struct NeighbourTotals: Sendable {
  /// Tenths of a millimetre.
  public let own: Int
  /// Of the nearest stations that knew every one of the hours, ascending.
  public let others: [Int]

  /// How many of the nearest stations are asked.
  private static let asked = 8
  /// How many of them must have been alike.
  private static let witnesses = 3
  /// How many times less or more than a neighbour is still alike.
  private static let likeness = 2
  /// Added to both, so that amounts too small to compare are alike: a millimetre.
  private static let offset = 10

  /// - Parameters:
  ///   - history: of the station.
  ///   - near: of other stations, the nearest first.
  public init(_ history: StationHistory, near: some Sequence<StationHistory>) {
    let hours = history.hours.filter(NetworkHabit.counts)
    own = hours.reduce(0) { $0 + Int($1.gauge) }
    var others: [Int] = []
    for neighbour in near {
      if let total = NeighbourTotals.total(neighbour, at: hours) { others.append(total) }
      if others.count == NeighbourTotals.asked { break }
    }
    self.others = others.sorted()
  }

  /// Whether three neighbours had no more than twice what the station had, or no less than half of it where
  /// the station is accused of too much.
  public func explain(isLow: Bool) -> Bool {
    let witnesses = NeighbourTotals.witnesses
    guard others.count >= witnesses else { return false }
    let offset = NeighbourTotals.offset
    let likeness = NeighbourTotals.likeness
    return isLow
      ? others[witnesses - 1] + offset <= likeness * (own + offset)
      : own + offset <= likeness * (others[others.count - witnesses] + offset)
  }

  /// The rain of a station over some hours; nil where it does not know one of them.
  private static func total(_ history: StationHistory, at hours: [StationHistory.Hour]) -> Int? {
    guard let since = history.since, let until = history.until else { return nil }
    var total = 0
    var at = 0
    for hour in hours {
      guard hour.end >= since, hour.end <= until else { return nil }
      while at < history.hours.count, history.hours[at].end < hour.end { at += 1 }
      // An hour that is not in the memory was dry.
      guard at < history.hours.count, history.hours[at].end == hour.end else { continue }
      guard history.hours[at].gauge >= 0 else { return nil }
      total += Int(history.hours[at].gauge)
    }
    return total
  }
}
