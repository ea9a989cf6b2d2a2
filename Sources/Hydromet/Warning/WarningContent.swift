/// What a chain of warnings is about: one hazard in one township. A chain has one open record at most.
public struct WarningChain: Sendable, Hashable, Codable, Comparable, CustomStringConvertible {
  public let hazard: Hazard
  /// 12-digit administrative code.
  public let township: String

  public init(hazard: Hazard, township: String) {
    self.hazard = hazard
    self.township = township
  }

  public static func < (a: WarningChain, b: WarningChain) -> Bool {
    (a.township, a.hazard.rawValue) < (b.township, b.hazard.rawValue)
  }

  /// `flash_flood-500110101000`
  public var description: String { "\(hazard.rawValue)-\(township)" }

  /// `flash_flood-500110101000-3`: the third record of the chain.
  public func recordID(episode: Int) -> String { "\(description)-\(episode)" }
}

/// What the program knew when it wrote or refreshed a draft.
public struct EvidenceRevision: Sendable, Hashable, Codable {
  /// 1 for the first draft of a record, one more with every refresh, over the record's whole life.
  public let number: Int
  /// Data time of the cycle.
  public let dataTime: Timestamp
  /// What the rules say. Level and state are kept apart: `unknown` is not "none".
  public let answer: RiskAnswer
  /// One line for each unit that was judged: `500110101000,basin,B2,3h,mean,at_least,63.296,50.000`.
  public let lines: [String]

  public init(number: Int, dataTime: Timestamp, answer: RiskAnswer, lines: [String]) {
    self.number = number
    self.dataTime = dataTime
    self.answer = answer
    self.lines = lines
  }
}

/// The words and numbers of a warning: what is signed, and what every message is made from.
public struct WarningContent: Sendable, Hashable, Codable {
  /// What the warning rests on.
  public enum Basis: String, Sendable, Hashable, Codable, CaseIterable {
    case observedRain = "observed_rain"
    case forecastRain = "forecast_rain"
    /// A forecaster's judgement.
    case judgement
  }

  public var level: RiskLevel
  public var basis: Basis
  public var expires: Timestamp
  public var headline: String
  public var description: String
  public var instruction: String
  public var englishHeadline: String
  public var englishDescription: String
  public var englishInstruction: String

  public init(
    level: RiskLevel, basis: Basis, expires: Timestamp, headline: String, description: String,
    instruction: String, englishHeadline: String, englishDescription: String,
    englishInstruction: String
  ) {
    self.level = level
    self.basis = basis
    self.expires = expires
    self.headline = headline
    self.description = description
    self.instruction = instruction
    self.englishHeadline = englishHeadline
    self.englishDescription = englishDescription
    self.englishInstruction = englishInstruction
  }
}
