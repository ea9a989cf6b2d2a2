import Crypto
public import Hydromet

/// One line of the audit ledger: something that somebody did, or that the program did by itself.
public struct AuditEntry: Sendable, Hashable, Codable {
  public let time: Timestamp
  /// `warning.sign`, `call.answer`, `alarm.raise`: the room and what happened.
  public let kind: String
  /// Id of the record, call or alarm.
  public let subject: String
  /// Name and post: `安然 (forecaster)`.
  public let author: String
  /// What happened, in full: usually a JSON document. Telephone numbers are masked.
  public let body: String

  /// Masks what could be dialled, and mail addresses, in every text but the kind. What people write is
  /// masked more strictly before it comes here (`PrivateText.masked`).
  public init(time: Timestamp, kind: String, subject: String, author: String, body: String) {
    self.time = time
    self.kind = kind
    self.subject = PrivateText.maskedDocument(subject)
    self.author = PrivateText.maskedDocument(author)
    self.body = PrivateText.maskedDocument(body)
  }
}

/// An entry in its place in the chain.
public struct AuditRow: Sendable, Hashable, Codable {
  /// 1 for the first entry, without gaps.
  public let sequence: Int64
  public let entry: AuditEntry
  /// Hash of the row before; sixty-four zeros before the first.
  public let previous: String
  /// SHA-256 of the previous hash and the canonical bytes of this row.
  public let hash: String

  init(sequence: Int64, entry: AuditEntry, previous: String, hash: String) {
    self.sequence = sequence
    self.entry = entry
    self.previous = previous
    self.hash = hash
  }

  init(sequence: Int64, entry: AuditEntry, previous: String) {
    self.init(
      sequence: sequence, entry: entry, previous: previous,
      hash: AuditRow.hash(sequence: sequence, entry: entry, previous: previous))
  }

  public var head: AuditHead { AuditHead(sequence: sequence, hash: hash) }

  /// What the hash should be.
  var expectedHash: String {
    AuditRow.hash(sequence: sequence, entry: entry, previous: previous)
  }

  static let noPrevious = String(repeating: "0", count: 64)

  /// SHA-256 over `freshet audit 1`, the previous hash, and every field with its length in bytes before
  /// it, so that no text can pass for another split of the same bytes.
  private static func hash(sequence: Int64, entry: AuditEntry, previous: String) -> String {
    var hasher = SHA256()
    func add(_ text: String) {
      hasher.update(data: Array("\(text.utf8.count):".utf8))
      hasher.update(data: Array(text.utf8))
    }
    add("freshet audit 1")
    add(previous)
    add(String(sequence))
    add(String(entry.time.secondsSince1970))
    add(entry.kind)
    add(entry.subject)
    add(entry.author)
    add(entry.body)
    return hexadecimal(hasher.finalize())
  }
}

/// The last row of the chain: written down elsewhere, it proves that nothing was cut off behind it.
public struct AuditHead: Sendable, Hashable, Codable, CustomStringConvertible {
  /// 0 for an empty chain.
  public let sequence: Int64
  public let hash: String

  public init(sequence: Int64, hash: String) {
    self.sequence = sequence
    self.hash = hash
  }

  public static let empty = AuditHead(sequence: 0, hash: AuditRow.noPrevious)

  /// `217:9f86d0…`: the form in which a head is written down.
  public var description: String { "\(sequence):\(hash)" }

  /// Reads that form; nil for anything else.
  public init?(_ text: some StringProtocol) {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 2, let sequence = Int64(parts[0]), sequence >= 0,
      parts[1].utf8.count == 64,
      parts[1].utf8.allSatisfy({ (48...57).contains($0) || (97...102).contains($0) })
    else { return nil }
    self.init(sequence: sequence, hash: String(parts[1]))
  }
}
