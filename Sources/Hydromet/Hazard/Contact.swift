/// Someone who is called: for which place, hazard and level, in which order, by which channel.
public struct Contact: Sendable, Hashable {
  public let id: String
  public let name: String
  /// `mayor`, `duty`, `village_head`, … as the bureau calls its posts.
  public let role: String
  /// Telephone number or address. A person: masked in logs and pages.
  public let address: String
  /// `voice`, `sms`, `email`, …
  public let channel: String
  /// Township code, hazard point id or `*` for the district.
  public let place: String
  /// Nil where the contact is called for every hazard.
  public let hazard: Hazard?
  public let minimumLevel: RiskLevel
  public let order: Int
  /// Id of the contact who is called when this one does not answer.
  public let deputy: String?

  public init(
    id: String, name: String, role: String, address: String, channel: String, place: String,
    hazard: Hazard?, minimumLevel: RiskLevel, order: Int, deputy: String?
  ) {
    self.id = id
    self.name = name
    self.role = role
    self.address = address
    self.channel = channel
    self.place = place
    self.hazard = hazard
    self.minimumLevel = minimumLevel
    self.order = order
    self.deputy = deputy
  }

  /// The address with all but its last two characters hidden.
  public var maskedAddress: String {
    String(repeating: "*", count: max(0, address.count - 2)) + address.suffix(2)
  }
}
