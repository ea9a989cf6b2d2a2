import Hydromet
import Testing
import Warn

@Suite("Drafts of warnings")
struct DraftComposerTests {
  let composer: DraftComposer

  init() throws {
    composer = try DraftComposer(district: SmallDistrict.district())
  }

  @Test("townships of one hazard and level share one draft, in administrative order")
  func grouping() throws {
    let drafts = composer.drafts(for: SmallDistrict.storm, at: SmallDistrict.time)
    let draft = try #require(drafts.first)
    #expect(drafts.count == 1)
    #expect(draft.townshipCodes == ["500199101000", "500199102000"])
    #expect(draft.hazard == .flashFlood && draft.level == .orange)
  }

  @Test("the headline has the official form, colour and bracket agree")
  func headline() throws {
    let draft = try #require(
      composer.drafts(for: SmallDistrict.storm, at: SmallDistrict.time).first)
    #expect(draft.headline == "云溪区气象台发布山洪灾害气象风险橙色预警[II级/重大]")
    #expect(
      draft.englishHeadline
        == "Yunxi District Weather Office: orange warning of flash flood risk [Level II/major]")
  }

  @Test("a lower bound is said to be at least, and depths are cut, not rounded")
  func lowerBound() throws {
    let draft = try #require(
      composer.drafts(for: SmallDistrict.storm, at: SmallDistrict.time).first)
    #expect(draft.description.hasPrefix("截至7月5日14时20分，石角镇、东溪镇（共2个镇街）所涉小流域实况降雨达到山洪灾害气象风险橙色预警阈值。"))
    #expect(draft.description.contains("东溪镇所涉蒲河小流域过去3小时面雨量至少达63.2毫米"))
    #expect(draft.description.contains("石角镇1小时面雨量41.0毫米（阈值40.0毫米）"))
    #expect(draft.englishDescription.contains("at least 63.2 mm"))
  }

  /// The basin of 石角镇 stands at orange although 32.3 mm are below the 50 mm that this takes.
  private var held: TownshipAssessment {
    let part = SmallDistrict.part(
      .basin, "B9", "蒲河", .flashFlood, .complete(.none),
      SmallDistrict.evidence(.flashFlood, level: .blue, hours: 1, threshold: 500, depth: 32_300))
    let shown = part.showing(
      .complete(.orange),
      held: HeldLevel(present: .complete(.none), since: SmallDistrict.time - 1800, until: nil))
    return SmallDistrict.township("500199103000", "三江镇", [shown])
  }

  @Test("a level that is only held is not said to be reached now")
  func heldLevel() throws {
    let alone = try #require(composer.drafts(for: [held], at: SmallDistrict.time).first)
    #expect(alone.level == .orange)
    #expect(
      alone.description.hasPrefix(
        "截至7月5日14时20分，三江镇（共1个镇街）所涉小流域此前达到山洪灾害气象风险橙色预警阈值，目前实况降雨不足以定为橙色，等级按降级规则暂予维持。"))
    #expect(alone.description.contains("过去1小时面雨量达32.3毫米（蓝色阈值50.0毫米）。"))
    #expect(!alone.description.contains("实况降雨达到") && !alone.description.contains("超过阈值"))
    #expect(
      alone.englishDescription.contains(
        "earlier; what is observed now does not, and the level is held"))
    #expect(!alone.englishDescription.contains("above its threshold"))
  }

  @Test("of townships at one level those that are only held are told apart, and lead nothing")
  func heldBesideReached() throws {
    let townships = SmallDistrict.storm.filter { $0.township != "500199103000" } + [held]
    let draft = try #require(composer.drafts(for: townships, at: SmallDistrict.time).first)
    #expect(draft.townshipCodes == ["500199101000", "500199102000", "500199103000"])
    #expect(
      draft.description.contains(
        "石角镇、东溪镇（共2个镇街）所涉小流域实况降雨达到山洪灾害气象风险橙色预警阈值；三江镇（共1个镇街）所涉小流域此前达到"))
    #expect(draft.description.contains("其中东溪镇所涉蒲河小流域过去3小时面雨量至少达63.2毫米，超过阈值程度最大"))
    #expect(draft.description.contains("三江镇所涉蒲河小流域1小时面雨量32.3毫米（蓝色阈值50.0毫米，维持）"))
  }

  @Test("townships nobody can judge are named as such and never as without risk")
  func incompleteness() throws {
    let draft = try #require(
      composer.drafts(for: SmallDistrict.storm, at: SmallDistrict.time).first)
    #expect(
      draft.description.contains("资料说明：东溪镇资料不全，等级可能更高；三江镇资料不足，不能判断；横山镇无资料覆盖，不能判断。"))
    #expect(!draft.description.contains("古桥街道"))
    #expect(draft.englishDescription.contains("Sanjiang: not enough data to judge"))
  }

  @Test("every draft says that it is automatic and unsigned")
  func unsigned() throws {
    for draft in composer.drafts(for: SmallDistrict.storm, at: SmallDistrict.time) {
      #expect(draft.description.contains("尚未签发，须经值班预报员审核"))
      #expect(draft.englishDescription.contains("not signed"))
    }
  }

  @Test("no level, no draft: none, unknown and blind alone make none")
  func quiet() {
    let quiet = SmallDistrict.storm.filter { $0.answer.level == .none }
    #expect(quiet.count == 3)
    #expect(composer.drafts(for: quiet, at: SmallDistrict.time).isEmpty)
  }

  @Test("the rain signal uses the wording of the signals")
  func rainstorm() throws {
    let red = SmallDistrict.township(
      "500199101000", "石角镇",
      [
        SmallDistrict.part(
          .township, "500199101000", "石角镇", .rainstorm, .complete(.red),
          SmallDistrict.evidence(.rainstorm, level: .red, hours: 3, threshold: 1000, depth: 102_340)
        )
      ])
    let draft = try #require(composer.drafts(for: [red], at: SmallDistrict.time).first)
    #expect(draft.headline == "云溪区气象台发布暴雨红色预警信号[I级/特别重大]")
    #expect(draft.description.contains("实况降雨达到暴雨红色预警信号标准"))
    #expect(draft.description.contains("由值班预报员判断"))
    #expect(draft.expires == SmallDistrict.time + 3 * 3600)
  }

  @Test(
    "a risk warning names the authority that signs with the bureau, the rain signal names none",
    arguments: [
      (Hazard.flashFlood, "水利（水务）部门"), (.landslide, "规划自然资源部门"),
      (.waterlogging, "住房城乡建设（排水）部门"), (.river, "水文机构"),
    ])
  func jointIssue(hazard: Hazard, authority: String) throws {
    func draft(_ hazard: Hazard) throws -> WarningDraft {
      let township = SmallDistrict.township(
        "500199101000", "石角镇",
        [SmallDistrict.part(.township, "500199101000", "石角镇", hazard, .complete(.red))])
      return try #require(composer.drafts(for: [township], at: SmallDistrict.time).first)
    }
    #expect(try draft(hazard).description.contains(authority))
    #expect(try draft(hazard).description.contains("联合签发"))
    #expect(try !draft(.rainstorm).description.contains("联合签发"))
  }

  @Test(
    "a point is named once with its township, and its areal rain as that of the area it lies in")
  func points() throws {
    let township = SmallDistrict.township(
      "500199101000", "石角镇",
      [
        SmallDistrict.part(
          .hazardPoint, "F1", "石角镇老街山洪风险区", .flashFlood, .complete(.orange),
          SmallDistrict.evidence(
            .flashFlood, level: .orange, hours: 3, threshold: 500, depth: 63_296))
      ])
    let draft = try #require(composer.drafts(for: [township], at: SmallDistrict.time).first)
    #expect(draft.description.contains("境内隐患点实况降雨达到"))
    #expect(draft.description.contains("其中石角镇老街山洪风险区过去3小时所在镇街面雨量达63.2毫米"))
  }

  @Test("identifiers have 31 characters and stay distinct beyond ten drafts")
  func identifiers() {
    let everything = Hazard.allCases.flatMap { hazard in
      RiskLevel.warnings.map { level in
        let code = "5001991\(padded(level.rawValue, 2))000"
        return SmallDistrict.township(
          code, "镇\(level.rawValue)",
          [SmallDistrict.part(.township, code, "镇", hazard, .complete(level))])
      }
    }
    let drafts = composer.drafts(for: everything, at: SmallDistrict.time)
    #expect(drafts.count == 20)
    #expect(Set(drafts.map(\.identifier)).count == 20)
    #expect(drafts.allSatisfy { $0.identifier.count == 31 })
    #expect(drafts.first?.identifier == "50019941600000_20260705142000_0")
    #expect(drafts.last?.identifier == "50019941600000_20260705142001_9")
    #expect(drafts.map(\.level) == drafts.map(\.level).sorted(by: >))
  }

  @Test(
    "every hazard and level has an instruction in both languages and holds at most a day",
    arguments: Hazard.allCases, RiskLevel.warnings)
  func instructions(hazard: Hazard, level: RiskLevel) throws {
    let township = SmallDistrict.township(
      "500199101000", "石角镇",
      [SmallDistrict.part(.township, "500199101000", "石角镇", hazard, .complete(level))])
    let draft = try #require(composer.drafts(for: [township], at: SmallDistrict.time).first)
    #expect(!draft.instruction.isEmpty && !draft.englishInstruction.isEmpty)
    #expect(draft.expires > draft.dataTime)
    #expect(draft.expires <= draft.dataTime + 86_400)
  }

  @Test("the validity that the district states holds for every draft")
  func statedValidity() throws {
    let composer = try DraftComposer(district: SmallDistrict.district(), validity: .hours(2))
    let drafts = composer.drafts(for: SmallDistrict.storm, at: SmallDistrict.time)
    #expect(!drafts.isEmpty)
    #expect(drafts.allSatisfy { $0.expires == SmallDistrict.time + 2 * 3600 })
  }

  @Test("the order in which townships arrive does not change the drafts")
  func order() {
    let forward = composer.drafts(for: SmallDistrict.storm, at: SmallDistrict.time)
    let backward = composer.drafts(for: SmallDistrict.storm.reversed(), at: SmallDistrict.time)
    #expect(forward == backward)
  }

  @Test(
    "a district without a six-digit code is refused with a remedy",
    arguments: ["", "50011", "50011a"])
  func districtCode(id: String) throws {
    let fault = try #require(throws: Fault.self) {
      _ = try DraftComposer(district: SmallDistrict.district(id: id))
    }
    #expect(fault.code == "district_code")
  }
}
