import Foundation
import Hydromet
import Publish
import Testing

@Suite struct WarningMessageTests {
  @Test(arguments: Hazard.allCases, RiskLevel.warnings)
  func `every message of a life obeys the schema and the rules, whatever the words`(
    hazard: Hazard, level: RiskLevel
  ) throws {
    let samples = WarningSamples()
    for words in ["降雨。", WarningSamples.evil] {
      let life = WarningSamples.life.map { ($0.0, level) }
      let record = samples.record(life, hazard: hazard, words: words)
      for message in record.issued {
        let alert = try CAPReader.read(samples.messages().cap(record, message), name: "cap")
        #expect(CAPChecker.findings(alert, profile: .china) == [])
        #expect(alert.identifier == message.identifier)
        #expect(alert.status == "Actual")
        #expect(alert.infos.count == 2)
        #expect(alert.infos.allSatisfy { $0.areas.count == 1 })
      }
    }
  }

  @Test func `a cancel and an update name every earlier message, and a released one never changes`()
    throws
  {
    let samples = WarningSamples()
    let messages = samples.messages()
    let all = samples.record(WarningSamples.life)
    for (index, message) in all.issued.enumerated() {
      var early = all
      early.issued = Array(all.issued.prefix(index + 1))
      early.ending = nil
      let then = try messages.cap(early, message)
      #expect(try messages.cap(all, message) == then)
      let alert = try CAPReader.read(then, name: "cap")
      let references = (alert.references ?? "").split(separator: " ")
      #expect(references.count == index)
      #expect(alert.sent == BeijingTime.iso8601(message.sent))
      #expect(
        alert.messageType == (index == 0 ? "Alert" : message.kind == .cancel ? "Cancel" : "Update"))
    }
  }

  @Test func `polygons keep shared edges and have at most a hundred positions`() throws {
    let samples = WarningSamples(detail: 200)
    let record = samples.record([(.initial, .red)])
    let alert = try CAPReader.read(
      samples.messages().cap(record, record.issued[0]), name: "cap")
    for polygon in alert.infos.flatMap(\.areas).flatMap(\.polygons) {
      let positions = try #require(CAPChecker.positions(ofPolygon: polygon))
      #expect((4...100).contains(positions.count))
      #expect(positions.first == positions.last)
    }
  }

  @Test func `short messages fit into seventy characters and keep place, colour and end`() {
    let samples = WarningSamples()
    for hazard in Hazard.allCases {
      let record = samples.record(WarningSamples.life, hazard: hazard)
      for message in record.issued {
        let text = samples.messages().text(record, message, .sms)
        #expect(text.count <= 70, "\(text)")
        for word in ["石角镇", message.content.level.chineseName, hazard.chineseWarningName] {
          #expect(text.contains(word), "\(word) in \(text)")
        }
        #expect(text.contains("有效至") == (message.kind != .cancel))
        #expect(samples.messages().text(record, message, .led).count <= 40)
        let english = samples.messages().text(record, message, .sms, .english)
        #expect(english.count <= 160)
        #expect(english.contains(message.content.level.name))
      }
    }
  }

  @Test func `the national form has its own elements in their order and keeps empty ones`() throws {
    let samples = WarningSamples()
    let record = samples.record([(.initial, .orange), (.upgrade, .red)])
    let text = String(
      decoding: samples.messages().national(record, record.issued[1]), as: UTF8.self)
    let order = [
      "<identifier>", "<sender>", "<senderCode>", "<sendTime>", "<status>", "<msgType>", "<scope>",
      "<code>", "<secClassification>", "<note>", "<references>", "<language>", "<eventType>",
      "<urgency>", "<severity>", "<certainty>", "<effective>", "<onset>", "<expires>",
      "<senderName>", "<headline>", "<description>", "<instruction>", "<web>", "<areaDesc>",
      "<polygon>", "<circle>", "<geocode>",
    ]
    var position = text.startIndex
    for element in order {
      let found = try #require(
        text.range(of: element, range: position..<text.endIndex), "\(element)")
      position = found.upperBound
    }
    #expect(!text.contains("xmlns"))
    #expect(text.contains("<sendTime>2026-07-01 20:01:00+08:00</sendTime>"))
    #expect(text.contains("<severity>Red</severity>"))
    #expect(text.contains("<eventType>11A51</eventType>"))
    #expect(text.contains("<references>\(record.issued[0].identifier)</references>"))
    #expect(text.contains("<geocode>500199100000</geocode>"))
    #expect(text.contains("<web></web>"))
  }

  @Test func `feeds are well formed, newest first, and hold no markup from names or words`() throws
  {
    let samples = WarningSamples()
    let record = samples.record(WarningSamples.life, words: WarningSamples.evil)
    let messages = samples.messages()
    let scratch = try TemporaryFolder()
    for feed in [messages.atom([record], base: ""), messages.rss([record], base: "http://x")] {
      let text = String(decoding: feed, as: UTF8.self)
      #expect(!text.contains("<script>"))
      let first = try #require(text.range(of: record.issued[5].identifier))
      let last = try #require(text.range(of: record.issued[0].identifier))
      #expect(first.lowerBound < last.lowerBound)
      let path = "\(scratch.path)/feed.xml"
      try Data(feed).write(to: URL(fileURLWithPath: path))
      #expect(try run("xmllint", ["--noout", path]).status == 0)
    }
    let standing = samples.record([(.initial, .orange)], words: WarningSamples.evil)
    let map = messages.geoJSON([record, standing], at: WarningSamples.sent + 60)
    let object = try JSONSerialization.jsonObject(with: Data(map)) as? [String: Any]
    #expect((object?["features"] as? [Any])?.count == 1)
    let later = messages.geoJSON([standing], at: WarningSamples.sent + 6 * 3600)
    #expect(!String(decoding: later, as: UTF8.self).contains("orange"))
  }

  @Test func `xmllint finds every message valid by the schema`() throws {
    guard let folder = RealAlerts.folder else {
      print(RealAlerts.absence)
      return
    }
    let samples = WarningSamples()
    let scratch = try TemporaryFolder()
    var files: [String] = []
    for hazard in Hazard.allCases {
      let record = samples.record(WarningSamples.life, hazard: hazard, words: WarningSamples.evil)
      for message in record.issued {
        let path = "\(scratch.path)/\(hazard.rawValue)-\(message.identifier).xml"
        try Data(samples.messages().cap(record, message)).write(to: URL(fileURLWithPath: path))
        files.append(path)
      }
    }
    let answer = try run("xmllint", ["--noout", "--schema", "\(folder)/CAP-v1.2.xsd"] + files)
    #expect(answer.status == 0, "\(answer.output)")
  }
}

@Suite struct XMLSignatureTests {
  @Test(arguments: ["rsa", "ec"])
  func `a signature verifies with xmlsec1, and not after one letter has changed`(kind: String)
    throws
  {
    let scratch = try TemporaryFolder()
    let key = "\(scratch.path)/key.pem"
    let make =
      kind == "rsa"
      ? ["genrsa", "-out", key, "2048"]
      : ["ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", key]
    #expect(try run("openssl", make).status == 0)
    #expect(chmod(key, 0o600) == 0)
    let open = "\(scratch.path)/open.pem"
    try FileManager.default.copyItem(atPath: key, toPath: open)
    #expect(chmod(open, 0o644) == 0)
    #expect(throws: Fault.self) { _ = try XMLSigner(keyFile: open) }
    let publicKey = "\(scratch.path)/public.pem"
    #expect(try run("openssl", ["pkey", "-in", key, "-pubout", "-out", publicKey]).status == 0)
    let samples = WarningSamples()
    let record = samples.record(WarningSamples.life, words: WarningSamples.evil)
    let messages = samples.messages(try XMLSigner(keyFile: key))
    for message in record.issued {
      let bytes = try messages.cap(record, message)
      let alert = try CAPReader.read(bytes, name: "cap")
      #expect(alert.isSigned)
      #expect(CAPChecker.findings(alert, profile: .china) == [])
      let path = "\(scratch.path)/cap.xml"
      try Data(bytes).write(to: URL(fileURLWithPath: path))
      let good = try run("xmlsec1", ["--verify", "--pubkey-pem", publicKey, path])
      #expect(good.status == 0, "\(good.output)")
      let changed = String(decoding: bytes, as: UTF8.self)
        .replacingOccurrences(of: "<msgType>", with: "<msgType> ")
      try Data(changed.utf8).write(to: URL(fileURLWithPath: path))
      #expect(try run("xmlsec1", ["--verify", "--pubkey-pem", publicKey, path]).status != 0)
    }
  }
  @Test func `a signature with its certificate verifies against the authority alone`() throws {
    let scratch = try TemporaryFolder()
    let (key, certificate) = ("\(scratch.path)/key.pem", "\(scratch.path)/certificate.pem")
    let make = [
      "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-out", certificate,
      "-days", "30", "-subj", "/CN=Freshet Test",
    ]
    #expect(try run("openssl", make).status == 0)
    #expect(chmod(key, 0o600) == 0)
    let samples = WarningSamples()
    let record = samples.record(WarningSamples.life, words: WarningSamples.evil)
    let messages = samples.messages(
      try XMLSigner(keyFile: key, certificateFile: certificate))
    let message = try #require(record.issued.first)
    let path = "\(scratch.path)/cap.xml"
    let bytes = try messages.cap(record, message)
    try Data(bytes).write(to: URL(fileURLWithPath: path))
    #expect(String(decoding: bytes, as: UTF8.self).contains("X509Certificate"))
    let good = try run("xmlsec1", ["--verify", "--trusted-pem", certificate, path])
    #expect(good.status == 0, "\(good.output)")
    let changed = String(decoding: bytes, as: UTF8.self)
      .replacingOccurrences(of: "<msgType>", with: "<msgType> ")
    try Data(changed.utf8).write(to: URL(fileURLWithPath: path))
    #expect(try run("xmlsec1", ["--verify", "--trusted-pem", certificate, path]).status != 0)
    let other = "\(scratch.path)/other.pem"
    #expect(try run("openssl", ["genrsa", "-out", other, "2048"]).status == 0)
    #expect(chmod(other, 0o600) == 0)
    #expect(throws: Fault.self) {
      _ = try XMLSigner(keyFile: other, certificateFile: certificate)
    }
  }
}
