public import Hydromet

/// The words of one message: those that were signed, and for a cancel those that end them.
struct MessageWords {
  private let record: WarningRecord
  private let message: IssuedWarning
  private let district: DistrictDescription
  let place: String
  let englishPlace: String

  init(_ record: WarningRecord, _ message: IssuedWarning, _ messages: WarningMessages) {
    self.record = record
    self.message = message
    district = messages.description
    let area = messages.area(record.chain.township)
    place = area.name
    englishPlace = area.englishName
  }

  private var content: WarningContent { message.content }
  private var hazard: Hazard { record.chain.hazard }
  private var isCancel: Bool { message.kind == .cancel }

  /// `山洪灾害气象风险橙色预警`
  var warning: String {
    hazard.chineseWarningName + content.level.chineseName + hazard.chineseWarningKind
  }

  var englishWarning: String {
    let kind = hazard == .rainstorm ? "warning signal" : "warning"
    return "\(content.level.name) \(kind) of \(hazard.englishWarningName)"
  }

  /// The message before this one; nil for the first.
  private var former: IssuedWarning? {
    record.issued.last { $0.sent <= message.sent && $0.identifier < message.identifier }
  }

  var headline: String {
    isCancel ? "\(district.office)解除\(place)\(warning)" : content.headline
  }

  var englishHeadline: String {
    isCancel
      ? "\(district.englishOffice) cancels the \(englishWarning) for \(englishPlace)"
      : content.englishHeadline
  }

  var description: String {
    isCancel
      ? "\(district.office)\(BeijingTime.chinese(message.sent, withYear: true))解除\(place)\(warning)。"
        + "解除原因：\(message.reason)"
      : changeSentence + content.description
  }

  var englishDescription: String {
    isCancel
      ? "\(englishHeadline) at \(BeijingTime.numeric(message.sent)) Beijing time. "
        + "Reason: \(message.reason)"
      : englishChangeSentence + content.englishDescription
  }

  var instruction: String {
    isCancel ? "预警已解除，请听从当地安排返回，仍须留意边坡和河道。" : content.instruction
  }

  var englishInstruction: String {
    isCancel
      ? "The warning has ended. Return when local authorities say so; mind slopes and streams."
      : content.englishInstruction
  }

  /// `石角镇由黄色升级为橙色。`; empty for the first message.
  var changeSentence: String {
    guard let former else { return "" }
    let from = former.content.level.chineseName
    let to = content.level.chineseName
    return switch message.kind {
    case .initial, .cancel: ""
    case .upgrade: "\(place)由\(from)升级为\(to)。"
    case .downgrade: "\(place)由\(from)降级为\(to)。"
    case .extend: "\(place)\(to)预警延长至\(BeijingTime.chinese(content.expires))。"
    case .update: "\(place)\(to)预警内容更新。"
    }
  }

  var englishChangeSentence: String {
    guard let former else { return "" }
    let from = former.content.level.name
    let to = content.level.name
    return switch message.kind {
    case .initial, .cancel: ""
    case .upgrade: "\(englishPlace): raised from \(from) to \(to). "
    case .downgrade: "\(englishPlace): lowered from \(from) to \(to). "
    case .extend:
      "\(englishPlace): \(to) extended to \(BeijingTime.numeric(content.expires)) Beijing time. "
    case .update: "\(englishPlace): \(to) updated. "
    }
  }
}

/// How long a text may be, and for what.
public enum TextLength: String, Sendable, Hashable, CaseIterable {
  /// At most 70 characters: one short message.
  case sms
  /// Read aloud by a machine, twice the essentials.
  case voice
  /// At most 40 characters on a street display.
  case led
  /// Everything.
  case full
}

extension WarningMessages {
  /// The message as plain text.
  ///
  /// - Returns: for `sms` at most 70 characters of Chinese (one short message in UCS-2) or 160 of
  ///   English in the basic alphabet; for `led` at most 40 or 80. What does not fit is left out from
  ///   the end of the advice, never from place, colour or time.
  public func text(
    _ record: WarningRecord, _ message: IssuedWarning, _ length: TextLength,
    _ language: ProductLanguage = .chinese
  ) -> String {
    let words = MessageWords(record, message, self)
    return language == .chinese
      ? chinese(words, message, length) : english(words, message, length)
  }

  private func chinese(
    _ words: MessageWords, _ message: IssuedWarning, _ length: TextLength
  ) -> String {
    let isCancel = message.kind == .cancel
    let verb = isCancel ? "解除" : WarningMessages.verb(message.kind)
    let until = isCancel ? "" : "，有效至\(WarningMessages.clock(message.content.expires))"
    let core = "\(words.place)\(verb)\(words.warning)\(until)。"
    switch length {
    case .sms:
      let stamp = WarningMessages.clock(message.sent)
      return fitted("\(description.office)\(stamp)", core, words.instruction, limit: 70)
    case .led: return fitted("", core, "", limit: 40)
    case .voice:
      let spoken =
        "\(description.office)\(BeijingTime.chinese(message.sent))\(verb)\(words.place)"
        + "\(words.warning)。"
      return spoken + words.instruction + "再播一遍：" + spoken + words.instruction
    case .full:
      let end =
        isCancel ? "" : "有效至\(BeijingTime.chinese(message.content.expires, withYear: true))。"
      return "\(words.headline)\n发布时间：\(BeijingTime.chinese(message.sent, withYear: true))\n"
        + "范围：\(words.place)\n\(words.description)\(end)\n防御指南：\(words.instruction)\n"
        + "编号：\(message.identifier)\n"
    }
  }

  private func english(
    _ words: MessageWords, _ message: IssuedWarning, _ length: TextLength
  ) -> String {
    let isCancel = message.kind == .cancel
    let end = BeijingTime.numeric(message.content.expires).suffix(11)
    let core =
      isCancel
      ? "\(words.englishPlace): \(words.englishWarning) cancelled."
      : "\(words.englishPlace): \(words.englishWarning) until \(end)."
    switch length {
    case .sms: return fitted("", core, " " + words.englishInstruction, limit: 160)
    case .led: return fitted("", core, "", limit: 80)
    case .voice:
      let spoken = "\(description.englishOffice). \(core) \(words.englishInstruction) "
      return spoken + "I repeat. " + spoken
    case .full:
      return "\(words.englishHeadline)\nIssued: \(BeijingTime.numeric(message.sent)) Beijing time\n"
        + "Area: \(words.englishPlace)\n\(words.englishDescription)"
        + (isCancel
          ? "\n" : " Valid until \(BeijingTime.numeric(message.content.expires)) Beijing time.\n")
        + "What to do: \(words.englishInstruction)\nIdentifier: \(message.identifier)\n"
    }
  }

  private static func verb(_ kind: ReleaseKind) -> String {
    switch kind {
    case .initial: "发布"
    case .update: "更新"
    case .upgrade: "升级为"
    case .downgrade: "降级为"
    case .extend: "延长"
    case .cancel: "解除"
    }
  }

  /// `5日14:20`
  private static func clock(_ moment: Timestamp) -> String {
    let c = BeijingTime.civil(moment)
    return "\(c.day)日\(padded(c.hour, 2)):\(padded(c.minute, 2))"
  }

  /// Lead, core and as many sentences or clauses of the advice as fit; the lead goes first where even
  /// the core alone is too long, then the core is cut with an ellipsis.
  private func fitted(_ lead: String, _ core: String, _ advice: String, limit: Int) -> String {
    var text = lead.count + core.count <= limit ? lead + core : core
    guard text.count <= limit else { return String(text.prefix(limit - 1)) + "…" }
    var clause = ""
    for character in advice {
      clause.append(character)
      guard "，。；,.;".contains(character) else { continue }
      guard text.count + clause.count <= limit else { break }
      text += clause
      clause = ""
    }
    if let last = text.last, "，；,;".contains(last) {
      text.removeLast()
      text += last.isASCII ? "." : "。"
    }
    return text
  }
}
