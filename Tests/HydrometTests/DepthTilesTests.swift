import Hydromet
import Testing

@Suite("Depths in tiles")
struct DepthTilesTests {
  @Test("a grid that no memory holds, or none at all, is refused and not an end of the program")
  func impossibleGrids() {
    for (rows, columns) in [
      (0, 5), (5, 0), (-1, 4), (Int.max, 2), (1 << 31, 1 << 31), (1 << 40, 1),
    ] {
      #expect(DepthTileCollector(rows: rows, columns: columns) == nil)
    }
    #expect(DepthTiles(rows: 3, columns: 3, micrometres: [1, 2]) == nil)
  }

  @Test("blocks in any cut and order give the tiles of the whole")
  func cuts() throws {
    let (rows, columns) = (37, 150)
    let depths = (0..<rows * columns).map { i -> Int32 in
      i % 7 == 0 ? DepthField.missing : i / columns < 20 ? 0 : Int32(i)
    }
    let whole = try #require(DepthTiles(rows: rows, columns: columns, micrometres: depths))
    #expect(whole.micrometres == depths)
    for (height, width) in [(16, 64), (10, 50), (37, 1), (1, 150), (20, 64)] {
      let collector = try #require(DepthTileCollector(rows: rows, columns: columns))
      for top in stride(from: 0, to: rows, by: height).reversed() {
        for left in stride(from: 0, to: columns, by: width) {
          let block = (top..<min(top + height, rows), left..<min(left + width, columns))
          let cells = block.0.flatMap { row in block.1.map { depths[row * columns + $0] } }
          cells.withUnsafeBufferPointer {
            collector.add(rows: block.0, columns: block.1, micrometres: $0)
          }
        }
      }
      #expect(collector.finish() == whole)
    }
  }
}
