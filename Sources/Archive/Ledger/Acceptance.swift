public import Hydromet

/// What a file changed in what is known.
public struct Acceptance: Sendable, Hashable {
  /// `accepted`, or `duplicate` where the file brought nothing new.
  public let fate: Fate
  /// The moment from which its contents are known.
  public let known: Timestamp
  /// Periods whose values are no longer what they were, each once, in the order of their ends.
  public let changed: [Period]
  /// Values or frames of periods that had none.
  public let added: Int
  /// Values or frames that replaced others.
  public let replaced: Int
  /// Values or frames that were known already.
  public let unchanged: Int
  /// Values or frames that may not replace what is known: see `Precedence`.
  public let outranked: Int

  /// The data times that changed, each once, earliest first: every window that ends at one of them
  /// or later and reaches back to it has to be summed again.
  public var changedEnds: [Timestamp] {
    var ends: [Timestamp] = []
    for period in changed where ends.last != period.end { ends.append(period.end) }
    return ends
  }

  /// The earliest data time that changed; nil where nothing did.
  public var earliestChange: Timestamp? { changed.first?.end }
}

/// Counts what a file changes while it is taken in.
struct Tally {
  private(set) var added = 0
  private(set) var replaced = 0
  private(set) var unchanged = 0
  private(set) var outranked = 0
  private var changed: Set<Period> = []

  mutating func count(_ verdict: Precedence, _ period: Period) {
    switch verdict {
    case .add: added += 1
    case .replace: replaced += 1
    case .same: unchanged += 1
    case .outranked: outranked += 1
    }
    if verdict == .add || verdict == .replace { changed.insert(period) }
  }

  mutating func countWithdrawal(_ period: Period) {
    replaced += 1
    changed.insert(period)
  }

  var changedPeriods: [Period] {
    changed.sorted { ($0.end, $0.seconds) < ($1.end, $1.seconds) }
  }
}

/// Which of two accounts of the same thing holds: the one that is known or the one that arrives.
///
/// The later arrival holds, with these exceptions, in this order:
///
/// 1. An equal value changes nothing, unless its correction number is higher: then it takes the place
///    of the known one, so that a late first report no longer can.
/// 2. A report never replaces one with a higher correction number (`CCB` stands over `CCA` stands
///    over the first report, in whatever order they arrive).
/// 3. A report with a higher correction number always replaces.
/// 4. "No value" does not replace a value, unless its quality says that somebody took the value
///    back (`corrected`, `modified`): a repeat that lost a value must not empty a sum.
/// 5. An unchecked value does not replace one that was corrected or modified, nor the verdict on a
///    value equal to it: a raw repeat must not undo a check.
///
/// Where files of a backlog are read in another order than that of their writing, what was written
/// later holds, as if they had been read as they came.
public enum Precedence: Sendable, Hashable {
  /// Nothing was known.
  case add
  /// What arrives holds.
  case replace
  /// Both say the same.
  case same
  /// What is known holds.
  case outranked

  /// What a station says about itself for one element and period.
  struct Account: Hashable {
    let tenths: Int32?
    let isTrace: Bool
    let quality: Int
    let correction: Int
  }

  static func of(_ new: Account, over known: Account) -> Precedence {
    let isSameValue = new.tenths == known.tenths && new.isTrace == known.isTrace
    if isSameValue && new.quality == known.quality && new.correction <= known.correction {
      return .same
    }
    if new.correction != known.correction {
      return new.correction < known.correction ? .outranked : .replace
    }
    let edited = [QualityCode.corrected.rawValue, QualityCode.modified.rawValue]
    if new.tenths == nil && known.tenths != nil && !edited.contains(new.quality) {
      return .outranked
    }
    if new.quality == QualityCode.unchecked.rawValue
      && (edited.contains(known.quality) || isSameValue)
    {
      return .outranked
    }
    return .replace
  }
}
