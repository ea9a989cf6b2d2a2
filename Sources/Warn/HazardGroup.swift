import Hydromet

/// One township in the light of one hazard: the part of its assessment that a draft speaks of.
struct TownshipCase {
  let code: String
  let name: String
  let englishName: String
  let answer: RiskAnswer
  /// The unit that speaks for the level, as `UnitAssessment.leading` chooses it.
  let leading: UnitAssessment?

  /// - Returns: nil where nothing in the township is judged for the hazard.
  init?(_ township: TownshipAssessment, hazard: Hazard, englishName: String) {
    let parts = township.parts.filter { $0.hazard == hazard }
    guard let answer = RiskAnswer.combined(parts.map(\.answer)) else { return nil }
    code = township.township
    name = township.name
    self.englishName = englishName
    self.answer = answer
    leading = UnitAssessment.leading(
      parts.filter { $0.answer.level == answer.level && $0.decisive != nil })
  }

  /// Whether the level stood before and is kept: the present rain alone says a lower one.
  var isHeld: Bool { leading?.held != nil }
}

/// The townships that share one draft, and those nobody can judge for the same hazard.
struct HazardGroup {
  let hazard: Hazard
  let level: RiskLevel
  /// In the order of the administrative codes.
  let members: [TownshipCase]
  /// Judged for the hazard but without enough data, in the order of the administrative codes.
  let unknown: [TownshipCase]
  /// Outside every feed's coverage, in the order of the administrative codes.
  let blind: [TownshipCase]

  /// Members whose rain is at the level now.
  var reached: [TownshipCase] { members.filter { !$0.isHeld } }
  /// Members whose level is held.
  var held: [TownshipCase] { members.filter(\.isHeld) }

  /// The case with the largest ratio, of those whose rain is at the level now where there are such; of
  /// equal ones the first in administrative order.
  var leader: TownshipCase? {
    var best: TownshipCase?
    for member in reached.isEmpty ? members : reached {
      let ratio = member.leading?.decisive?.ratio ?? -1
      if best == nil || ratio > (best?.leading?.decisive?.ratio ?? -1) { best = member }
    }
    return best
  }

  /// Members whose level is certain only downwards: it may be higher still.
  var uncertain: [TownshipCase] { members.filter { $0.answer.state == .atLeast } }
}
