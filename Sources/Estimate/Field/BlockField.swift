import CLanes
import Hydromet
import Kernels
import Synchronization

/// A field from neighbourhoods at the corners of blocks of cells.
///
/// Each corner has its nearest gauges; what the four corners of a block say is blended bilinearly, so
/// that the field has no seams where the gauges of a neighbourhood change. Work grows with cells and
/// with gauges, not with their product.
struct BlockField {
  let geometry: GridGeometry
  let table: PairTable
  let judge: CellJudge
  /// The drift of every cell where it is not the radar itself, mm.
  let drift: [Float]?
  let workers: Workers
  /// Cells along a block: 4, 8 or 16.
  let side: Int
  private let plane: KilometrePlane

  init(
    _ geometry: GridGeometry, _ table: PairTable, _ judge: CellJudge, drift: [Float]? = nil,
    workers: Workers
  ) {
    self.drift = drift
    self.geometry = geometry
    self.table = table
    self.judge = judge
    self.workers = workers
    plane = KilometrePlane(geometry)
    let cell = max(1e-9, min(plane.cellWidth, plane.cellHeight))
    let cells = table.spacing / cell
    side =
      table.count <= judge.model.neighbours || cells >= 10.5 ? 16 : (cells >= 5.25 ? 8 : 4)
  }

  /// Writes the cells that are wanted.
  ///
  /// - Parameters:
  ///   - radar: micrometres of every cell; nil without radar.
  ///   - onlyWithoutRadar: leaves cells with radar as they are.
  /// - Returns: cells whose correction was cut by a limit.
  func fill(_ planes: CellPlanes, radar: [Int32]?, onlyWithoutRadar: Bool) -> Int {
    let blockRows = (geometry.rows + side - 1) / side
    let capped = Atomic<Int>(0)
    workers.forEachRange(of: blockRows, partsPerThread: 6) { range in
      let cut = fillRows(range, planes, radar, onlyWithoutRadar)
      capped.add(cut, ordering: .relaxed)
    }
    return capped.load(ordering: .relaxed)
  }

  private func fillRows(
    _ blockRows: Range<Int>, _ planes: CellPlanes, _ radar: [Int32]?, _ onlyWithoutRadar: Bool
  ) -> Int {
    let blockColumns = (geometry.columns + side - 1) / side
    let room = max(1, min(judge.model.neighbours, table.count))
    var above = NodeRow(nodes: blockColumns + 1, room: room)
    var below = NodeRow(nodes: blockColumns + 1, room: room)
    var workspace = NodeWorkspace()
    let buffer = BlockBuffer(side: side, gauges: room)
    func fillNodes(_ row: NodeRow, _ index: Int) {
      row.fill(table, judge.model, &workspace) { node in
        (
          Double(node * side) * plane.cellWidth, -Double(index * side) * plane.cellHeight
        )
      }
    }
    fillNodes(below, blockRows.lowerBound)
    var capped = 0
    for blockRow in blockRows {
      swap(&above, &below)
      fillNodes(below, blockRow + 1)
      for blockColumn in 0..<blockColumns {
        let block = Block(
          rows: blockRow * side..<min((blockRow + 1) * side, geometry.rows),
          columns: blockColumn * side..<min((blockColumn + 1) * side, geometry.columns))
        if onlyWithoutRadar, let radar, !hasGap(block, radar) { continue }
        buffer.place(block, plane, radar, drift, geometry.columns)
        for corner in 0..<4 {
          let row = corner < 2 ? above : below
          let node = blockColumn + corner % 2
          buffer.add(row.neighbourhood(node), corner: corner, isKriging: judge.model.trend != nil)
        }
        var largest = 0.0
        for node in blockColumn...blockColumn + 1 {
          largest = max(largest, above.largestGauges[node], below.largestGauges[node])
        }
        capped += write(block, buffer, planes, radar, largest, onlyWithoutRadar)
      }
    }
    return capped
  }

  private func hasGap(_ block: Block, _ radar: [Int32]) -> Bool {
    for row in block.rows {
      for column in block.columns where radar[row * geometry.columns + column] < 0 { return true }
    }
    return false
  }

  private func write(
    _ block: Block, _ buffer: BlockBuffer, _ planes: CellPlanes, _ radar: [Int32]?,
    _ largestGauge: Double, _ onlyWithoutRadar: Bool
  ) -> Int {
    var capped = 0
    for row in block.rows {
      for column in block.columns {
        let cell = row * geometry.columns + column
        let echo = radar?[cell] ?? -1
        if onlyWithoutRadar, echo >= 0 { continue }
        let slot = (row - block.rows.lowerBound) * side + column - block.columns.lowerBound
        let squared = Double(buffer.nearest[slot])
        let said = judge.say(
          first: Double(buffer.first[slot]), second: Double(buffer.second[slot]),
          variance: Double(buffer.second[slot]), radar: echo, squared: squared,
          largestGauge: largestGauge)
        planes.distance[cell] = Float(squared.squareRoot())
        guard said.source != .none else { continue }
        planes.estimate[cell] = said.estimate
        planes.standardError[cell] = said.standardError
        planes.source[cell] = said.source.rawValue
        if said.isCapped { capped += 1 }
      }
    }
    return capped
  }
}

/// Cells of a square, cut at the edges of the grid.
struct Block {
  let rows: Range<Int>
  let columns: Range<Int>
}

/// The cells of one block as the kernels read them.
final class BlockBuffer {
  let side: Int
  private let count: Int
  private let memory: UnsafeMutablePointer<Float>
  private let scratch: UnsafeMutablePointer<Float>
  private let kernel = Kernel.chosen

  var x: UnsafeMutablePointer<Float> { memory }
  var y: UnsafeMutablePointer<Float> { memory + count }
  var drift: UnsafeMutablePointer<Float> { memory + 2 * count }
  /// The first value that was interpolated.
  var first: UnsafeMutablePointer<Float> { memory + 3 * count }
  /// The second value, or the variance of kriging.
  var second: UnsafeMutablePointer<Float> { memory + 4 * count }
  var nearest: UnsafeMutablePointer<Float> { memory + 5 * count }
  /// What each corner counts in each cell.
  private var shares: UnsafeMutablePointer<Float> { memory + 6 * count }

  init(side: Int, gauges: Int) {
    self.side = side
    count = side * side
    memory = .allocate(capacity: count * 10)
    memory.initialize(repeating: 0, count: count * 10)
    scratch = .allocate(capacity: 16 * gauges)
    scratch.initialize(repeating: 0, count: 16 * gauges)
    for row in 0..<side {
      for column in 0..<side {
        let south = (Float(row) + 0.5) / Float(side)
        let east = (Float(column) + 0.5) / Float(side)
        let slot = row * side + column
        shares[slot] = (1 - south) * (1 - east)
        shares[count + slot] = (1 - south) * east
        shares[2 * count + slot] = south * (1 - east)
        shares[3 * count + slot] = south * east
      }
    }
  }

  deinit {
    memory.deallocate()
    scratch.deallocate()
  }

  /// Sets the cells of a block; those beyond the grid's edge are as if there were more of it.
  func place(
    _ block: Block, _ plane: KilometrePlane, _ radar: [Int32]?, _ stated: [Float]?, _ columns: Int
  ) {
    for row in 0..<side {
      let py = Float(-(Double(block.rows.lowerBound + row) + 0.5) * plane.cellHeight)
      for column in 0..<side {
        let slot = row * side + column
        x[slot] = Float((Double(block.columns.lowerBound + column) + 0.5) * plane.cellWidth)
        y[slot] = py
        drift[slot] = 0
      }
    }
    first.update(repeating: 0, count: count)
    second.update(repeating: 0, count: count)
    nearest.update(repeating: .infinity, count: count)
    guard let radar else { return }
    for row in block.rows {
      for column in block.columns {
        let echo = radar[row * columns + column]
        let slot = (row - block.rows.lowerBound) * side + column - block.columns.lowerBound
        guard echo >= 0 else { continue }
        drift[slot] = stated?[row * columns + column] ?? Float(Double(echo) / 1000)
      }
    }
  }

  func add(_ near: fr_neighbourhood, corner: Int, isKriging: Bool) {
    guard near.count > 0 else { return }
    let share = shares + corner * count
    if isKriging {
      kernel.addKriging(near, x, y, drift, share, count: count, scratch, first, second, nearest)
    } else {
      kernel.addInverseDistance(
        near, x, y, share, softening: Float(InverseDistance.softening), count: count, first,
        second, nearest)
    }
  }
}
