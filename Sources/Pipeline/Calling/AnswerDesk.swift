public import Archive
import Calls
import Districts
public import Hydromet
public import Warn

/// Answers that come by themselves: by the link in a message, and by what gateways report. Works beside a
/// service that runs.
public struct AnswerDesk: Sendable {
  private let ledger: Ledger
  private let district: District
  private let book: CallBook
  private let token: CallToken
  private let clock: any Clock

  public init(_ workspace: Workspace, clock: any Clock = SystemClock()) throws(Fault) {
    ledger = workspace.ledger
    district = workspace.district
    book = CallOffice.book(workspace.district)
    token = try CallOffice.token(stateFolder: workspace.stateFolder)
    self.clock = clock
  }

  // MARK: Links

  /// What the page of a link shows. No number and no address is in it.
  public struct Page: Sendable, Hashable {
    public let personName: String
    public let office: String
    public let subject: String
    public let text: String
    public let level: RiskLevel
    public let places: [String]
    public let expires: Timestamp
    public let isRehearsal: Bool
    public let state: State
    /// What was answered, first to last.
    public let replies: [Reply]

    public struct Reply: Sendable, Hashable {
      public let person: String
      public let answer: CallAnswer
      public let at: Timestamp
    }

    public enum State: Sendable, Hashable {
      /// An answer is waited for.
      case waiting
      /// Somebody answered, or nobody is called any more; more can be said.
      case answered
      case calledOff
      /// The link holds no longer.
      case over

      public var takesAnswers: Bool { self == .waiting || self == .answered }
    }
  }

  /// For how long after the end of a warning its link still holds: deeds are noted afterwards.
  private static let graceSeconds = 24 * 3600

  /// - Returns: nil for a link that this district did not make.
  public func page(_ link: String) throws(Fault) -> Page? {
    guard let delivery = token.delivery(of: link), let letter = try ledger.callLetter(delivery),
      letter.needsAnswer
    else { return nil }
    return Page(
      personName: book.directory.contact(letter.person)?.name ?? "",
      office: district.configuration.office, subject: letter.subject, text: letter.body,
      level: letter.level, places: letter.places.map { book.name(of: $0) },
      expires: letter.expires, isRehearsal: letter.isRehearsal, state: state(of: letter),
      replies: letter.replies.map { reply in
        Page.Reply(
          person: book.directory.contact(reply.person)?.name ?? reply.person,
          answer: reply.answer, at: reply.at)
      })
  }

  private func state(of letter: CallLetter) -> Page.State {
    if clock.now >= letter.expires + AnswerDesk.graceSeconds { return .over }
    if letter.isCalledOff { return .calledOff }
    return letter.isOpen ? .waiting : .answered
  }

  /// Notes the answer of a link.
  ///
  /// - Throws: `no_such_call`, `link_over`.
  public func answer(_ link: String, _ answer: CallAnswer, words: String) throws(Fault) {
    guard let delivery = token.delivery(of: link), let letter = try ledger.callLetter(delivery),
      letter.needsAnswer
    else { throw AnswerDesk.unknown }
    guard state(of: letter).takesAnswers else {
      throw Fault(
        "link_over", "what this link was about is over", remedy: "call the duty office by telephone"
      )
    }
    _ = try ledger.answerCall(
      .delivery(delivery), person: letter.person, way: "link", answer, words: words,
      at: clock.now, book: book)
  }

  private static var unknown: Fault {
    Fault(
      "no_such_call", "there is no such call", remedy: "open the link as it stands in the message")
  }

  // MARK: Gateways

  /// One thing that a gateway says.
  public enum Word: Sendable, Hashable {
    /// What became of a message.
    case report(CallReport)
    /// A short message from somebody.
    case reply(sender: String, text: String)
    /// A key that was pressed during a call.
    case key(of: String, pressed: String)
  }

  /// The secret that a channel's gateway signs with.
  ///
  /// - Throws: `unknown_channel` for a channel without a secret, too: nobody may speak for it.
  public func secret(ofChannel name: String) throws(Fault) -> String {
    guard
      let channel = district.configuration.calls.channels.first(where: { $0.name == name }),
      let secret = try ChannelBuilder(district: district, now: { Timestamp(secondsSince1970: 0) })
        .secret(of: channel), !secret.isEmpty
    else {
      throw Fault(
        "unknown_channel", "no channel of this name takes reports",
        remedy: "give the channel secret_file: or secret_environment: in district.yaml")
    }
    return secret
  }

  /// - Returns: whether it was about a call of this district; `false` answers nothing and is no fault of
  ///   the gateway's.
  public func take(_ word: Word, from channel: String) throws(Fault) -> Bool {
    do throws(Fault) {
      switch word {
      case .report(let report):
        try ledger.reportCall(report, channel: channel, at: clock.now, book)
        return true
      case .reply(let sender, let text): return try reply(sender, text)
      case .key(let key, let pressed):
        guard let delivery = try ledger.callDelivery(ofKey: key),
          let record = try ledger.callDelivery(delivery)?.record, record.channel == channel,
          let answer = CallAnswer(reply: pressed)
        else { return false }
        _ = try ledger.answerCall(
          .delivery(delivery), person: record.person, way: "key", answer, words: "",
          at: clock.now, book: book)
        return true
      }
    } catch {
      guard error.code == "no_such_call" else { throw error }
      return false
    }
  }

  private func reply(_ sender: String, _ text: String) throws(Fault) -> Bool {
    let people = book.directory.people(at: Address(sender))
    guard let answer = CallAnswer(reply: text), let person = people.first else { return false }
    let reply = try ledger.answerCall(
      .people(people), person: person, way: "reply", answer, words: text, at: clock.now, book: book)
    return reply.closed + reply.declined + reply.late > 0
  }
}
