import Formats
public import Hydromet
import Kernels

extension GriddedRain {
  /// The depths of one step in whole micrometres, read without ever holding them as floats: the same
  /// as `DepthField(try field(step, window:))`.
  ///
  /// - Parameters:
  ///   - window: the part that is wanted; it is cut to the grid.
  ///   - threads: how many threads read; nil takes `ReadingThreads.standard`.
  /// - Returns: nil for reflectivity and for a step without a period.
  /// - Throws: what `field(_:window:)` throws.
  public func depth(
    _ step: Int, window: GridWindow? = nil, threads: Int? = nil
  ) throws(Fault) -> DepthField? {
    guard steps.indices.contains(step), let period = steps[step].period,
      let scale = DepthField.micrometresPerUnit(quantity, over: period)
    else { return nil }
    let part = window.map {
      geometry.cropped(
        rows: $0.rows.clamped(to: 0..<geometry.rows),
        columns: $0.columns.clamped(to: 0..<geometry.columns))
    }
    let cropped = part ?? geometry
    let kernel = Kernel.chosen
    guard cropped.rows > 0, cropped.columns > 0 else {
      throw Fault(
        "empty_grid", at: Fault.Location(path, item: variable),
        "no cell of the grid lies in the part that is wanted",
        remedy: "check the part, and the place of the grid with `freshet inspect`")
    }
    guard let collector = DepthTileCollector(rows: cropped.rows, columns: cropped.columns) else {
      throw outOfMemory(cropped)
    }
    try forEachBlock(step, window: window, threads: threads) { block in
      if let uniform = block.uniform {
        let depth = DepthField.micrometres(uniform, scale)
        if depth == 0 { return }
        if depth == DepthField.missing {
          return collector.addVoid(rows: block.rows, columns: block.columns)
        }
      }
      collector.add(rows: block.rows, columns: block.columns, block.values) {
        kernel.convertDepths($0, scale: scale, count: $1, $2)
      }
    }
    guard let tiles = collector.finish() else { throw outOfMemory(cropped) }
    return DepthField(geometry: cropped, period: period, tiles: tiles)
  }

  private func outOfMemory(_ geometry: GridGeometry) -> Fault {
    Fault(
      "out_of_memory", at: Fault.Location(path, item: variable),
      "there is no memory for \(geometry.rows) x \(geometry.columns) cells",
      remedy: "crop the grid to the district")
  }
}
