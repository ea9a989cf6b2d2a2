public import Archive
import Districts
public import Hydromet
public import Publish
import Synchronization
public import Warn

/// The desk at which warnings are made: keeps the drafts in step with the cycles, raises the alarm on
/// observed rain, and takes the steps that people order. Every step is one transaction of the ledger, so
/// that a command, the service and the console can work side by side.
public final class WarningDesk: Sendable {
  public let life: WarningLifecycle
  public let messages: WarningMessages
  let ledger: Ledger
  let district: District
  let clock: any Clock
  let folder: WarningFolder
  private let keeper: DraftKeeper
  private let alarms: RainAlarmRules
  private let alarmText: RainAlarmText
  /// When the facts last had the level of a record; unknown times count as the start of this desk, so
  /// that a restart delays a lower level and never hastens it.
  private let supported = Mutex<[WarningChain: Timestamp]>([:])

  public init(_ workspace: Workspace, clock: any Clock = SystemClock()) throws(Fault) {
    district = workspace.district
    ledger = workspace.ledger
    self.clock = clock
    let settings = district.configuration.warning
    let description = district.description
    let policy = WarningDesk.policy(of: district)
    life = WarningLifecycle(
      policy: policy, sender: MessageIdentifier.sender(ofDistrict: description.id))
    let composer = try DraftComposer(
      district: description, validity: district.configuration.warningValidity)
    keeper = DraftKeeper(composer: composer, policy: policy)
    alarms = WarningDesk.alarmRules(of: district)
    alarmText = RainAlarmText(description)
    var signer: XMLSigner?
    if let key = settings.signingKey {
      signer = try XMLSigner(
        keyFile: workspace.path(key), certificateFile: settings.certificate.map(workspace.path))
    }
    messages = WarningMessages(description, signer: signer)
    folder = WarningFolder("\(workspace.productsFolder)/warnings")
  }

  /// Who has to agree, as the district says.
  static func policy(of district: District) -> SigningPolicy {
    let settings = district.configuration.warning
    return SigningPolicy(
      signer: settings.signer == .chief ? .chief : .forecaster,
      needsTwoPeople: settings.needsTwoPeople, urgentFrom: settings.urgentFrom.riskLevel,
      reviewWithin: settings.reviewWithin, lowerAfter: settings.lowerAfter,
      renewBefore: settings.renewBefore)
  }

  /// When the alarm goes out, as the district says.
  static func alarmRules(of district: District) -> RainAlarmRules {
    let settings = district.configuration.warning
    return RainAlarmRules(
      episodeGap: settings.episodeGap, oldestData: settings.oldestAlarmData,
      fromLevel: settings.alarmFrom.riskLevel)
  }

  // MARK: What the program does by itself

  /// Takes in the facts of a cycle: first the alarm, then ends that have come, then the drafts.
  public func attend(_ report: CycleReport) throws(Fault) -> [RainAlarm] {
    let raised = try raiseAlarms(report)
    try noteEnds()
    try keepDrafts(report)
    try publish()
    return raised
  }

  private func raiseAlarms(_ report: CycleReport) throws(Fault) -> [RainAlarm] {
    let now = clock.now
    let outcome = alarms.decide(
      report.townships, office: alarmText, dataTime: report.time, now: now,
      remembered: try ledger.alarmStates())
    guard !outcome.states.isEmpty || !outcome.alarms.isEmpty else { return [] }
    return try ledger.record(alarms: outcome.alarms, states: outcome.states) {
      alarm throws(Fault) in
      [
        OutboxItem(
          key: alarm.id, occasion: .rainAlarm, subject: alarm.id, message: alarm.id,
          hazard: alarm.hazard, level: alarm.level,
          places: alarm.unitKind == .hazardPoint ? [alarm.unit] : alarm.townships, audience: [],
          headline:
            "【自动报警】\(alarm.hazard.chineseWarningName)\(alarm.level.chineseName)阈值 \(alarm.name)",
          text: alarm.text, issued: alarm.decidedAt,
          expires: alarm.decidedAt + WarningDesk.alarmSeconds)
      ]
    }
  }

  /// For how long people are called about an alarm.
  private static let alarmSeconds = 3 * 3600

  /// Notes expiries and reviews that did not come in time.
  public func noteEnds() throws(Fault) {
    let now = clock.now
    for record in try ledger.openWarnings() {
      for action in life.legalActions(on: record, at: now) {
        switch action {
        case .expire: try note(.expire, record, "到期未续发")
        case .overdue: try note(.overdue, record, "单人签发后未按时复核")
        case .prepare, .withdraw, .review, .sign, .release, .cancel, .ratify: break
        }
      }
    }
  }

  private func note(
    _ step: WarningStep, _ record: WarningRecord, _ reason: String
  ) throws(Fault) {
    let actor = WarningActor(.program, at: clock.now, because: reason)
    do throws(Fault) {
      _ = try ledger.take(step, on: record.id, by: actor, life: life)
    } catch {
      // Somebody else noted it between our look and our step.
      guard error.code == "illegal_transition" else { throw error }
    }
  }

  private func keepDrafts(_ report: CycleReport) throws(Fault) {
    let now = clock.now
    let open = try ledger.openWarnings().filter(\.isOpen)
    let supported = note(open, report)
    let wishes = keeper.wishes(
      for: report.townships, dataTime: report.time, now: now, open: open, supported: supported)
    for wish in wishes {
      do throws(Fault) {
        try grant(wish)
      } catch {
        // A person was faster: the next cycle looks again.
        let isRace = [
          "illegal_transition", "not_allowed", "older_facts", "nothing_to_refresh",
        ].contains(error.code)
        guard isRace else { throw error }
      }
    }
  }

  /// Remembers which records the facts still support.
  private func note(
    _ open: [WarningRecord], _ report: CycleReport
  ) -> [WarningChain: Timestamp] {
    supported.withLock { times in
      for record in open {
        let answer = DraftKeeper.answer(record.chain, in: report.townships)
        let isUp = answer.map { $0.level >= DraftKeeper.supportedLevel(record) } ?? false
        let isKnownLower = answer.map { $0.state == .complete } ?? false
        if isUp || !isKnownLower || times[record.chain] == nil {
          times[record.chain] = report.time
        }
      }
      return times
    }
  }

  private func grant(_ wish: DraftKeeper.Wish) throws(Fault) {
    let actor = WarningActor(.program, at: clock.now, because: wish.reason)
    if case .withdraw = wish.step {
      guard let record = try ledger.openWarning(wish.chain) else { return }
      _ = try ledger.take(.withdraw, on: record.id, by: actor, life: life)
    } else {
      _ = try ledger.prepare(wish.chain, wish.step, by: actor, life: life)
    }
  }

  // MARK: What people order

  public func review(
    _ id: String, revision: Int, confirms: Bool, by author: WarningAuthor, because reason: String
  ) throws(Fault) -> WarningDecision {
    try take(.review(revision: revision, confirmsNewerFacts: confirms), id, author, reason)
  }

  public func sign(
    _ id: String, revision: Int, confirms: Bool, by author: WarningAuthor, because reason: String
  ) throws(Fault) -> WarningDecision {
    try take(.sign(revision: revision, confirmsNewerFacts: confirms), id, author, reason)
  }

  public func withdraw(
    _ id: String, by author: WarningAuthor, because reason: String
  ) throws(Fault) -> WarningDecision {
    try take(.withdraw, id, author, reason)
  }

  public func ratify(
    _ id: String, by author: WarningAuthor, because reason: String
  ) throws(Fault) -> WarningDecision {
    try take(.ratify, id, author, reason)
  }

  private func take(
    _ step: WarningStep, _ id: String, _ author: WarningAuthor, _ reason: String
  ) throws(Fault) -> WarningDecision {
    try ledger.take(
      step, on: id, by: WarningActor(author, at: clock.now, because: reason), life: life)
  }

  /// Releases what is signed, with every form of the message and what has to go out.
  public func release(
    _ id: String, confirms: Bool = false, by author: WarningAuthor, because reason: String
  ) throws(Fault) -> WarningDecision {
    let decision = try ledger.release(
      id, by: WarningActor(author, at: clock.now, because: reason), confirmsNewerFacts: confirms,
      life: life, dispatch: dispatch(try ledger.warning(id)))
    try publish()
    return decision
  }

  /// Ends a message before its time.
  public func cancel(
    _ id: String, by author: WarningAuthor, because reason: String
  ) throws(Fault) -> WarningDecision {
    let decision = try ledger.cancel(
      id, by: WarningActor(author, at: clock.now, because: reason), life: life,
      dispatch: dispatch(try ledger.warning(id)))
    try publish()
    return decision
  }

  private func dispatch(_ record: WarningRecord?) -> WarningDispatch {
    let messages = messages
    return WarningDispatch(
      audience: record.map(audience) ?? [],
      documents: { record, message throws(Fault) in
        try WarningDesk.documents(messages, record, message)
      },
      deliveries: { record, message throws(Fault) in
        [
          OutboxItem(
            key: message.identifier, occasion: .init(message.kind), subject: record.id,
            message: message.identifier, hazard: record.chain.hazard,
            level: message.content.level, places: [record.chain.township],
            audience: record.audience,
            headline: messages.text(record, message, .led),
            text: messages.text(record, message, .sms), issued: message.sent,
            expires: message.content.expires)
        ]
      })
  }

  static func documents(
    _ messages: WarningMessages, _ record: WarningRecord, _ message: IssuedWarning
  ) throws(Fault) -> [MessageDocument] {
    var documents = [
      MessageDocument(form: "cap.xml", bytes: try messages.cap(record, message)),
      MessageDocument(form: "12379.xml", bytes: messages.national(record, message)),
    ]
    for length in TextLength.allCases {
      for language in ProductLanguage.allCases {
        let text = messages.text(record, message, length, language)
        documents.append(
          MessageDocument(
            form: "\(length.rawValue).\(language == .chinese ? "zh" : "en").txt",
            bytes: Array(text.utf8)))
      }
    }
    return documents
  }

  /// Ids of the contacts on the district's list who are called for this hazard, level and township.
  private func audience(_ record: WarningRecord) -> [String] {
    let level = record.proposal?.standing?.content.level ?? record.standing?.content.level ?? .none
    let points = district.description.hazardPoints.filter {
      $0.township == record.chain.township && $0.hazard == record.chain.hazard
    }.map(\.id)
    let places = Set(points + [record.chain.township, "*"])
    return Set(
      district.contacts.filter { contact in
        places.contains(contact.place) && contact.minimumLevel <= level
          && (contact.hazard == nil || contact.hazard == record.chain.hazard)
      }.map(\.id)
    ).sorted()
  }

  // MARK: A forecaster's own words

  /// What a forecaster changes of a draft, or of the message in force.
  public struct Edit: Sendable {
    public var level: RiskLevel?
    public var expires: Timestamp?
    public var description: String?
    public var instruction: String?
    public var englishDescription: String?
    public var englishInstruction: String?

    public init() {}
  }

  /// Writes a new version by hand: of the draft where there is one, else of the message in force.
  public func edit(
    _ id: String, _ edit: Edit, by author: WarningAuthor, because reason: String
  ) throws(Fault) -> WarningDecision {
    guard let record = try ledger.warning(id) else { throw WarningDesk.unknown(id) }
    guard
      var content = record.proposal?.versions.last?.content ?? record.standing?.content
    else { throw WarningDesk.unknown(id) }
    let facts = record.proposal?.newestEvidence ?? record.standing?.evidence
    if let level = edit.level, level != content.level {
      content = recoloured(content, level, record.chain)
      content.basis = .judgement
    }
    content.expires = edit.expires ?? content.expires
    content.description = edit.description ?? content.description
    content.instruction = edit.instruction ?? content.instruction
    content.englishDescription = edit.englishDescription ?? content.englishDescription
    content.englishInstruction = edit.englishInstruction ?? content.englishInstruction
    let step = WarningStep.prepare(
      content: content, dataTime: facts?.dataTime ?? clock.now, answer: facts?.answer ?? .blind,
      lines: facts?.lines ?? [])
    return try ledger.prepare(
      record.chain, step, by: WarningActor(author, at: clock.now, because: reason), life: life)
  }

  /// The same warning in another colour: headline and advice are those of the level.
  private func recoloured(
    _ content: WarningContent, _ level: RiskLevel, _ chain: WarningChain
  ) -> WarningContent {
    var changed = content
    changed.level = level
    let words = WarningHeadline(district: district.description, hazard: chain.hazard, level: level)
    changed.headline = words.chinese
    changed.englishHeadline = words.english
    changed.instruction = words.instruction
    changed.englishInstruction = words.englishInstruction
    return changed
  }

  static func unknown(_ id: String) -> Fault {
    Fault(
      "unknown_warning", "there is no warning \"\(PrivateText.masked(String(id.prefix(80))))\"",
      remedy: "list the warnings with `freshet warning list`")
  }

  // MARK: Files

  /// Writes what was released into the products: `warnings/cap/…`, the feeds and the map of what holds.
  public func publish() throws(Fault) {
    let now = clock.now
    let records = try ledger.warnings(changedIn: Period(end: now + 86_400, seconds: 8 * 86_400))
    try folder.write(records, from: ledger, messages: messages, now: now)
  }
}
