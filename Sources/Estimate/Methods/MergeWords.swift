/// Words for labels, bulletins and the command line.
extension MergeReason {
  public var englishText: String {
    switch self {
    case .noRadar: "no radar came"
    case .noGauges: "no gauge has the whole period"
    case .fewGauges: "fewer gauges with radar than the method needs"
    case .fewWetPairs: "too few wet pairs for a new mean-field bias"
    case .allGaugesDry: "all gauges are dry"
    case .gaugesInOnePlace: "all gauges stand in one or two places"
    case .stationsOutsideGrid: "some stations lie outside the grid"
    case .rowsUpsideDown:
      "the gauges fit the radar better with its rows upside down; nothing was turned"
    case .columnsReversed:
      "the gauges fit the radar better with its columns reversed; nothing was turned"
    case .turnUnclear:
      "the gauges fit the radar better turned round, and are too few to tell which way; nothing was turned"
    case .radarRefused: "the radar lies the wrong way round and was not used"
    case .radarDisagrees: "radar and gauges have little in common"
    case .biasCapped: "the mean-field bias was cut at its limit"
    }
  }

  public var chineseText: String {
    switch self {
    case .noRadar: "无雷达资料"
    case .noGauges: "无可用雨量站"
    case .fewGauges: "雷达覆盖内雨量站过少"
    case .fewWetPairs: "有雨样本过少，未更新平均场偏差"
    case .allGaugesDry: "雨量站均无雨"
    case .gaugesInOnePlace: "雨量站集中于一两处"
    case .stationsOutsideGrid: "部分站点在格网外"
    case .rowsUpsideDown: "雷达行序疑似颠倒（未作翻转）"
    case .columnsReversed: "雷达列序疑似颠倒（未作翻转）"
    case .turnUnclear: "雷达行序或列序疑似颠倒，站点过少，未能判定（未作翻转）"
    case .radarRefused: "雷达方位可疑，未参与融合"
    case .radarDisagrees: "雷达与雨量站严重不符"
    case .biasCapped: "平均场偏差已达上限"
    }
  }
}

extension MergeStatus {
  public var englishText: String {
    switch self {
    case .merged: "gauges and radar merged"
    case .gaugesOnly: "gauges only"
    case .lastBias: "radar with the last bias"
    case .unadjusted: "radar not adjusted"
    case .blind: "blind: neither gauges nor radar"
    }
  }

  public var chineseText: String {
    switch self {
    case .merged: "雨量站与雷达融合"
    case .gaugesOnly: "仅雨量站"
    case .lastBias: "雷达（沿用上次偏差）"
    case .unadjusted: "雷达（未订正）"
    case .blind: "无资料"
    }
  }
}

extension MergeMethod {
  public var chineseName: String {
    switch self {
    case .meanField: "平均场偏差"
    case .additive: "加法订正"
    case .multiplicative: "乘法订正"
    case .mixed: "混合订正"
    case .inverseDistance: "反距离权重"
    case .optimalInterpolation: "最优插值"
    case .kriging: "普通克里金"
    case .externalDrift: "雷达外漂移克里金"
    case .conditional: "条件融合"
    }
  }
}
