/// A telephone number, mail address or other way to a person.
///
/// It is a person's: descriptions, string interpolation, `dump` and debuggers see it masked. The clear
/// text is behind `@_spi(Delivery)`, so that a file has to say in its imports that it hands addresses to
/// a channel or to the contact table.
public struct Address: Sendable, Hashable {
  @_spi(Delivery) public let clearText: String

  public init(_ clearText: String) {
    self.clearText = clearText
  }

  /// All but the last two characters hidden; everything where there are fewer than five.
  public var masked: String {
    guard clearText.count > 4 else { return "****" }
    return String(repeating: "*", count: clearText.count - 2) + clearText.suffix(2)
  }

  public var isEmpty: Bool { clearText.isEmpty }

  /// Whether this is the address that someone else wrote, with or without blanks, dashes and the
  /// country's prefix: `+86 139-0000-0001` is `13900000001`.
  public func matches(_ other: Address) -> Bool {
    let mine = Address.digits(clearText)
    let theirs = Address.digits(other.clearText)
    guard mine.count >= 5, theirs.count >= 5 else { return clearText == other.clearText }
    return mine == theirs
  }

  private static func digits(_ text: String) -> Substring {
    guard !text.contains("@") else { return Substring(text.lowercased()) }
    var digits = Substring(text.filter { ("0"..."9").contains($0) })
    if text.hasPrefix("+86") || text.hasPrefix("0086")
      || (digits.count == 13 && digits.hasPrefix("86"))
    {
      digits = text.hasPrefix("0086") ? digits.dropFirst(4) : digits.dropFirst(2)
    }
    return digits
  }
}

extension Address: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  public var description: String { masked }
  public var debugDescription: String { masked }
  public var customMirror: Mirror { Mirror(self, children: ["masked": masked]) }
}
