import Hydromet
import Transport

/// How files arrive without folders: what is listened to, and which notifications are followed.
extension ConfigurationReader {
  mutating func readConsole(_ value: Setting) -> ConsoleSettings {
    var console = ConsoleSettings()
    for (key, setting) in settings.mapping(value, known: ["listen", "upload_mb", "per_minute"]) {
      switch key {
      case "listen": readListen(setting, into: &console)
      case "upload_mb":
        console.uploadMegabytes = settings.integer(setting, 1...4096) ?? console.uploadMegabytes
      default:
        console.requestsPerMinute =
          settings.integer(setting, 1...1_000_000) ?? console.requestsPerMinute
      }
    }
    return console
  }

  /// `127.0.0.1:8080`, `[::1]:8080`, `localhost:8080`; port 0 takes a free one.
  private mutating func readListen(_ setting: Setting, into console: inout ConsoleSettings) {
    guard let text = settings.text(setting) else { return }
    let colon = text.lastIndex(of: ":")
    var host = colon.map { String(text[..<$0]) } ?? ""
    let port = colon.flatMap { Int(text[text.index(after: $0)...]) }
    if host.hasPrefix("["), host.hasSuffix("]") { host = String(host.dropFirst().dropLast()) }
    let isPlain = host.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "/") }
    guard !host.isEmpty, isPlain, let port, (0...65_535).contains(port) else {
      settings.note(
        "bad_address", setting, "\"\(text)\" is no address and port of this machine",
        remedy: "write 127.0.0.1:8080, or 0.0.0.0:8080 behind a firewall and a TLS proxy")
      return
    }
    console.host = host
    console.port = port
  }

  mutating func readNotices(_ value: Setting) -> NoticeSource? {
    let known = [
      "broker", "topics", "client", "user", "password", "password_file", "authorities", "group",
      "hosts", "largest_mb", "seconds", "integrity",
    ]
    let values = settings.mapping(value, known: known)
    for key in ["broker", "topics"] where !values.contains(where: { $0.key == key }) {
      settings.note(
        "missing_key", value, "the notifications have no \(key)",
        remedy: "write \(key): below wis2:")
    }
    var source = NoticeSource(broker: "", topics: [])
    for (key, setting) in values {
      switch key {
      case "broker": readBroker(setting, into: &source)
      case "topics": readTopics(setting, into: &source)
      case "client": source.client = settings.text(setting)
      case "user": source.user = settings.text(setting)
      case "password": source.password = settings.text(setting)
      case "password_file": source.passwordFile = settings.path(setting)
      case "authorities": source.authorities = settings.path(setting)
      case "group": readGroup(setting, into: &source)
      case "hosts":
        source.hosts = settings.list(setting).compactMap { settings.text($0)?.lowercased() }
      case "largest_mb":
        source.megabytes = settings.integer(setting, 1...4096) ?? source.megabytes
      case "seconds": source.seconds = settings.integer(setting, 1...3600) ?? source.seconds
      default:
        source.requiresIntegrity = settings.choice(setting, as: Integrity.self) == .required
      }
    }
    return source.broker.isEmpty || source.topics.isEmpty ? nil : source
  }

  private enum Integrity: String, CaseIterable {
    case optional
    case required
  }

  private mutating func readBroker(_ setting: Setting, into source: inout NoticeSource) {
    guard let text = settings.text(setting) else { return }
    do throws(Fault) {
      _ = try MQTTSettings(address: text, clientID: "check")
      source.broker = text
    } catch {
      settings.note(error.code, setting, error.problem, remedy: error.remedy)
    }
  }

  private mutating func readTopics(_ setting: Setting, into source: inout NoticeSource) {
    for element in settings.list(setting) {
      guard let text = settings.text(element, limit: 1000) else { continue }
      guard MQTTSettings.isFilter(text), !text.hasPrefix("$") else {
        settings.note(
          "bad_topic", element, "\"\(text)\" is no topic filter",
          remedy: "write levels separated by /, + for one level, # for the rest")
        continue
      }
      source.topics.append(text)
    }
  }

  private mutating func readGroup(_ setting: Setting, into source: inout NoticeSource) {
    guard let text = settings.text(setting) else { return }
    guard !text.contains(where: { "/+#".contains($0) }) else {
      settings.note(
        "bad_group", setting, "\"\(text)\" is no name of a group", remedy: "leave out /, + and #")
      return
    }
    source.group = text
  }
}
