import Hydromet
import Testing
import Warn

/// A record on its way, with the people who take the steps.
struct LifecycleBench {
  static let start = Timestamp(secondsSince1970: 1_593_907_200)
  static let ann = WarningAuthor(name: "安然", role: .forecaster)
  static let bo = WarningAuthor(name: "柏青", role: .forecaster)
  static let chief = WarningAuthor(name: "陈明", role: .chief)
  static let chain = WarningChain(hazard: .flashFlood, township: "500199101000")

  var life = WarningLifecycle(policy: SigningPolicy(), sender: "50019941600000")
  var record: WarningRecord
  var events: [WarningEvent] = []
  /// Minutes after the start.
  var minute = 0

  static func content(
    _ level: RiskLevel, hours: Int = 6, from minute: Int = 0
  ) -> WarningContent {
    WarningContent(
      level: level, basis: .observedRain, expires: start + (hours * 3600 + minute * 60),
      headline: "云溪区气象台发布山洪灾害气象风险\(level.chineseName)预警", description: "降雨。",
      instruction: "请转移。", englishHeadline: "Warning", englishDescription: "Rain.",
      englishInstruction: "Move.")
  }

  static func draft(
    _ level: RiskLevel, at minute: Int = 0, hours: Int = 6
  ) -> WarningStep {
    .prepare(
      content: level == .none ? nil : content(level, hours: hours, from: minute),
      dataTime: start + minute * 60, answer: .complete(level),
      lines: ["500199101000,township,\(minute)"])
  }

  init(
    _ level: RiskLevel = .orange, policy: SigningPolicy = SigningPolicy(), hours: Int = 6
  ) throws {
    life = WarningLifecycle(policy: policy, sender: "50019941600000")
    let (event, record) = try life.opening(
      LifecycleBench.chain, episode: 1, with: LifecycleBench.draft(level, hours: hours),
      by: .program, at: LifecycleBench.start, because: "周期资料")
    self.record = record
    events = [event]
  }

  var now: Timestamp { LifecycleBench.start + minute * 60 }

  mutating func take(
    _ step: WarningStep, by author: WarningAuthor, after minutes: Int = 1,
    because reason: String = "会商一致"
  ) throws {
    minute += minutes
    let (event, changed) = try life.taking(step, on: record, by: author, at: now, because: reason)
    record = changed
    events.append(event)
  }

  mutating func refresh(_ level: RiskLevel, after minutes: Int = 10) throws {
    try take(
      LifecycleBench.draft(level, at: minute + minutes), by: .program, after: minutes,
      because: "周期资料")
  }

  mutating func reviewAndSign() throws {
    let revision = try #require(record.proposal?.versions.last?.evidence.number)
    try take(.review(revision: revision, confirmsNewerFacts: false), by: LifecycleBench.ann)
    try take(.sign(revision: revision, confirmsNewerFacts: false), by: LifecycleBench.chief)
  }

  mutating func release(
    audience: [String] = ["c1", "c2"], confirms: Bool = false
  ) throws {
    try take(
      .release(
        identifier: "50019941600000_2020070508000\(record.issued.count)_0", audience: audience,
        confirmsNewerFacts: confirms), by: LifecycleBench.ann)
  }

  mutating func cancel(audience: [String] = ["c1", "c2"]) throws {
    try take(
      .cancel(identifier: "50019941600000_20200705090000_0", audience: audience),
      by: LifecycleBench.chief)
  }

  /// A record whose first message is out.
  static func released(
    _ level: RiskLevel = .orange, policy: SigningPolicy = SigningPolicy()
  ) throws -> LifecycleBench {
    var bench = try LifecycleBench(level, policy: policy)
    try bench.reviewAndSign()
    try bench.release()
    return bench
  }
}

/// The code of the fault that something throws; nil where it throws none.
func refusal(_ body: () throws -> Void) -> String? {
  do {
    try body()
    return nil
  } catch let fault as Fault {
    return fault.code
  } catch {
    return "\(error)"
  }
}
