import Estimate
import Foundation
import Hydromet
import Testing

struct `Rain between frames` {
  static let geometry = Storms.grid(rows: 120, columns: 160)

  /// A cell of 4 km that moves 12 km east and 5 km north in every frame.
  static func frame(_ index: Int) -> DepthField {
    var cells: [Int32] = []
    for row in 0..<120 {
      for column in 0..<160 {
        let x = Double(column) - 30 - 12 * Double(index)
        let y = Double(row) - 80 + 5 * Double(index)
        let depth = 8000 * exp(-(x * x + y * y) / 32)
        cells.append(depth < 100 ? 0 : Int32(depth))
      }
    }
    let end = Storms.period.end + 600 * index
    return DepthField(
      geometry: geometry, period: Period(end: end, seconds: 600), micrometres: cells)
  }

  static func total(_ fields: [DepthField]) -> [Int] {
    var sum = [Int](repeating: 0, count: geometry.cellCount)
    for field in fields {
      for (cell, depth) in field.micrometres.enumerated() { sum[cell] += Int(depth) }
    }
    return sum
  }

  @Test
  func `a fast cell leaves a band instead of separate stops, and no rain is lost`() {
    let frames = (0..<6).map(Self.frame)
    let spread = Advection.spread(frames, workers: Storms.manyWorkers)
    let stops = Self.total(frames)
    let band = Self.total(spread)
    // Along the path between the second and the fifth frame.
    let path = stride(from: 1.2, to: 4.0, by: 0.1).map { time in
      let row = Int((80 - 5 * time).rounded())
      let column = Int((30 + 12 * time).rounded())
      return row * 160 + column
    }
    let lowestStop = path.map { stops[$0] }.min() ?? 0
    let lowestBand = path.map { band[$0] }.min() ?? 0
    let highestBand = path.map { band[$0] }.max() ?? 0
    #expect(2 * lowestBand > 2 * lowestStop + lowestStop / 2)
    #expect(Double(lowestBand) > 0.6 * Double(highestBand))
    for (frame, moved) in zip(frames, spread) {
      let a = Self.total([frame]).reduce(0, +)
      let b = Self.total([moved]).reduce(0, +)
      #expect((a - b).magnitude * 200 <= a)
      #expect(frame.period == moved.period)
    }
  }

  /// A cell whose rain is known at every moment: 2.5 km wide, growing, 15 m/s to the east-south-east, as
  /// frames of its rate every ten minutes and as what truly fell in them.
  struct FastCell {
    static let east = 14.2
    static let south = 4.8
    static let seconds = 600

    static func rate(_ row: Int, _ column: Int, at minutes: Double) -> Double {
      let x = Double(column) - 20 - east * minutes * 0.06
      let y = Double(row) - 40 - south * minutes * 0.06
      return 20 * (1 + minutes / 120) * exp(-(x * x + y * y) / 12.5)
    }

    static func frame(_ number: Int) -> DepthField { field(number, moments: [1]) }

    static func truth(_ number: Int) -> DepthField {
      field(number, moments: (0..<60).map { (Double($0) + 0.5) / 60 })
    }

    /// The mean of some moments of a period, each a share of it, as depth in micrometres.
    private static func field(_ number: Int, moments: [Double]) -> DepthField {
      var cells: [Int32] = []
      for row in 0..<120 {
        for column in 0..<160 {
          var sum = 0.0
          for moment in moments {
            sum += rate(row, column, at: 10 * (Double(number) - 1 + moment))
          }
          let depth = sum / Double(moments.count) * 1000 / 6
          cells.append(depth < 20 ? 0 : Int32(depth))
        }
      }
      return DepthField(
        geometry: geometry, period: Period(end: Storms.period.end + 600 * number, seconds: 600),
        micrometres: cells)
    }
  }

  @Test
  func
    `of a fast cell that is known at every moment, peak and trail are right within a few percent`()
  {
    let frames = (0...6).map(FastCell.frame)
    let moved = Advection.spread(frames)
    let truth = Self.total((1...6).map(FastCell.truth))
    let stops = Self.total(Array(frames.dropFirst()))
    let band = Self.total(Array(moved.dropFirst()))
    func error(_ sum: [Int]) -> Double {
      let squares = zip(sum, truth).reduce(0.0) { $0 + Double(($1.0 - $1.1) * ($1.0 - $1.1)) }
      return (squares / Double(truth.count)).squareRoot()
    }
    #expect(error(band) < 0.2 * error(stops))
    let peak = truth.max() ?? 0
    // Frame by frame the highest sum is far too high, and the trail between two stops far too low.
    #expect(Double(stops.max() ?? 0) > 1.4 * Double(peak))
    #expect((Double(band.max() ?? 0) / Double(peak) - 1).magnitude < 0.08)
    for minutes in stride(from: 5.0, to: 60, by: 5) {
      let row = Int((40 + FastCell.south * minutes * 0.06).rounded())
      let column = Int((20 + FastCell.east * minutes * 0.06).rounded())
      let cell = row * 160 + column
      #expect(
        (Double(band[cell]) / Double(truth[cell]) - 1).magnitude < 0.1, "after \(minutes) min")
    }
    let told = Advection.move(frames[3], after: frames[2])
    #expect(((told.displacement?.eastKilometres ?? 0) - FastCell.east * 0.6).magnitude < 0.5)
    #expect(((told.displacement?.northKilometres ?? 0) + FastCell.south * 0.6).magnitude < 0.5)
  }

  @Test
  func `rain that leaves the grid takes nothing from rain that stays`() {
    func frame(_ number: Int) -> DepthField {
      var cells: [Int32] = []
      for row in 0..<120 {
        for column in 0..<160 {
          let x = Double(column) - 148 - 10 * Double(number)
          let y = Double(row) - 30
          let leaving = 30_000 * exp(-(x * x + y * y) / 40)
          cells.append(Int32(leaving) + (row > 90 ? 500 : 0))
        }
      }
      return DepthField(
        geometry: Self.geometry,
        period: Period(end: Storms.period.end + 600 * number, seconds: 600), micrometres: cells)
    }
    for moved in Advection.spread((0..<4).map(frame)) {
      #expect(moved.micrometres[110 * 160 + 40] == 500)
    }
  }

  @Test
  func `a frame without one just before it stays as it came, and says so`() {
    let frame = Self.frame(2)
    let first = Advection.move(frame, after: nil)
    #expect(first.field == frame && first.displacement == nil)
    let before = Advection.move(frame, after: Self.frame(0))
    #expect(before.field == frame && before.displacement == nil)
    let dry = DepthField(
      geometry: Self.geometry, period: Self.frame(1).period,
      micrometres: [Int32](repeating: 0, count: Self.geometry.cellCount))
    #expect(Advection.move(frame, after: dry).displacement == nil)
  }

  @Test
  func `the motion is the same with one thread and with many`() {
    let frames = (0..<3).map(Self.frame)
    #expect(Advection.spread(frames) == Advection.spread(frames, workers: Storms.manyWorkers))
  }

  @Test
  func `rain that stands still, dry frames and holes stay as they are`() {
    let still = (0..<3).map { index in
      DepthField(
        geometry: Self.geometry,
        period: Period(end: Storms.period.end + 600 * index, seconds: 600),
        micrometres: Self.frame(2).micrometres)
    }
    #expect(Advection.spread(still) == still)
    let dry = Storms.field(Self.geometry) { _, _ in 0 }
    #expect(Advection.spread([dry, dry]) == [dry, dry])
    let holes = (0..<2).map { index in
      DepthField(
        geometry: Self.geometry,
        period: Period(end: Storms.period.end + 600 * index, seconds: 600),
        micrometres: Self.frame(index).micrometres.enumerated().map {
          $0.offset % 7 == 0 ? DepthField.missing : $0.element
        })
    }
    let spread = Advection.spread(holes)
    for (cell, depth) in spread[1].micrometres.enumerated() {
      #expect((depth == DepthField.missing) == (cell % 7 == 0))
    }
  }
}
