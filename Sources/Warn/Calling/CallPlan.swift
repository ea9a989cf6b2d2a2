public import Hydromet

/// How a place is called: steps that are taken one after another until somebody answers.
public struct CallPlan: Sendable, Hashable {
  /// Whom a step calls, among the people of the place who are called for the hazard and level.
  public enum Who: Sendable, Hashable {
    /// All of them, by their order.
    case everybody
    case role(String)
    case order(Int)
  }

  public struct Step: Sendable, Hashable {
    public var who: Who
    /// Names of channels in the order in which they are tried; empty for the person's own.
    public var channels: [String]
    /// How long an answer is waited for, seconds.
    public var waitSeconds: Int
    /// How often each person is called before the next one; 0: until they answer.
    public var tries: Int
    /// Whether a person's deputies are called after them.
    public var callsDeputies: Bool

    public init(
      who: Who, channels: [String] = [], waitSeconds: Int = 180, tries: Int = 2,
      callsDeputies: Bool = true
    ) {
      self.who = who
      self.channels = channels
      self.waitSeconds = waitSeconds
      self.tries = tries
      self.callsDeputies = callsDeputies
    }
  }

  public var name: String
  public var steps: [Step]
  /// How often the steps are gone through; 0: until somebody answers or the warning ends.
  public var rounds: Int
  /// Rest between two rounds, seconds. A round in which no channel worked rests too.
  public var pauseSeconds: Int
  /// Role of the people of the district (place `*`) who are told when nobody answers; nil tells all.
  public var tells: String?
  /// Somebody who was called less than this many seconds ago is called about further places in one
  /// message after it, unless the level is higher.
  public var spacingSeconds: Int

  public init(
    name: String, steps: [Step], rounds: Int = 0, pauseSeconds: Int = 60, tells: String? = nil,
    spacingSeconds: Int = 30
  ) {
    self.name = name
    self.steps = steps
    self.rounds = rounds
    self.pauseSeconds = pauseSeconds
    self.tells = tells
    self.spacingSeconds = spacingSeconds
  }

  /// Everybody by order with their deputies, twice each, three minutes apart, again and again until
  /// somebody answers.
  public static let usual = CallPlan(name: "default", steps: [Step(who: .everybody)])

  /// What is wrong with the plan: nothing that could not be carried out may be saved.
  public func faults(at location: Fault.Location? = nil) -> [Fault] {
    var faults: [Fault] = []
    func note(_ code: String, _ problem: String, _ remedy: String) {
      faults.append(Fault(code, at: location, "the call plan \(name) \(problem)", remedy: remedy))
    }
    if steps.isEmpty { note("empty_plan", "has no steps", "write at least one step") }
    for (index, step) in steps.enumerated() {
      if !(5...86_400).contains(step.waitSeconds) {
        note("bad_wait", "waits \(step.waitSeconds) s in step \(index + 1)", "wait 5 s to 24 h")
      }
      if !(0...100).contains(step.tries) {
        note("bad_tries", "calls \(step.tries) times in step \(index + 1)", "write 0 to 100")
      }
      if step.tries == 0, index + 1 < steps.count {
        note(
          "unreachable_step",
          "calls without end in step \(index + 1): step \(index + 2) is never reached",
          "give step \(index + 1) a number of tries, or make it the last")
      }
    }
    if rounds < 0 || rounds > 1000 {
      note("bad_rounds", "has \(rounds) rounds", "write 0 to 1000; 0 is until somebody answers")
    }
    if !(5...86_400).contains(pauseSeconds) || !(0...45).contains(spacingSeconds) {
      note("bad_wait", "rests too short or too long", "rest 5 s to 24 h, space calls up to 45 s")
    }
    return faults
  }
}

/// One rung of a ladder: a person, the channels to try, how long an answer is waited for.
public struct CallRung: Sendable, Hashable, Codable {
  /// Id of the contact.
  public let person: String
  public let channels: [String]
  public let waitSeconds: Int
  /// 0: until they answer.
  public let tries: Int

  public init(person: String, channels: [String], waitSeconds: Int, tries: Int) {
    self.person = person
    self.channels = channels
    self.waitSeconds = waitSeconds
    self.tries = tries
  }
}
