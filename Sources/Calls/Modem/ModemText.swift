/// Short messages as a modem in PDU mode takes them.
///
/// - Source: 3GPP TS 23.040 (SMS-SUBMIT, SMS-DELIVER, concatenation), 23.038 (alphabets).
public enum ModemText {
  /// The parts of a text in UCS2, at most 70 characters each, or 67 where there are several.
  ///
  /// - Parameters:
  ///   - number: digits, with a plus before them where the country is named.
  ///   - reference: the same for all parts of a message, 0…255.
  /// - Returns: hexadecimal, without the service centre's length in `length`; empty for a bad number.
  public static func submissions(
    _ text: String, to number: String, reference: UInt8
  ) -> [(pdu: String, length: Int)] {
    guard let address = address(number) else { return [] }
    let units = Array(text.utf16)
    let parts = split(units)
    var made: [(pdu: String, length: Int)] = []
    for (index, part) in parts.enumerated() {
      let isLong = parts.count > 1
      // SMS-SUBMIT with a relative validity; bit 6: a header of user data.
      var bytes: [UInt8] = [isLong ? 0x51 : 0x11, 0x00]
      bytes += address
      // Protocol 0, alphabet UCS2, valid for 12 hours.
      bytes += [0x00, 0x08, 0x8F]
      var data: [UInt8] =
        isLong
        ? [0x05, 0x00, 0x03, reference, UInt8(parts.count), UInt8(index + 1)] : []
      for unit in part { data += [UInt8(unit >> 8), UInt8(unit & 0xFF)] }
      bytes.append(UInt8(data.count))
      bytes += data
      made.append(("00" + Hexadecimal.text(bytes).uppercased(), bytes.count))
    }
    return made
  }

  /// At most 9 parts, never through a character of two units; what is longer ends with an ellipsis.
  private static func split(_ units: [UInt16]) -> [[UInt16]] {
    if units.count <= 70 { return [units] }
    var parts: [[UInt16]] = []
    var rest = units[...]
    while !rest.isEmpty, parts.count < 9 {
      var part = Array(rest.prefix(67))
      if let last = part.last, (0xD800...0xDBFF).contains(last), part.count > 1 {
        part.removeLast()
      }
      rest = rest.dropFirst(part.count)
      parts.append(part)
    }
    if !rest.isEmpty, var last = parts.popLast() {
      last = last.dropLast() + [0x2026]
      parts.append(last)
    }
    return parts
  }

  /// Length, type and digits in swapped halves; nil for anything but 3 to 20 digits.
  private static func address(_ number: String) -> [UInt8]? {
    let isInternational = number.hasPrefix("+")
    let digits = number.filter { $0 != "+" && $0 != " " && $0 != "-" }
    guard (3...20).contains(digits.count), digits.allSatisfy({ $0.isASCII && $0.isNumber }) else {
      return nil
    }
    var bytes: [UInt8] = [UInt8(digits.count), isInternational ? 0x91 : 0x81]
    var halves = digits.utf8.map { $0 - 48 }
    if halves.count % 2 == 1 { halves.append(0x0F) }
    for place in stride(from: 0, to: halves.count, by: 2) {
      bytes.append(halves[place + 1] << 4 | halves[place])
    }
    return bytes
  }

  /// Sender and text of a message that came in; nil for anything that is none or comes from nobody.
  public static func delivered(_ pdu: String) -> (sender: String, text: String)? {
    guard let bytes = bytes(pdu), let centre = bytes.first else { return nil }
    var rest = bytes.dropFirst(Int(centre) + 1)
    guard let kind = rest.popFirst(), kind & 0x03 == 0, let count = rest.popFirst(),
      let type = rest.popFirst()
    else { return nil }
    let length = (Int(count) + 1) / 2
    guard count > 0, rest.count >= length + 10 else { return nil }
    var sender = type & 0x70 == 0x10 ? "+" : ""
    for byte in rest.prefix(length) {
      for half in [byte & 0x0F, byte >> 4]
      where half <= 9 && sender.filter(\.isNumber).count < Int(count) {
        sender.append(String(half))
      }
    }
    rest = rest.dropFirst(length + 1)
    guard let coding = rest.popFirst() else { return nil }
    rest = rest.dropFirst(7)
    guard let size = rest.popFirst() else { return nil }
    return (sender, text(Array(rest), coding: coding, size: Int(size), hasHeader: kind & 0x40 != 0))
  }

  private static func text(_ data: [UInt8], coding: UInt8, size: Int, hasHeader: Bool) -> String {
    let header = hasHeader ? Int(data.first ?? 0) + 1 : 0
    if coding & 0x0C == 0x08 {
      var units: [UInt16] = []
      var place = header
      while place + 1 < min(size, data.count) {
        units.append(UInt16(data[place]) << 8 | UInt16(data[place + 1]))
        place += 2
      }
      return String(decoding: units, as: UTF16.self)
    }
    let skipped = (header * 8 + 6) / 7
    var text = ""
    for septet in skipped..<max(skipped, min(size, 160)) {
      let bit = septet * 7
      guard bit / 8 < data.count else { break }
      let low = UInt16(data[bit / 8])
      let high = bit / 8 + 1 < data.count ? UInt16(data[bit / 8 + 1]) : 0
      let code = UInt8((low | high << 8) >> (bit % 8) & 0x7F)
      // Letters and digits of the basic alphabet are those of ASCII; answers need no others.
      let isPlain =
        (0x20...0x3F).contains(code) || (0x41...0x5A).contains(code) || (0x61...0x7A).contains(code)
      text.append(isPlain ? Character(UnicodeScalar(code)) : " ")
    }
    return text
  }

  private static func bytes(_ text: String) -> [UInt8]? {
    let digits = Array(text.utf8)
    guard digits.count % 2 == 0, digits.count <= 1000 else { return nil }
    var bytes: [UInt8] = []
    for place in stride(from: 0, to: digits.count, by: 2) {
      guard let byte = UInt8(String(decoding: digits[place..<place + 2], as: UTF8.self), radix: 16)
      else { return nil }
      bytes.append(byte)
    }
    return bytes
  }
}
