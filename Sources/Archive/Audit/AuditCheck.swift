import Hydromet

/// What is wrong with a chain, where it is wrong.
public struct AuditFinding: Sendable, Hashable {
  /// What kind of damage.
  public enum Kind: String, Sendable, Hashable {
    /// The row does not have the hash of what it says.
    case edited
    /// A row or more is not there.
    case removed
    /// A row stands where another belongs.
    case reordered
    /// Rows are missing at the end.
    case truncated
    /// The chain is another one than the head was taken from.
    case replaced
    /// A line is no row at all.
    case unreadable
  }

  public let kind: Kind
  /// The row that is or should be there.
  public let sequence: Int64
  public let words: String
}

/// Walks a chain row by row, with no more memory than one row.
public struct AuditCheck: Sendable {
  public private(set) var findings: [AuditFinding] = []
  public private(set) var head = AuditHead.empty
  private var heads: [Int64: String] = [:]
  private let wanted: [AuditHead]

  /// At most so many findings are kept: one damaged chain is enough to know.
  static let limit = 100

  /// - Parameter heads: heads that were written down: the one stored beside the chain, others on paper.
  public init(heads: [AuditHead] = []) {
    wanted = heads
  }

  /// The row that belongs behind the head; a file may claim any number, so the last has none behind it.
  private var next: Int64 { head.sequence == .max ? .max : head.sequence + 1 }

  public mutating func add(_ row: AuditRow) {
    if head.sequence == .max || row.sequence != next {
      if row.sequence > next {
        note(
          .removed, next,
          "rows \(next) to \(row.sequence - 1) are not there")
      } else {
        note(.reordered, row.sequence, "row \(row.sequence) stands behind row \(head.sequence)")
      }
    } else if row.previous != head.hash {
      note(.reordered, row.sequence, "row \(row.sequence) does not follow the row before it")
    }
    if row.hash != row.expectedHash {
      note(.edited, row.sequence, "row \(row.sequence) was changed after it was written")
    }
    head = row.head
    if wanted.contains(where: { $0.sequence == row.sequence }) { heads[row.sequence] = row.hash }
  }

  public mutating func addUnreadable(line: Int, _ words: String) {
    note(.unreadable, next, "line \(line): \(words)")
  }

  /// Compares with the heads that were written down.
  public mutating func finish() {
    for expected in wanted where expected.sequence > 0 {
      if expected.sequence > head.sequence {
        note(
          .truncated, expected.sequence,
          "the chain ends at row \(head.sequence), it once had \(expected.sequence)")
      } else if heads[expected.sequence] != expected.hash {
        note(
          .replaced, expected.sequence,
          "row \(expected.sequence) is another one than the head that was written down")
      }
    }
  }

  /// A file that does not end as it should.
  mutating func noteTruncated(_ words: String) {
    note(.truncated, next, words)
  }

  private mutating func note(_ kind: AuditFinding.Kind, _ sequence: Int64, _ words: String) {
    guard findings.count < AuditCheck.limit else { return }
    findings.append(AuditFinding(kind: kind, sequence: sequence, words: words))
  }
}
