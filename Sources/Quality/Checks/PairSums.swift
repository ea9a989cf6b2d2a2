/// Sums of pairs for a correlation.
struct PairSums: Sendable, Hashable {
  /// How many numbers it has.
  static let count = 6

  private(set) var n = 0.0
  private var x = 0.0
  private var y = 0.0
  private var xx = 0.0
  private var yy = 0.0
  private var xy = 0.0

  init() {}

  /// Sums as they were saved; nil unless they can be sums.
  init?(numbers: some RandomAccessCollection<Double>) {
    let numbers = Array(numbers)
    guard numbers.count == PairSums.count, numbers.allSatisfy({ $0 >= 0 && $0.isFinite }) else {
      return nil
    }
    (n, x, y, xx, yy, xy) = (numbers[0], numbers[1], numbers[2], numbers[3], numbers[4], numbers[5])
  }

  var numbers: [Double] { [n, x, y, xx, yy, xy] }

  /// Adds a pair; neither is below 0.
  mutating func add(_ a: Double, _ b: Double) {
    n += 1
    x += a
    y += b
    xx += a * a
    yy += b * b
    xy += a * b
  }

  /// Lets what was added count for less.
  mutating func fade(to share: Double) {
    n *= share
    x *= share
    y *= share
    xx *= share
    yy *= share
    xy *= share
  }

  /// Nil where either does not vary.
  var correlation: Double? {
    let vx = xx - x * x / n
    let vy = yy - y * y / n
    guard n >= 3, vx > 1e-9, vy > 1e-9 else { return nil }
    return (xy - x * y / n) / (vx * vy).squareRoot()
  }
}
