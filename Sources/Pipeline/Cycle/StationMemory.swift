import Hydromet
import Quality

/// The memory of stations as bytes: whole numbers of variable length, so that weeks of a large network
/// take little room, and equal memories are equal bytes.
enum StationMemory {
  /// `FRSM` and the version of the layout.
  private static let mark: [UInt8] = [0x46, 0x52, 0x53, 0x4D, 1]

  static func bytes(of histories: [String: StationHistory]) -> [UInt8] {
    var bytes = mark
    append(Int64(histories.count), to: &bytes)
    for (station, history) in histories.sorted(by: { $0.key < $1.key }) {
      append(Int64(station.utf8.count), to: &bytes)
      bytes += station.utf8
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
    return bytes
  }

  /// Nil where the bytes are of another version or damaged.
  static func histories(_ bytes: [UInt8]) -> [String: StationHistory]? {
    guard bytes.starts(with: mark) else { return nil }
    var reader = Reader(bytes: bytes, place: mark.count)
    guard let count = reader.number(), count >= 0, count <= bytes.count else { return nil }
    var histories: [String: StationHistory] = [:]
    for _ in 0..<count {
      guard let (station, history) = reader.station() else { return nil }
      histories[station] = history
    }
    return reader.isAtEnd && histories.count == Int(count) ? histories : nil
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
