/// How far a proposal has come.
public enum ProposalStage: String, Sendable, Hashable, Codable, CaseIterable {
  case draft
  case reviewed
  case signed
}

/// A draft with the facts it rests on.
public struct WarningVersion: Sendable, Hashable, Codable {
  public let evidence: EvidenceRevision
  public let content: WarningContent

  public init(evidence: EvidenceRevision, content: WarningContent) {
    self.evidence = evidence
    self.content = content
  }
}

/// Who agreed to which revision, and when.
public struct WarningSignature: Sendable, Hashable, Codable {
  public let author: WarningAuthor
  public let time: Timestamp
  public let revision: Int
  /// Newer facts were there, the person was told and went on.
  public let confirmedNewerFacts: Bool

  public init(
    author: WarningAuthor, time: Timestamp, revision: Int, confirmedNewerFacts: Bool
  ) {
    self.author = author
    self.time = time
    self.revision = revision
    self.confirmedNewerFacts = confirmedNewerFacts
  }
}

/// What is being prepared: the first message of a record, or a change to the one in force.
public struct WarningProposal: Sendable, Hashable, Codable {
  public var stage: ProposalStage
  /// The last versions, oldest first, at most `keptVersions`.
  public var versions: [WarningVersion]
  /// The newest facts, which may have come without a version (the rain is over, or unknown).
  public var newestEvidence: EvidenceRevision
  /// A person wrote this version: the program refreshes its facts, not its words.
  public var isHandwritten: Bool
  public var review: WarningSignature?
  public var signature: WarningSignature?
  /// Signed by one person alone; a review follows.
  public var isUrgent: Bool
  /// The message in force when it was signed; a change of it voids the signature.
  public var signedOver: String?

  public static let keptVersions = 12

  public init(version: WarningVersion, isHandwritten: Bool) {
    stage = .draft
    versions = [version]
    newestEvidence = version.evidence
    self.isHandwritten = isHandwritten
    isUrgent = false
  }

  public func version(_ revision: Int) -> WarningVersion? {
    versions.last { $0.evidence.number == revision }
  }

  /// The version that the signature or else the review is about, or else the newest.
  public var standing: WarningVersion? {
    if let revision = signature?.revision ?? review?.revision { return version(revision) }
    return versions.last
  }
}

/// What a released message does to the chain.
public enum ReleaseKind: String, Sendable, Hashable, Codable, CaseIterable {
  case initial
  /// Same level, other words or an earlier end.
  case update
  case upgrade
  case downgrade
  /// Same level and a later end.
  case extend
  case cancel
}

/// An earlier message, as later ones name it.
public struct MessageReference: Sendable, Hashable, Codable {
  public let sender: String
  public let identifier: String
  public let sent: Timestamp

  public init(sender: String, identifier: String, sent: Timestamp) {
    self.sender = sender
    self.identifier = identifier
    self.sent = sent
  }
}

/// One released message. Nothing in it changes after its release.
public struct IssuedWarning: Sendable, Hashable, Codable {
  /// `ZZZZZZDDDUUUXX_YYYYMMDDhhmmss_N`
  public let identifier: String
  /// Code of the sender: the first fourteen digits.
  public let sender: String
  public let sent: Timestamp
  public let kind: ReleaseKind
  /// Every earlier message of the record, oldest first.
  public let references: [MessageReference]
  /// For a cancel: of the message that it ends.
  public let content: WarningContent
  public let evidence: EvidenceRevision
  /// Who signed; of a cancel, who cancelled.
  public let signedBy: WarningAuthor
  public let signedAt: Timestamp
  public let releasedBy: WarningAuthor
  /// Why, in the words of who released or cancelled it.
  public let reason: String

  public init(
    identifier: String, sender: String, sent: Timestamp, kind: ReleaseKind,
    references: [MessageReference], content: WarningContent, evidence: EvidenceRevision,
    signedBy: WarningAuthor, signedAt: Timestamp, releasedBy: WarningAuthor, reason: String
  ) {
    self.identifier = identifier
    self.sender = sender
    self.sent = sent
    self.kind = kind
    self.references = references
    self.content = content
    self.evidence = evidence
    self.signedBy = signedBy
    self.signedAt = signedAt
    self.releasedBy = releasedBy
    self.reason = reason
  }

  public var reference: MessageReference {
    MessageReference(sender: sender, identifier: identifier, sent: sent)
  }
}

/// Where a record stands, in one word.
public enum WarningStatus: String, Sendable, Hashable, Codable, CaseIterable {
  case draft
  case reviewed
  case signed
  case released
  case updated
  case upgraded
  case downgraded
  case extended
  case cancelled
  case expired
  /// Dropped before anything was released.
  case withdrawn

  public var chineseName: String {
    switch self {
    case .draft: "草稿"
    case .reviewed: "已审核"
    case .signed: "已签发"
    case .released: "已发布"
    case .updated: "已变更"
    case .upgraded: "已升级"
    case .downgraded: "已降级"
    case .extended: "已延长"
    case .cancelled: "已解除"
    case .expired: "已到期"
    case .withdrawn: "已撤回"
    }
  }
}

/// One record of a chain: from its first draft to its cancel or expiry.
public struct WarningRecord: Sendable, Hashable, Codable, Identifiable {
  /// How a record ended.
  public enum Ending: String, Sendable, Hashable, Codable, CaseIterable {
    case cancelled
    case expired
    case withdrawn
  }

  /// `flash_flood-500110101000-3`
  public let id: String
  public let chain: WarningChain
  /// 1 for the first record of the chain.
  public let episode: Int
  public var proposal: WarningProposal?
  /// Every released message, oldest first; a cancel is the last.
  public var issued: [IssuedWarning] = []
  /// Ids of the contacts to whom any message of the record went, sorted. A cancel goes to all.
  public var audience: [String] = []
  public var ending: Ending?
  /// By when a second person has to review what one person signed alone; nil where nothing is due.
  public var reviewDue: Timestamp?
  /// Names of those who signed alone what is still to be reviewed.
  public var aloneSigners: [String] = []
  /// It was noted that the review is late.
  public var isReviewOverdue = false
  public var lastRevision = 0
  public var eventCount = 0
  public var lastChange: Timestamp

  public init(id: String, chain: WarningChain, episode: Int, created: Timestamp) {
    self.id = id
    self.chain = chain
    self.episode = episode
    lastChange = created
  }

  public var isOpen: Bool { ending == nil }

  /// The message that holds, as far as events say; nil before the first release and after the end.
  public var standing: IssuedWarning? { isOpen ? issued.last : nil }

  /// The message that holds at a moment: a message past its end holds no longer, whether the expiry
  /// was noted or not.
  public func inForce(at moment: Timestamp) -> IssuedWarning? {
    standing.flatMap { $0.content.expires > moment ? $0 : nil }
  }

  public var status: WarningStatus {
    switch ending {
    case .cancelled: return .cancelled
    case .expired: return .expired
    case .withdrawn: return .withdrawn
    case nil: break
    }
    switch standing?.kind {
    case .initial: return .released
    case .update: return .updated
    case .upgrade: return .upgraded
    case .downgrade: return .downgraded
    case .extend: return .extended
    case .cancel: return .cancelled
    case nil: break
    }
    switch proposal?.stage {
    case .draft, nil: return .draft
    case .reviewed: return .reviewed
    case .signed: return .signed
    }
  }
}
