import Calls
import Foundation
import Glibc
import Hydromet
import LocalServers
import Testing
import Warn

struct ModemTests {
  /// Whether this system has pseudo-terminals; a bare chroot has none.
  private static let hasTerminals: Bool = {
    guard access("/dev/pts/ptmx", F_OK) == 0 else {
      print("there are no pseudo-terminals here: tests with a modem's other side are skipped")
      return false
    }
    return true
  }()

  private func message(_ text: String, to: String = "13800138000") throws -> CallMessage<Live> {
    let content = CallContent(
      key: "S1-1", personName: "", to: Address(to), subject: "", text: text, needsAnswer: true,
      level: .red, attempt: 1, link: nil, at: Timestamp(secondsSince1970: 0))
    guard case .live(let message) = CallEnvelope(content, isRehearsal: false) else {
      throw Fault("test", "no live message", remedy: "look at it")
    }
    return message
  }

  @Test
  func `a Chinese text is written in UCS2 with the number in swapped halves`() {
    let parts = ModemText.submissions("预警", to: "13800138000", reference: 1)
    #expect(parts.map(\.pdu) == ["0011000B813108108300F000088F0498848B66"])
    #expect(parts.map(\.length) == [18])
    let abroad = ModemText.submissions("A", to: "+8613800138000", reference: 1)
    #expect(abroad.map(\.pdu) == ["0011000D91683108108300F000088F020041"])
  }

  @Test
  func `a long text goes in numbered parts that together are the text`() throws {
    let text = String(repeating: "山洪灾害🌧", count: 30)
    let parts = ModemText.submissions(text, to: "10086", reference: 9)
    #expect(parts.count == 3)
    var units: [UInt16] = []
    for (index, part) in parts.enumerated() {
      let bytes = stride(from: 0, to: part.pdu.count, by: 2).compactMap { place -> UInt8? in
        let start = part.pdu.index(part.pdu.startIndex, offsetBy: place)
        return UInt8(part.pdu[start..<part.pdu.index(start, offsetBy: 2)], radix: 16)
      }
      #expect(bytes.count == part.length + 1)
      let data = Array(bytes.dropFirst(12))
      #expect(Array(data.prefix(6)) == [5, 0, 3, 9, 3, UInt8(index + 1)])
      for place in stride(from: 6, to: data.count, by: 2) {
        units.append(UInt16(data[place]) << 8 | UInt16(data[place + 1]))
      }
    }
    #expect(String(decoding: units, as: UTF16.self) == text)
  }

  @Test(arguments: [
    "", "12", "abc", "1380013800x", "138001380001380013800", "13800138000\rAT+CFUN=0",
  ])
  func `what is no number never reaches the modem`(number: String) {
    #expect(ModemText.submissions("A", to: number, reference: 1).isEmpty)
  }

  @Test
  func `replies are read in both alphabets`() throws {
    // Sender +8613800138000, 收到 in UCS2; sender 13800138000, "OK" in seven bits.
    let chinese = try #require(
      ModemText.delivered(
        "00040D91683108108300F0000842709021436523046536 5230".filter { $0 != " " }))
    #expect(chinese.sender == "+8613800138000")
    #expect(chinese.text == "收到")
    let plain = try #require(ModemText.delivered("00040B813108108300F000004270902143652302CF25"))
    #expect(plain.sender == "13800138000")
    #expect(plain.text == "OK")
    #expect(
      CallAnswer(reply: chinese.text) == .received && CallAnswer(reply: plain.text) == .received)
    #expect(CallAnswer(reply: "没有收到") == nil)
  }

  @Test(arguments: ["", "00", "zz", "0004", "00040D91", "FF", String(repeating: "0", count: 30)])
  func `a damaged message is none`(pdu: String) {
    #expect(ModemText.delivered(pdu)?.text == nil)
  }

  @Test(.enabled(if: hasTerminals))
  func `a modem sends a long Chinese message in parts`() throws {
    let modem = try Counterpart(python: Servers.modem)
    let channel = ModemChannel(name: "sms", device: try modem.first(), timeoutSeconds: 5)
    let text = String(repeating: "立即转移。", count: 30)
    #expect(try channel.deliver(message(text)).detail == "sent in 3 parts")
    let sent = try modem.lines(atLeast: 4).dropFirst()
    #expect(sent.allSatisfy { $0.contains("\"good\": true") })
  }

  @Test(.enabled(if: hasTerminals))
  func `replies are taken from the modem once`() throws {
    let reply = "00040D91683108108300F000084270902143652304" + "65365230"
    let modem = try Counterpart(python: Servers.modem, [reply])
    let channel = ModemChannel(name: "sms", device: try modem.first(), timeoutSeconds: 5)
    let replies = try channel.takeReplies()
    #expect(replies.map(\.text) == ["收到"])
    #expect(replies.first?.sender.matches(Address("13800138000")) == true)
    #expect(try channel.takeReplies().isEmpty)
  }

  @Test
  func `a modem that is not there is a fault without the number`() throws {
    let channel = ModemChannel(name: "sms", device: "/dev/freshet-none", timeoutSeconds: 1)
    let fault = try #require(throws: Fault.self) { _ = try channel.deliver(message("A")) }
    #expect(!fault.description.contains("13800138000"))
  }
}
