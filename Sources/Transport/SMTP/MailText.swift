import Hydromet

/// The lines of a mail (RFC 5322), everything foreign encoded (RFC 2045, RFC 2047): what stands in a
/// subject or text cannot become a header, nor end the message.
enum MailText {
  static func isAddress(_ text: String) -> Bool {
    let parts = text.split(separator: "@", omittingEmptySubsequences: false)
    guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty, text.utf8.count <= 254 else {
      return false
    }
    let refused = Set("<>()[],;:\"\\ ".utf8)
    return text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && !refused.contains($0) }
  }

  static func lines(of mail: MailMessage) -> String {
    let identity = mail.identity.filter { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") }
    let domain = mail.sender.split(separator: "@").last.map(String.init) ?? "localhost"
    let head = [
      "From: <\(mail.sender)>", "To: <\(mail.recipient)>", "Subject: \(encoded(mail.subject))",
      "Date: \(date(mail.date))", "Message-ID: <\(identity)@\(domain)>", "MIME-Version: 1.0",
      "Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: base64",
      "Auto-Submitted: auto-generated", "X-Priority: 1",
    ]
    return (head + [""] + wrapped(base64(Array(mail.text.utf8)))).joined(separator: "\r\n") + "\r\n"
  }

  /// Encoded words of at most 75 characters, each of whole characters.
  private static func encoded(_ text: String) -> String {
    var words: [String] = []
    var part: [UInt8] = []
    for scalar in text.unicodeScalars {
      let bytes = Array(String(scalar).utf8)
      if part.count + bytes.count > 42 {
        words.append("=?UTF-8?B?\(base64(part))?=")
        part = []
      }
      part += bytes
    }
    words.append("=?UTF-8?B?\(base64(part))?=")
    return words.joined(separator: "\r\n ")
  }

  private static func wrapped(_ text: String) -> [String] {
    var lines: [String] = []
    var rest = Substring(text)
    while !rest.isEmpty {
      lines.append(String(rest.prefix(76)))
      rest = rest.dropFirst(76)
    }
    return lines
  }

  /// `Sun, 05 Jul 2026 14:20:00 +0800`
  static func date(_ moment: Timestamp) -> String {
    let c = BeijingTime.civil(moment)
    let days = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
    let months = [
      "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]
    let day = (moment + BeijingTime.offsetSeconds).floored(toSeconds: 86_400).secondsSince1970
    let weekday = Int(((day / 86_400) % 7 + 7) % 7)
    return "\(days[weekday]), \(padded(c.day, 2)) \(months[c.month - 1]) \(padded(c.year, 4)) "
      + "\(padded(c.hour, 2)):\(padded(c.minute, 2)):\(padded(c.second, 2)) +0800"
  }

  static func base64(_ bytes: [UInt8]) -> String {
    let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    var text: [UInt8] = []
    text.reserveCapacity((bytes.count + 2) / 3 * 4)
    for start in stride(from: 0, to: bytes.count, by: 3) {
      let part = bytes[start..<min(start + 3, bytes.count)]
      var bits = 0
      for place in 0..<3 {
        bits = bits << 8 | Int(start + place < part.endIndex ? bytes[start + place] : 0)
      }
      for place in 0..<4 {
        text.append(
          place <= part.count ? letters[bits >> (18 - 6 * place) & 63] : UInt8(ascii: "="))
      }
    }
    return String(decoding: text, as: UTF8.self)
  }
}
