import Foundation
import Hydromet
import Publish
import Testing

@Suite struct CAPReaderTests {
  static func read(_ text: String) throws -> CAPContent {
    try CAPReader.read(Array(text.utf8), name: "alert.xml")
  }

  static func alert(
    head: String = "", sent: String = "2026-07-05T14:20:00+08:00", type: String = "Alert",
    info: String = ""
  ) -> String {
    """
    <?xml version="1.0" encoding="UTF-8"?>
    <alert xmlns="urn:oasis:names:tc:emergency:cap:1.2"><identifier>a</identifier>
    <sender>b</sender><sent>\(sent)</sent><status>Actual</status><msgType>\(type)</msgType>
    <scope>Public</scope>\(head)<info><category>Met</category><event>Rain</event>
    <urgency>Past</urgency><severity>Minor</severity><certainty>Likely</certainty>\(info)</info>
    </alert>
    """
  }

  static func rules(_ text: String) throws -> [String] {
    CAPChecker.findings(try read(text)).map(\.rule)
  }

  @Test func `an alert that keeps every rule has no finding`() throws {
    #expect(try CAPReaderTests.rules(CAPReaderTests.alert()) == [])
  }

  @Test(arguments: [
    (CAPReaderTests.alert(sent: "2026-07-05T06:20:00Z"), "time"),
    (CAPReaderTests.alert(sent: "2026-02-30T06:20:00+08:00"), "time"),
    (CAPReaderTests.alert(type: "Update"), "references"),
    (CAPReaderTests.alert(head: "<references>x y</references>"), "references"),
    (CAPReaderTests.alert(head: "<foo/>"), "order"),
    (CAPReaderTests.alert(type: "Cancle"), "word"),
    (CAPReaderTests.alert(info: "<expires>2026-07-05T14:20:00+08:00</expires>"), "validity"),
    (
      CAPReaderTests.alert(
        info: "<area><areaDesc>x</areaDesc><polygon>29,106 29,107 30,107</polygon></area>"),
      "polygon"
    ),
    (
      CAPReaderTests.alert(
        info: "<area><areaDesc>x</areaDesc><polygon>29,106 29,107 30,107 30,106</polygon></area>"),
      "polygon"
    ),
    (
      CAPReaderTests.alert(
        info:
          "<area><areaDesc>x</areaDesc><polygon>106,29 107,29 107,30 106,29</polygon></area>"),
      "polygon"
    ),
    (
      CAPReaderTests.alert(
        info: "<area><areaDesc>x</areaDesc><circle>29,106</circle></area>"), "circle"
    ),
  ])
  func `a broken rule is found and named`(text: String, rule: String) throws {
    #expect(try CAPReaderTests.rules(text).contains(rule))
  }

  @Test(arguments: [
    ("<!DOCTYPE a [<!ENTITY b \"c\">]><alert/>", "xml_with_doctype"),
    (
      "<!DOCTYPE lolz [<!ENTITY a \"lol\"><!ENTITY b \"&a;&a;&a;&a;\">]><alert>&b;</alert>",
      "xml_with_doctype"
    ),
    ("<!DOCTYPE a SYSTEM \"file:///etc/passwd\"><alert/>", "xml_with_doctype"),
    ("<alert", "not_xml"), ("", "not_xml"), ("<alert>&nbsp;</alert>", "not_xml"),
    ("<alert xmlns=\"urn:other\"/>", "not_cap"),
    (
      String(repeating: "<a>", count: 60) + String(repeating: "</a>", count: 60), "xml_too_deep"
    ),
  ])
  func `documents that swell, reach out or are no alert are refused`(text: String, code: String) {
    do {
      _ = try CAPReaderTests.read(text)
      Issue.record("it was read")
    } catch let fault as Fault {
      #expect(fault.code == code)
    } catch {
      Issue.record("\(error)")
    }
  }

  @Test func `a bomb in sixteen-bit letters is refused too`() {
    let text =
      "<?xml version=\"1.0\" encoding=\"UTF-16\"?><!DOCTYPE a [<!ENTITY b \"c\">]><a>&b;</a>"
    var bytes: [UInt8] = [0xFF, 0xFE]
    for unit in text.utf16 { bytes += [UInt8(unit & 255), UInt8(unit >> 8)] }
    #expect(throws: Fault.self) { _ = try CAPReader.read(bytes, name: "bomb.xml") }
  }

  @Test func `real alerts are read as their facts say`() throws {
    guard let folder = RealAlerts.folder,
      let table = try? String(
        contentsOfFile: "\(folder)/../../facts/cap_facts.csv", encoding: .utf8)
    else {
      print(RealAlerts.absence)
      return
    }
    var count = 0
    for line in table.split(whereSeparator: \.isNewline).dropFirst() {
      let facts = CAPReaderTests.fields(String(line))
      let bytes = try Data(contentsOf: URL(fileURLWithPath: "\(folder)/../../\(facts[0])"))
      let alert = try CAPReader.read(Array(bytes), name: facts[0])
      let isValid = alert.version != "1.2" ? "" : alert.schemaFindings.isEmpty ? "True" : "False"
      let areas = alert.infos.flatMap(\.areas)
      let polygons = areas.flatMap(\.polygons)
      let found: [String] = [
        alert.version, isValid, alert.identifier, alert.sender, alert.sent,
        alert.sentTime?.iso8601 ?? "", alert.status, alert.messageType,
        (alert.references ?? "").split(whereSeparator: \.isWhitespace).joined(separator: " "),
        "\(alert.infos.count)", alert.infos.map(\.event).joined(separator: " | "),
        alert.infos.map(\.severity).joined(separator: " | "),
        alert.infos.compactMap(\.expires).joined(separator: " | "), "\(areas.count)",
        "\(polygons.count)",
        polygons.map { "\($0.split(whereSeparator: \.isWhitespace).count)" }
          .joined(separator: ";"),
        "\(areas.flatMap(\.circles).count)", "\(areas.flatMap(\.geocodes).count)",
        alert.isSigned ? "True" : "False",
      ]
      let places = [1, 2, 4, 5, 6, 7, 8, 9, 10, 11, 13, 14, 15, 16, 17, 18, 19, 20, 22]
      for (value, place) in zip(found, places) {
        #expect(value == facts[place], "\(facts[0]) column \(place)")
      }
      count += 1
    }
    #expect(count == 7)
  }

  /// Fields of a comma-separated line.
  static func fields(_ line: String) -> [String] {
    var fields = [""]
    var isQuoted = false
    for character in line {
      if character == "\"" {
        isQuoted.toggle()
      } else if character == ",", !isQuoted {
        fields.append("")
      } else {
        fields[fields.count - 1].append(character)
      }
    }
    return fields
  }
}
