import Foundation
import Hydromet
import Ingest
import Testing

@Suite("Notifications of WIS 2.0")
struct WIS2NoticeTests {
  /// A notification with one member changed, added or (nil) taken out of the feature or its properties.
  private static func message(
    _ changes: [String: Any?] = [:], properties: [String: Any?] = [:]
  ) throws -> [UInt8] {
    var inner: [String: Any] = [
      "pubtime": "2024-07-10T12:01:00Z", "data_id": "cn-cma/rain/20240710T12.bufr4",
      "datetime": "2024-07-10T12:00:00Z",
    ]
    for (key, value) in properties { inner[key] = value }
    var feature: [String: Any] = [
      "id": "31e9d66a-cd83-4174-9429-b932f1abe1be",
      "conformsTo": ["http://wis.wmo.int/spec/wnm/1/conf/core"], "type": "Feature",
      "geometry": NSNull(), "properties": inner,
      "links": [["rel": "canonical", "href": "https://example.org/a.bufr4", "length": 12]],
    ]
    for (key, value) in changes { feature[key] = value }
    let bytes = [UInt8](try JSONSerialization.data(withJSONObject: feature))
    Seeds.keep(bytes)
    return bytes
  }

  private static func read(_ message: [UInt8]) throws(Fault) -> WIS2Notice {
    try WIS2Notice(message, topic: "cache/a/wis2/cn-cma/data/core/weather")
  }

  private static func code(_ message: [UInt8]) -> String? {
    do throws(Fault) {
      _ = try read(message)
      return nil
    } catch {
      return error.code
    }
  }

  @Test func `the identifier, the times, the data and their link are read`() throws {
    let notice = try Self.read(Self.message())
    #expect(notice.id == "31e9d66a-cd83-4174-9429-b932f1abe1be")
    #expect(notice.dataID == "cn-cma/rain/20240710T12.bufr4")
    #expect(notice.kind == .canonical)
    #expect(notice.published == Timestamp(iso8601: "2024-07-10T12:01:00Z"))
    #expect(notice.start == Timestamp(iso8601: "2024-07-10T12:00:00Z") && notice.end == nil)
    #expect(notice.link.address == "https://example.org/a.bufr4" && notice.link.length == 12)
    #expect(notice.integrity == nil && notice.content == nil && notice.remarks.isEmpty)
  }

  @Test func `the older version v04 is read, others are not`() throws {
    _ = try Self.read(Self.message(["conformsTo": nil, "version": "v04"]))
    #expect(
      Self.code(try Self.message(["conformsTo": nil, "version": "v03"]))
        == "notice_incomplete")
    #expect(
      Self.code(try Self.message(["conformsTo": ["http://example.org/conf"]]))
        == "notice_incomplete")
  }

  @Test func `a time may be null, or a span; a span that runs backwards is refused`() throws {
    #expect(try Self.read(Self.message(properties: ["datetime": NSNull()])).start == nil)
    let span = [
      "start_datetime": "2024-07-10T00:00:00Z", "end_datetime": "2024-07-10T12:00:00Z",
    ]
    let notice = try Self.read(Self.message(properties: span))
    #expect(notice.end == Timestamp(iso8601: "2024-07-10T12:00:00Z"))
    let backwards = [
      "start_datetime": "2024-07-11T00:00:00Z", "end_datetime": "2024-07-10T12:00:00Z",
    ]
    #expect(Self.code(try Self.message(properties: backwards)) == "notice_contradictory")
    #expect(
      Self.code(try Self.message(properties: ["datetime": nil])) == "notice_incomplete")
  }

  @Test func `exactly one link is canonical, update or deletion`() throws {
    func links(_ names: [String]) throws -> [UInt8] {
      try Self.message(["links": names.map { ["rel": $0, "href": "http://example.org/\($0)"] }])
    }
    #expect(try Self.read(links(["item", "update", "license"])).kind == .update)
    #expect(try Self.read(links(["deletion"])).kind == .deletion)
    for names in [["item"], ["canonical", "update"], ["canonical", "canonical"]] {
      #expect(Self.code(try links(names)) == "notice_contradictory")
    }
    #expect(Self.code(try links([])) == "notice_incomplete")
    let local = try Self.message(["links": [["rel": "canonical", "href": "file:///etc/passwd"]]])
    #expect(Self.code(local) == "notice_contradictory")
  }

  @Test(arguments: WIS2Notice.IntegrityMethod.allCases)
  func `a hash has the length of its method`(method: WIS2Notice.IntegrityMethod) throws {
    let hash = [UInt8](repeating: 7, count: method.length)
    func integrity(_ hash: [UInt8]) throws -> [UInt8] {
      try Self.message(properties: [
        "integrity": ["method": method.rawValue, "value": Data(hash).base64EncodedString()]
      ])
    }
    #expect(try Self.read(integrity(hash)).integrity?.hash == hash)
    #expect(Self.code(try integrity(Array(hash.dropLast()))) == "notice_contradictory")
  }

  @Test func `a hash of an unknown kind is refused, not skipped`() throws {
    let md5 = try Self.message(properties: ["integrity": ["method": "md5", "value": "AAAA"]])
    #expect(Self.code(md5) == "notice_contradictory")
  }

  @Test func `inline content is taken out of its encoding`() throws {
    for (encoding, value) in [
      ("utf-8", "雨"), ("base64", "6Zuo"), ("gzip", "H4sIAAAAAAAAA3s5ewUANkrKEwMAAAA="),
    ] {
      let message = try Self.message(properties: [
        "content": ["encoding": encoding, "value": value, "size": 3]
      ])
      #expect(try Self.read(message).content?.bytes == Array("雨".utf8))
    }
  }

  @Test func `inline content that cannot be read is remarked, and the link holds`() throws {
    let contents: [[String: Any]] = [
      ["encoding": "base64", "value": "%%%", "size": 3],
      ["encoding": "zip", "value": "a", "size": 1],
      ["encoding": "utf-8", "value": "a"], ["encoding": "gzip", "value": "6Zuo", "size": 3],
      ["encoding": "utf-8", "value": "a", "size": -1],
      ["encoding": "utf-8", "value": "", "size": 0],
    ]
    for content in contents {
      let notice = try Self.read(Self.message(properties: ["content": content]))
      #expect(notice.content == nil && notice.remarks.count == 1)
    }
  }

  @Test func `messages that are too large, no JSON or no notification are refused with words`()
    throws
  {
    #expect(Self.code(.init(repeating: 0x20, count: 8193)) == "notice_too_large")
    for text in ["", "x", "[]", "3", "null", "{", "\u{0}", "[[[[[[[[[[[[[["] {
      #expect(Self.code(Array(text.utf8)) == "notice_not_json", "\(text)")
    }
    #expect(Self.code([0xFF, 0xFE, 0x00]) == "notice_not_json")
    #expect(Self.code(Array("{}".utf8)) == "notice_incomplete")
    #expect(Self.code(.init(repeating: UInt8(ascii: "["), count: 8192)) == "notice_not_json")
  }

  @Test func `a member that is missing or of another type is named`() throws {
    for key in ["id", "type", "properties", "links"] {
      for value in [nil, 3, true, [3], ["a": 1]] as [Any?] {
        let code = Self.code(try Self.message([key: value]))
        #expect(["notice_incomplete", "notice_contradictory"].contains(code), "\(key)")
      }
    }
    for key in ["pubtime", "data_id", "datetime"] {
      for value in [3, true, "", "yesterday\n"] as [Any] {
        #expect(
          Self.code(try Self.message(properties: [key: value])) == "notice_incomplete", "\(key)")
      }
    }
  }

  @Test func `the specification's own examples are read, apart from their shortened hashes`() throws
  {
    guard let data = ProcessInfo.processInfo.environment["FRESHET_DATA"] else {
      print("FRESHET_DATA is not set: the examples of the WMO are skipped")
      return
    }
    let folder = "\(data)/warnings/wis2/examples"
    var kinds: [WIS2Notice.Kind] = []
    for number in 1...4 {
      let file = try Data(contentsOf: URL(fileURLWithPath: "\(folder)/example\(number).json"))
      guard var feature = try JSONSerialization.jsonObject(with: file) as? [String: Any],
        var properties = feature["properties"] as? [String: Any]
      else { continue }
      if properties["integrity"] != nil {
        #expect(Self.code([UInt8](file)) == "notice_contradictory")
      }
      properties["integrity"] = nil
      feature["properties"] = properties
      kinds.append(try Self.read([UInt8](try JSONSerialization.data(withJSONObject: feature))).kind)
    }
    #expect(kinds == [.canonical, .canonical, .canonical, .deletion])
  }

  @Test func `no damage to a notification does more than refuse it`() throws {
    let whole = try Self.message(properties: [
      "content": ["encoding": "base64", "value": "6Zuo", "size": 3],
      "integrity": [
        "method": "sha256", "value": Data(repeating: 1, count: 32).base64EncodedString(),
      ],
    ])
    var state: UInt64 = 20_240_710
    for _ in 0..<3000 {
      var bytes = whole
      for _ in 0..<3 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        let place = Int((state >> 33) % UInt64(bytes.count))
        bytes[place] = UInt8(truncatingIfNeeded: state >> 24)
      }
      if state >> 62 == 0 { bytes.removeLast(Int((state >> 40) % UInt64(bytes.count))) }
      let code = Self.code(bytes)
      #expect(code == nil || code?.hasPrefix("notice_") == true)
    }
  }
}
