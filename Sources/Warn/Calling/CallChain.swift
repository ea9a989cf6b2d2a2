public import Hydromet

/// One chain of calls: up the rungs of a ladder, again and again, until its goal is reached.
///
/// Pure: events and times in, actions out. Times are those of the callers' own clock, which never runs
/// backwards (`CallClock`), so that a step of the wall clock neither skips nor repeats a call. Every
/// ring has a number of its own; what comes late for an earlier ring changes nothing.
public struct CallChain: Sendable, Hashable {
  public enum Goal: String, Sendable, Hashable, Codable {
    /// Closed by an answer alone.
    case answer
    /// Closed when a channel has taken the message.
    case delivery
  }

  public enum Ending: String, Sendable, Hashable, Codable, CaseIterable {
    case answered
    case delivered
    /// The warning was cancelled.
    case calledOff = "called_off"
    /// A higher level calls the same place anew.
    case superseded
    /// The warning ran out before anybody answered.
    case expired
    /// The plan has an end and nobody answered.
    case nobody
  }

  public enum Phase: Sendable, Hashable {
    /// A ring was handed out; without news of it until the due time it counts as failed.
    case ringing
    /// A message is out, its answer is waited for.
    case waiting
    /// Before the first ring, and between two rounds.
    case resting
    case ended(Ending)
  }

  public enum Event: Sendable, Hashable {
    /// A channel took the message of ring `number`.
    case delivered(number: Int)
    /// The channel of ring `number` is dead or refused, or its network says later that the message did
    /// not arrive.
    case failed(number: Int)
    case answered
    /// This person cannot act: the next one is called at once.
    case declined(person: String)
    case calledOff
    case superseded
    /// Time has passed.
    case tick
  }

  public enum Action: Sendable, Hashable {
    case ring(number: Int, person: String, channel: String)
    /// What is queued for earlier rings is no longer wanted.
    case withdraw
    /// Nobody has answered in a whole round, or ever: somebody of the district has to know.
    case tellNobodyAnswered(isOver: Bool)
    /// A new round begins: who is on duty may have changed.
    case renewLadder
  }

  public let goal: Goal
  public private(set) var ladder: [CallRung]
  /// From here on nobody is called.
  public let deadline: Timestamp
  /// 0: until the goal is reached.
  public let rounds: Int
  public let pauseSeconds: Int

  public private(set) var phase = Phase.resting
  public private(set) var due: Timestamp
  public private(set) var rung = 0
  public private(set) var triesDone = 0
  public private(set) var channel = 0
  public private(set) var roundsDone = 0
  /// Number of the newest ring, from 1; 0 before the first.
  public private(set) var number = 0

  /// A chain that rings at its first tick.
  public init(
    goal: Goal, ladder: [CallRung], opened: Timestamp, deadline: Timestamp, rounds: Int,
    pauseSeconds: Int
  ) {
    self.goal = goal
    self.ladder = ladder
    self.deadline = deadline
    self.rounds = rounds
    self.pauseSeconds = max(5, pauseSeconds)
    due = opened
  }

  public var ending: Ending? {
    if case .ended(let ending) = phase { ending } else { nil }
  }

  /// What follows from an event at `now`.
  public mutating func handle(_ event: Event, at now: Timestamp) -> [Action] {
    guard ending == nil else { return [] }
    switch event {
    case .answered: return end(.answered)
    case .calledOff: return end(.calledOff)
    case .superseded: return end(.superseded)
    case .delivered(let number):
      guard number == self.number, phase == .ringing else { return [] }
      if goal == .delivery { return end(.delivered) }
      phase = .waiting
      due = min(now + currentWait, deadline)
      return []
    case .failed(let number):
      guard number == self.number, phase == .ringing || phase == .waiting else { return [] }
      if now >= deadline { return expire() }
      return nextChannel(now)
    case .declined(let person):
      guard phase == .ringing || phase == .waiting, ladder.indices.contains(rung),
        ladder[rung].person == person
      else { return [] }
      if now >= deadline { return expire() }
      return [.withdraw] + nextPerson(now)
    case .tick:
      if now >= deadline { return expire() }
      guard now >= due else { return [] }
      switch phase {
      case .ringing: return [.withdraw] + nextChannel(now)
      case .resting: return ring(now)
      case .waiting, .ended: return nextTry(now)
      }
    }
  }

  /// Puts the people in their place who are on duty now. Only between two rounds.
  public mutating func renew(_ ladder: [CallRung]) {
    guard phase == .resting, !ladder.isEmpty else { return }
    self.ladder = ladder
  }

  private var currentWait: Int {
    ladder.indices.contains(rung) ? max(5, ladder[rung].waitSeconds) : pauseSeconds
  }

  private mutating func end(_ ending: Ending) -> [Action] {
    phase = .ended(ending)
    due = deadline
    return [.withdraw]
  }

  private mutating func expire() -> [Action] {
    let actions = end(.expired)
    return goal == .answer ? actions + [.tellNobodyAnswered(isOver: true)] : actions
  }

  /// A channel is dead: the person's next one at once.
  private mutating func nextChannel(_ now: Timestamp) -> [Action] {
    channel += 1
    return ring(now)
  }

  /// Nobody else's channel is tried for somebody who cannot act.
  private mutating func nextPerson(_ now: Timestamp) -> [Action] {
    rung += 1
    triesDone = 0
    channel = 0
    return ring(now)
  }

  /// The wait is over without an answer: the same person again, or the next one.
  private mutating func nextTry(_ now: Timestamp) -> [Action] {
    triesDone += 1
    channel = 0
    let tries = ladder.indices.contains(rung) ? ladder[rung].tries : 1
    if tries > 0, triesDone >= tries {
      rung += 1
      triesDone = 0
    }
    return ring(now)
  }

  /// Rings where the cursor stands, or moves it to where something can be rung.
  private mutating func ring(_ now: Timestamp) -> [Action] {
    while ladder.indices.contains(rung) {
      let current = ladder[rung]
      if current.channels.indices.contains(channel) {
        number += 1
        phase = .ringing
        due = min(now + max(60, current.waitSeconds), deadline)
        return [.ring(number: number, person: current.person, channel: current.channels[channel])]
      }
      // No channel of this person works now: somebody else, and them again in the next round.
      rung += 1
      triesDone = 0
      channel = 0
    }
    return endRound(now)
  }

  private mutating func endRound(_ now: Timestamp) -> [Action] {
    roundsDone += 1
    rung = 0
    triesDone = 0
    channel = 0
    if rounds > 0, roundsDone >= rounds {
      let actions = end(.nobody)
      return goal == .answer ? actions + [.tellNobodyAnswered(isOver: true)] : actions
    }
    phase = .resting
    due = min(now + pauseSeconds, deadline)
    var actions = [Action.withdraw, .renewLadder]
    if goal == .answer, roundsDone == 1 { actions.append(.tellNobodyAnswered(isOver: false)) }
    return actions
  }
}

/// The state of a chain as a line of text, for a table.
extension CallChain {
  /// `ringing 0 1 0 2 7`: phase, rung, tries done, channel, rounds done, number of the newest ring.
  public var cursor: String {
    let word =
      switch phase {
      case .ringing: "ringing"
      case .waiting: "waiting"
      case .resting: "resting"
      case .ended(let ending): ending.rawValue
      }
    return "\(word) \(rung) \(triesDone) \(channel) \(roundsDone) \(number)"
  }

  /// Takes up a chain where `cursor` and `due` left it.
  ///
  /// - Returns: nil for a text that no chain has written.
  public init?(
    goal: Goal, ladder: [CallRung], due: Timestamp, deadline: Timestamp, rounds: Int,
    pauseSeconds: Int, cursor: String
  ) {
    self.init(
      goal: goal, ladder: ladder, opened: due, deadline: deadline, rounds: rounds,
      pauseSeconds: pauseSeconds)
    let words = cursor.split(separator: " ")
    let numbers = words.dropFirst().compactMap { Int($0) }
    guard let word = words.first, numbers.count == 5,
      numbers.allSatisfy({ (0...1_000_000_000).contains($0) })
    else { return nil }
    switch word {
    case "ringing": phase = .ringing
    case "waiting": phase = .waiting
    case "resting": phase = .resting
    default:
      guard let ending = Ending(rawValue: String(word)) else { return nil }
      phase = .ended(ending)
    }
    rung = numbers[0]
    triesDone = numbers[1]
    channel = numbers[2]
    roundsDone = numbers[3]
    number = numbers[4]
  }

  /// A ladder as text: `C001|voice,sms|180|2;C003|voice|180|2`.
  public static func text(_ ladder: [CallRung]) -> String {
    ladder.map { rung in
      "\(rung.person)|\(rung.channels.joined(separator: ","))|\(rung.waitSeconds)|\(rung.tries)"
    }.joined(separator: ";")
  }

  /// The ladder of a text; nil for a text that is none.
  public static func ladder(_ text: String) -> [CallRung]? {
    var rungs: [CallRung] = []
    for part in text.split(separator: ";") {
      let fields = part.split(separator: "|", omittingEmptySubsequences: false)
      guard fields.count == 4, let wait = Int(fields[2]), let tries = Int(fields[3]) else {
        return nil
      }
      rungs.append(
        CallRung(
          person: String(fields[0]), channels: fields[1].split(separator: ",").map(String.init),
          waitSeconds: wait, tries: tries))
    }
    return rungs
  }
}
