import ForeignReaders
import Formats
import Hydromet
import Ingest
import Testing

/// Numbers that look random and are the same in every run (SplitMix64).
private struct Lots: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
    return z ^ z >> 31
  }
}

/// A good file and what becomes of it on a bad line.
private struct Damage {
  private static let words = [
    "-", "9", "999999999999999999", "\"", "\n", ",", ";", "\t", "/", "=", "T", "e9", "NaN", "<",
    "[",
    "2024-02-30", "-0.1", "\0", "\u{FEFF}", "雨", "1h", "32767", "999990",
  ].map { Array($0.utf8) }

  /// One to four changes: cut, flipped, overwritten, inserted, moved, doubled, zeroed.
  static func done(to sample: [UInt8], _ lots: inout Lots) -> [UInt8] {
    var bytes = sample
    for _ in 0..<Int.random(in: 1...4, using: &lots) where bytes.count > 2 {
      let place = Int.random(in: 0..<bytes.count, using: &lots)
      let end = min(bytes.count, place + Int.random(in: 1...24, using: &lots))
      switch Int.random(in: 0..<8, using: &lots) {
      case 0: bytes.removeSubrange(place...)
      case 1: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &lots)
      case 2: bytes[place] = UInt8.random(in: 0...255, using: &lots)
      case 3: bytes.insert(contentsOf: words.randomElement(using: &lots) ?? [], at: place)
      case 4: bytes.replaceSubrange(place..<end, with: words.randomElement(using: &lots) ?? [])
      case 5: bytes.insert(contentsOf: Array(bytes[place..<end]), at: bytes.count / 2)
      case 6: bytes.removeSubrange(place..<end)
      default: for i in place..<end { bytes[i] = 0 }
      }
    }
    return bytes
  }
}

/// A sample for one reader.
private struct Sample: Sendable, CustomTestStringConvertible {
  let reader: ForeignReader
  let bytes: [UInt8]

  var testDescription: String { reader.name }

  static let all: [Sample] =
    RainSample.all.filter { $0.format != .bufr }.map {
      Sample(reader: .station($0.format), bytes: $0.file($0.zero))
    } + grids + [
      Sample(reader: .table, bytes: Array("id,name;x,\"a \"\"b\"\"\"\n1,镇,\n2,,\"c\nd\"\n".utf8)),
      Sample(
        reader: .notice,
        bytes: Array(
          """
          {"id": "31e9d66a-cd83-4174-9429-b932f1abe1be", "type": "Feature", "version": "v04",
          "conformsTo": ["http://wis.wmo.int/spec/wnm/1/conf/core"], "geometry": null,
          "properties": {"data_id": "cn-cma/a", "pubtime": "2024-07-09T12:00:00Z",
          "datetime": "2024-07-09T11:00:00Z", "integrity": {"method": "sha256", "value": "QQ=="},
          "content": {"encoding": "utf-8", "size": 2, "value": "ab"}},
          "links": [{"rel": "canonical", "href": "https://example.org/a", "length": 2}]}
          """.utf8)),
      Sample(
        reader: .alert,
        bytes: Array(
          """
          <alert xmlns="urn:oasis:names:tc:emergency:cap:1.2"><identifier>a</identifier>
          <sender>b</sender><sent>2024-07-09T12:00:00+08:00</sent><status>Actual</status>
          <msgType>Alert</msgType><scope>Public</scope><info><category>Met</category>
          <event>暴雨</event></info></alert>
          """.utf8)),
    ]

  private static let grids: [Sample] = [
    Sample(reader: .grid(.swan), bytes: SyntheticSWAN().bytes),
    Sample(
      reader: .grid(.radolan),
      bytes: SyntheticRADOLAN(product: "RW", rows: 900, columns: 900).bytes),
    Sample(
      reader: .grid(.diamond4),
      bytes: Array(
        "diamond 4 1小时降水\n24 07 09 14 0 0\n0.01 -0.01 106 106.02 29 28.99 3 2\n10 0 100 1 0\n1 2 9999\n0 0.5 3\n"
          .utf8)),
  ]
}

@Suite("Whatever the bytes are")
struct AnyBytesTests {
  @Test("a good sample of every own reader is read, and all that must hold of it does")
  func samples() {
    for sample in Sample.all {
      let answer = sample.reader.answer(to: sample.bytes)
      #expect(answer.isOfFormat, "\(sample.reader.name)")
      #expect(answer.broken.isEmpty, "\(sample.reader.name)")
    }
  }

  @Test(
    "a damaged file is refused in words that help, or gives readings and cells that can be built on",
    arguments: Sample.all)
  fileprivate func damaged(sample: Sample) {
    var lots = Lots(state: UInt64(sample.bytes.count))
    let count = sample.bytes.count > 100_000 ? 60 : 1500
    for _ in 0..<count {
      let bytes = Damage.done(to: sample.bytes, &lots)
      let broken = sample.reader.answer(to: bytes).broken
      #expect(broken.isEmpty, "\(String(decoding: bytes.prefix(600), as: UTF8.self))")
      if !broken.isEmpty { return }
    }
  }

  @Test("a link of less than no bytes says nothing of its length; a logger's name is plain text")
  func unlikely() throws {
    let notice = try #require(Sample.all.first { $0.reader.name == "notice" })
    let text = String(decoding: notice.bytes, as: UTF8.self)
    let whole = text.replacing(
      "\"integrity\": {\"method\": \"sha256\", \"value\": \"QQ==\"},", with: "")
    #expect(try WIS2Notice(Array(whole.utf8), topic: "cache/a").link.length == 2)
    let shorter = Array(whole.replacing("\"length\": 2", with: "\"length\": -2").utf8)
    #expect(notice.reader.answer(to: shorter).broken.isEmpty)
    #expect(try WIS2Notice(shorter, topic: "cache/a").link.length == nil)
    func table(_ name: String) -> [UInt8] {
      Array(
        """
        "TOA5","\(name)","CR1000","1","a","b","c","Ten"
        "TIMESTAMP","RECORD","Rain_mm_Tot"
        "TS","RN","mm"
        "","","Tot"
        "2024-07-09 20:00:00",1,0.2

        """.utf8)
    }
    let beijing = StationStatement(zoneOffsetSeconds: 28_800, stepSeconds: 600)
    let good = try StationFile.read(bytes: table("Logger"), file: "log.dat", statement: beijing)
    #expect(good.readings.first?.station == "Logger")
    for name in ["Log\u{2}ger", String(repeating: "L", count: 65), ""] {
      #expect(ForeignReader.station(.toa5).answer(to: table(name)).broken.isEmpty, "\(name)")
      #expect(throws: Fault.self) {
        try StationFile.read(bytes: table(name), file: "log.dat", statement: beijing)
      }
    }
  }

  @Test("a fault without a word, a place, a line, a problem and a remedy is noticed for all five")
  func noticed() {
    let poor = Fault("Bad code", at: .init("", line: 0), "", remedy: "")
    #expect(ForeignReader.shortcomings(of: poor).count == 5)
    let good = Fault("bad_code", at: .init("f", line: 1), "this is found", remedy: "do that")
    #expect(ForeignReader.shortcomings(of: good).isEmpty)
  }
}
