/// The numbers of stations by the bytes of their ids.
///
/// Open addressing over one word for each id: the upper half of its hash, and its place. A search touches
/// little memory and makes no text of the bytes.
struct StationSlots {
  private struct Entry {
    /// Where the id stands in `spelled`.
    let start: Int
    let count: Int
    let number: Int
  }

  /// 0 where free, else the hash's upper half and the entry's index + 1.
  private var words = [UInt64](repeating: 0, count: 256)
  private var entries: [Entry] = []
  private var spelled: [UInt8] = []

  /// The number of the station whose id has these bytes; nil for one that is not known.
  func number(of id: Range<Int>, in bytes: [UInt8]) -> Int? {
    let hash = StationSlots.hash(id, bytes)
    var slot = Int(truncatingIfNeeded: hash) & (words.count - 1)
    while words[slot] != 0 {
      if (words[slot] ^ hash) >> 32 == 0 {
        let entry = entries[Int(words[slot] & 0xFFFF_FFFF) - 1]
        if isSpelled(entry, id, bytes) { return entry.number }
      }
      slot = (slot + 1) & (words.count - 1)
    }
    return nil
  }

  /// Remembers an id that is not known.
  mutating func insert(_ id: Range<Int>, _ number: Int, in bytes: [UInt8]) {
    if entries.count * 2 >= words.count { grow() }
    entries.append(Entry(start: spelled.count, count: id.count, number: number))
    for i in id { spelled.append(bytes[i]) }
    place(entries.count, StationSlots.hash(id, bytes))
  }

  private mutating func grow() {
    words = [UInt64](repeating: 0, count: words.count * 4)
    for (index, entry) in entries.enumerated() {
      place(index + 1, StationSlots.hash(entry.start..<entry.start + entry.count, spelled))
    }
  }

  private mutating func place(_ entry: Int, _ hash: UInt64) {
    var slot = Int(truncatingIfNeeded: hash) & (words.count - 1)
    while words[slot] != 0 { slot = (slot + 1) & (words.count - 1) }
    words[slot] = hash & ~0xFFFF_FFFF | UInt64(entry)
  }

  private func isSpelled(_ entry: Entry, _ id: Range<Int>, _ bytes: [UInt8]) -> Bool {
    guard entry.count == id.count else { return false }
    for offset in 0..<entry.count
    where spelled[entry.start + offset] != bytes[id.lowerBound + offset] { return false }
    return true
  }

  /// FNV-1a, its lower bits mixed with the upper.
  private static func hash(_ id: Range<Int>, _ bytes: [UInt8]) -> UInt64 {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for i in id { hash = (hash ^ UInt64(bytes[i])) &* 0x100_0000_01B3 }
    return hash ^ hash >> 29
  }
}
