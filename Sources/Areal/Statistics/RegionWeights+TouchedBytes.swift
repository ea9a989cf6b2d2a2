import Hydromet
public import Kernels

extension RegionWeights {
  /// Bytes that filling a table must touch: under each window the tiles with rain or gaps that lie
  /// under a region, once; the weights of the regions there, once; and three depths of each.
  public func touchedBytes(in planes: SumPlanes, _ thoroughness: Thoroughness = .wet) -> Int {
    let skipsDryParts = thoroughness != .all
    var bytes = 0
    var tiles: Set<Int> = []
    let offsets = numbers(at: layout.patchOffsets, regionCount + 1, UInt32.self)
    for (region, box) in (places?.boxes ?? []).enumerated() {
      let activity = planes.activity(rows: box.rows, columns: box.columns)
      guard !skipsDryParts || activity.rain | activity.gaps != 0 else { continue }
      bytes += Int(offsets[region + 1] - offsets[region]) * 68
      bytes +=
        12
        * (skipsDryParts ? (activity.rain | activity.gaps).nonzeroBitCount : planes.windows.count)
      for row in box.rows {
        for column in box.columns { tiles.insert(row * planes.tileColumns + column) }
      }
    }
    for tile in tiles {
      let (row, column) = (tile / planes.tileColumns, tile % planes.tileColumns)
      let activity = planes.activity(rows: row...row, columns: column...column)
      let windows =
        skipsDryParts
        ? (activity.rain | activity.gaps).nonzeroBitCount : planes.windows.count
      bytes += DepthTiles.cells * 4 * windows + DepthTiles.cells * 2 * activity.gaps.nonzeroBitCount
    }
    return bytes
  }
}
