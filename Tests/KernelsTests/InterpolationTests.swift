import CLanes
import Foundation
import Kernels
import Testing

struct `Interpolation kernels` {
  /// Everything one neighbourhood says of 32 cells, by one instruction set.
  private func say(_ kernel: Kernel) -> [Float] {
    let gauges = 7
    func numbers(_ count: Int, _ step: Double) -> [Float] {
      (0..<count).map { Float(sin(Double($0) * step) * 9 + 10) }
    }
    let x = numbers(gauges, 1.3)
    let y = numbers(gauges, 2.1)
    let weights = numbers(gauges, 0.7)
    let others = numbers(gauges, 0.4)
    let gain = numbers(2 * gauges, 0.9).map { $0 / 100 }
    let inverse = numbers(gauges * gauges, 0.3).map { $0 / 200 }
    let cellX = numbers(32, 0.11)
    let cellY = numbers(32, 0.23)
    let drift = numbers(32, 0.5)
    let share = numbers(32, 0.05).map { $0 / 20 }
    var scratch = [Float](repeating: 0, count: 16 * gauges)
    var sum = [Float](repeating: 0, count: 32)
    var variance = sum
    var distanceSum = sum
    var otherSum = sum
    var nearest = [Float](repeating: .infinity, count: 32)
    x.withUnsafeBufferPointer { x in
      y.withUnsafeBufferPointer { y in
        weights.withUnsafeBufferPointer { weights in
          others.withUnsafeBufferPointer { others in
            gain.withUnsafeBufferPointer { gain in
              inverse.withUnsafeBufferPointer { inverse in
                var near = fr_neighbourhood()
                near.count = Int32(gauges)
                near.x = x.baseAddress
                near.y = y.baseAddress
                near.weights = weights.baseAddress
                near.others = others.baseAddress
                near.gain = gain.baseAddress
                near.inverse = inverse.baseAddress
                near.inverse_range = 0.05
                near.sill = 0.8
                near.constant = 1.5
                near.slope = 0.7
                near.origin = 8
                near.trend_constant = 0.2
                near.trend_both = 0.01
                near.trend_slope = 0.003
                kernel.addKriging(
                  near, cellX, cellY, drift, share, count: 32, &scratch, &sum, &variance,
                  &nearest)
                kernel.addInverseDistance(
                  near, cellX, cellY, share, softening: 0.01, count: 32, &distanceSum, &otherSum,
                  &nearest)
              }
            }
          }
        }
      }
    }
    return sum + variance + distanceSum + otherSum + nearest
  }

  @Test
  func `all instruction sets give the same bits`() throws {
    let expected = say(try #require(Kernel(.baseline))).map(\.bitPattern)
    for set in InstructionSet.available {
      #expect(say(try #require(Kernel(set))).map(\.bitPattern) == expected, "\(set)")
    }
  }

  @Test
  func `kriging and inverse distance agree with a loop over single cells`() throws {
    let said = say(try #require(Kernel(.baseline)))
    func number(_ index: Int, _ step: Double) -> Double { sin(Double(index) * step) * 9 + 10 }
    for cell in 0..<32 {
      let share = number(cell, 0.05) / 20
      let beyond = number(cell, 0.5) - 8
      var estimate = 1.5 + 0.7 * beyond
      var gap = (1.0, beyond)
      var covariances: [Double] = []
      var weights = (0.0, 0.0, 0.0)
      var closest = Double.infinity
      for j in 0..<7 {
        let square =
          pow(number(cell, 0.11) - number(j, 1.3), 2) + pow(number(cell, 0.23) - number(j, 2.1), 2)
        let c = 0.8 * exp(-square.squareRoot() * 0.05)
        covariances.append(c)
        estimate += c * number(j, 0.7)
        gap.0 -= c * number(j, 0.9) / 100
        gap.1 -= c * number(7 + j, 0.9) / 100
        let weight = 1 / (square + 0.01)
        weights.0 += weight
        weights.1 += weight * number(j, 0.7)
        weights.2 += weight * number(j, 0.4)
        closest = min(closest, square)
      }
      var variance = 0.8 + gap.0 * gap.0 * 0.2 + gap.0 * gap.1 * 0.01 + gap.1 * gap.1 * 0.003
      for i in 0..<7 {
        for j in 0...i {
          variance -= covariances[i] * covariances[j] * number(i * 7 + j, 0.3) / 200
        }
      }
      let expected = [
        share * estimate, share * max(0, variance), share * weights.1 / weights.0,
        share * weights.2 / weights.0, closest,
      ]
      for (plane, value) in expected.enumerated() {
        let there = Double(said[plane * 32 + cell])
        #expect((there - value).magnitude < 2e-5 * max(1, value.magnitude), "\(plane) \(cell)")
      }
    }
  }
}
