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
      #expect((a - b).magnitude <= Self.geometry.cellCount)
      #expect(frame.period == moved.period)
    }
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
