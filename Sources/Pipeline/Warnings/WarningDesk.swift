import Archive
import Districts
public import Hydromet
public import Publish
public import Warn

/// The desk at which warnings are made: keeps the drafts in step with the cycles, raises the alarm on
/// observed rain, and takes the steps that people order. Every step is one transaction of the ledger, so
/// that a command, the service and the console can work side by side.
public final class WarningDesk: Sendable {
  public let life: WarningLifecycle
  public let messages: WarningMessages
  let ledger: Ledger
  let district: District
  let clock: any Clock
  let folder: WarningFolder
  let keeper: DraftKeeper
  let alarms: RainAlarmRules
  let alarmText: RainAlarmText

  public init(_ workspace: Workspace, clock: any Clock = SystemClock()) throws(Fault) {
    district = workspace.district
    ledger = workspace.ledger
    self.clock = clock
    let settings = district.configuration.warning
    let description = district.description
    let policy = WarningDesk.policy(of: district)
    life = WarningLifecycle(
      policy: policy, sender: MessageIdentifier.sender(ofDistrict: description.id))
    let composer = try DraftComposer(
      district: description, validity: district.configuration.warningValidity)
    keeper = DraftKeeper(composer: composer, policy: policy)
    alarms = WarningDesk.alarmRules(of: district)
    alarmText = RainAlarmText(description)
    var signer: XMLSigner?
    if let key = settings.signingKey {
      signer = try XMLSigner(
        keyFile: workspace.path(key), certificateFile: settings.certificate.map(workspace.path))
    }
    messages = WarningMessages(description, signer: signer)
    folder = WarningFolder("\(workspace.productsFolder)/warnings")
  }

  /// Who has to agree, as the district says.
  static func policy(of district: District) -> SigningPolicy {
    let settings = district.configuration.warning
    return SigningPolicy(
      signer: settings.signer == .chief ? .chief : .forecaster,
      needsTwoPeople: settings.needsTwoPeople, urgentFrom: settings.urgentFrom.riskLevel,
      reviewWithin: settings.reviewWithin, lowerAfter: settings.lowerAfter,
      renewBefore: settings.renewBefore)
  }

  /// When the alarm goes out, as the district says.
  static func alarmRules(of district: District) -> RainAlarmRules {
    let settings = district.configuration.warning
    return RainAlarmRules(
      episodeGap: settings.episodeGap, oldestData: settings.oldestAlarmData,
      fromLevel: settings.alarmFrom.riskLevel)
  }

  /// Writes what was released into the products: `warnings/cap/…`, the feeds and the map of what holds.
  public func publish() throws(Fault) {
    let now = clock.now
    let records = try ledger.warnings(changedIn: Period(end: now + 86_400, seconds: 8 * 86_400))
    try folder.write(records, from: ledger, messages: messages, now: now)
  }
}
