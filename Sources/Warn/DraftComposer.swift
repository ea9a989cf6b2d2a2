public import Hydromet

/// Makes drafts of warnings from the assessments of one cycle: one draft for each hazard and level.
///
/// Pure: the same assessments give the same drafts, in the same order (highest level first, then the
/// order of `Hazard.allCases`), with the same identifiers. A draft is never sent; a forecaster signs it.
public struct DraftComposer: Sendable {
  private let district: DistrictDescription
  private let englishNames: [String: String]
  private let validity: TimeSpan?

  /// - Parameter validity: how long every draft holds; nil for the time of its hazard and level.
  /// - Throws: `district_code` where the district's id is not six digits: identifiers need it.
  public init(district: DistrictDescription, validity: TimeSpan? = nil) throws(Fault) {
    guard district.id.utf8.count == 6, district.id.utf8.allSatisfy({ (48...57).contains($0) })
    else {
      throw Fault(
        "district_code", at: .init("district.yaml", item: "id"),
        "id is \"\(district.id)\", expected the six digits of the administrative code",
        remedy: "write the code of GB/T 2260, for example 500110")
    }
    self.district = district
    self.validity = validity
    englishNames = Dictionary(
      district.townships.map { ($0.code, $0.englishName ?? $0.name) },
      uniquingKeysWith: { a, _ in a })
  }

  /// The drafts of a cycle.
  ///
  /// - Parameters:
  ///   - townships: the townships with all their parts; a township counts for a hazard with the
  ///     combined answer of its parts of that hazard.
  ///   - time: data time of the cycle.
  /// - Returns: no draft for level none, unknown or blind; these are named in the drafts' notes.
  public func drafts(for townships: [TownshipAssessment], at time: Timestamp) -> [WarningDraft] {
    let identifier = DraftIdentifier(districtCode: district.id, time: time)
    let wording = DraftWording(district: district, time: time)
    var drafts: [WarningDraft] = []
    for group in groups(of: townships) {
      let validity =
        validity ?? DraftComposer.validity(of: group.hazard, level: group.level)
      drafts.append(
        WarningDraft(
          identifier: identifier.text(draft: drafts.count), hazard: group.hazard,
          level: group.level, townshipCodes: group.members.map(\.code), dataTime: time,
          expires: time + validity.seconds, headline: wording.headline(group),
          description: wording.description(group),
          instruction: Instruction.chinese(group.hazard, group.level),
          englishHeadline: wording.englishHeadline(group),
          englishDescription: wording.englishDescription(group),
          englishInstruction: Instruction.english(group.hazard, group.level)))
    }
    return drafts
  }

  /// The content of a warning for each hazard that has a level in one township: what a forecaster would
  /// sign, without the remarks that stand in a draft for the forecaster alone.
  ///
  /// - Parameter time: data time of the cycle.
  public func contents(
    for township: TownshipAssessment, at time: Timestamp
  ) -> [Hazard: WarningContent] {
    let wording = DraftWording(district: district, time: time)
    var contents: [Hazard: WarningContent] = [:]
    for group in groups(of: [township]) {
      let validity = validity ?? DraftComposer.validity(of: group.hazard, level: group.level)
      contents[group.hazard] = WarningContent(
        level: group.level, basis: .observedRain, expires: time + validity.seconds,
        headline: wording.headline(group), description: wording.facts(group).joined(),
        instruction: Instruction.chinese(group.hazard, group.level),
        englishHeadline: wording.englishHeadline(group),
        englishDescription: wording.englishFacts(group).joined(separator: " "),
        englishInstruction: Instruction.english(group.hazard, group.level))
    }
    return contents
  }

  /// How long a draft holds if nobody renews it and the district states nothing else, at most 24 h.
  ///
  /// - Source: for `rainstorm` the periods of the signals (CMA Order 16: 12, 6, 3, 3 h). The others are
  ///   chosen here: about the time the water or the slope takes to answer to the rain.
  public static func validity(of hazard: Hazard, level: RiskLevel) -> TimeSpan {
    switch hazard {
    case .rainstorm:
      switch level {
      case .none, .blue: .hours(12)
      case .yellow: .hours(6)
      case .orange, .red: .hours(3)
      }
    case .flashFlood: .hours(6)
    case .waterlogging: .hours(3)
    case .river: .hours(12)
    case .landslide: .hours(24)
    }
  }

  /// Groups by hazard and level, highest level first.
  private func groups(of townships: [TownshipAssessment]) -> [HazardGroup] {
    let ordered = townships.sorted { $0.township < $1.township }
    let cases = Hazard.allCases.map { hazard in
      ordered.compactMap { township in
        TownshipCase(
          township, hazard: hazard, englishName: englishNames[township.township] ?? township.name)
      }
    }
    var groups: [HazardGroup] = []
    for level in RiskLevel.warnings.reversed() {
      for (hazard, all) in zip(Hazard.allCases, cases) {
        let members = all.filter { $0.answer.level == level }
        guard !members.isEmpty else { continue }
        groups.append(
          HazardGroup(
            hazard: hazard, level: level, members: members,
            unknown: all.filter { $0.answer.state == .unknown },
            blind: all.filter { $0.answer.state == .blind }))
      }
    }
    return groups
  }
}
