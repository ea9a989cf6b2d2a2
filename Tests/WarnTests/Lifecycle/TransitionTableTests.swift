import Hydromet
import Testing
import Warn

/// Every state of a record against every action and every post, from a table written by hand.
@Suite struct TransitionTableTests {
  enum Ground: String, CaseIterable {
    case unreleased, inForce, pastItsEnd, cancelled, expired, withdrawn
  }

  enum Proposal: String, CaseIterable {
    case absent, lowDraft, highDraft, reviewed, signed
  }

  /// The steps of the table: what is legal on each ground with each proposal, by hand.
  static func legal(_ ground: Ground, _ proposal: Proposal) -> Set<WarningAction> {
    switch ground {
    case .cancelled, .expired, .withdrawn: return []
    case .pastItsEnd: return [.expire]
    case .unreleased, .inForce: break
    }
    var actions: Set<WarningAction> = [.prepare]
    if ground == .inForce { actions.insert(.cancel) }
    switch proposal {
    case .absent: break
    case .lowDraft: actions.formUnion([.withdraw, .review])
    case .highDraft: actions.formUnion([.withdraw, .review, .sign])
    case .reviewed: actions.formUnion([.withdraw, .sign])
    case .signed: actions.formUnion([.withdraw, .release])
    }
    return actions
  }

  static let posts: [WarningAction: Set<WarningRole>] = [
    .prepare: [.forecaster, .chief, .program], .withdraw: [.forecaster, .chief, .program],
    .review: [.forecaster, .chief], .sign: [.forecaster, .chief],
    .release: [.forecaster, .chief], .cancel: [.forecaster, .chief],
    .ratify: [.forecaster, .chief], .expire: [.program], .overdue: [.program],
  ]

  /// A record on that ground with that proposal; nil where there is no such thing: a closed record
  /// has no proposal, an unreleased one always has.
  static func bench(_ ground: Ground, _ proposal: Proposal) throws -> LifecycleBench? {
    let isClosed = [.cancelled, .expired, .withdrawn].contains(ground)
    if isClosed && proposal != .absent { return nil }
    if ground == .unreleased && proposal == .absent { return nil }
    let level: RiskLevel = proposal == .lowDraft ? .yellow : .orange
    var bench: LifecycleBench
    switch ground {
    case .unreleased, .withdrawn: bench = try LifecycleBench(level)
    case .inForce, .pastItsEnd, .cancelled, .expired:
      bench = try LifecycleBench.released(.blue)
      if proposal != .absent { try bench.refresh(level) }
    }
    if proposal == .reviewed || proposal == .signed {
      let revision = try #require(bench.record.proposal?.versions.last?.evidence.number)
      try bench.take(
        .review(revision: revision, confirmsNewerFacts: false), by: LifecycleBench.bo)
      if proposal == .signed {
        try bench.take(
          .sign(revision: revision, confirmsNewerFacts: false), by: LifecycleBench.chief)
      }
    }
    switch ground {
    case .unreleased, .inForce: break
    case .pastItsEnd: bench.minute += 7 * 60
    case .cancelled: try bench.cancel()
    case .expired: try bench.take(.expire, by: .program, after: 7 * 60)
    case .withdrawn: try bench.take(.withdraw, by: LifecycleBench.ann)
    }
    return bench
  }

  static func step(_ action: WarningAction, on bench: LifecycleBench) -> WarningStep {
    let revision = bench.record.proposal?.newestEvidence.number ?? 1
    let all = ["c1", "c2"]
    switch action {
    case .prepare: return LifecycleBench.draft(.orange, at: bench.minute + 1)
    case .withdraw: return .withdraw
    case .review: return .review(revision: revision, confirmsNewerFacts: false)
    case .sign: return .sign(revision: revision, confirmsNewerFacts: false)
    case .release: return .release(identifier: "x_1", audience: all, confirmsNewerFacts: false)
    case .cancel: return .cancel(identifier: "x_2", audience: all)
    case .expire: return .expire
    case .ratify: return .ratify
    case .overdue: return .overdue
    }
  }

  @Test(arguments: Ground.allCases, Proposal.allCases)
  func `an action is taken exactly where the table allows it, by exactly the posts that may`(
    ground: Ground, proposal: Proposal
  ) throws {
    guard let bench = try TransitionTableTests.bench(ground, proposal) else { return }
    let legal = TransitionTableTests.legal(ground, proposal)
    #expect(Set(bench.life.legalActions(on: bench.record, at: bench.now)) == legal)
    for action in WarningAction.allCases {
      let step = TransitionTableTests.step(action, on: bench)
      for role in WarningRole.allCases {
        var trial = bench
        let code = refusal {
          try trial.take(step, by: WarningAuthor(name: "杜衡", role: role), after: 0)
        }
        let may = try #require(TransitionTableTests.posts[action]).contains(role)
        let isOwnDraft = proposal == .lowDraft || proposal == .highDraft
        if !legal.contains(action) {
          #expect(code == "illegal_transition", "\(ground) \(proposal) \(action) \(role)")
        } else if !may || (action == .withdraw && role == .program && !isOwnDraft) {
          #expect(code == "not_allowed", "\(ground) \(proposal) \(action) \(role)")
        } else {
          #expect(code == nil, "\(ground) \(proposal) \(action) \(role)")
        }
        if code != nil { #expect(trial.record == bench.record) }
      }
    }
  }

  @Test func `a refusal says what is legal`() throws {
    var bench = try LifecycleBench()
    do {
      try bench.release()
      Issue.record("a draft was released")
    } catch let fault as Fault {
      #expect(fault.code == "illegal_transition")
      #expect(fault.problem.contains("draft"))
      #expect(fault.remedy.contains("review"))
      #expect(fault.location?.file == "flash_flood-500199101000-1")
    }
  }

  @Test(arguments: 0..<40)
  func `whatever is tried in whatever order, the record is the sum of its events`(seed: Int) throws
  {
    var state = UInt64(seed) &* 0x9E37_79B9_7F4A_7C15 &+ 1
    func draw(_ count: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int((state >> 33) % UInt64(count))
    }
    var bench = try LifecycleBench(RiskLevel.warnings[draw(4)])
    let people = [LifecycleBench.ann, LifecycleBench.bo, LifecycleBench.chief, .program]
    var taken = 0
    for _ in 0..<200 {
      bench.minute += draw(12)
      var step = TransitionTableTests.step(
        WarningAction.allCases[draw(WarningAction.allCases.count)], on: bench)
      if case .prepare = step {
        step = LifecycleBench.draft(RiskLevel.allCases[draw(5)], at: bench.minute)
      }
      let author = people[draw(people.count)]
      if refusal({ try bench.take(step, by: author, after: 0) }) == nil { taken += 1 }
      let record = bench.record
      let rebuilt = try bench.life.replaying(
        bench.events, chain: record.chain, episode: record.episode)
      #expect(rebuilt == record)
      #expect(record.isOpen || record.proposal == nil)
      #expect(record.standing.map { $0.kind != .cancel } ?? true)
      let sents = record.issued.map(\.sent)
      #expect(sents == sents.sorted())
      for (index, message) in record.issued.enumerated() {
        #expect(message.references == record.issued.prefix(index).map(\.reference))
        if message.kind != .cancel { #expect(message.content.expires > message.sent) }
      }
    }
    #expect(taken > 0)
  }
}
