import Foundation
import Hydromet
import Testing

/// Numbers spread over a range by a fixed rule.
private func spread(_ range: ClosedRange<Double>, _ count: Int) -> [Double] {
  var seed: UInt64 = 0x9E37_79B9_7F4A_7C15
  return (0..<count).map { _ in
    seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return range.lowerBound + (range.upperBound - range.lowerBound) * Double(seed >> 11) * 0x1p-53
  }
}

/// The largest of the numbers that a rule gives.
private func worst(_ arguments: [Double], _ rule: (Double) -> Double) -> Double {
  arguments.reduce(0) { largest, x in
    let own = rule(x)
    return own.isNaN ? .infinity : max(largest, own)
  }
}

struct ElementaryTests {
  @Test("the exponential is within one and a half places of the system's, at both ends too")
  func exponential() {
    let error = worst(spread(-700...700, 100_000) + spread(-1...1, 100_000)) {
      (Elementary.exp($0) - Foundation.exp($0)).magnitude / Foundation.exp($0).ulp
    }
    #expect(error <= 1.5)
    #expect(Elementary.exp(0) == 1)
    #expect(Elementary.exp(-800) == 0 && Elementary.exp(720) == .infinity)
    #expect(Elementary.exp(709.7) < .infinity && Elementary.exp(709.782) < .infinity)
    #expect(Elementary.exp(-740) > 0 && Elementary.exp(.nan).isNaN)
    #expect(Elementary.exp(.infinity) == .infinity && Elementary.exp(-.infinity) == 0)
  }

  @Test("the logarithm is within one and a half places of the system's")
  func logarithm() {
    let arguments =
      spread(1e-9...2, 100_000) + spread(1...1e9, 50_000) + [
        .leastNonzeroMagnitude, .leastNormalMagnitude / 8, 1e308,
      ]
    let error = worst(arguments) {
      (Elementary.log($0) - Foundation.log($0)).magnitude / Foundation.log($0).ulp
    }
    #expect(error <= 1.5)
    #expect(Elementary.log(1) == 0 && Elementary.log(0) == -.infinity)
    #expect(Elementary.log(-1).isNaN && Elementary.log(.infinity) == .infinity)
  }

  @Test("powers keep the stated relative error")
  func powers() {
    var largest = 0.0
    for (x, y) in zip(spread(1e-6...50, 100_000), spread(-5...8, 100_000).reversed()) {
      let bound = (2 + (y * Foundation.log(x)).magnitude) * 2.3e-16
      largest = max(largest, (Elementary.pow(x, y) / Foundation.pow(x, y) - 1).magnitude / bound)
    }
    #expect(largest > 0 && largest <= 1)
    #expect(Elementary.pow(7.25, 1) == 7.25 && Elementary.pow(3, 0) == 1)
    #expect(Elementary.pow(0, 0.3) == 0)
  }

  @Test("hyperbolic tangent, sine, cosine and arc cosine agree with the system's")
  func angles() {
    let wide = spread(-6...6, 30_000) + spread(-0.01...0.01, 10_000)
    #expect(worst(wide) { (Elementary.tanh($0) / Foundation.tanh($0) - 1).magnitude } <= 1e-15)
    let sine = worst(wide) {
      (Elementary.sin($0) - Foundation.sin($0)).magnitude / (1 + $0.magnitude)
    }
    let cosine = worst(wide) {
      (Elementary.cos($0) - Foundation.cos($0)).magnitude / (1 + $0.magnitude)
    }
    #expect(sine <= 2e-16 && cosine <= 4e-16)
    let arc = worst(spread(-1...1, 50_000)) {
      (Elementary.acos($0) - Foundation.acos($0)).magnitude
    }
    #expect(arc <= 1e-15)
  }

  @Test("the gamma function and its incomplete form have the values of the closed forms")
  func gamma() {
    // Γ(n) = (n − 1)!, Γ(½) = √π, and Γ(a + 1) = a Γ(a).
    var factorial = 1.0
    for n in 1...20 {
      let known = Foundation.log(factorial)
      #expect((Elementary.logGamma(Double(n)) - known).magnitude <= 1e-14 * (1 + known))
      factorial *= Double(n)
    }
    #expect((Elementary.logGamma(0.5) - Foundation.log(Double.pi.squareRoot())).magnitude < 1e-14)
    let step = worst(spread(0.05...60, 10_000)) {
      (Elementary.logGamma($0 + 1) - Elementary.logGamma($0) - Foundation.log($0)).magnitude
    }
    #expect(step < 2e-12)
    let arguments = spread(0.01...20, 5_000)
    #expect(
      worst(arguments) {
        (Elementary.regularisedGamma(1, $0) - (1 - Foundation.exp(-$0))).magnitude
      }
        < 1e-13)
    let three = worst(arguments) { x in
      let known = 1 - Foundation.exp(-x) * (1 + x + x * x / 2)
      return (Elementary.regularisedGamma(3, x) - known).magnitude
    }
    #expect(three < 1e-13)
    let half = worst(arguments) {
      (Elementary.regularisedGamma(0.5, $0) - Foundation.erf($0.squareRoot())).magnitude
    }
    #expect(half < 1e-13)
    #expect(Elementary.regularisedGamma(2, 0) == 0)
  }
}
