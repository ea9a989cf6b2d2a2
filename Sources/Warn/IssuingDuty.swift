import Hydromet

/// What stands between a draft and its release, by hazard: who judges and who signs together. A rain
/// signal belongs to the meteorological service alone; risk warnings are joint products, and warnings
/// of river stages belong to the hydrological service.
///
/// - Source: CMA Order 16 (2007) for the signal; joint issue of flash-flood and geological-hazard risk
///   warnings as in the published practice of the ministries and of local governments.
extension Hazard {
  var chineseDuty: String {
    switch self {
    case .rainstorm: "预警信号标准还要求“降雨可能持续”，由值班预报员判断。"
    case .flashFlood: "发布前须与水利（水务）部门会商，按当地规定联合签发。"
    case .landslide: "发布前须与规划自然资源部门会商，按当地规定联合签发。"
    case .waterlogging: "发布前须与住房城乡建设（排水）部门会商，按当地规定联合签发。"
    case .river: "发布前须与水利（水务）部门会商，按当地规定联合签发；洪水预警由水文机构发布。"
    }
  }

  var englishDuty: String {
    switch self {
    case .rainstorm:
      "The signal also asks that the rain may continue; the duty forecaster judges that."
    case .flashFlood:
      "Before release it is agreed with the water authority and signed jointly as local rules ask."
    case .landslide:
      "Before release it is agreed with the authority for natural resources and signed jointly as "
        + "local rules ask."
    case .waterlogging:
      "Before release it is agreed with the authority for urban drainage and signed jointly as local "
        + "rules ask."
    case .river:
      "Before release it is agreed with the water authority and signed jointly as local rules ask; "
        + "flood warnings are issued by the hydrological service."
    }
  }
}
