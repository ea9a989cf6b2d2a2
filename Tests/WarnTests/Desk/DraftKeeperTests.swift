import Hydromet
import Testing
import Warn

@Suite struct DraftKeeperTests {
  static let policy = SigningPolicy()

  static func keeper() throws -> DraftKeeper {
    DraftKeeper(composer: try DraftComposer(district: SmallDistrict.district()), policy: policy)
  }

  static let chain = WarningChain(hazard: .flashFlood, township: "500199101000")

  static func facts(_ answer: RiskAnswer) -> [TownshipAssessment] {
    let level = answer.level == .none ? RiskLevel.blue : answer.level
    return [
      SmallDistrict.township(
        chain.township, "石角镇",
        [
          SmallDistrict.part(
            .township, chain.township, "石角镇", .flashFlood, answer,
            SmallDistrict.evidence(
              .flashFlood, level: level, hours: 1, threshold: 400, depth: 41_000))
        ])
    ]
  }

  static func wishes(
    _ answer: RiskAnswer, after minutes: Int = 10, _ record: WarningRecord? = nil,
    lowerFor: Int? = nil
  ) throws -> [DraftKeeper.Wish] {
    let time = LifecycleBench.start + minutes * 60
    return try keeper().wishes(
      for: facts(answer), dataTime: time, now: time + 60, open: record.map { [$0] } ?? [],
      supported: lowerFor.map { [chain: time - $0 * 60] } ?? [:])
  }

  static func content(_ wish: DraftKeeper.Wish?) -> WarningContent? {
    guard case .prepare(let content, _, _, _) = wish?.step else { return nil }
    return content
  }

  @Test func `facts at a level make a draft, others none`() throws {
    let wishes = try DraftKeeperTests.wishes(.complete(.orange))
    #expect(wishes.map(\.chain) == [DraftKeeperTests.chain])
    let content = try #require(DraftKeeperTests.content(wishes.first))
    #expect(content.level == .orange)
    #expect(content.headline == "云溪区气象台发布山洪灾害气象风险橙色预警[II级/重大]")
    #expect(!content.description.contains("草稿"))
    for answer in [RiskAnswer.complete(.none), .incomplete(reached: .none), .blind] {
      #expect(try DraftKeeperTests.wishes(answer).isEmpty)
    }
  }

  @Test func `a higher level is proposed at once, a lower one after the hold`() throws {
    let record = try LifecycleBench.released(.orange).record
    let up = try DraftKeeperTests.wishes(.complete(.red), record)
    #expect(DraftKeeperTests.content(up.first)?.level == .red)
    #expect(try DraftKeeperTests.wishes(.complete(.yellow), record, lowerFor: 50).isEmpty)
    let down = try DraftKeeperTests.wishes(.complete(.yellow), record, lowerFor: 60)
    #expect(DraftKeeperTests.content(down.first)?.level == .yellow)
  }

  @Test func `unknown and blind facts never lower a message or drop a draft`() throws {
    let released = try LifecycleBench.released(.orange).record
    let draft = try LifecycleBench(.orange).record
    for answer in [RiskAnswer.incomplete(reached: .none), .blind, .incomplete(reached: .blue)] {
      #expect(
        try DraftKeeperTests.wishes(answer, released, lowerFor: 600).isEmpty)
      for wish in try DraftKeeperTests.wishes(answer, draft, lowerFor: 600) {
        #expect(wish.step.action == .prepare)
        #expect(DraftKeeperTests.content(wish) == nil)
      }
    }
  }

  @Test func `a draft refreshes itself and is dropped when the rain has long been over`() throws {
    let draft = try LifecycleBench(.orange).record
    let refreshed = try DraftKeeperTests.wishes(.complete(.red), draft)
    #expect(DraftKeeperTests.content(refreshed.first)?.level == .red)
    let told = try DraftKeeperTests.wishes(.complete(.none), draft, lowerFor: 30)
    #expect(told.map(\.step.action) == [.prepare])
    let dropped = try DraftKeeperTests.wishes(.complete(.none), draft, lowerFor: 60)
    #expect(dropped.map(\.step.action) == [.withdraw])
    var reviewed = try LifecycleBench(.orange)
    try reviewed.take(.review(revision: 1, confirmsNewerFacts: false), by: LifecycleBench.ann)
    let kept = try DraftKeeperTests.wishes(.complete(.none), reviewed.record, lowerFor: 600)
    #expect(kept.map(\.step.action) == [.prepare])
  }

  @Test func `an extension is proposed shortly before the end while the facts hold`() throws {
    let record = try LifecycleBench.released(.orange).record
    #expect(try DraftKeeperTests.wishes(.complete(.orange), after: 300, record).isEmpty)
    let extended = try DraftKeeperTests.wishes(.complete(.orange), after: 335, record)
    #expect(DraftKeeperTests.content(extended.first)?.level == .orange)
  }

  @Test func `older facts never replace newer ones`() throws {
    var bench = try LifecycleBench(.orange)
    try bench.refresh(.orange, after: 30)
    #expect(try DraftKeeperTests.wishes(.complete(.red), after: 20, bench.record).isEmpty)
  }
}

@Suite struct WarningBoardTests {
  static func record(
    _ hazard: Hazard, _ level: RiskLevel, hours: Int
  ) throws -> WarningRecord {
    let life = WarningLifecycle(
      policy: SigningPolicy(longestValidity: .hours(24 * 40)), sender: "1")
    let chain = WarningChain(hazard: hazard, township: "500199101000")
    let start = LifecycleBench.start
    var record = try life.opening(
      chain, episode: 1, with: LifecycleBench.draft(level, hours: hours), by: .program, at: start,
      because: "资料"
    ).record
    let steps: [(WarningStep, WarningAuthor)] = [
      (.review(revision: 1, confirmsNewerFacts: false), LifecycleBench.ann),
      (.sign(revision: 1, confirmsNewerFacts: false), LifecycleBench.chief),
      (.release(identifier: "x", audience: [], confirmsNewerFacts: false), LifecycleBench.ann),
    ]
    for (step, author) in steps {
      record = try life.taking(step, on: record, by: author, at: start, because: "发布").record
    }
    return record
  }

  @Test func `a month-old yellow that still holds does not mask a fresh red`() throws {
    let old = try WarningBoardTests.record(.river, .yellow, hours: 24 * 31)
    let fresh = try WarningBoardTests.record(.flashFlood, .red, hours: 6)
    for records in [[old, fresh], [fresh, old]] {
      let board = WarningBoard(records, at: LifecycleBench.start + 3600)
      #expect(board.level(of: "500199101000") == .red)
      #expect(board.entries.first?.records.count == 2)
    }
  }

  @Test func `a message past its end holds no longer, noted or not, and a draft does not hold`()
    throws
  {
    let stale = try WarningBoardTests.record(.flashFlood, .red, hours: 6)
    let blue = try WarningBoardTests.record(.rainstorm, .blue, hours: 12)
    let draft = try LifecycleBench(.red).record
    let board = WarningBoard([stale, blue, draft], at: LifecycleBench.start + 6 * 3600)
    #expect(board.level(of: "500199101000") == .blue)
    #expect(WarningBoard([stale, draft], at: LifecycleBench.start + 6 * 3600).entries.isEmpty)
  }
}
