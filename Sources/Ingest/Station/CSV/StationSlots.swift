/// The numbers of stations by the bytes of their cells.
struct StationSlots {
  private var slots: [(cell: Range<Int>, number: Int)?] = Array(repeating: nil, count: 256)
  private var count = 0

  func number(of cell: Range<Int>, in bytes: [UInt8]) -> Int? {
    var slot = StationSlots.hash(cell, bytes) & (slots.count - 1)
    while let held = slots[slot] {
      if bytes[held.cell] == bytes[cell] { return held.number }
      slot = (slot + 1) & (slots.count - 1)
    }
    return nil
  }

  mutating func insert(_ cell: Range<Int>, _ number: Int, in bytes: [UInt8]) {
    if count * 2 >= slots.count {
      let held = slots.compactMap { $0 }
      slots = Array(repeating: nil, count: slots.count * 2)
      for entry in held { place(entry.cell, entry.number, bytes) }
    }
    place(cell, number, bytes)
    count += 1
  }

  private mutating func place(_ cell: Range<Int>, _ number: Int, _ bytes: [UInt8]) {
    var slot = StationSlots.hash(cell, bytes) & (slots.count - 1)
    while slots[slot] != nil { slot = (slot + 1) & (slots.count - 1) }
    slots[slot] = (cell, number)
  }

  /// FNV-1a.
  private static func hash(_ cell: Range<Int>, _ bytes: [UInt8]) -> Int {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for i in cell { hash = (hash ^ UInt64(bytes[i])) &* 0x100_0000_01B3 }
    return Int(truncatingIfNeeded: (hash ^ hash >> 29) & 0x7FFF_FFFF_FFFF_FFFF)
  }
}
