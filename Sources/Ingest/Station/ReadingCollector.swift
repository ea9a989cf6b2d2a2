import Formats
import Hydromet

/// Gathers the readings of one file for every format alike.
///
/// It settles what a file says twice: a report with a higher correction number stands, equal values
/// count once, a value stands above a report that there is none, and values of one rank that
/// contradict each other are all refused. It keeps bad fields as readings without a value beside the
/// reason, and bounds what a hostile file can make it keep.
struct ReadingCollector {
  /// A fault whose place is a number that the format turns into a location at the end.
  struct Pending {
    let code: String
    let place: Int
    let item: String?
    let problem: String
    let remedy: String
  }

  /// What an entry holds in place of a value.
  enum State: UInt8 {
    case value
    case trace
    case none
  }

  /// 32 bytes: a file may hold millions of them.
  struct Entry {
    let end: Int64
    var place: Int
    let station: Int32
    let seconds: Int32
    var tenths: Int32
    let element: Element
    var quality: QualityCode
    var state: State
    var correction: UInt8

    var hasValue: Bool { state != .none }
  }

  /// Readings of one file: a month of minutes of a thousand stations is 45 million.
  static let readingLimit = 50_000_000
  static let stationLimit = 1_000_000
  /// The longest id of a station, bytes.
  static let idLimit = 64

  let file: String
  private(set) var stations: [String] = []
  private var slots = StationSlots()
  /// Ids with other than ASCII characters, of which several spellings in bytes are one text.
  private var foreignNumbers: [String: Int] = [:]
  private(set) var entries: [Entry]
  /// Open addressing over `entries`, index + 1; 0 where free. Empty while every series of values
  /// runs forward in time: then no key can come twice.
  private(set) var entrySlots: [Int32] = []
  private var series = SeriesEnds()
  /// Further places that gave a value for an entry.
  private(set) var repeats: [Int: [Int]] = [:]
  private(set) var contradicted: Set<Int> = []
  private(set) var refusals: [Pending] = []
  private(set) var doubts: [Pending] = []
  private(set) var places: [StatedPlace] = []
  private var isPlaced: [Bool] = []
  private(set) var refusalCount = 0
  private(set) var assumptions: [String] = []

  /// - Parameter expected: about how many readings the file will have.
  init(file: String, expected: Int = 0) {
    self.file = file
    entries = [Entry](unsafeUninitializedCapacity: min(expected, 2_000_000)) { buffer, count in
      LargePages.advise(UnsafeMutableRawBufferPointer(buffer))
      count = 0
    }
  }

  var isEmpty: Bool { entries.isEmpty }

  /// Says once what was taken for granted.
  mutating func assume(_ words: String) {
    if assumptions.count < 100, !assumptions.contains(words) { assumptions.append(words) }
  }

  /// The number of a station in this collector.
  ///
  /// - Parameter spelling: the id as the readings shall carry it; spellings of one canonical id are
  ///   one station, under the first of them.
  mutating func station(_ spelling: String) -> Int? {
    if let known = number(of: spelling) { return known }
    let canonical = StationID.canonical(spelling)
    guard !canonical.isEmpty, ReadingCollector.isPlain(spelling),
      ReadingCollector.isPlain(canonical),
      stations.count < ReadingCollector.stationLimit
    else { return nil }
    if canonical != spelling, let known = number(of: canonical) {
      remember(spelling, known)
      return known
    }
    let number = append(spelling)
    remember(spelling, number)
    if canonical != spelling { remember(canonical, number) }
    return number
  }

  /// The number of the station whose id stands in these bytes; the readings carry its canonical spelling.
  mutating func station(_ id: Range<Int>, of bytes: [UInt8]) -> Int? {
    if let known = slots.number(of: id, in: bytes) { return known }
    if StationID.isPlain(bytes, id), id.count <= ReadingCollector.idLimit,
      stations.count < ReadingCollector.stationLimit
    {
      let number = append(String(decoding: bytes[id], as: UTF8.self))
      slots.insert(id, number, in: bytes)
      return number
    }
    let canonical = StationID.canonical(String(decoding: bytes[id], as: UTF8.self))
    guard let number = station(canonical) else { return nil }
    remember(id, of: bytes, number)
    return number
  }

  /// The number of a station by bytes that were remembered.
  func knownStation(_ id: Range<Int>, of bytes: [UInt8]) -> Int? {
    slots.number(of: id, in: bytes)
  }

  /// Lets bytes of a file stand for a station whose id they spell.
  mutating func remember(_ id: Range<Int>, of bytes: [UInt8], _ number: Int) {
    if slots.number(of: id, in: bytes) == nil { slots.insert(id, number, in: bytes) }
  }

  private mutating func append(_ spelling: String) -> Int {
    stations.append(spelling)
    isPlaced.append(false)
    return stations.count - 1
  }

  private func number(of id: String) -> Int? {
    let bytes = Array(id.utf8)
    guard ReadingCollector.isASCII(bytes) else { return foreignNumbers[id] }
    return slots.number(of: bytes.indices, in: bytes)
  }

  private mutating func remember(_ id: String, _ number: Int) {
    let bytes = Array(id.utf8)
    if ReadingCollector.isASCII(bytes) {
      remember(bytes.indices, of: bytes, number)
    } else {
      foreignNumbers[id] = number
    }
  }

  private static func isASCII(_ bytes: [UInt8]) -> Bool { bytes.allSatisfy { $0 < 0x80 } }

  /// Whether an id can stand in a table: at most 64 bytes, without control characters.
  private static func isPlain(_ id: String) -> Bool {
    id.utf8.count <= idLimit && !id.unicodeScalars.contains { $0.value < 0x20 || $0.value == 0x7F }
  }

  mutating func stand(_ station: Int, longitude: Double, latitude: Double) {
    guard longitude.magnitude <= 180, latitude.magnitude <= 90, stations.indices.contains(station),
      !isPlaced[station]
    else { return }
    isPlaced[station] = true
    places.append(
      StatedPlace(
        station: stations[station], place: Place(longitude: longitude, latitude: latitude)))
  }

  mutating func refuse(
    _ code: String, at place: Int, item: String? = nil, _ problem: @autoclosure () -> String,
    remedy: @autoclosure () -> String
  ) {
    refusalCount += 1
    guard refusals.count < StationFile.refusalLimit else { return }
    refusals.append(
      Pending(code: code, place: place, item: item, problem: problem(), remedy: remedy()))
  }

  mutating func doubt(
    _ code: String, at place: Int, item: String? = nil, _ problem: @autoclosure () -> String,
    remedy: @autoclosure () -> String
  ) {
    guard doubts.count < StationFile.refusalLimit else { return }
    doubts.append(
      Pending(code: code, place: place, item: item, problem: problem(), remedy: remedy()))
  }

  /// Adds what a report says of an element over a period.
  ///
  /// - Parameter seconds: length of the period, 0 for a moment.
  /// - Parameter stated: the quality that the file gives the value.
  mutating func add(
    _ station: Int, _ element: Element, end: Timestamp, seconds: Int, _ value: FieldValue,
    quality stated: QualityCode = .unchecked, correction: Int = 0, at place: Int
  ) {
    var quality = stated
    var tenths: Int32 = 0
    var state = State.none
    if stated == .notInstalled || stated == .missing {
      return insert(station, element, end, seconds, 0, .none, stated, correction, place)
    }
    switch value {
    case .missing: quality = .missing
    case .notInstalled: quality = .notInstalled
    case .failed: quality = .wrong
    case .trace where element == .rain: state = .trace
    // Less than a tenth is a thing of rain: as a temperature it is no value.
    case .trace: quality = .wrong
    case .tenths(let number):
      if element == .rain, number < 0 {
        refuse(
          "negative_rain", at: place, "the rain is negative: \(number) tenths of a millimetre",
          remedy: "correct the value at its source")
        quality = .wrong
      } else if let exact = Int32(exactly: number) {
        (tenths, state) = (exact, .value)
        if stated != .wrong, !StationLimits.contain(exact, of: element, seconds: seconds) {
          quality = .suspect
          let id = stations[station]
          doubt(
            "beyond_limits", at: place, item: element.rawValue,
            "\(element.rawValue) of station \(id) is "
              + "\(ReadingCollector.decimal(exact)), more than the air can do",
            remedy: "check the station; the value is kept as suspect")
        }
      } else {
        quality = .wrong
      }
    }
    insert(station, element, end, seconds, tenths, state, quality, correction, place)
  }

  private mutating func insert(
    _ station: Int, _ element: Element, _ end: Timestamp, _ seconds: Int, _ tenths: Int32,
    _ state: State, _ quality: QualityCode, _ correction: Int, _ place: Int
  ) {
    guard stations.indices.contains(station) else { return }
    guard (0...StationLimits.longestPeriodSeconds).contains(seconds),
      let seconds = Int32(exactly: seconds)
    else {
      refuse(
        "bad_period", at: place, item: element.rawValue, "the period is \(seconds) s long",
        remedy: "let a period be at most 366 days long")
      return
    }
    let entry = Entry(
      end: end.secondsSince1970, place: place, station: Int32(station), seconds: seconds,
      tenths: tenths, element: element, quality: quality, state: state,
      correction: UInt8(clamping: correction))
    guard entries.count < ReadingCollector.readingLimit else {
      refuse(
        "too_many_readings", at: place,
        "the file has more than \(ReadingCollector.readingLimit) readings", remedy: "split the file"
      )
      return
    }
    if entrySlots.isEmpty {
      if series.runForward(
        entry.station, element.number, entry.seconds, to: end.secondsSince1970)
      {
        entries.append(entry)
        return
      }
      index(ofAtLeast: 64)
    }
    insertIndexed(entry)
  }

  private mutating func insertIndexed(_ entry: Entry) {
    if entries.count * 2 >= entrySlots.count { index(ofAtLeast: entrySlots.count * 2) }
    var slot = ReadingCollector.hash(entry) & (entrySlots.count - 1)
    while entrySlots[slot] != 0 {
      let known = Int(entrySlots[slot]) - 1
      if isSame(entries[known], entry) {
        settle(entry, with: known)
        return
      }
      slot = (slot + 1) & (entrySlots.count - 1)
    }
    entries.append(entry)
    entrySlots[slot] = Int32(entries.count)
  }

  private mutating func settle(_ entry: Entry, with known: Int) {
    let old = entries[known]
    if entry.correction != old.correction {
      guard entry.correction > old.correction else { return }
      entries[known] = entry
      repeats[known] = nil
      contradicted.remove(known)
      return
    }
    guard entry.hasValue else { return }
    guard old.hasValue else {
      entries[known] = entry
      return
    }
    repeats[known, default: []].append(entry.place)
    if old.tenths != entry.tenths || old.state != entry.state { contradicted.insert(known) }
  }

  private func isSame(_ a: Entry, _ b: Entry) -> Bool {
    a.end == b.end && a.station == b.station && a.element == b.element && a.seconds == b.seconds
  }

  /// Mixes the key (finaliser of MurmurHash3, public domain).
  private static func hash(_ entry: Entry) -> Int {
    var h = UInt64(bitPattern: entry.end) &* 0x9E37_79B9_7F4A_7C15
    h ^= UInt64(UInt32(bitPattern: entry.station)) << 20
    h ^= UInt64(UInt32(bitPattern: entry.seconds)) << 3 ^ entry.element.number
    h ^= h >> 33
    h = h &* 0xFF51_AFD7_ED55_8CCD
    h ^= h >> 33
    h = h &* 0xC4CE_B9FE_1A85_EC53
    h ^= h >> 33
    return Int(truncatingIfNeeded: h & 0x7FFF_FFFF_FFFF_FFFF)
  }

  /// Puts all entries into entrySlots, at least so many and four for each entry.
  private mutating func index(ofAtLeast count: Int) {
    var size = max(count, 64)
    while size < entries.count * 4 { size *= 2 }
    entrySlots = [Int32](repeating: 0, count: size)
    for (index, entry) in entries.enumerated() {
      var slot = ReadingCollector.hash(entry) & (size - 1)
      while entrySlots[slot] != 0 { slot = (slot + 1) & (size - 1) }
      entrySlots[slot] = Int32(index + 1)
    }
  }

  /// `12.3` for 123 tenths.
  static func decimal(_ tenths: Int32) -> String {
    let magnitude = tenths.magnitude
    return "\(tenths < 0 ? "-" : "")\(magnitude / 10).\(magnitude % 10)"
  }
}
