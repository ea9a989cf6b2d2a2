import Hydromet

/// The same sentences in English.
extension DraftWording {
  /// `Yunxi District Weather Office: orange warning of flash flood risk [Level II/major]`
  func englishHeadline(_ group: HazardGroup) -> String {
    "\(district.englishOffice): \(englishWarning(group)) [\(group.level.englishGrade)]"
  }

  func englishDescription(_ group: HazardGroup) -> String {
    var sentences = [englishOpening(group)]
    if let leader = group.leader, let statement = englishMostRain(leader) {
      sentences.append(statement)
    }
    if group.members.count > 1 { sentences.append(englishBases(group)) }
    sentences.append(englishDataNote(group))
    if group.hazard == .rainstorm {
      sentences.append(
        "The signal also asks that the rain may continue; the duty forecaster judges that.")
    }
    sentences.append(
      "Draft made automatically from observed rain, not signed; a duty forecaster must review it.")
    return sentences.joined(separator: " ")
  }

  private func englishWarning(_ group: HazardGroup) -> String {
    let kind = group.hazard == .rainstorm ? "warning signal" : "warning"
    return "\(group.level.name) \(kind) of \(group.hazard.englishWarningName)"
  }

  private func englishOpening(_ group: HazardGroup) -> String {
    let places = group.members.map(\.englishName).joined(separator: ", ")
    let count = group.members.count == 1 ? "1 township" : "\(group.members.count) townships"
    return "By \(BeijingTime.numeric(time)) Beijing time the observed rain in \(places) (\(count)) "
      + "reached the \(group.level.name) threshold of \(group.hazard.englishWarningName)."
  }

  private func englishMostRain(_ leader: TownshipCase) -> String? {
    guard let unit = leader.leading, let evidence = unit.decisive, let depth = evidence.depth
    else { return nil }
    let threshold = evidence.threshold
    let bound = evidence.isLowerBound ? "at least " : ""
    return "Furthest above its threshold: \(englishPlace(leader, unit)), "
      + "\(DraftWording.englishStatistic(threshold.statistic)) over the past "
      + "\(threshold.duration.text) \(bound)\(depth.shortText) mm "
      + "(threshold \(threshold.depth.shortText) mm)."
  }

  private func englishBases(_ group: HazardGroup) -> String {
    let bases = group.members.map { member -> String in
      guard let unit = member.leading, let evidence = unit.decisive, let depth = evidence.depth
      else { return "\(member.englishName): not stated" }
      let bound = evidence.isLowerBound ? "at least " : ""
      return "\(englishPlace(member, unit)): "
        + "\(DraftWording.englishStatistic(evidence.threshold.statistic)) over "
        + "\(evidence.threshold.duration.text) \(bound)\(depth.shortText) mm "
        + "(threshold \(evidence.threshold.depth.shortText) mm)"
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

  static func englishStatistic(_ statistic: RainStatistic) -> String {
    switch statistic {
    case .mean: "areal mean rain"
    case .maximumCell: "rain of the largest cell"
    case .maximumGauge: "rain of the largest gauge"
    case .cell: "rain of the cell at the point"
    }
  }
}
