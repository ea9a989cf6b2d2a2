import Hydromet

/// How a threshold came about, in words.
extension ExplanationWriter {
  /// What the level means to people, what is expected, and what is held.
  mutating func writeWords(of part: UnitAssessment) {
    if let action = part.action {
      add("  行动 action     \(action.chineseName) \(action.englishName)")
    }
    if let expected = part.expected {
      let lead = expected.lead.map { ", \($0.text) ahead" } ?? ""
      let issue = expected.issued.map { ", issued \($0.iso8601)" } ?? ""
      let state = expected.isComplete ? "" : " or more (the forecast does not cover every window)"
      add(
        "  预计 expected   \(expected.level.name)\(state)\(lead): \(expected.fallen?.text ?? "-") mm fallen and \(expected.expected?.text ?? "-") mm expected\(issue)"
      )
      if let row = expected.decisive?.threshold {
        add(
          "                  of \(row.depth.text) mm in \(row.duration.text), \(row.level.name)")
      }
    } else {
      add("  预计 expected   仅实况 observed only: no forecast of rain is there")
    }
    if let held = part.held {
      let until = held.until.map { ", until \($0.iso8601) if nothing changes" } ?? ""
      add(
        "  保持 held       since \(held.since.iso8601)\(until); the rain alone says \(held.present.name)"
      )
    }
  }

  /// From the number that was compared back to the lines that people wrote.
  mutating func writeDerivation(_ evidence: Evidence) {
    if let derivation = evidence.derivation {
      let lines = derivation.lines.map { String($0) }.joined(separator: ", ")
      add(
        "  土壤 soil       \(words(of: derivation.basis)): \(derivation.stated.shortText) mm, from lines \(lines)"
      )
      if let factor = derivation.factor {
        add(
          "  系数 factor     x \(factor.text) (line \(factor.line)): \(factor.reason), \(factor.author), until \(factor.effectiveTo.iso8601)"
        )
      }
    }
    guard let whole = evidence.rule else { return }
    add("  规则 rule       \(whole.rule.id) \(whole.rule.name): \(whole.rule.condition.chineseText)")
    add("                  \(whole.rule.condition.englishText)")
    for test in whole.tests {
      let result =
        switch test.verdict {
        case .reached: "成立 reached"
        case .notReached: "不成立 not reached"
        case .unknown: "未知 not known"
        }
      add(
        "                  - \(test.condition.englishText): \(test.depth?.text ?? "no data") of \(test.threshold?.text ?? "-") mm, \(result)"
      )
    }
  }

  private func number(_ millimetres: Double) -> String {
    Depth(millimetres: millimetres)?.text ?? "-"
  }

  /// Cut, so that 100 % means all.
  private func percent(_ share: Double) -> String {
    let tenths = Int((min(max(share, 0), 1) * 1000 + 1e-9).rounded(.down))
    return "\(tenths / 10).\(tenths % 10) %"
  }

  private func words(of basis: ThresholdDerivation.Basis) -> String {
    switch basis {
    case .row: "as the row stands"
    case .soil(let saturation):
      "时段前 Pa/Wm = \(Depth(millimetres: saturation)?.text ?? "-") when the window began, straight between the rows"
    case .wettest: "土壤状态未知，按较湿计 soil not known, the wettest row counts"
    case .triggeringIndex(let rain, _, let known) where known >= 1:
      "有效雨量 \(number(rain)) mm：达到驱动指标所需1小时雨量 the hour that reaches the index with \(number(rain)) mm of effective rain"
    case .triggeringIndex(let rain, let most, let known):
      "有效雨量至少 \(number(rain)) mm、至多 \(number(most)) mm（按权重已知 \(percent(known))） the hour that reaches the index with at least \(number(rain)) mm of effective rain; it is at most \(number(most)) mm, \(percent(known)) of it known by weight"
    case .soilRainLine(let index, let isLowerBound):
      "土壤水分指数\(isLowerBound ? "至少" : "") \(number(index)) mm 对应的临界线 the line at a soil water index of \(isLowerBound ? "at least " : "")\(number(index)) mm"
    case .guidance: "山洪指导值 from the harmful flow and the present state of the basin"
    }
  }
}
