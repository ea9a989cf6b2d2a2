public import Hydromet

/// A draft of a warning as a CAP 1.2 alert: status Draft, scope Restricted, Chinese and English.
///
/// Elements stand in the order of the schema. Times carry `+08:00` and never `Z`;
/// sent = effective = onset < expires, all from the data time, so that a replay gives the same bytes.
///
/// - Source: OASIS CAP 1.2 (2010); event codes of the national warning release system (12379).
public struct CAPMessage {
  public let draft: WarningDraft
  private let description: DistrictDescription
  private let areas: [CAPAreas.Area]
  private let evidence: [String]

  /// Name of the file for a draft, within the folder of the cycle.
  public static func fileName(of draft: WarningDraft) -> String { "cap/\(draft.identifier).xml" }

  init(
    _ draft: WarningDraft, description: DistrictDescription, areas: CAPAreas, index: ReportIndex
  ) {
    self.draft = draft
    self.description = description
    self.areas = draft.townshipCodes.compactMap { areas[$0] }
    evidence = draft.townshipCodes.compactMap { code in
      index.township(code).flatMap { CAPMessage.evidence(of: $0, hazard: draft.hazard) }
    }
  }

  var xml: [UInt8] {
    var xml = XMLText()
    xml.element("alert", namespace: "urn:oasis:names:tc:emergency:cap:1.2") { xml in
      xml.element("identifier", draft.identifier)
      xml.element("sender", String(draft.identifier.prefix { $0 != "_" }))
      xml.element("sent", BeijingTime.iso8601(draft.dataTime))
      xml.element("status", "Draft")
      xml.element("msgType", "Alert")
      xml.element("source", description.office)
      xml.element("scope", "Restricted")
      xml.element("restriction", "仅供值班预报员审核签发 for review and signature by a duty forecaster")
      xml.element("note", "自动生成的草稿，尚未签发，不得对外发布。Automatic draft, not signed, not for release.")
      info(&xml, isEnglish: false)
      info(&xml, isEnglish: true)
    }
    return xml.bytes
  }

  private func info(_ xml: inout XMLText, isEnglish: Bool) {
    let draft = draft
    let time = BeijingTime.iso8601(draft.dataTime)
    let profile = CAPProfile(hazard: draft.hazard, level: draft.level)
    let name = draft.hazard
    xml.element("info") { xml in
      xml.element("language", isEnglish ? "en-US" : "zh-CN")
      for category in profile.categories { xml.element("category", category) }
      xml.element(
        "event",
        isEnglish
          ? "\(name.englishWarningName) warning" : name.chineseWarningName + name.chineseWarningKind
      )
      xml.element("responseType", profile.responseType)
      xml.element("urgency", profile.urgency)
      xml.element("severity", profile.severity)
      xml.element("certainty", profile.certainty)
      xml.pair("eventCode", "12379", profile.eventCode)
      xml.element("effective", time)
      xml.element("onset", time)
      xml.element("expires", BeijingTime.iso8601(draft.expires))
      xml.element("senderName", isEnglish ? description.englishOffice : description.office)
      xml.element("headline", isEnglish ? draft.englishHeadline : draft.headline)
      xml.element("description", isEnglish ? draft.englishDescription : draft.description)
      xml.element("instruction", isEnglish ? draft.englishInstruction : draft.instruction)
      xml.pair("parameter", "level", draft.level.name)
      xml.pair("parameter", "basis", "observed_rain")
      xml.pair("parameter", "data_time", time)
      for line in evidence { xml.pair("parameter", "evidence", line) }
      for area in areas {
        xml.element("area") { xml in
          xml.element("areaDesc", isEnglish ? area.englishName : area.name)
          for polygon in area.polygons { xml.element("polygon", polygon) }
          xml.pair("geocode", "统计用区划代码", area.code)
        }
      }
    }
  }

  /// `500110101000,basin,B2,3h,mean,at_least,63.296,50.000`: township, unit, duration, statistic,
  /// depth and threshold in millimetres of what decides.
  private static func evidence(of township: TownshipAssessment, hazard: Hazard) -> String? {
    var best: UnitAssessment?
    for part in township.parts where part.hazard == hazard && part.decisive?.depth != nil {
      guard let current = best else {
        best = part
        continue
      }
      let left = (part.answer.level, part.decisive?.ratio ?? -1)
      let right = (current.answer.level, current.decisive?.ratio ?? -1)
      if left > right { best = part }
    }
    guard let best, let evidence = best.decisive, let depth = evidence.depth else { return nil }
    return [
      township.township, best.unitKind.rawValue, best.unit, evidence.threshold.duration.text,
      evidence.threshold.statistic.rawValue, evidence.isLowerBound ? "at_least" : "exact",
      depth.text, evidence.threshold.depth.text,
    ].joined(separator: ",")
  }
}

/// The coded words of CAP for a hazard and level whose basis is observed rain.
struct CAPProfile {
  let hazard: Hazard
  let level: RiskLevel

  /// What falls from the sky is Met; what the ground or the river makes of it is Geo too.
  var categories: [String] {
    switch hazard {
    case .rainstorm: ["Met"]
    case .flashFlood, .landslide, .river: ["Met", "Geo"]
    case .waterlogging: ["Met", "Safety"]
    }
  }

  /// - Source: event types of the 12379 system; 11B37 stands for the meteorological risk of geological
  ///   disasters, not for a landslide that happened (11D01).
  var eventCode: String {
    switch hazard {
    case .flashFlood: "11A51"
    case .landslide: "11B37"
    case .waterlogging: "11A02"
    case .river: "11A01"
    case .rainstorm: "11B03"
    }
  }

  /// Red to Extreme … blue to Minor, as redistributors of Chinese warnings map them.
  var severity: String {
    switch level {
    case .none: "Unknown"
    case .blue: "Minor"
    case .yellow: "Moderate"
    case .orange: "Severe"
    case .red: "Extreme"
    }
  }

  /// The rain has fallen: from orange on act now, below soon.
  var urgency: String { level >= .orange ? "Immediate" : "Expected" }

  /// Only the rain is observed; what follows from it is likely from yellow on (较大, 大, 很大) and
  /// possible at blue (可能).
  var certainty: String {
    if hazard == .rainstorm { return "Observed" }
    return level >= .yellow ? "Likely" : "Possible"
  }

  var responseType: String {
    switch (hazard, level) {
    case (_, .none), (_, .blue): "Monitor"
    case (.rainstorm, .red): "Shelter"
    case (.waterlogging, .orange), (.waterlogging, .red): "Avoid"
    case (_, .red): "Evacuate"
    case (_, .yellow), (_, .orange): "Prepare"
    }
  }
}

/// `drafts.json`: the drafts of a cycle in the order in which they were made.
enum DraftList {
  static func bytes(of drafts: [WarningDraft]) -> [UInt8] {
    JSONValue.object([
      "status": .text("draft"),
      "drafts": .list(
        drafts.map { draft in
          .object([
            "identifier": .text(draft.identifier), "hazard": .text(draft.hazard.rawValue),
            "level": .text(draft.level.name), "data_time": .text(draft.dataTime.iso8601),
            "expires": .text(draft.expires.iso8601), "cap": .text(CAPMessage.fileName(of: draft)),
            "townships": .list(draft.townshipCodes.map { .text($0) }),
            "headline": .text(draft.headline), "description": .text(draft.description),
            "instruction": .text(draft.instruction),
            "headline_en": .text(draft.englishHeadline),
            "description_en": .text(draft.englishDescription),
            "instruction_en": .text(draft.englishInstruction),
          ])
        }),
    ]).bytes
  }
}
