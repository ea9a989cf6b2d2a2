import Hydromet
import Quality

/// What is remembered of stations over weeks, and how it is kept as bytes: whole numbers of variable length,
/// so that weeks of a large network take little room; equal memories are equal bytes.
struct StationMemory: Sendable {
  /// By the id of the station.
  let histories: [String: StationHistory]
  /// Nil before the first frame.
  let places: PlaceMemory?

  init(histories: [String: StationHistory] = [:], places: PlaceMemory? = nil) {
    self.histories = histories
    self.places = places
  }

  /// `FRSM` and the version of the layout.
  private static let mark: [UInt8] = [0x46, 0x52, 0x53, 0x4D, 2]

  var bytes: [UInt8] {
    var bytes = StationMemory.mark
    StationMemory.append(histories, to: &bytes)
    StationMemory.append(places, to: &bytes)
    return bytes
  }

  /// Nil where the bytes are of another version or damaged.
  init?(bytes: [UInt8]) {
    guard bytes.starts(with: StationMemory.mark) else { return nil }
    var reader = Reader(bytes: bytes, place: StationMemory.mark.count)
    guard let histories = reader.histories(), let hasPlaces = reader.number() else { return nil }
    var places: PlaceMemory?
    if hasPlaces != 0 {
      places = reader.places()
      if places == nil { return nil }
    }
    guard reader.isAtEnd else { return nil }
    self.init(histories: histories, places: places)
  }

  private static func append(
    _ histories: [String: StationHistory], to bytes: inout [UInt8]
  ) {
    append(Int64(histories.count), to: &bytes)
    for (station, history) in histories.sorted(by: { $0.key < $1.key }) {
      append(station, to: &bytes)
      let first = history.since?.secondsSince1970 ?? 0
      append(history.since == nil ? 0 : 1, to: &bytes)
      append(first, to: &bytes)
      append((history.until?.secondsSince1970 ?? first) &- first, to: &bytes)
      append(Int64(history.dryRun.hours), to: &bytes)
      append(Int64(history.dryRun.tenths), to: &bytes)
      append(Int64(history.dryRun.confirmedHours), to: &bytes)
      append(Int64(history.hours.count), to: &bytes)
      var last = first
      for hour in history.hours {
        append(hour.end.secondsSince1970 &- last, to: &bytes)
        last = hour.end.secondsSince1970
        append(Int64(hour.gauge), to: &bytes)
        append(Int64(hour.neighbours), to: &bytes)
        append(Int64(hour.radar), to: &bytes)
      }
    }
  }

  private static func append(_ places: PlaceMemory?, to bytes: inout [UInt8]) {
    append(places == nil ? 0 : 1, to: &bytes)
    guard let places else { return }
    let grid = places.geometry
    for number in [grid.rows, grid.columns, grid.isGeographic ? 1 : 0] {
      append(Int64(number), to: &bytes)
    }
    append(grid.projection, to: &bytes)
    for number in [grid.west, grid.north, grid.cellWidth, grid.cellHeight] {
      append(Int64(bitPattern: number.bitPattern), to: &bytes)
    }
    append(places.turn, to: &bytes)
    append(Int64(places.stations.count), to: &bytes)
    for (station, numbers) in places.stations.sorted(by: { $0.key < $1.key }) {
      append(station, to: &bytes)
      append(numbers, to: &bytes)
    }
  }

  private static func append(_ text: String, to bytes: inout [UInt8]) {
    append(Int64(text.utf8.count), to: &bytes)
    bytes += text.utf8
  }

  /// Four bytes each, the lowest first.
  private static func append(_ numbers: [Float], to bytes: inout [UInt8]) {
    append(Int64(numbers.count), to: &bytes)
    bytes.reserveCapacity(bytes.count + 4 * numbers.count)
    for number in numbers {
      for shift in [UInt32(0), 8, 16, 24] {
        bytes.append(UInt8(truncatingIfNeeded: number.bitPattern >> shift))
      }
    }
  }

  /// Seven bits a byte, the sign in the lowest.
  private static func append(_ number: Int64, to bytes: inout [UInt8]) {
    var rest = UInt64(bitPattern: (number << 1) ^ (number >> 63))
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(truncatingIfNeeded: rest))
  }

  private struct Reader {
    let bytes: [UInt8]
    var place: Int

    var isAtEnd: Bool { place == bytes.count }

    mutating func number() -> Int64? {
      var value: UInt64 = 0
      for shift in stride(from: UInt64(0), to: 64, by: 7) {
        guard place < bytes.count else { return nil }
        let byte = bytes[place]
        place += 1
        value |= UInt64(byte & 0x7F) << shift
        if byte < 0x80 { return Int64(bitPattern: value >> 1) ^ -Int64(bitPattern: value & 1) }
      }
      return nil
    }

    mutating func tenths() -> Int32? { number().flatMap { Int32(exactly: $0) } }

    mutating func text() -> String? {
      guard let length = number(), length >= 0, length <= bytes.count - place else { return nil }
      defer { place += Int(length) }
      return String(validating: bytes[place..<(place + Int(length))], as: UTF8.self)
    }

    mutating func floats() -> [Float]? {
      guard let count = number(), count >= 0, count <= (bytes.count - place) / 4 else { return nil }
      var numbers: [Float] = []
      numbers.reserveCapacity(Int(count))
      for _ in 0..<count {
        var pattern: UInt32 = 0
        for shift in [UInt32(0), 8, 16, 24] {
          pattern |= UInt32(bytes[place]) << shift
          place += 1
        }
        numbers.append(Float(bitPattern: pattern))
      }
      return numbers
    }

    mutating func double() -> Double? {
      number().map { Double(bitPattern: UInt64(bitPattern: $0)) }
    }

    mutating func histories() -> [String: StationHistory]? {
      guard let count = number(), count >= 0, count <= bytes.count else { return nil }
      var histories: [String: StationHistory] = [:]
      for _ in 0..<count {
        guard let (station, history) = station() else { return nil }
        histories[station] = history
      }
      return histories.count == Int(count) ? histories : nil
    }

    mutating func places() -> PlaceMemory? {
      guard let geometry = geometry(), let turn = floats(), let count = number(), count >= 0,
        count <= bytes.count
      else { return nil }
      var stations: [String: [Float]] = [:]
      for _ in 0..<count {
        guard let station = text(), let numbers = floats() else { return nil }
        stations[station] = numbers
      }
      return PlaceMemory(geometry: geometry, turn: turn, stations: stations)
    }

    private mutating func geometry() -> GridGeometry? {
      guard let rows = number(), let columns = number(), let isGeographic = number(),
        let projection = text(), let west = double(), let north = double(),
        let width = double(), let height = double(), (1...1_000_000).contains(rows),
        (1...1_000_000).contains(columns), [west, north].allSatisfy(\.isFinite), width > 0,
        height > 0
      else { return nil }
      return GridGeometry(
        rows: Int(rows), columns: Int(columns), projection: projection,
        isGeographic: isGeographic == 1, west: west, north: north, cellWidth: width,
        cellHeight: height)
    }

    mutating func station() -> (String, StationHistory)? {
      guard let station = text(), let isKnown = number(), let first = number(),
        let span = number(), let hours = number(), let tenths = number(),
        let confirmed = number(), let count = number(), count >= 0, count <= bytes.count - place
      else { return nil }
      var run = StationHistory.DryRun()
      run.hours = Int(clamping: hours)
      run.tenths = Int(clamping: tenths)
      run.confirmedHours = Int(clamping: confirmed)
      var last = first
      var list: [StationHistory.Hour] = []
      list.reserveCapacity(Int(count))
      for _ in 0..<count {
        guard let step = number(), let gauge = self.tenths(), let neighbours = self.tenths(),
          let radar = self.tenths()
        else { return nil }
        last &+= step
        list.append(
          StationHistory.Hour(
            end: Timestamp(secondsSince1970: last), gauge: gauge, neighbours: neighbours,
            radar: radar))
      }
      let since = isKnown == 1 ? Timestamp(secondsSince1970: first) : nil
      let until = since.map { Timestamp(secondsSince1970: $0.secondsSince1970 &+ span) }
      return StationHistory(hours: list, since: since, until: until, dryRun: run).map {
        (station, $0)
      }
    }
  }
}
