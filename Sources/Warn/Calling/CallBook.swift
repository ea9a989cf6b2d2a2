public import Hydromet

/// Everything by which an order becomes calls: people, plans, words and the names of places.
public struct CallBook: Sendable {
  public let directory: ContactDirectory
  public let wording: CallWording
  /// The whole district is a drill: nothing that it decides leaves this machine.
  public let isRehearsal: Bool
  private let usual: CallPlan
  private let byLevel: [RiskLevel: CallPlan]
  private let placeNames: [String: String]

  /// - Parameter placeNames: names of townships and hazard points by code or id.
  public init(
    directory: ContactDirectory, plan: CallPlan = .usual, plans: [RiskLevel: CallPlan] = [:],
    placeNames: [String: String] = [:], isChinese: Bool = true, isRehearsal: Bool = false
  ) {
    self.directory = directory
    usual = plan
    byLevel = plans
    self.placeNames = placeNames
    self.isRehearsal = isRehearsal
    wording = CallWording(isChinese: isChinese)
  }

  public func plan(for level: RiskLevel) -> CallPlan { byLevel[level] ?? usual }

  /// The name of a place, or its code where it has none here.
  public func name(of place: String) -> String {
    if let name = placeNames[place] { return name }
    if let township = ContactDirectory.township(ofVillage: place), let name = placeNames[township] {
      return "\(name)（\(place)）"
    }
    return place
  }

  public func openings(of order: CallOrder, at wall: Timestamp) -> [CallOpening] {
    directory.openings(of: order, plan: plan(for: order.level), at: wall)
  }

  /// The people on duty now for a chain that begins another round.
  public func ladder(
    place: String, person: String?, hazard: Hazard, level: RiskLevel, at wall: Timestamp
  ) -> [CallRung] {
    let plan = plan(for: level)
    if let person { return directory.ladder(plan, person: person, at: wall) }
    return directory.ladder(plan, place: place, hazard: hazard, level: level, at: wall)
  }
}
