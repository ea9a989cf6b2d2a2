import Foundation
import FoundationXML
import Hydromet
import Publish
import Testing

@Suite("CAP 1.2 drafts", .enabled(if: Fonts.areInstalled, "\(Fonts.note)"))
struct CAPMessageTests {
  let folder: TemporaryFolder
  let file = "products/latest/cap/50019941600000_20260701200000_0.xml"
  let alert: [XMLRecord.Entry]

  init() throws {
    folder = try TemporaryFolder()
    // Townships of many vertices, so that polygons must be simplified.
    let sample = SampleDistrict(rows: 2, columns: 3, detail: 120)
    let writer = try ProductWriter(
      description: sample.description, productsFolder: folder.products, isDurable: false)
    _ = try writer.publish(sample.report())
    alert = try XMLRecord.read(try folder.bytes(file))
  }

  private func values(_ path: String) -> [String] {
    alert.filter { $0.path == path }.map(\.text)
  }

  @Test("a draft is never an actual alert and never public")
  func status() {
    #expect(values("alert/status") == ["Draft"])
    #expect(values("alert/msgType") == ["Alert"])
    #expect(values("alert/scope") == ["Restricted"])
    #expect(values("alert/sender") == ["50019941600000"])
  }

  @Test("it speaks Chinese and American English, with the coded words of its level")
  func languages() {
    #expect(values("alert/info/language") == ["zh-CN", "en-US"])
    #expect(values("alert/info/severity") == ["Extreme", "Extreme"])
    #expect(values("alert/info/urgency") == ["Immediate", "Immediate"])
    #expect(values("alert/info/certainty") == ["Likely", "Likely"])
    #expect(values("alert/info/eventCode/value") == ["11A51", "11A51"])
    #expect(values("alert/info/description")[0] == "过去3小时面雨量至少达63.2毫米，阈值 < 50.0毫米 & 资料不全。")
  }

  @Test("times carry +08:00, and sent ≤ onset < expires ≤ sent + 24 h")
  func times() throws {
    let texts =
      values("alert/sent") + values("alert/info/effective") + values("alert/info/onset")
      + values("alert/info/expires")
    #expect(texts.allSatisfy { $0.count == 25 && $0.hasSuffix("+08:00") })
    let sent = try #require(Timestamp(iso8601: values("alert/sent")[0]))
    let onset = try #require(Timestamp(iso8601: values("alert/info/onset")[0]))
    let expires = try #require(Timestamp(iso8601: values("alert/info/expires")[0]))
    #expect(sent <= onset && onset < expires && expires <= sent + 86_400)
  }

  @Test("there is one area for each township, with its twelve-digit code")
  func areas() {
    #expect(values("alert/info/area/areaDesc") == ["石角镇", "东溪镇", "Town 1", "Town 2"])
    #expect(values("alert/info/area/geocode/value").prefix(2) == ["500199100000", "500199101000"])
  }

  @Test("polygons are latitude first, closed, and of at most a hundred positions")
  func polygons() {
    let polygons = values("alert/info/area/polygon")
    #expect(polygons.count == 4)
    for polygon in polygons {
      let positions = polygon.split(separator: " ")
      #expect((4...100).contains(positions.count))
      #expect(positions.first == positions.last)
      for position in positions {
        let pair = position.split(separator: ",").compactMap { Double($0) }
        #expect(pair.count == 2 && (28...30).contains(pair[0]) && (106...108).contains(pair[1]))
      }
    }
  }

  @Test("neighbours keep every position of their common border")
  func borders() {
    let polygons = values("alert/info/area/polygon").prefix(2).map {
      Set($0.split(separator: " ").map(String.init))
    }
    let common = polygons[0].intersection(polygons[1])
    #expect(common.count >= 3)
  }

  @Test("the evidence of every township is a parameter")
  func evidence() {
    #expect(
      values("alert/info/parameter/value").contains(
        "500199100000,township,500199100000,3h,mean,exact,63.296,50.000"))
  }

  @Test(
    "the schema of OASIS accepts the message",
    .enabled(if: SchemaCheck.isPossible, "skipped: no xmllint or no shared data folder"))
  func schema() throws {
    let message = try SchemaCheck.complaints(about: folder.path + "/" + file)
    #expect(message.contains("validates"))
  }

  @Test(
    "the schema of OASIS refuses a message with a wrong word, so the check is awake",
    .enabled(if: SchemaCheck.isPossible, "skipped: no xmllint or no shared data folder"))
  func schemaIsAwake() throws {
    let text = try folder.text(file).replacingOccurrences(of: ">Draft<", with: ">Sketch<")
    try Data(text.utf8).write(to: URL(fileURLWithPath: folder.path + "/wrong.xml"))
    let message = try SchemaCheck.complaints(about: folder.path + "/wrong.xml")
    #expect(message.contains("fails to validate"))
  }
}

/// The elements of an XML file with their text, in document order.
final class XMLRecord: NSObject, XMLParserDelegate {
  struct Entry: Sendable {
    let path: String
    let text: String
  }

  private var open: [(name: String, text: String)] = []
  private var entries: [Entry] = []

  static func read(_ bytes: Data) throws -> [Entry] {
    let record = XMLRecord()
    let parser = XMLParser(data: bytes)
    parser.delegate = record
    guard parser.parse() else { throw CocoaError(.coderReadCorrupt) }
    return record.entries
  }

  func parser(
    _ parser: XMLParser, didStartElement name: String, namespaceURI: String?,
    qualifiedName: String?, attributes: [String: String]
  ) {
    open.append((name, ""))
  }

  func parser(_ parser: XMLParser, foundCharacters text: String) {
    guard !open.isEmpty else { return }
    open[open.count - 1].text += text
  }

  func parser(
    _ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?
  ) {
    let path = open.map(\.name).joined(separator: "/")
    if let last = open.popLast() { entries.append(Entry(path: path, text: last.text)) }
  }
}

/// The OASIS schema in the shared data folder, and `xmllint` to hold a file against it.
enum SchemaCheck {
  private static let schema: String = {
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent()
    let data =
      ProcessInfo.processInfo.environment["FRESHET_DATA"]
      ?? root.deletingLastPathComponent().path + "/shared/data"
    return data + "/warnings/cap/CAP-v1.2.xsd"
  }()

  private static let program = "/usr/bin/xmllint"

  static let isPossible =
    FileManager.default.fileExists(atPath: schema)
    && FileManager.default.fileExists(atPath: program)

  static func complaints(about file: String) throws -> String {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = ["--nonet", "--noout", "--schema", schema, file]
    let pipe = Pipe()
    process.standardError = pipe
    try process.run()
    let output = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return String(decoding: output, as: UTF8.self)
  }
}
