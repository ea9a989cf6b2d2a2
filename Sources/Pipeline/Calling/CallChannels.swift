import Archive
public import Calls
public import Districts
import Foundation
import Glibc
public import Hydromet
import Transport
public import Warn

/// What a district needs to call: book, channels, limits and the key of answer links.
public struct CallOffice: Sendable {
  public let book: CallBook
  public let switchboard: CallSwitchboard
  public let limits: [String: CallLimit]
  /// How long a channel may take, seconds, by its name.
  public let timeLimits: [String: Double]
  public let token: CallToken
  public let answerAddress: String?
  let sheet: SheetChannel
  let modems: [ModemChannel]
  /// Channels that cannot be used, with the reason.
  public let troubles: [Fault]

  /// - Parameter folder: of the district's state: keys, call sheets and rehearsals lie in `calls` below it.
  public init(
    _ district: District, stateFolder: String, now: @escaping @Sendable () -> Timestamp
  ) throws(Fault) {
    let settings = district.configuration.calls
    let folder = "\(stateFolder)/calls"
    let sheet = try SheetChannel(
      folder: "\(folder)/sheets", office: district.configuration.office)
    var live: [any CallChannel<Live>] = [sheet]
    var limits = [ContactDirectory.sheetChannel: CallLimit(parallel: 200)]
    var timeLimits = [ContactDirectory.sheetChannel: 60.0]
    var modems: [ModemChannel] = []
    var troubles: [Fault] = []
    let builder = ChannelBuilder(district: district, now: now)
    for channel in settings.channels {
      do throws(Fault) {
        let made = try builder.channel(channel)
        live.append(made)
        if let modem = made as? ModemChannel { modems.append(modem) }
        limits[channel.name] = CallLimit(perMinute: channel.perMinute, parallel: channel.parallel)
        timeLimits[channel.name] = Double(channel.timeLimit.seconds)
      } catch {
        troubles.append(error)
      }
    }
    self.sheet = sheet
    self.modems = modems
    self.limits = limits
    self.timeLimits = timeLimits
    self.troubles = troubles
    switchboard = CallSwitchboard(
      live: live, rehearsal: try RehearsalChannel(folder: "\(folder)/rehearsals"))
    token = try CallOffice.token(stateFolder: stateFolder)
    answerAddress = settings.answerAddress
    book = CallOffice.book(
      district, channels: Set(limits.keys).subtracting([ContactDirectory.sheetChannel]))
  }

  /// - Parameter channels: those that can be used; nil takes all that the settings name.
  public static func book(_ district: District, channels: Set<String>? = nil) -> CallBook {
    let settings = district.configuration.calls
    let description = district.description
    var names: [String: String] = [:]
    var townships: [String: String] = [:]
    for township in description.townships { names[township.code] = township.name }
    for point in description.hazardPoints {
      names[point.id] = point.name
      townships[point.id] = point.township
    }
    let directory = ContactDirectory(
      contacts: district.contacts, channels: channels ?? Set(settings.channels.map(\.name)),
      roster: settings.roster, townships: townships)
    return CallBook(
      directory: directory, plan: settings.plan, plans: settings.plans, placeNames: names,
      isChinese: district.configuration.language == .chinese, isRehearsal: settings.isRehearsal)
  }

  /// What makes and checks the links by which people answer.
  static func token(stateFolder: String) throws(Fault) -> CallToken {
    let folder = "\(stateFolder)/calls"
    guard
      (try? FileManager.default.createDirectory(
        atPath: folder, withIntermediateDirectories: true)) != nil
    else {
      throw Fault(
        "cannot_make_folder", at: .init(folder), "the folder cannot be made",
        remedy: "check the rights of its parent and the free space")
    }
    return try CallToken(key: key("\(folder)/answer.key"))
  }

  /// The key of answer links, made at the first start; only the owner reads it.
  private static func key(_ path: String) throws(Fault) -> [UInt8] {
    if let data = FileManager.default.contents(atPath: path), data.count >= 32 {
      return Array(data)
    }
    var generator = SystemRandomNumberGenerator()
    let key = (0..<32).map { _ in UInt8.random(in: 0...255, using: &generator) }
    let beside = "\(path).\(getpid()).part"
    let file = open(beside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    let isWritten = file >= 0 && write(file, key, key.count) == key.count && fsync(file) == 0
    if file >= 0 { close(file) }
    // Of two processes that start at once the first one's key stands.
    let isLinked = isWritten && (link(beside, path) == 0 || errno == EEXIST)
    unlink(beside)
    guard isLinked, let data = FileManager.default.contents(atPath: path), data.count >= 32 else {
      throw Fault(
        "cannot_write", at: .init(path), "the key of answer links cannot be written",
        remedy: "check the free space and who may write there")
    }
    return Array(data)
  }

  /// Gaps of the district's lists at a moment.
  public static func gaps(_ district: District, at moment: Timestamp) -> [ContactGap] {
    let settings = district.configuration.calls
    let civil = BeijingTime.civil(moment)
    var due = CivilTime(year: civil.year, month: settings.reviewMonth, day: settings.reviewDay)
    if let day = due.timestamp(offsetSeconds: BeijingTime.offsetSeconds), moment < day {
      due.year -= 1
    }
    // Between the year's date and the one before it counts as this year's review.
    due.year -= 1
    let since = due.timestamp(offsetSeconds: BeijingTime.offsetSeconds).map { $0 + 86_400 }
    let places =
      district.description.townships.map { (code: $0.code, name: $0.name) }
      + district.description.hazardPoints.map { (code: $0.id, name: $0.name) }
    let hasReviews = district.contacts.contains { $0.reviewed != nil }
    return book(district).directory.gaps(
      contacts: district.contacts, places: places, reviewedSince: hasReviews ? since : nil,
      hasChannels: !settings.isRehearsal, at: moment)
  }

  /// What a claimed message becomes on its way out.
  func envelope(_ call: ClaimedCall, at moment: Timestamp) -> CallEnvelope {
    let contact = book.directory.contact(call.person)
    let address =
      (call.channel == ContactDirectory.sheetChannel
        ? contact?.ways.first?.address : contact?.address(on: call.channel)) ?? Address("")
    let link =
      call.needsAnswer
      ? answerAddress.map { "\($0)/answer/\(token.text(for: call.id))" } : nil
    return CallEnvelope(
      CallContent(
        key: call.key, personName: contact?.name ?? call.person, to: address,
        subject: call.subject, text: call.body, needsAnswer: call.needsAnswer, level: call.level,
        attempt: call.attempt, link: link, at: moment),
      isRehearsal: call.isRehearsal || book.isRehearsal)
  }
}

/// Makes the channels that the settings describe.
struct ChannelBuilder {
  let district: District
  let now: @Sendable () -> Timestamp

  func channel(_ settings: ChannelSettings) throws(Fault) -> any CallChannel<Live> {
    let secret = try secret(of: settings)
    let seconds = Double(settings.timeLimit.seconds)
    func value(_ key: String) -> String { settings.values[key] ?? "" }
    switch settings.kind {
    case .mail:
      var mail = MailClient.Settings(
        url: value("url"), user: settings.values["user"], password: secret,
        needsSecurity: value("security") != "none")
      mail.limits = TransferLimits(
        connectSeconds: min(10, seconds), totalSeconds: seconds, stallSeconds: seconds)
      return MailChannel(name: settings.name, sender: value("from"), client: try MailClient(mail))
    case .webhook:
      return WebhookChannel(
        name: settings.name, url: value("url"), secret: secret, client: client(seconds / 3),
        now: now)
    case .http:
      var gateway = GatewayChannel.Settings(url: value("url"), body: value("body"))
      gateway.isJSON = value("type") != "form"
      gateway.headers = settings.headers.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
      gateway.secret = secret
      gateway.success = settings.values["success"]
      return try GatewayChannel(name: settings.name, gateway, client: client(seconds / 2))
    case .mqtt:
      var broker = try MQTTSettings(
        address: value("url"),
        clientID: "freshet-calls-\(district.configuration.code)-\(settings.name)")
      if let user = settings.values["user"] { broker.username = user }
      if let secret { broker.password = secret }
      return BrokerChannel(
        name: settings.name, topic: value("topic"), client: try MQTTClient(broker),
        timeoutSeconds: seconds)
    case .program:
      return ProgramChannel(
        name: settings.name, path: inDistrict(value("path")), arguments: settings.arguments,
        secret: secret, timeoutSeconds: seconds)
    case .modem:
      return ModemChannel(
        name: settings.name, device: value("device"), baud: Int(value("baud")) ?? 115_200,
        timeoutSeconds: seconds)
    case .broadcast:
      return try BroadcastChannel(name: settings.name, folder: inDistrict(value("folder")))
    }
  }

  private func client(_ seconds: Double) -> HTTPClient {
    var settings = HTTPClient.Settings()
    settings.limits = TransferLimits(
      connectSeconds: min(5, seconds), totalSeconds: max(1, seconds), stallSeconds: max(1, seconds))
    settings.largestBytes = 1 << 20
    settings.redirects = 0
    return HTTPClient(settings)
  }

  private func inDistrict(_ path: String) -> String {
    path.hasPrefix("/") ? path : "\(district.folder)/\(path)"
  }

  func secret(of channel: ChannelSettings) throws(Fault) -> String? {
    switch channel.secret {
    case nil: return nil
    case .environment(let name):
      guard let value = getenv(name) else {
        throw Fault(
          "no_secret", "the channel \(channel.name) asks for the environment's \(name)",
          remedy: "set it where the service is started")
      }
      return String(cString: value)
    case .file(let path):
      let whole = inDistrict(path)
      guard let data = FileManager.default.contents(atPath: whole), data.count <= 65_536 else {
        throw Fault(
          "no_secret", at: .init(whole), "the secret of the channel \(channel.name) cannot be read",
          remedy: "write it into this file, readable for the service alone")
      }
      return String(decoding: data, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
    }
  }
}
