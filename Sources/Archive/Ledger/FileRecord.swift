public import Hydromet

/// What became of an arriving file.
public enum Fate: String, Sendable, Hashable, Codable, CaseIterable {
  /// Seen and handed out for reading; nothing is decided yet.
  case claimed
  /// Some of what is known now comes from it.
  case accepted
  /// It was accepted, and everything it brought has been replaced since.
  case superseded
  /// It brought nothing that was not known already.
  case duplicate
  /// It was refused; the record says why.
  case quarantined
}

/// One arriving file and its fate.
public struct FileRecord: Sendable, Hashable {
  public let id: Int64
  public let feed: String
  public let name: String
  public let fingerprint: Fingerprint
  public let firstSeen: Timestamp
  /// How often it was handed out for reading. A file that is found undecided after several restarts
  /// may be what stops the service.
  public let attempts: Int
  public let fate: Fate
  /// When its fate was decided; nil for a claimed file.
  public let decidedAt: Timestamp?
  /// Why it was quarantined or is a duplicate.
  public let reason: Fault?
  /// The format that its reader recognised; of a refused file what it seems to be.
  public let format: String?
  /// 0 for a first report, 1 for `CCA`, 2 for `CCB` and so on.
  public let correction: Int
  /// End of the newest period in the file.
  public let newestData: Timestamp?
  /// The file that it duplicates, or that replaced it last.
  public let related: Int64?
  /// Where the original bytes are kept.
  public let originalKeptAt: String?
}

/// When two arriving files are the same file.
public enum FileIdentity: Sendable, Hashable {
  /// When their bytes agree: for formats that state their own times.
  case content
  /// When names and bytes agree. The only safe rule where the time of the data stands in the name:
  /// two dry radar frames have the same bytes.
  case nameAndContent
}

/// The answer to `claim`.
public enum Claim: Sendable, Hashable {
  /// Read it, then accept or quarantine it.
  case claimed(FileRecord)
  /// The same bytes arrived before under another name. This arrival is recorded as a duplicate.
  case duplicate(FileRecord)
  /// This very file was decided before; nothing was recorded.
  case known(FileRecord)

  public var file: FileRecord {
    switch self {
    case .claimed(let file), .duplicate(let file), .known(let file): file
    }
  }
}
