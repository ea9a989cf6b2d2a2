public import Hydromet

/// What `district.yaml` says about warnings: who signs, when the alarm goes out, with which key messages
/// are signed.
public struct WarningSettings: Sendable, Hashable {
  public enum Signer: String, Sendable, Hashable, CaseIterable {
    case forecaster
    case chief
  }

  public enum Level: String, Sendable, Hashable, CaseIterable {
    case blue, yellow, orange, red, never

    /// Nil for `never`.
    public var riskLevel: RiskLevel? { RiskLevel(name: rawValue) }
  }

  /// The lowest post that signs and cancels.
  public var signer = Signer.forecaster
  /// Review and signature come from two people.
  public var needsTwoPeople = true
  /// The level from which one person alone may sign.
  public var urgentFrom = Level.orange
  /// The time within which a second person reviews what was signed alone.
  public var reviewWithin = TimeSpan.minutes(30)
  /// A lower level is proposed after it has stayed lower for this long.
  public var lowerAfter = TimeSpan.minutes(60)
  /// An extension is proposed this long before the end.
  public var renewBefore = TimeSpan.minutes(30)
  /// The alarm on observed rain begins at this level.
  public var alarmFrom = Level.blue
  /// An episode of rain is over when no threshold was reached for this long.
  public var episodeGap = TimeSpan.hours(3)
  /// Data older than this make no alarm.
  public var oldestAlarmData = TimeSpan.minutes(30)
  /// Private key that signs CAP, PEM, relative to the district's folder; nil for unsigned messages.
  public var signingKey: String?
  /// Its certificate, PEM.
  public var certificate: String?

  public init() {}
}

extension ConfigurationReader {
  /// `warning:` with everything below it.
  mutating func readWarning(_ value: Setting, into read: inout DistrictConfiguration) {
    let known = [
      "validity", "signing", "lower_after", "renew_before", "alarm", "signing_key", "certificate",
    ]
    for (key, setting) in settings.mapping(value, known: known) {
      switch key {
      case "validity": read.warningValidity = settings.duration(setting) ?? read.warningValidity
      case "lower_after":
        read.warning.lowerAfter =
          settings.duration(setting, allowsZero: true) ?? read.warning.lowerAfter
      case "renew_before":
        read.warning.renewBefore =
          settings.duration(setting, allowsZero: true) ?? read.warning.renewBefore
      case "signing": readSigning(setting, into: &read.warning)
      case "alarm": readAlarm(setting, into: &read.warning)
      case "signing_key": read.warning.signingKey = settings.path(setting)
      case "certificate": read.warning.certificate = settings.path(setting)
      default: break
      }
    }
  }

  private mutating func readSigning(_ value: Setting, into warning: inout WarningSettings) {
    let known = ["signer", "two_people", "urgent_from", "review_within"]
    for (key, setting) in settings.mapping(value, known: known) {
      switch key {
      case "signer":
        warning.signer = settings.choice(setting, as: WarningSettings.Signer.self) ?? warning.signer
      case "two_people":
        if let answer = settings.choice(setting, as: YesOrNo.self) {
          warning.needsTwoPeople = answer == .yes
        }
      case "urgent_from":
        warning.urgentFrom =
          settings.choice(setting, as: WarningSettings.Level.self) ?? warning.urgentFrom
      case "review_within":
        warning.reviewWithin = settings.duration(setting) ?? warning.reviewWithin
      default: break
      }
    }
  }

  private mutating func readAlarm(_ value: Setting, into warning: inout WarningSettings) {
    for (key, setting) in settings.mapping(value, known: ["from", "episode_gap", "oldest_data"]) {
      switch key {
      case "from":
        warning.alarmFrom =
          settings.choice(setting, as: WarningSettings.Level.self) ?? warning.alarmFrom
      case "episode_gap": warning.episodeGap = settings.duration(setting) ?? warning.episodeGap
      case "oldest_data":
        warning.oldestAlarmData = settings.duration(setting) ?? warning.oldestAlarmData
      default: break
      }
    }
  }
}

enum YesOrNo: String, CaseIterable {
  case yes, no
}
