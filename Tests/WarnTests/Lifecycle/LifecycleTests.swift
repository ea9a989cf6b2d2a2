import Hydromet
import Testing
import Warn

@Suite struct LifecycleTests {
  @Test func `from draft to cancel every message names all that came before it`() throws {
    var bench = try LifecycleBench.released(.yellow)
    #expect(bench.record.status == .released)
    for (level, status) in [
      (RiskLevel.orange, WarningStatus.upgraded), (.red, .upgraded), (.yellow, .downgraded),
    ] {
      try bench.refresh(level)
      try bench.reviewAndSign()
      try bench.release()
      #expect(bench.record.status == status)
      #expect(bench.record.standing?.content.level == level)
    }
    try bench.refresh(.yellow)
    try bench.reviewAndSign()
    try bench.release()
    #expect(bench.record.status == .extended)
    try bench.cancel()
    #expect(bench.record.status == .cancelled)
    #expect(
      bench.record.issued.map(\.kind) == [
        .initial, .upgrade, .upgrade, .downgrade, .extend, .cancel,
      ])
    #expect(bench.record.issued.last?.references.count == 5)
    #expect(bench.events.allSatisfy { !$0.reason.isEmpty && !$0.author.name.isEmpty })
  }

  @Test func `an old draft is not signed over newer facts without being told`() throws {
    var bench = try LifecycleBench(.orange)
    try bench.refresh(.red)
    #expect(
      refusal {
        try bench.take(.sign(revision: 1, confirmsNewerFacts: false), by: LifecycleBench.ann)
      } == "stale_evidence")
    var told = bench
    try told.take(.sign(revision: 1, confirmsNewerFacts: true), by: LifecycleBench.ann)
    #expect(told.record.proposal?.signature?.confirmedNewerFacts == true)
    #expect(told.record.proposal?.standing?.content.level == .orange)
    try bench.take(.sign(revision: 2, confirmsNewerFacts: false), by: LifecycleBench.ann)
    #expect(bench.record.proposal?.standing?.content.level == .red)
  }

  @Test func `facts that end while a draft waits are newer facts too`() throws {
    var bench = try LifecycleBench(.orange)
    try bench.refresh(.none)
    #expect(
      refusal {
        try bench.take(.review(revision: 1, confirmsNewerFacts: false), by: LifecycleBench.ann)
      } == "stale_evidence")
  }

  @Test func `a reviewed draft whose level changes has to be reviewed again`() throws {
    var bench = try LifecycleBench(.yellow)
    try bench.take(.review(revision: 1, confirmsNewerFacts: false), by: LifecycleBench.ann)
    try bench.refresh(.yellow)
    #expect(bench.record.proposal?.stage == .reviewed)
    try bench.refresh(.orange)
    #expect(bench.record.proposal?.stage == .draft)
  }

  @Test func `a signed text is not changed by newer facts and its release tells of another level`()
    throws
  {
    var bench = try LifecycleBench(.orange)
    try bench.reviewAndSign()
    try bench.refresh(.red)
    #expect(bench.record.proposal?.stage == .signed)
    #expect(refusal { try bench.release() } == "stale_evidence")
    try bench.release(confirms: true)
    #expect(bench.record.standing?.content.level == .orange)
  }

  @Test func `reviewer and signer are two people, unless the district says otherwise`() throws {
    var bench = try LifecycleBench(.yellow)
    try bench.take(.review(revision: 1, confirmsNewerFacts: false), by: LifecycleBench.ann)
    #expect(
      refusal {
        try bench.take(.sign(revision: 1, confirmsNewerFacts: false), by: LifecycleBench.ann)
      } == "same_person")
    var single = try LifecycleBench(.yellow, policy: SigningPolicy(needsTwoPeople: false))
    try single.take(.sign(revision: 1, confirmsNewerFacts: false), by: LifecycleBench.ann)
    try single.release()
    #expect(single.record.reviewDue == nil)
  }

  @Test func `on the urgent path one person signs and another reviews within the stated time`()
    throws
  {
    var bench = try LifecycleBench(.red)
    try bench.take(.sign(revision: 1, confirmsNewerFacts: false), by: LifecycleBench.ann)
    let signed = bench.now
    try bench.release()
    #expect(bench.record.reviewDue == signed + 1800)
    #expect(
      refusal { try bench.take(.ratify, by: LifecycleBench.ann) } == "same_person")
    var late = bench
    try late.take(.overdue, by: .program, after: 30)
    #expect(late.record.isReviewOverdue)
    #expect(refusal { try late.take(.overdue, by: .program) } == "illegal_transition")
    try late.take(.ratify, by: LifecycleBench.bo)
    #expect(late.record.reviewDue == nil)
    try bench.take(.ratify, by: LifecycleBench.bo)
    #expect(refusal { try bench.take(.overdue, by: .program, after: 60) } == "illegal_transition")
  }

  @Test func `below the urgent level nobody signs alone`() throws {
    var bench = try LifecycleBench(.yellow)
    #expect(
      refusal {
        try bench.take(.sign(revision: 1, confirmsNewerFacts: false), by: LifecycleBench.ann)
      } == "illegal_transition")
  }

  @Test func `a message whose end lies before its release is refused`() throws {
    var bench = try LifecycleBench(.orange, hours: 1)
    try bench.reviewAndSign()
    bench.minute = 60
    #expect(refusal { try bench.release() } == "expired_content")
  }

  @Test func `a message may not hold for longer than the district allows`() throws {
    var bench = try LifecycleBench(.orange, hours: 25)
    try bench.reviewAndSign()
    #expect(refusal { try bench.release() } == "validity_too_long")
  }

  @Test func `a cancel goes to everybody who got the alert`() throws {
    var bench = try LifecycleBench.released()
    try bench.refresh(.red)
    try bench.reviewAndSign()
    #expect(refusal { try bench.release(audience: ["c1", "c3"]) } == "audience_left_out")
    try bench.release(audience: ["c3", "c1", "c2"])
    #expect(bench.record.audience == ["c1", "c2", "c3"])
    #expect(refusal { try bench.cancel(audience: ["c1", "c2"]) } == "audience_left_out")
    try bench.cancel(audience: ["c1", "c2", "c3"])
  }

  @Test func `after its end a record can only expire, and does so once`() throws {
    var bench = try LifecycleBench.released()
    bench.minute = 6 * 60
    #expect(bench.record.inForce(at: bench.now) == nil)
    #expect(bench.life.legalActions(on: bench.record, at: bench.now) == [.expire])
    #expect(refusal { try bench.cancel() } == "illegal_transition")
    try bench.take(.expire, by: .program)
    #expect(bench.record.status == .expired)
    #expect(refusal { try bench.take(.expire, by: .program) } == "illegal_transition")
  }

  @Test func `a clock that was set back does not put an event before the one before it`() throws {
    var bench = try LifecycleBench(.red)
    bench.minute = 30
    try bench.take(.review(revision: 1, confirmsNewerFacts: false), by: LifecycleBench.ann)
    bench.minute = 5
    try bench.take(.sign(revision: 1, confirmsNewerFacts: false), by: LifecycleBench.chief)
    #expect(bench.events.map(\.time) == bench.events.map(\.time).sorted())
  }

  @Test(arguments: [
    ("", "bad_reason"), ("   ", "bad_reason"), ("a\u{0}b", "bad_reason"),
    ("行一\n行二", "bad_reason"), ("\u{202E}解除", "bad_reason"),
    (String(repeating: "长", count: 501), "bad_reason"),
  ])
  func `a step without a readable reason is refused`(reason: String, code: String) throws {
    var bench = try LifecycleBench.released()
    #expect(
      refusal {
        try bench.take(
          .cancel(identifier: "x", audience: ["c1", "c2"]), by: LifecycleBench.chief,
          because: reason)
      } == code)
  }

  @Test func `telephone numbers in reasons are masked before anybody keeps them`() throws {
    var bench = try LifecycleBench.released()
    try bench.take(
      .cancel(identifier: "x", audience: ["c1", "c2"]), by: LifecycleBench.chief,
      because: "已电话告知13812345678，雨停")
    #expect(bench.events.last?.reason == "已电话告知*********78，雨停")
  }

  @Test func `the program drops only its own unreviewed drafts`() throws {
    var bench = try LifecycleBench(.orange)
    try bench.take(.review(revision: 1, confirmsNewerFacts: false), by: LifecycleBench.ann)
    #expect(refusal { try bench.take(.withdraw, by: .program) } == "not_allowed")
    var written = try LifecycleBench(.orange)
    try written.take(
      LifecycleBench.draft(.orange, at: 1), by: LifecycleBench.ann)
    #expect(refusal { try written.take(.withdraw, by: .program) } == "not_allowed")
  }

  @Test func `newer facts do not overwrite what a person wrote, but are told`() throws {
    var bench = try LifecycleBench(.orange)
    var content = LifecycleBench.content(.orange, from: 1)
    content.headline = "手写标题"
    try bench.take(
      .prepare(
        content: content, dataTime: bench.now, answer: .complete(.orange), lines: []),
      by: LifecycleBench.ann)
    try bench.refresh(.red)
    #expect(bench.record.proposal?.versions.last?.content.headline == "手写标题")
    #expect(bench.record.proposal?.newestEvidence.answer.level == .red)
    #expect(
      refusal {
        try bench.take(.sign(revision: 2, confirmsNewerFacts: false), by: LifecycleBench.ann)
      } == "stale_evidence")
  }
}
