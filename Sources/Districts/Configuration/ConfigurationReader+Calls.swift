import Hydromet
import Warn

extension ConfigurationReader {
  private static let planKeys = ["steps", "rounds", "pause", "tells", "spacing"]

  mutating func readCalls(_ value: Setting) -> CallSettings {
    var calls = CallSettings()
    let known = [
      "plan", "plans", "channels", "holidays", "workdays", "answer_address", "review", "rehearsal",
      "silence",
    ]
    for (key, setting) in settings.mapping(value, known: known) {
      switch key {
      case "plan": calls.plan = readPlan("default", setting) ?? calls.plan
      case "plans":
        for (name, plan) in settings.mapping(setting, known: RiskLevel.warnings.map(\.name)) {
          if let level = RiskLevel(name: name) { calls.plans[level] = readPlan(name, plan) }
        }
      case "channels": calls.channels = readChannels(setting)
      case "holidays": calls.roster.holidays = readDays(setting)
      case "workdays": calls.roster.workdays = readDays(setting)
      case "answer_address": calls.answerAddress = readAddress(setting)
      case "rehearsal": calls.isRehearsal = settings.text(setting) != "false"
      case "silence":
        calls.silence = setting.scalarText == "never" ? nil : settings.duration(setting)
      case "review": readReview(setting, into: &calls)
      default: break
      }
    }
    return calls
  }

  private mutating func readAddress(_ value: Setting) -> String? {
    guard let text = settings.text(value) else { return nil }
    let isPlain = text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }
    guard isPlain, text.hasPrefix("https://") || text.hasPrefix("http://") else {
      settings.note(
        "bad_address", value, "this is no address of a page",
        remedy: "write https://host or http://host:port")
      return nil
    }
    return text.hasSuffix("/") ? String(text.dropLast()) : text
  }

  private mutating func readReview(_ value: Setting, into calls: inout CallSettings) {
    guard let text = settings.text(value) else { return }
    let parts = text.split(separator: "-").compactMap { Int($0) }
    guard parts.count == 2, (1...12).contains(parts[0]), (1...28).contains(parts[1]) else {
      settings.note(
        "bad_date", value, "\"\(text)\" is no day of the year", remedy: "write \"04-20\"")
      return
    }
    calls.reviewMonth = parts[0]
    calls.reviewDay = parts[1]
  }

  private mutating func readDays(_ value: Setting) -> Set<Timestamp> {
    var days: Set<Timestamp> = []
    for setting in settings.list(value).prefix(1000) {
      guard let text = settings.text(setting) else { continue }
      guard text.utf8.count == 10,
        let day = Timestamp(iso8601: text, defaultOffsetSeconds: BeijingTime.offsetSeconds)
      else {
        settings.note(
          "bad_date", setting, "\"\(text)\" is no day of the calendar", remedy: "write 2026-10-01")
        continue
      }
      days.insert(day)
    }
    return days
  }

  private mutating func readPlan(_ name: String, _ value: Setting) -> CallPlan? {
    var plan = CallPlan.usual
    plan.name = name
    for (key, setting) in settings.mapping(value, known: ConfigurationReader.planKeys) {
      switch key {
      case "steps": plan.steps = settings.list(setting).prefix(100).map { readStep($0) }
      case "rounds": plan.rounds = settings.integer(setting, 0...1000) ?? plan.rounds
      case "pause": plan.pauseSeconds = settings.duration(setting)?.seconds ?? plan.pauseSeconds
      case "tells": plan.tells = settings.text(setting)
      case "spacing":
        plan.spacingSeconds =
          settings.duration(setting, allowsZero: true)?.seconds ?? plan.spacingSeconds
      default: break
      }
    }
    let faults = plan.faults(at: value.location)
    for fault in faults { settings.note(fault) }
    return faults.isEmpty ? plan : nil
  }

  private mutating func readStep(_ value: Setting) -> CallPlan.Step {
    var step = CallPlan.Step(who: .everybody)
    let known = ["who", "channels", "wait", "tries", "deputies"]
    for (key, setting) in settings.mapping(value, known: known) {
      switch key {
      case "who":
        guard let text = settings.text(setting) else { continue }
        step.who = text == "everybody" ? .everybody : Int(text).map { .order($0) } ?? .role(text)
      case "channels":
        step.channels = settings.list(setting).prefix(20).compactMap { settings.text($0) }
      case "wait": step.waitSeconds = settings.duration(setting)?.seconds ?? step.waitSeconds
      case "tries":
        if setting.scalarText == "until_answered" {
          step.tries = 0
        } else {
          step.tries = settings.integer(setting, 1...100) ?? step.tries
        }
      case "deputies": step.callsDeputies = settings.text(setting) != "false"
      default: break
      }
    }
    return step
  }

  // MARK: Channels

  private static let channelValues: [ChannelSettings.Kind: (needed: [String], more: [String])] = [
    .mail: (["url", "from"], ["user", "security"]),
    .webhook: (["url"], []),
    .http: (["url", "body"], ["type", "success"]),
    .mqtt: (["url", "topic"], ["user"]),
    .program: (["path"], []),
    .modem: (["device"], ["baud"]),
    .broadcast: (["folder"], []),
  ]

  private mutating func readChannels(_ value: Setting) -> [ChannelSettings] {
    let named = settings.mapping(value, known: nil)
    guard named.count <= 32 else {
      settings.note(
        "too_many_channels", value, "there are \(named.count) channels, at most 32 are served",
        remedy: "remove those that nobody has")
      return []
    }
    return named.compactMap { readChannel($0, $1) }
  }

  private mutating func readChannel(_ name: String, _ value: Setting) -> ChannelSettings? {
    let isPlain = name.utf8.allSatisfy {
      (97...122).contains($0) || (48...57).contains($0) || $0 == 45 || $0 == 95
    }
    if !isPlain || name.isEmpty || name.utf8.count > 40 || name == ContactDirectory.sheetChannel {
      settings.note(
        "bad_name", value, "\"\(name)\" is no name of a channel",
        remedy: "use small letters, digits, - and _; the name sheet is taken")
      return nil
    }
    let values = settings.mapping(value, known: nil)
    guard let kindSetting = values.first(where: { $0.key == "kind" })?.value,
      let kind = settings.choice(kindSetting, as: ChannelSettings.Kind.self),
      let keys = ConfigurationReader.channelValues[kind]
    else {
      settings.note(
        "missing_key", value, "the channel \(name) has no kind",
        remedy: "write kind: with one of "
          + ChannelSettings.Kind.allCases.map(\.rawValue).joined(separator: ", "))
      return nil
    }
    let common = [
      "kind", "secret_file", "secret_environment", "per_minute", "parallel", "time_limit",
      "headers", "arguments",
    ]
    var channel = ChannelSettings(name: name, kind: kind)
    let own = keys.needed + keys.more
    for (key, setting) in settings.mapping(value, known: common + own) {
      if own.contains(key) {
        channel.values[key] = settings.text(setting, limit: 4000)
      } else {
        readCommon(key, setting, into: &channel)
      }
    }
    for key in keys.needed where channel.values[key] == nil {
      settings.note(
        "missing_key", value, "the channel \(name) has no \(key)",
        remedy: "write \(key): below \(name):")
    }
    checkOpenSecrets(channel, value)
    return channel
  }

  private mutating func readCommon(
    _ key: String, _ setting: Setting, into channel: inout ChannelSettings
  ) {
    switch key {
    case "secret_file": channel.secret = settings.path(setting).map { .file($0) }
    case "secret_environment": channel.secret = settings.text(setting).map { .environment($0) }
    case "per_minute": channel.perMinute = settings.integer(setting, 1...100_000)
    case "parallel": channel.parallel = settings.integer(setting, 1...64) ?? channel.parallel
    case "time_limit": channel.timeLimit = settings.duration(setting) ?? channel.timeLimit
    case "headers":
      for (name, value) in settings.mapping(setting, known: nil) {
        channel.headers[name] = settings.text(value, limit: 1000)
      }
    case "arguments":
      channel.arguments = settings.list(setting).prefix(64).compactMap { settings.text($0) }
    default: break
    }
  }

  /// A password in an address would be in backups and logs.
  private mutating func checkOpenSecrets(_ channel: ChannelSettings, _ value: Setting) {
    guard let url = channel.values["url"], let scheme = url.firstIndex(of: ":") else { return }
    let rest = url[scheme...].dropFirst(3)
    let host = rest.prefix { $0 != "/" && $0 != "?" }
    guard host.contains("@") else { return }
    settings.note(
      "open_secret", value, "the address of the channel \(channel.name) holds a user or password",
      remedy: "write user: and secret_file: or secret_environment: instead")
  }
}
