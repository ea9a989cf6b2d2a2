import Hydromet

/// The same sentences in English.
extension DraftWording {
  /// `Yunxi District Weather Office: orange warning of flash flood risk [Level II/major]`
  func englishHeadline(_ group: HazardGroup) -> String {
    "\(district.englishOffice): \(englishWarning(group)) [\(group.level.englishGrade)]"
  }

  func englishDescription(_ group: HazardGroup) -> String {
    var sentences = englishFacts(group)
    sentences.append(group.hazard.englishDuty)
    sentences.append(
      "Draft made automatically from observed rain, not signed; a duty forecaster must review it.")
    return sentences.joined(separator: " ")
  }

  func englishFacts(_ group: HazardGroup) -> [String] {
    var sentences = [englishOpening(group)]
    if let leader = group.leader, let statement = englishMostRain(leader) {
      sentences.append(statement)
    }
    if group.members.count > 1 { sentences.append(englishBases(group)) }
    sentences.append(englishDataNote(group))
    return sentences
  }

  private func englishWarning(_ group: HazardGroup) -> String {
    let kind = group.hazard == .rainstorm ? "warning signal" : "warning"
    return "\(group.level.name) \(kind) of \(group.hazard.englishWarningName)"
  }

  private func englishOpening(_ group: HazardGroup) -> String {
    let threshold = "the \(group.level.name) threshold of \(group.hazard.englishWarningName)"
    var clauses: [String] = []
    if !group.reached.isEmpty {
      clauses.append("the observed rain \(englishPlaces(group.reached)) reached \(threshold)")
    }
    if !group.held.isEmpty {
      clauses.append(
        "the observed rain \(englishPlaces(group.held)) reached \(threshold) earlier; "
          + "what is observed now does not, and the level is held for the time being")
    }
    return "By \(BeijingTime.numeric(time)) Beijing time " + clauses.joined(separator: "; ") + "."
  }

  private func englishPlaces(_ members: [TownshipCase]) -> String {
    let count = members.count == 1 ? "1 township" : "\(members.count) townships"
    return
      "\(englishScope(members)) \(members.map(\.englishName).joined(separator: ", ")) (\(count))"
  }

  private func englishScope(_ members: [TownshipCase]) -> String {
    let kinds = Set(members.compactMap { $0.leading?.unitKind })
    switch (kinds.contains(.basin), kinds.contains(.hazardPoint)) {
    case (true, true): return "over small basins or at hazard points of"
    case (true, false): return "over small basins of"
    case (false, true): return "at hazard points of"
    case (false, false): return "in"
    }
  }

  private func englishMostRain(_ leader: TownshipCase) -> String? {
    guard let unit = leader.leading, let evidence = unit.decisive, let depth = evidence.depth
    else { return nil }
    let threshold = evidence.threshold
    let bound = evidence.isLowerBound ? "at least " : ""
    let opening = leader.isHeld ? "Now" : "Furthest above its threshold"
    let level = leader.isHeld ? "\(threshold.level.name) " : ""
    return "\(opening): \(englishPlace(leader, unit)), "
      + "\(englishStatistic(unit, threshold.statistic)) over the past "
      + "\(threshold.duration.text) \(bound)\(depth.shortText) mm "
      + "(\(level)threshold \(threshold.depth.shortText) mm)."
  }

  private func englishBases(_ group: HazardGroup) -> String {
    let bases = group.members.map { member -> String in
      guard let unit = member.leading, let evidence = unit.decisive, let depth = evidence.depth
      else { return "\(member.englishName): not stated" }
      let bound = evidence.isLowerBound ? "at least " : ""
      return "\(englishPlace(member, unit)): "
        + "\(englishStatistic(unit, evidence.threshold.statistic)) over "
        + "\(evidence.threshold.duration.text) \(bound)\(depth.shortText) mm "
        + "(\(member.isHeld ? "held; \(evidence.threshold.level.name) " : "")threshold "
        + "\(evidence.threshold.depth.shortText) mm)"
    }
    return "Basis by township: \(bases.joined(separator: "; "))."
  }

  private func englishDataNote(_ group: HazardGroup) -> String {
    var notes: [String] = []
    func note(_ cases: [TownshipCase], _ text: String) {
      guard !cases.isEmpty else { return }
      notes.append(cases.map(\.englishName).joined(separator: ", ") + ": " + text)
    }
    note(group.uncertain, "incomplete data, the level may be higher")
    note(group.unknown, "not enough data to judge")
    note(group.blind, "outside the coverage of every feed, cannot be judged")
    guard !notes.isEmpty else { return "Data: complete for this judgement." }
    return "Data: \(notes.joined(separator: "; "))."
  }

  private func englishPlace(_ member: TownshipCase, _ unit: UnitAssessment) -> String {
    let name = unit.name.isEmpty ? unit.unit : unit.name
    switch unit.unitKind {
    case .township: return member.englishName
    case .basin: return "\(member.englishName) (basin \(name))"
    case .hazardPoint: return "\(member.englishName) (hazard point \(name))"
    }
  }

  private func englishStatistic(_ unit: UnitAssessment, _ statistic: RainStatistic) -> String {
    let words = DraftWording.englishStatistic(statistic)
    guard unit.unitKind == .hazardPoint, statistic != .cell else { return words }
    return words + (hasBasin(unit) ? " of its basin" : " of its township")
  }

  static func englishStatistic(_ statistic: RainStatistic) -> String {
    switch statistic {
    case .mean: "areal mean rain"
    case .maximumCell: "rain of the largest cell"
    case .maximumGauge: "rain of the largest gauge"
    case .cell: "rain of the cell at the point"
    case .upstreamMean: "mean rain over all the area upstream"
    }
  }
}
