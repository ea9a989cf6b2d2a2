import Hydromet

/// The rain of one station over one block: an hour, or the period of a longer total.
struct RainBlock {
  let station: Int32
  let end: Int64
  let seconds: Int32
  /// Sum of the chosen readings, tenths of a millimetre.
  let tenths: Int32
  /// Whether they cover the whole block; else the sum is a lower bound.
  let isComplete: Bool
  /// All readings of the block, in the keys of the table.
  let keys: Range<Int>
  /// The readings that were summed.
  let parts: Range<Int>
}

/// The rain of a network by blocks: all stations of one block side by side, and all blocks of a
/// station one after another.
struct RainBlocks {
  /// Sorted by length, end and station.
  let blocks: [RainBlock]
  /// Ranges of `blocks` with the same length and end, in order.
  let slices: [Range<Int>]

  /// - Parameter counts: whether a reading has a value that may be compared with others.
  init(_ table: ReadingTable, _ readings: [GaugeReading], counts: (Int) -> Bool) {
    var blocks: [RainBlock] = []
    let rain = UInt8(ReadingTable.rank(of: .rain))
    for series in table.series where table.keys[series.lowerBound].element == rain {
      guard table.keys[series.lowerBound].station >= 0 else { continue }
      var start = series.lowerBound
      for index in series {
        let isLast = index + 1 == series.upperBound
        if isLast || table.keys[index + 1].blockEnd != table.keys[start].blockEnd {
          RainBlocks.append(start..<(index + 1), table, readings, counts, to: &blocks)
          start = index + 1
        }
      }
    }
    blocks.sort {
      if $0.seconds != $1.seconds { return $0.seconds < $1.seconds }
      if $0.end != $1.end { return $0.end < $1.end }
      return $0.station < $1.station
    }
    self.blocks = blocks
    var slices: [Range<Int>] = []
    var start = 0
    for index in blocks.indices {
      let isLast = index + 1 == blocks.count
      if isLast || blocks[index + 1].end != blocks[start].end
        || blocks[index + 1].seconds != blocks[start].seconds
      {
        slices.append(start..<(index + 1))
        start = index + 1
      }
    }
    self.slices = slices
  }

  /// The share of an hour that must be covered before its sum is compared with others.
  private static let leastCoverage = 0.8

  /// The hour of one station from its finest complete series, and each longer total by itself.
  private static func append(
    _ range: Range<Int>, _ table: ReadingTable, _ readings: [GaugeReading],
    _ counts: (Int) -> Bool, to blocks: inout [RainBlock]
  ) {
    var best: RainBlock?
    var bestCovered = 0
    var start = range.lowerBound
    while start < range.upperBound {
      let seconds = table.keys[start].seconds
      var end = start
      var covered = 0
      var sum: Int64 = 0
      var lastEnd = Int64.min
      while end < range.upperBound, table.keys[end].seconds == seconds {
        let key = table.keys[end]
        // Of several reports for one period the first one that counts is summed.
        if key.end != lastEnd, counts(Int(key.reading)) {
          covered += Int(seconds)
          sum += Int64(readings[Int(key.reading)].tenths ?? 0)
          lastEnd = key.end
        }
        end += 1
      }
      let isHour = seconds > 0 && seconds <= ReadingTable.blockSeconds
      let length = isHour ? ReadingTable.blockSeconds : Int(seconds)
      let block = RainBlock(
        station: table.keys[start].station, end: table.keys[start].blockEnd,
        seconds: Int32(clamping: length), tenths: Int32(clamping: sum),
        isComplete: covered >= length, keys: range, parts: start..<end)
      if isHour, covered <= length, covered > bestCovered {
        best = block
        bestCovered = covered
      } else if !isHour, seconds > 0, covered > 0 {
        blocks.append(block)
      }
      start = end
    }
    if let best, Double(bestCovered) >= leastCoverage * Double(ReadingTable.blockSeconds) {
      blocks.append(best)
    }
  }
}
