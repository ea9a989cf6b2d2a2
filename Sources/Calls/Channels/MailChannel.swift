@_spi(Delivery) public import Hydromet
public import Transport

/// Mails by SMTP. The key is the mail's identity: a server that gets one twice can tell.
public struct MailChannel: CallChannel {
  public typealias R = Live
  public let name: String
  private let sender: String
  private let client: MailClient

  public init(name: String, sender: String, client: MailClient) {
    self.name = name
    self.sender = sender
    self.client = client
  }

  public func deliver(_ message: CallMessage<Live>) throws(Fault) -> CallReceipt {
    let text = message.link.map { "\(message.text)\n\n\($0)\n" } ?? "\(message.text)\n"
    try client.send(
      MailMessage(
        sender: sender, recipient: message.to.clearText, subject: message.subject, text: text,
        identity: message.key, date: message.at))
    return CallReceipt(detail: "taken by the mail server")
  }
}
