/// What a call says. Composed from fixed words and cleaned fields: control characters and line ends in
/// names and texts never reach a header, a command or a template.
public struct CallWording: Sendable {
  /// One matter of a call.
  public struct Matter: Sendable, Hashable {
    public let kind: CallOrder.Kind
    public let headline: String
    public let text: String
    public let placeName: String

    public init(kind: CallOrder.Kind, headline: String, text: String, placeName: String) {
      self.kind = kind
      self.headline = headline
      self.text = text
      self.placeName = placeName
    }
  }

  public let isChinese: Bool

  public init(isChinese: Bool) {
    self.isChinese = isChinese
  }

  /// The subject of a mail.
  public func subject(_ matters: [Matter], isRehearsal: Bool) -> String {
    let first = matters.first?.headline ?? ""
    let more =
      matters.count > 1 ? (isChinese ? "（共\(matters.count)处）" : " (\(matters.count) places)") : ""
    return CallWording.line(mark(isRehearsal) + first + more, limit: 160)
  }

  /// The whole message on one line.
  public func text(_ matters: [Matter], needsAnswer: Bool, isRehearsal: Bool) -> String {
    var seen: Set<String> = []
    let headlines = matters.map(\.headline).filter { seen.insert($0).inserted }
    var places: [String] = []
    var seenPlaces: Set<String> = []
    for matter in matters where seenPlaces.insert(matter.placeName).inserted {
      places.append(matter.placeName)
    }
    let text = matters.count == 1 ? matters.first?.text ?? "" : ""
    var words = mark(isRehearsal)
    words += listed(headlines, limit: 5, joiner: isChinese ? "；" : "; ")
    if isChinese {
      words += "。涉及\(listed(places, limit: 20, joiner: "、"))。\(text)"
      if needsAnswer { words += "收到请立即应答。" }
    } else {
      words += ". For \(listed(places, limit: 20, joiner: ", ")). \(text)"
      if needsAnswer { words += " Please answer at once." }
    }
    return CallWording.line(words, limit: 2000)
  }

  /// Tells the duty desk that a place has not answered.
  public func nobodyAnswered(placeName: String, headline: String, isOver: Bool) -> String {
    let words =
      if isChinese {
        isOver
          ? "叫应未果：\(placeName)至预警结束无人应答（\(headline)）。请核查。"
          : "叫应告急：\(placeName)一轮呼叫无人应答（\(headline)），系统继续呼叫，请人工介入。"
      } else {
        isOver
          ? "Nobody of \(placeName) answered until the warning ended (\(headline)). Find out why."
          : "Nobody of \(placeName) has answered a whole round of calls (\(headline)); calling goes on. Step in."
      }
    return CallWording.line(words, limit: 500)
  }

  /// Tells the duty desk that somebody who answered needs help.
  public func needsHelp(personName: String, placeName: String, headline: String) -> String {
    let words =
      isChinese
      ? "请求支援：\(placeName) \(personName) 已应答并请求支援（\(headline)）。请立即联系。"
      : "\(personName) of \(placeName) has answered and needs help (\(headline)). Call back at once."
    return CallWording.line(words, limit: 500)
  }

  private func mark(_ isRehearsal: Bool) -> String {
    guard isRehearsal else { return "" }
    return isChinese ? "【演练】" : "[DRILL] "
  }

  private func listed(_ names: [String], limit: Int, joiner: String) -> String {
    let shown = names.prefix(limit).joined(separator: joiner)
    guard names.count > limit else { return shown }
    return isChinese ? "\(shown)等\(names.count)处" : "\(shown) and \(names.count - limit) more"
  }

  /// One line without control characters, bidirectional marks and line separators, at most `limit`
  /// characters.
  public static func line(_ text: String, limit: Int) -> String {
    var scalars = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      switch scalar.value {
      case 0..<0x20, 0x7F..<0xA0, 0x2028, 0x2029: scalars.append(" ")
      case 0x200B...0x200F, 0x202A...0x202E, 0x2060...0x2069, 0xFEFF: continue
      default: scalars.append(scalar)
      }
    }
    return String(String(scalars).prefix(limit))
  }
}
