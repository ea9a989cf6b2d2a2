/// Pseudo-random numbers that are the same on every machine and in every version of the language.
///
/// - Source: Steele, Lea and Flood (2014), "Fast splittable pseudorandom number generators".
public struct SplitMix64: Sendable {
  private var state: UInt64

  /// A stream of its own for each subject, so that one part of a district can change its use of
  /// chance without changing the others.
  public init(seed: UInt64, subject: String) {
    // FNV-1a over the subject, started from the seed.
    var hash = 0xcbf2_9ce4_8422_2325 ^ SplitMix64.mixed(seed)
    for byte in subject.utf8 { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
    state = SplitMix64.mixed(hash)
  }

  public mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    return SplitMix64.mixed(state)
  }

  static func mixed(_ value: UInt64) -> UInt64 {
    var z = value
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }

  /// Uniform in 0 ..< 1.
  public mutating func share() -> Double {
    Double(next() >> 11) * 0x1p-53
  }

  /// Uniform between two numbers.
  public mutating func number(_ low: Double, _ high: Double) -> Double {
    low + (high - low) * share()
  }

  /// Uniform in 0 ..< count; 0 for a count below 1.
  public mutating func integer(below count: Int) -> Int {
    guard count > 0 else { return 0 }
    return Int(next().multipliedFullWidth(by: UInt64(count)).high)
  }

  mutating func integer(_ range: ClosedRange<Int>) -> Int {
    range.lowerBound + integer(below: range.count)
  }

  /// Nearly normal with mean 0 and standard deviation 1, within ±3.5: a sum of four uniform numbers.
  mutating func deviation() -> Double {
    (share() + share() + share() + share() - 2) * 1.732_050_807_568_877_2
  }

  /// One of the elements; nil where there is none.
  mutating func element<Elements: RandomAccessCollection>(of elements: Elements)
    -> Elements.Element?
  {
    guard !elements.isEmpty else { return nil }
    return elements[elements.index(elements.startIndex, offsetBy: integer(below: elements.count))]
  }

  mutating func shuffled<Element>(_ elements: [Element]) -> [Element] {
    var elements = elements
    for i in elements.indices.dropFirst().reversed() {
      elements.swapAt(i, integer(below: i + 1))
    }
    return elements
  }
}
