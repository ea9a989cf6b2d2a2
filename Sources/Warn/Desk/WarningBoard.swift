public import Hydromet

/// What holds in each township now: the highest level in force, never hidden by a lower message, by one
/// past its end, or by a draft.
public struct WarningBoard: Sendable {
  /// One township with everything that holds there.
  public struct Entry: Sendable, Hashable {
    public let township: String
    public let level: RiskLevel
    /// Records in force, highest level first, then the longest.
    public let records: [WarningRecord]
  }

  public let time: Timestamp
  /// In the order of the codes; only townships where something holds.
  public let entries: [Entry]

  public init(_ records: [WarningRecord], at time: Timestamp) {
    self.time = time
    var byTownship: [String: [WarningRecord]] = [:]
    for record in records where record.inForce(at: time) != nil {
      byTownship[record.chain.township, default: []].append(record)
    }
    entries = byTownship.keys.sorted().map { township in
      let ordered = (byTownship[township] ?? []).sorted {
        WarningBoard.rank($0, $1, at: time)
      }
      return Entry(
        township: township,
        level: ordered.first?.inForce(at: time)?.content.level ?? .none, records: ordered)
    }
  }

  /// The highest level in force in a township; none where nothing holds.
  public func level(of township: String) -> RiskLevel {
    entries.first { $0.township == township }?.level ?? .none
  }

  private static func rank(_ a: WarningRecord, _ b: WarningRecord, at time: Timestamp) -> Bool {
    guard let left = a.inForce(at: time)?.content, let right = b.inForce(at: time)?.content else {
      return a.id < b.id
    }
    if left.level != right.level { return left.level > right.level }
    if left.expires != right.expires { return left.expires > right.expires }
    return a.id < b.id
  }
}
