import ForeignReaders
import Hydromet
import Ingest
import Testing

/// Writes BUFR edition 4 messages bit by bit (WMO-No. 306, FM 94). ecCodes' `bufr_dump` reads the
/// messages of these tests as the tests say.
struct BUFRWriter {
  private(set) var bits: [Bool] = []

  mutating func put(_ value: Int, _ width: Int) {
    for bit in stride(from: width - 1, through: 0, by: -1) { bits.append(value >> bit & 1 == 1) }
  }

  mutating func putMissing(_ width: Int) { put((1 << width) - 1, width) }

  /// One element of all subsets, compressed: lowest value, width of the differences, differences.
  mutating func putCompressed(_ values: [Int?], _ width: Int) {
    let known = values.compactMap { $0 }
    guard let low = known.min(), let high = known.max() else {
      putMissing(width)
      put(0, 6)
      return
    }
    put(low, width)
    if known.count == values.count, low == high {
      put(0, 6)
      return
    }
    var room = 1
    while (1 << room) - 1 <= high - low { room += 1 }
    put(room, 6)
    for value in values {
      if let value { put(value - low, room) } else { putMissing(room) }
    }
  }

  private var bytes: [UInt8] {
    stride(from: 0, to: bits.count, by: 8).map { start in
      (0..<8).reduce(UInt8(0)) { byte, i in
        byte << 1 | (start + i < bits.count && bits[start + i] ? 1 : 0)
      }
    }
  }

  /// The whole message: sections 0 to 5.
  func message(
    _ descriptors: [(Int, Int, Int)], subsets: Int = 1, compressed: Bool = false, update: Int = 0,
    category: UInt8 = 0
  ) -> [UInt8] {
    func number(_ value: Int, _ width: Int) -> [UInt8] {
      (0..<width).reversed().map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }
    let one: [UInt8] =
      number(22, 3) + [0] + number(0, 2) + number(0, 2)
      + [UInt8(update), 0, category, 2, 0, 33, 0] + number(2024, 2) + [7, 9, 12, 0, 0]
    let three: [UInt8] =
      number(7 + 2 * descriptors.count, 3) + [0] + number(subsets, 2) + [compressed ? 0xC0 : 0x80]
      + descriptors.flatMap { number($0.0 << 14 | $0.1 << 8 | $0.2, 2) }
    let four: [UInt8] = number(4 + bytes.count, 3) + [0] + bytes
    let length = 8 + one.count + three.count + four.count + 4
    let message =
      Array("BUFR".utf8) + number(length, 3) + [4] + one + three + four + Array("7777".utf8)
    Seeds.keep(message)
    return message
  }
}

@Suite("BUFR")
struct BUFRTests {
  private let end = "2024-07-09T12:10:00Z"

  /// Block, station, time, place, −10 min with an associated quality of 8 bits, rain.
  private let template: [(Int, Int, Int)] = [
    (0, 1, 1), (0, 1, 2), (0, 4, 1), (0, 4, 2), (0, 4, 3), (0, 4, 4), (0, 4, 5), (0, 5, 1),
    (0, 6, 1),
    (0, 4, 25), (2, 4, 8), (0, 31, 21), (0, 13, 11), (2, 4, 0), (0, 33, 5),
  ]

  private func put(
    _ writer: inout BUFRWriter, station: Int, rain: Int?, quality: Int, flags: Int = 0,
    minutes: Int? = -10
  ) {
    writer.put(57, 7)
    writer.put(station, 10)
    for (value, width) in [(2024, 12), (7, 4), (9, 6), (12, 5), (10, 6)] {
      writer.put(value, width)
    }
    writer.put(9_000_000 + 2_900_000, 25)
    writer.put(18_000_000 + 10_665_000, 26)
    if let minutes { writer.put(minutes + 2048, 12) } else { writer.putMissing(12) }
    writer.put(5, 6)
    writer.put(quality, 8)
    // Tenths of a millimetre above the reference of −1.
    if let rain { writer.put(rain + 1, 14) } else { writer.putMissing(14) }
    writer.put(flags, 30)
  }

  @Test("n-minute rain of several subsets with its quality: raw 0 is a trace, all bits missing")
  func subsets() throws {
    var writer = BUFRWriter()
    put(&writer, station: 612, rain: 123, quality: 0)
    put(&writer, station: 516, rain: -1, quality: 1)
    put(&writer, station: 512, rain: 0, quality: 7)
    put(&writer, station: 405, rain: nil, quality: 255)
    put(&writer, station: 411, rain: 0, quality: 5)
    put(&writer, station: 412, rain: 7, quality: 0, flags: 1 << 12)
    let bytes = writer.message(template, subsets: 6)
    let result = try StationFile.read(bytes: bytes, file: "b")
    #expect(result.format == .bufr)
    let rain = result.readings
    #expect(rain.map(\.station) == ["57612", "57516", "57512", "57405", "57411", "57412"])
    #expect(rain.map(\.tenths) == [123, 0, 0, nil, nil, 7])
    #expect(rain.map(\.isTrace) == [false, true, false, false, false, false])
    #expect(
      rain.map(\.quality) == [.correct, .suspect, .unchecked, .missing, .notInstalled, .suspect])
    #expect(rain.allSatisfy { $0.period.seconds == 600 && $0.period.end.iso8601 == end })
    #expect(result.places.count == 6)
  }

  @Test("half a tenth of a degree goes away from zero, whatever binary fractions leave of it")
  func halfTenths() throws {
    var writer = BUFRWriter()
    // −0.25, 20.55, −16.75 and 20.45 °C in tenths of a kelvin.
    for (number, kelvin) in [2729, 2937, 2564, 2936].enumerated() {
      put(&writer, station: 612 + number, rain: 0, quality: 0)
      writer.put(kelvin, 12)
    }
    let bytes = writer.message(template + [(0, 12, 1)], subsets: 4)
    let warm = try StationFile.read(bytes: bytes, file: "b").readings.filter {
      $0.element == .temperature
    }
    #expect(warm.map(\.tenths) == [-3, 206, -168, 205])
  }

  @Test("compressed subsets give the same readings as uncompressed ones")
  func compressed() throws {
    var writer = BUFRWriter()
    writer.putCompressed([57, 57, 57], 7)
    writer.putCompressed([612, 516, 512], 10)
    for (value, width) in [(2024, 12), (7, 4), (9, 6), (12, 5), (10, 6)] {
      writer.putCompressed([value, value, value], width)
    }
    writer.putCompressed(Array(repeating: 11_900_000, count: 3), 25)
    writer.putCompressed(Array(repeating: 28_665_000, count: 3), 26)
    writer.putCompressed(Array(repeating: -10 + 2048, count: 3), 12)
    writer.putCompressed(Array(repeating: 5, count: 3), 6)
    writer.putCompressed([0, 1, 0], 8)
    writer.putCompressed([124, 0, nil], 14)
    writer.putCompressed([0, 0, 0], 30)
    let bytes = writer.message(template, subsets: 3, compressed: true)
    let rain = try StationFile.read(bytes: bytes, file: "b").readings
    #expect(rain.map(\.station) == ["57612", "57516", "57512"])
    #expect(rain.map(\.tenths) == [123, 0, nil])
    #expect(rain.map(\.isTrace) == [false, true, false])
    #expect(rain.map(\.quality) == [.correct, .suspect, .missing])
    #expect(rain.allSatisfy { $0.period.seconds == 600 && $0.period.end.iso8601 == end })
  }

  @Test("several messages, behind headings and with a cut one between, are all read")
  func messages() throws {
    var first = BUFRWriter()
    put(&first, station: 612, rain: 5, quality: 0)
    var second = BUFRWriter()
    put(&second, station: 612, rain: 9, quality: 0)
    let original = first.message(template)
    let corrected = second.message(template)
    let heading = Array("\u{1}\r\r\n001\r\r\nISMI01 BEPK 091200 CCA\r\r\n".utf8)
    for file in [
      original + heading + corrected, heading + corrected + Array("\r\n".utf8) + original,
    ] {
      let result = try StationFile.read(bytes: file, file: "b")
      #expect(result.readings.map(\.tenths) == [9])
      #expect(result.readings.map(\.correction) == [1])
    }
    let cut = try StationFile.read(
      bytes: original[..<40] + heading + corrected, file: "b")
    #expect(cut.readings.map(\.tenths) == [9])
    #expect(cut.refusals.map(\.code) == ["cut_message"])
    let updated = try StationFile.read(
      bytes: original + second.message(template, update: 3), file: "b")
    #expect(updated.readings.map(\.tenths) == [9] && updated.readings[0].correction == 3)
  }

  @Test("rain without a length that reaches back is refused, not guessed")
  func unknownPeriod() throws {
    var writer = BUFRWriter()
    put(&writer, station: 612, rain: 5, quality: 0, minutes: nil)
    put(&writer, station: 516, rain: 5, quality: 0, minutes: 10)
    put(&writer, station: 512, rain: 6, quality: 0)
    let result = try StationFile.read(bytes: writer.message(template, subsets: 3), file: "b")
    #expect(result.readings.map(\.station) == ["57512"])
    #expect(result.refusals.map(\.code) == ["unknown_period", "unknown_period"])
  }

  @Test("temperatures of the upper air are no station's: such messages are refused")
  func category() {
    var writer = BUFRWriter()
    put(&writer, station: 612, rain: 5, quality: 0)
    let bytes = writer.message(template, category: 2)
    let fault = #expect(throws: Fault.self) { try StationFile.read(bytes: bytes, file: "b") }
    #expect(fault?.problem.contains("category 2") == true)
  }

  @Test("a message of a table that is not there is a fault with the descriptors and a remedy")
  func localTable() {
    var writer = BUFRWriter()
    writer.put(0, 64)
    let bytes = writer.message([(0, 1, 1), (3, 63, 250)])
    let fault = #expect(throws: Fault.self) { try StationFile.read(bytes: bytes, file: "b") }
    #expect(fault?.code == "no_usable_rows")
    #expect(fault?.problem.contains("363250") == true)
  }

  @Test("rain that an operator of scale (2 02 001) makes larger than any number is a failed value")
  func scaledBeyondBounds() throws {
    // One station (block 57), minute 2024-09-12 00:27, 0 13 019 between 2 02 001 and 2 02 000: ecCodes
    // answers 1.2e128 mm.
    let bytes: [UInt8] = [
      0x42, 0x55, 0x46, 0x52, 0x00, 0x00, 0x49, 0x04, 0x00, 0x00, 0x16, 0x00, 0x00, 0x00, 0x00,
      0x00,
      0x00, 0x00, 0x00, 0x02, 0x00, 0x21, 0x00, 0x07, 0xE8, 0x07, 0x09, 0x0C, 0x00, 0x00, 0x00,
      0x00,
      0x1B, 0x00, 0x00, 0x01, 0x80, 0x01, 0x01, 0x01, 0x02, 0x04, 0x01, 0x04, 0x02, 0x04, 0x03,
      0x04,
      0x04, 0x04, 0x05, 0x82, 0x01, 0x0D, 0x13, 0x82, 0x00, 0x00, 0x00, 0x0C, 0x00, 0x73, 0x32,
      0x3F,
      0x43, 0x92, 0xC0, 0x00, 0x7B, 0x37, 0x37, 0x37, 0x37,
    ]
    Seeds.keep(bytes)
    let result = try StationFile.read(bytes: bytes, file: "b")
    #expect(result.readings.map(\.element) == [.rain])
    #expect(result.readings.map(\.tenths) == [nil])
  }

  @Test("a message cut at any byte is a fault; one changed at any byte is one or has sound values")
  func damage() throws {
    var writer = BUFRWriter()
    put(&writer, station: 612, rain: 5, quality: 0)
    let whole = writer.message(template)
    for i in whole.indices {
      #expect(throws: Fault.self, "cut at \(i)") {
        try StationFile.read(bytes: Array(whole[..<i]) + [66, 85, 70, 82], file: "b")
      }
      guard i >= 8 else { continue }
      for byte: UInt8 in [0, 0x3F, 0x7F, 0xFF] {
        var changed = whole
        changed[i] = byte
        #expect(ForeignReader.station(.bufr).answer(to: changed).broken == [], "\(i): \(byte)")
      }
    }
  }
}
