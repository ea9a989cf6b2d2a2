import Formats
import Hydromet
import Testing

/// What PROJ made is kept; nobody must be able to tell.
@Suite("Projections that are used again")
struct ProjectionStoreTests {
  private static let places = (0..<200).map {
    Point(x: 5 + Double($0 % 20) / 2, y: 47 + Double($0 / 20))
  }

  private func moved(to target: String) throws -> [Point?] {
    try CoordinateTransform(from: "EPSG:4326", to: target).transform(Self.places)
  }

  @Test("a transformation gives the same bits however often and in whatever company it is made")
  func same() throws {
    let targets = (1...60).map { "EPSG:\(32600 + $0)" } + [CoordinateTransformTests.radolan]
    let first = try targets.map { try moved(to: $0) }
    for (target, wanted) in zip(targets, first).reversed() {
      #expect(try moved(to: target) == wanted)
    }
  }

  @Test("a transformation that met a point without a place is as good as new for the next")
  func afterFailure() throws {
    let target = "+proj=ortho +lat_0=50 +lon_0=10 +R=6371000 +units=m"
    let wanted = try moved(to: target)
    do {
      let transform = try CoordinateTransform(from: "EPSG:4326", to: target)
      #expect(transform.transform(Point(x: -170, y: -50)) == nil)
    }
    #expect(try moved(to: target) == wanted)
  }

  @Test("two of one route at the same time do not disturb each other, nor do eight tasks")
  func together() async throws {
    let a = try CoordinateTransform(from: "EPSG:4326", to: "EPSG:31466")
    let b = try CoordinateTransform(from: "EPSG:4326", to: "EPSG:31466")
    let wanted = a.transform(Self.places)
    #expect(b.transform(Self.places) == wanted)
    let all = try await withThrowingTaskGroup(of: [Point?].self) { group in
      for _ in 0..<8 {
        group.addTask {
          var last: [Point?] = []
          for _ in 0..<20 {
            last = try CoordinateTransform(from: "EPSG:4326", to: "EPSG:31466")
              .transform(Self.places)
          }
          return last
        }
      }
      return try await group.reduce(into: [[Point?]]()) { $0.append($1) }
    }
    #expect(all.count == 8 && all.allSatisfy { $0 == wanted })
  }

  @Test(
    "a text that PROJ cannot read is refused in the same words each time, a good one stays good")
  func refused() throws {
    let faults = (0..<3).map { _ in
      #expect(throws: Fault.self) { try CoordinateSystem("+proj=nowhere +R=1") }
    }
    #expect(faults[0] != nil && faults[0] == faults[1] && faults[1] == faults[2])
    let good = try (0..<200).map {
      try CoordinateSystem("+proj=longlat +R=\(6_371_000 + $0 % 100)")
    }
    #expect(good[0] == good[100] && good[99].semiMajorAxis == 6_371_099)
  }
}
