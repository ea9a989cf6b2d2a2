import Formats
import Hydromet
import Ingest
import Synchronization
import Testing

@Suite("Rain that is read block by block")
struct GridBlockTests {
  let folder: GridTestFolder

  init() throws {
    folder = try GridTestFolder()
  }

  /// A field that is put together from its blocks; cells that no block had are -99.
  private func assembled(
    _ grid: GriddedRain, _ step: Int, _ window: GridWindow? = nil, threads: Int
  ) throws -> [Float] {
    let rows = window?.rows.count ?? grid.geometry.rows
    let columns = window?.columns.count ?? grid.geometry.columns
    let field = Mutex([Float](repeating: -99, count: rows * columns))
    try grid.forEachBlock(step, window: window, threads: threads) { block in
      field.withLock { field in
        for row in block.rows {
          for column in block.columns {
            let place =
              (row - block.rows.lowerBound) * block.columns.count
              + (column - block.columns.lowerBound)
            let value = block.values[place]
            if let uniform = block.uniform {
              #expect(value.bitPattern == uniform.bitPattern)
            }
            #expect(field[row * columns + column] == -99, "a cell in two blocks")
            field[row * columns + column] = value
          }
        }
      }
    }
    return field.withLock { $0 }
  }

  private func bits(_ values: [Float]) -> [UInt32] { values.map(\.bitPattern) }

  @Test(
    "the blocks of a grid make its field, whatever the order of the file",
    arguments: [false, true], [NetCDFType.short, .float, .byte])
  func orientations(isTransposed: Bool, type: NetCDFType) throws {
    for turns in 0..<4 {
      var synthetic = SyntheticGrid()
      synthetic.type = type
      synthetic.isTransposed = isTransposed
      synthetic.risesNorthwards = turns & 1 == 1
      synthetic.fallsEastwards = turns & 2 == 2
      synthetic.times = [0, 10]
      try synthetic.write(to: folder.file("grid.nc"))
      let grid = try GriddedRain(path: folder.file("grid.nc"))
      for step in grid.steps.indices {
        let whole = try grid.field(step).values
        #expect(bits(try assembled(grid, step, threads: 2)) == bits(whole))
        let window = GridWindow(rows: 1..<3, columns: 2..<6)
        #expect(
          bits(try assembled(grid, step, window, threads: 1))
            == bits(try grid.field(step, window: window).values))
      }
      #expect(areSame(try grid.field(0).values, synthetic.expectedValues()))
    }
  }

  @Test("a whole circle of longitudes that is turned comes in two pieces without a gap")
  func turned() throws {
    var synthetic = SyntheticGrid.geographic(
      firstLongitude: 0.5, firstLatitude: 30, step: 1)
    synthetic.columns = 360
    synthetic.rows = 9
    synthetic.rain = { row, column in (row + column) % 7 == 0 ? nil : Double(row * 3 + column % 50)
    }
    try synthetic.write(to: folder.file("grid.nc"))
    let grid = try GriddedRain(path: folder.file("grid.nc"))
    #expect(bits(try assembled(grid, 0, threads: 2)) == bits(try grid.field(0).values))
  }

  /// A packed grid large enough for a table of all stored numbers.
  private func packed(_ numbers: [Int16], side: Int, isShuffled: Bool = true) throws -> String {
    let path = folder.file("packed.nc")
    let writer = try NetCDFWriter(path: path)
    let y = try writer.dimension("lat", length: side)
    let x = try writer.dimension("lon", length: side)
    let latitudes = try writer.variable(
      "lat", .double, dimensions: [y], attributes: [("units", .text("degrees_north"))])
    let longitudes = try writer.variable(
      "lon", .double, dimensions: [x], attributes: [("units", .text("degrees_east"))])
    let rain = try writer.variable(
      "rain", .short, dimensions: [y, x],
      storage: .init(chunks: [64, 100], deflate: 4, shuffles: isShuffled),
      attributes: [
        ("units", .text("mm")), ("scale_factor", .doubles([0.1])), ("_FillValue", .shorts([-1])),
        ("add_offset", .doubles([-0.05])), ("valid_max", .shorts([30_000])),
      ])
    try writer.write((0..<side).map { 40 - Double($0) * 0.01 }, to: latitudes)
    try writer.write((0..<side).map { 100 + Double($0) * 0.01 }, to: longitudes)
    try writer.write(numbers, to: rain)
    try writer.close()
    return path
  }

  /// Dry in the north, missing in the south, different rain between.
  private func storm(side: Int) -> [Int16] {
    (0..<(side * side)).map { place in
      let row = place / side
      if row < side / 4 { return 1 }
      if row > side * 3 / 4 { return -1 }
      return place % 3 == 0 ? 1 : Int16(truncatingIfNeeded: 1 + (place &* 7919) % 19_999)
    }
  }

  @Test("a large grid has in every cell what a small window of it has", arguments: [true, false])
  func largeAndSmall(isShuffled: Bool) throws {
    let side = 300
    let grid = try GriddedRain(path: packed(storm(side: side), side: side, isShuffled: isShuffled))
    let whole = try grid.field(0, threads: 1).values
    #expect(bits(whole) == bits(try grid.field(0, threads: 3).values))
    #expect(bits(whole) == bits(try assembled(grid, 0, threads: 2)))
    for (value, stored) in zip(whole, storm(side: side)) {
      let depth = Float(Double(stored) * 0.1 + -0.05)
      guard stored == -1 ? value.isNaN : value == depth else {
        Issue.record("\(stored) became \(value) instead of \(depth)")
        break
      }
    }
    for rows in [0..<9, 70..<80, 130..<140, 290..<300] {
      let window = GridWindow(rows: rows, columns: 95..<130)
      let part = try grid.field(0, window: window).values
      let same = rows.flatMap { row in whole[(row * side + 95)..<(row * side + 130)] }
      #expect(bits(part) == bits(same))
    }
  }

  @Test("cells a little below zero are missing and counted, in the table's way too")
  func rejected() throws {
    let side = 300
    var numbers = storm(side: side)
    for place in stride(from: 100, to: 30_000, by: 1000) { numbers[place] = 0 }
    let grid = try GriddedRain(path: packed(numbers, side: side))
    let whole = try grid.field(0).values
    #expect(grid.rejectedCells == 30)
    #expect(whole[100].isNaN && whole[101] == Float(0.05))
    #expect(bits(whole) == bits(try assembled(grid, 0, threads: 2)))
    #expect(grid.rejectedCells == 60)
  }

  @Test("rain that cannot be is refused after the last block, with the same words")
  func implausible() throws {
    let side = 300
    for (number, code) in [(Int16(25_000), "implausible"), (-300, "negative_rain")] {
      var numbers = storm(side: side)
      numbers[45_000] = number
      let grid = try GriddedRain(path: packed(numbers, side: side))
      let fault = #expect(throws: Fault.self) { try grid.field(0) }
      #expect(fault?.code == code)
      #expect(fault?.problem.contains(code == "implausible" ? "1 cells" : "1 of ") == true)
      let other = #expect(throws: Fault.self) { try grid.forEachBlock(0) { _ in } }
      #expect(other == fault)
      let window = GridWindow(rows: 140..<160, columns: 0..<20)
      let third = #expect(throws: Fault.self) { try grid.field(0, window: window) }
      #expect(third?.code == code)
    }
  }

  @Test("blocks without any difference say so: dry ones 0 mm, missing ones NaN")
  func uniform() throws {
    let side = 320
    let grid = try GriddedRain(path: packed(storm(side: side), side: side))
    let found = Mutex<[String: Int]>([:])
    try grid.forEachBlock(0) { block in
      found.withLock { $0[block.uniform.map { "\($0)" } ?? "rain", default: 0] += 1 }
    }
    // Chunks of 64 rows and 100 columns: rows 0–63 dry, 256–319 missing, others mixed.
    #expect(found.withLock { $0 } == ["0.05": 4, "nan": 4, "rain": 12])
  }

  @Test(
    "real grids: the blocks of every step make its field",
    .enabled(if: RealGrids.isPresent, "\(RealGrids.absence)"))
  func realGrids() throws {
    for path in RealGrids.files(in: "radar/bom-brisbane-20201031").prefix(12) {
      let grid = try GriddedRain(path: path)
      for step in grid.steps.indices {
        #expect(bits(try assembled(grid, step, threads: 2)) == bits(try grid.field(step).values))
      }
    }
  }
}
