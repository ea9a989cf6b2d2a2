import Archive
import Calls
import Districts
public import Hydromet
public import Warn

/// What the duty officer sees of the calls, and does by hand. Works beside a service that runs.
public struct CallDesk: Sendable {
  private let ledger: Ledger
  private let book: CallBook
  private let clock: any Clock
  private let district: District

  public init(_ workspace: Workspace, clock: any Clock = SystemClock()) {
    ledger = workspace.ledger
    district = workspace.district
    book = CallOffice.book(workspace.district)
    self.clock = clock
  }

  /// A line of the list of calls.
  public struct Line: Sendable, Hashable {
    public let call: Int64
    public let warning: String
    public let level: RiskLevel
    public let hazard: Hazard
    public let place: String
    public let placeName: String
    /// `open` or how it ended.
    public let state: String
    /// Whose turn it is, or who answered: a name, never a number.
    public let person: String
    public let rings: Int
    public let openedAt: Timestamp
    public let endedAt: Timestamp?
    public let isRehearsal: Bool
    public let headline: String
  }

  /// Chains that wait for an answer, or all of them, the newest first.
  public func calls(openOnly: Bool, warning: String? = nil, limit: Int = 1000) throws(Fault)
    -> [Line]
  {
    var lines: [Line] = []
    for chain in try ledger.callChains(openOnly: openOnly, warning: warning, limit: limit) {
      lines.append(line(chain))
    }
    return lines
  }

  private func line(_ chain: CallSummary) -> Line {
    Line(
      call: chain.id, warning: chain.warning, level: chain.level, hazard: chain.hazard,
      place: chain.place, placeName: book.name(of: chain.place),
      state: chain.ending?.rawValue ?? "open", person: name(chain.answeredBy ?? chain.current),
      rings: chain.rings, openedAt: chain.openedAt, endedAt: chain.endedAt,
      isRehearsal: chain.isRehearsal, headline: chain.headline)
  }

  private func name(_ id: String?) -> String {
    guard let id else { return "" }
    return book.directory.contact(id).map { "\($0.name) (\(id))" } ?? id
  }

  /// One message of a call.
  public struct Message: Sendable, Hashable {
    public let id: Int64
    public let person: String
    public let channel: String
    public let state: String
    public let attempts: Int
    public let queuedAt: Timestamp
    public let settledAt: Timestamp?
    public let detail: String
  }

  /// One call with its messages.
  ///
  /// - Throws: `no_such_call`.
  public func call(_ id: Int64) throws(Fault) -> (line: Line, messages: [Message]) {
    guard let chain = try ledger.callChain(id) else {
      throw Fault(
        "no_such_call", "there is no call \(id)", remedy: "look at them: freshet call list --all")
    }
    let messages = try ledger.callDeliveries(ofChain: id).map { record in
      Message(
        id: record.id, person: name(record.person), channel: record.channel, state: record.state,
        attempts: record.attempts, queuedAt: record.queuedAt, settledAt: record.settledAt,
        detail: record.detail ?? "")
    }
    return (line(chain), messages)
  }

  /// The duty officer notes that somebody answered.
  ///
  /// - Returns: how many calls it closed; 0 where they were over before, which is noted too.
  public func answer(
    _ call: Int64, by person: String, _ answer: CallAnswer = .received, words: String
  ) throws(Fault) -> Int {
    try ledger.answerCall(
      .chain(call), person: person, way: "officer", answer, words: words, at: clock.now, book: book
    ).closed
  }

  /// Calls places by hand: for what no warning says. It is in the audit ledger with who ordered it, and
  /// why where that is said.
  ///
  /// - Parameters:
  ///   - id: the same order given again adds nothing.
  ///   - reason: one line; empty where none is given.
  /// - Throws: `unknown_place`, `bad_order`, `bad_author`, `bad_reason`.
  public func raise(
    id: String, places: [String], hazard: Hazard, level: RiskLevel, headline: String, text: String,
    lasting: TimeSpan, isRehearsal: Bool, by author: WarningAuthor, because reason: String
  ) throws(Fault) {
    let known = Set(district.description.townships.map(\.code))
      .union(district.description.hazardPoints.map(\.id))
    for place in places where !known.contains(place) {
      throw Fault(
        "unknown_place", "there is no township and no hazard point \(place)",
        remedy: "write a township's code or a hazard point's id")
    }
    guard level != .none, !places.isEmpty, id.utf8.count <= 100 else {
      throw Fault(
        "bad_order", "the order has no level, no place or too long an id",
        remedy: "name a level from blue to red and at least one place")
    }
    let now = clock.now
    let order = CallOrder(
      id: id, warning: id, kind: .alert, hazard: hazard, level: level, places: places,
      headline: CallWording.line(headline, limit: 200), text: CallWording.line(text, limit: 1000),
      issued: now, expires: now + lasting.seconds, isRehearsal: isRehearsal || book.isRehearsal)
    try enqueue(order, author, reason)
  }

  /// Ends what was raised by hand and tells everybody who was told. Who ended it and why is written down
  /// as for `raise`.
  ///
  /// - Throws: `no_such_call`, `bad_author`, `bad_reason`.
  public func end(
    id: String, headline: String, isRehearsal: Bool, by author: WarningAuthor,
    because reason: String
  ) throws(Fault) {
    guard let first = try ledger.callChains(openOnly: false, warning: id, limit: 1).first else {
      throw Fault(
        "no_such_call", "nothing was called under \(id)", remedy: "look: freshet call list --all")
    }
    let now = clock.now
    let order = CallOrder(
      id: "\(id)/end", warning: id, kind: .cancel, hazard: first.hazard, level: first.level,
      places: [], headline: CallWording.line(headline, limit: 200), text: "", issued: now,
      expires: now + 21_600, isRehearsal: isRehearsal || book.isRehearsal)
    try enqueue(order, author, reason)
  }

  private func enqueue(
    _ order: CallOrder, _ author: WarningAuthor, _ reason: String
  ) throws(Fault) {
    let author = try WarningText.checked(author)
    let reason = reason.isEmpty ? nil : try WarningText.checkedReason(reason)
    try ledger.enqueue([order], by: author, because: reason)
  }
}
