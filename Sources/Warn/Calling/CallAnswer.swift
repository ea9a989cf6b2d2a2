/// What somebody who was called says: by a button of the answer page, a key of the telephone or a reply.
public enum CallAnswer: String, Sendable, Hashable, Codable, CaseIterable {
  /// 收到: the warning was understood.
  case received
  /// 正在处置: people are being moved, a road is being closed.
  case acting
  /// 已转移、已处置: it is done.
  case evacuated
  /// 需要支援: understood, and help is needed. The duty desk is told at once.
  case needsHelp = "needs_help"
  /// 无法到场: somebody else must be called; the calls go on.
  case cannotAct = "cannot_act"

  /// Whether the calls stop.
  public var closes: Bool { self != .cannotAct }

  /// The key of a telephone that means it.
  public var key: Int {
    switch self {
    case .received: 1
    case .acting: 2
    case .evacuated: 3
    case .needsHelp: 4
    case .cannotAct: 9
    }
  }

  public func name(isChinese: Bool) -> String {
    switch self {
    case .received: isChinese ? "收到" : "Received"
    case .acting: isChinese ? "正在处置" : "Acting now"
    case .evacuated: isChinese ? "已转移/已处置" : "Evacuated / done"
    case .needsHelp: isChinese ? "需要支援" : "Need help"
    case .cannotAct: isChinese ? "无法到场" : "Cannot act, call somebody else"
    }
  }

  private static let replies: [CallAnswer: Set<String>] = [
    .received: [
      "1", "y", "yes", "ok", "收到", "已收到", "知道了", "明白", "好", "好的", "是", "到", "回复1", "received",
    ],
    .acting: ["2", "正在转移", "正在处置", "acting"],
    .evacuated: ["3", "已转移", "已处置", "转移完毕", "evacuated", "done"],
    .needsHelp: ["4", "需要支援", "请求支援", "求助", "help", "needhelp"],
    .cannotAct: ["9", "无法到场", "不能到场", "不在", "cannot"],
  ]

  /// The answer of a short message or a pressed key; nil for words that answer nothing.
  public init?(reply text: String) {
    guard text.utf8.count <= 400 else { return nil }
    let plain = text.lowercased().filter { !$0.isWhitespace && !$0.isPunctuation }
    for answer in CallAnswer.allCases where CallAnswer.replies[answer]?.contains(plain) == true {
      self = answer
      return
    }
    return nil
  }
}
