import Hydromet
import Testing

@Suite("Common divisors")
struct CommonDivisorTests {
  @Test(
    "the longest span that fits into an hour and into steps of other lengths",
    arguments: [(3600, 600, 600), (3600, 420, 60), (600, 3600, 600), (3600, 3600, 3600), (7, 5, 1)])
  func spans(seconds: Int, step: Int, expected: Int) {
    #expect(seconds.commonDivisor(with: step) == expected)
  }

  @Test("nothing beside a span leaves the span")
  func nothing() {
    #expect(0.commonDivisor(with: 600) == 600)
    #expect(600.commonDivisor(with: 0) == 600)
  }
}
