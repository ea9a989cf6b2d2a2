extension Int {
  /// The greatest number that divides both, by Euclid; neither is negative. The other where one is 0.
  public func commonDivisor(with other: Int) -> Int {
    var (a, b) = (self, other)
    while b != 0 { (a, b) = (b, a % b) }
    return a
  }
}
