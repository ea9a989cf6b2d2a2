@_spi(Delivery) public import Hydromet
import Synchronization

/// Short messages by a modem on a serial line (AT commands, PDU mode, UCS2 for Chinese), and the replies
/// that came to it.
public final class ModemChannel: CallChannel {
  public typealias R = Live
  public let name: String
  private let device: String
  private let baud: Int
  private let timeoutSeconds: Double
  /// One message at a time; counts the references of long messages.
  private let reference = Mutex<UInt8>(0)

  public init(name: String, device: String, baud: Int = 115_200, timeoutSeconds: Double = 30) {
    self.name = name
    self.device = device
    self.baud = baud
    self.timeoutSeconds = timeoutSeconds
  }

  public func deliver(_ message: CallMessage<Live>) throws(Fault) -> CallReceipt {
    let result = reference.withLock { reference in
      reference &+= 1
      return Result { () throws(Fault) in try send(message, reference) }
    }
    return try result.get()
  }

  private func send(_ message: CallMessage<Live>, _ reference: UInt8) throws(Fault) -> CallReceipt {
    let parts = ModemText.submissions(
      message.wholeText, to: message.to.clearText, reference: reference)
    guard !parts.isEmpty else {
      throw Fault(
        "bad_number", "the address of the contact is no number that a modem can send to",
        remedy: "write digits only")
    }
    let line = try openLine()
    for part in parts {
      _ = try line.command(
        "AT+CMGS=\(part.length)", then: part.pdu, seconds: timeoutSeconds)
    }
    return CallReceipt(detail: "sent in \(parts.count) parts")
  }

  private func openLine() throws(Fault) -> ModemLine {
    let line = try ModemLine(device: device, baud: baud)
    _ = try line.command("ATE0")
    _ = try line.command("AT+CMGF=0")
    return line
  }

  /// Takes the replies that came in from the modem and deletes them there.
  public func takeReplies() throws(Fault) -> [(sender: Address, text: String)] {
    let result = reference.withLock { _ in
      Result { () throws(Fault) in try readReplies() }
    }
    return try result.get()
  }

  private func readReplies() throws(Fault) -> [(sender: Address, text: String)] {
    let line = try openLine()
    var replies: [(sender: Address, text: String)] = []
    var index: Int?
    for text in try line.command("AT+CMGL=4", seconds: 10) {
      if text.hasPrefix("+CMGL:") {
        index = text.dropFirst(6).split(separator: ",").first
          .flatMap { Int($0.filter(\.isNumber)) }
      } else if let number = index {
        if let message = ModemText.delivered(text) {
          replies.append((Address(message.sender), message.text))
        }
        index = nil
        _ = try line.command("AT+CMGD=\(number)")
      }
    }
    return replies
  }
}
