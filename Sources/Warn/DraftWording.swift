import Hydromet

/// The Chinese sentences of a draft. Every sentence is composed from fields in a fixed order and fixed
/// words, so that the text cannot disagree with the coded message.
struct DraftWording {
  let district: DistrictDescription
  let time: Timestamp

  /// `云溪区气象台发布山洪灾害气象风险橙色预警[II级/重大]`
  func headline(_ group: HazardGroup) -> String {
    "\(district.office)发布\(warning(group))[\(group.level.chineseGrade)]"
  }

  func description(_ group: HazardGroup) -> String {
    var sentences = facts(group)
    sentences.append(group.hazard.chineseDuty)
    sentences.append("本稿由系统根据实况降雨自动生成，为草稿，尚未签发，须经值班预报员审核。")
    return sentences.joined()
  }

  /// What is known, without what only the forecaster has to know.
  func facts(_ group: HazardGroup) -> [String] {
    var sentences = [opening(group)]
    if let leader = group.leader, let statement = mostRain(leader) { sentences.append(statement) }
    if group.members.count > 1 { sentences.append(everyBasis(group)) }
    sentences.append(dataNote(group))
    return sentences
  }

  /// `山洪灾害气象风险橙色预警`
  private func warning(_ group: HazardGroup) -> String {
    group.hazard.chineseWarningName + group.level.chineseName + group.hazard.chineseWarningKind
  }

  /// Who is at the level now, and for whom it is only held: the rain of those has fallen below it.
  private func opening(_ group: HazardGroup) -> String {
    let measure = group.hazard == .rainstorm ? "标准" : "阈值"
    var clauses: [String] = []
    if !group.reached.isEmpty {
      clauses.append("\(places(group.reached))实况降雨达到\(warning(group))\(measure)")
    }
    if !group.held.isEmpty {
      clauses.append(
        "\(places(group.held))此前达到\(warning(group))\(measure)，"
          + "目前实况降雨不足以定为\(group.level.chineseName)，等级按降级规则暂予维持")
    }
    return "截至\(BeijingTime.chinese(time))，" + clauses.joined(separator: "；") + "。"
  }

  private func places(_ members: [TownshipCase]) -> String {
    members.map(\.name).joined(separator: "、") + "（共\(members.count)个镇街）" + scope(members)
  }

  /// Where the rain fell that decides: in the townships, or in basins and at points that they have a
  /// part in. A basin's rain may have fallen beyond the township's border.
  private func scope(_ members: [TownshipCase]) -> String {
    let kinds = Set(members.compactMap { $0.leading?.unitKind })
    switch (kinds.contains(.basin), kinds.contains(.hazardPoint)) {
    case (true, true): return "所涉小流域或隐患点"
    case (true, false): return "所涉小流域"
    case (false, true): return "境内隐患点"
    case (false, false): return ""
    }
  }

  private func mostRain(_ leader: TownshipCase) -> String? {
    guard let unit = leader.leading, let evidence = unit.decisive, let depth = evidence.depth
    else { return nil }
    let threshold = evidence.threshold
    let bound = evidence.isLowerBound ? "至少达" : "达"
    let row = "阈值\(threshold.depth.shortText)毫米"
    let end =
      leader.isHeld ? "（\(threshold.level.chineseName)\(row)）。" : "超过阈值程度最大（\(row)）。"
    return "其中\(place(leader, unit))过去\(threshold.duration.chineseText)"
      + "\(statistic(unit, threshold.statistic))\(bound)\(depth.shortText)毫米"
      + (leader.isHeld ? "" : "，") + end
  }

  private func everyBasis(_ group: HazardGroup) -> String {
    let bases = group.members.map { member -> String in
      guard let unit = member.leading, let evidence = unit.decisive, let depth = evidence.depth
      else { return "\(member.name)依据不详" }
      let bound = evidence.isLowerBound ? "至少" : ""
      return "\(place(member, unit))\(evidence.threshold.duration.chineseText)"
        + "\(statistic(unit, evidence.threshold.statistic))\(bound)\(depth.shortText)毫米"
        + "（\(member.isHeld ? evidence.threshold.level.chineseName : "")阈值"
        + "\(evidence.threshold.depth.shortText)毫米\(member.isHeld ? "，维持" : "")）"
    }
    return "各镇街依据：\(bases.joined(separator: "；"))。"
  }

  private func dataNote(_ group: HazardGroup) -> String {
    var notes: [String] = []
    func note(_ cases: [TownshipCase], _ text: String) {
      guard !cases.isEmpty else { return }
      notes.append(cases.map(\.name).joined(separator: "、") + text)
    }
    note(group.uncertain, "资料不全，等级可能更高")
    note(group.unknown, "资料不足，不能判断")
    note(group.blind, "无资料覆盖，不能判断")
    guard !notes.isEmpty else { return "资料说明：本次判断所需资料完整。" }
    return "资料说明：\(notes.joined(separator: "；"))。"
  }

  /// `石角镇`, `石角镇所涉蒲河小流域`, `石角镇老街隐患点`
  private func place(_ member: TownshipCase, _ unit: UnitAssessment) -> String {
    let name = unit.name.isEmpty ? unit.unit : unit.name
    switch unit.unitKind {
    case .township: return member.name
    case .basin: return member.name + "所涉" + name + (name.hasSuffix("流域") ? "" : "小流域")
    case .hazardPoint:
      let isWhole = name.hasSuffix("点") || name.hasSuffix("区")
      return (name.hasPrefix(member.name) ? "" : member.name) + name + (isWhole ? "" : "隐患点")
    }
  }

  /// A point's areal rain is that of the basin it lies in, or of the township where it names none.
  private func statistic(_ unit: UnitAssessment, _ statistic: RainStatistic) -> String {
    let word = DraftWording.statistic(statistic)
    guard unit.unitKind == .hazardPoint, statistic != .cell else { return word }
    return (hasBasin(unit) ? "所在小流域" : "所在镇街") + word
  }

  func hasBasin(_ unit: UnitAssessment) -> Bool {
    district.hazardPoints.first { $0.id == unit.unit }?.basin != nil
  }

  static func statistic(_ statistic: RainStatistic) -> String {
    switch statistic {
    case .mean: "面雨量"
    case .maximumCell: "最大格点雨量"
    case .maximumGauge: "最大站点雨量"
    case .cell: "所在格点雨量"
    case .upstreamMean: "汇水区面雨量"
    }
  }
}
