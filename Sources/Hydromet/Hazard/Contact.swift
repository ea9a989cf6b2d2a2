/// Someone who is called: for which place, hazard and level, in which order, by which channels.
public struct Contact: Sendable, Hashable {
  /// One way to reach a person.
  public struct Way: Sendable, Hashable {
    /// `voice`, `sms`, `email`, …: the name of a channel of the district.
    public let channel: String
    public let address: Address

    public init(channel: String, address: Address) {
      self.channel = channel
      self.address = address
    }
  }

  /// What a person is called for.
  public enum List: String, Sendable, Hashable, Codable, CaseIterable {
    /// One of those who must act for a place: one answer among them closes the call.
    case duty
    /// Looks after one household that needs help (一对一): has to answer in person.
    case helper
    /// Is told and need not answer: households, schools, works.
    case household
  }

  /// When a person may be called.
  public enum Shift: String, Sendable, Hashable, Codable, CaseIterable {
    case any
    /// 08–20 Beijing time.
    case day
    /// 20–08.
    case night
    /// Saturday, Sunday and the holidays of the district, around the clock.
    case holiday
    /// The other days, around the clock.
    case workday
  }

  public let id: String
  public let name: String
  /// `mayor`, `duty`, `village_head`, … as the bureau calls its posts.
  public let role: String
  /// How the person is reached, the first first; never empty.
  public let ways: [Way]
  /// Township or village code, hazard point id or `*` for the district.
  public let place: String
  /// Nil where the contact is called for every hazard.
  public let hazard: Hazard?
  public let minimumLevel: RiskLevel
  public let order: Int
  /// Id of the contact who is called when this one does not answer.
  public let deputy: String?
  public var list = List.duty
  public var shift = Shift.any
  /// The household that a helper looks after; nil for everybody else.
  public var helps: String?
  /// First moment and end of the time in which the entry holds; nil where open.
  public var validFrom: Timestamp?
  public var validTo: Timestamp?
  /// Start of the day on which somebody last made sure that the entry is right; nil where nobody did.
  public var reviewed: Timestamp?

  public init(
    id: String, name: String, role: String, ways: [Way], place: String, hazard: Hazard?,
    minimumLevel: RiskLevel, order: Int, deputy: String?
  ) {
    self.id = id
    self.name = name
    self.role = role
    self.ways = ways
    self.place = place
    self.hazard = hazard
    self.minimumLevel = minimumLevel
    self.order = order
    self.deputy = deputy
  }

  /// Someone who is reached in one way.
  public init(
    id: String, name: String, role: String, address: String, channel: String, place: String,
    hazard: Hazard?, minimumLevel: RiskLevel, order: Int, deputy: String?
  ) {
    self.init(
      id: id, name: name, role: role, ways: [Way(channel: channel, address: Address(address))],
      place: place, hazard: hazard, minimumLevel: minimumLevel, order: order, deputy: deputy)
  }

  /// The channel that is tried first.
  public var channel: String { ways.first?.channel ?? "" }

  public func isValid(at moment: Timestamp) -> Bool {
    if let validFrom, moment < validFrom { return false }
    if let validTo, moment >= validTo { return false }
    return true
  }

  public func isCalled(for hazard: Hazard, level: RiskLevel) -> Bool {
    level >= minimumLevel && (self.hazard ?? hazard) == hazard
  }

  public func address(on channel: String) -> Address? {
    ways.first { $0.channel == channel }?.address
  }
}
