extension JSONText {
  /// How many arrays and objects may stand in one another. What this program and its callers write goes
  /// less than ten deep.
  public static let deepest = 128

  /// Whether text is UTF-8 and nested no deeper than `deepest`. Asked before text from outside is
  /// decoded: Foundation's decoder ends the process where a text stops with its 513th open bracket.
  public static func isShallow(_ bytes: some Sequence<UInt8>) -> Bool {
    bytes.withContiguousStorageIfAvailable { isShallow(run: $0) }
      ?? Array(bytes).withUnsafeBufferPointer { isShallow(run: $0) }
  }

  private static func isShallow(run bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    var depth = 0
    var isQuoted = false
    var isEscaped = false
    for byte in bytes {
      switch byte {
      // Text of two or four bytes a character, whose quotes would be told wrongly.
      case 0: return false
      case _ where isEscaped: isEscaped = false
      case UInt8(ascii: "\\"): isEscaped = isQuoted
      case UInt8(ascii: "\""): isQuoted.toggle()
      case UInt8(ascii: "["), UInt8(ascii: "{"):
        if isQuoted { continue }
        depth += 1
        if depth > deepest { return false }
      case UInt8(ascii: "]"), UInt8(ascii: "}"): if !isQuoted { depth -= 1 }
      default: continue
      }
    }
    return true
  }
}
