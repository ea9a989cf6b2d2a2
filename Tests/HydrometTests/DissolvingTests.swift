import Hydromet
import Testing

@Suite("Dissolving shapes")
struct DissolvingTests {
  /// A unit square with its south-western corner at a whole place.
  private func square(_ x: Int, _ y: Int) -> MultiPolygon {
    let (x, y) = (Double(x), Double(y))
    return MultiPolygon([
      Polygon(outer: [
        Point(x: x, y: y), Point(x: x + 1, y: y), Point(x: x + 1, y: y + 1), Point(x: x, y: y + 1),
      ])
    ])
  }

  @Test("neighbours become one polygon with their area, whatever their order")
  func neighbours() {
    let row = (0..<5).map { square($0, 0) }
    for shapes in [row, row.reversed(), [row[4], row[1], row[0], row[3], row[2]]] {
      let whole = MultiPolygon(dissolving: shapes)
      #expect(whole.polygons.count == 1)
      #expect(whole.area == 5)
    }
  }

  @Test("a missing square in the middle is a hole")
  func hole() {
    let ring = (0..<9).filter { $0 != 4 }.map { square($0 % 3, $0 / 3) }
    let whole = MultiPolygon(dissolving: ring)
    #expect(whole.polygons.count == 1)
    #expect(whole.polygons[0].holes.count == 1)
    #expect(whole.area == 8)
    #expect(!whole.contains(Point(x: 1.5, y: 1.5)))
    let filled = MultiPolygon(dissolving: [whole, square(1, 1)])
    #expect(filled.polygons.map(\.holes) == [[]])
    #expect(filled.area == 9)
  }

  @Test("squares that touch at a corner stay polygons of their own")
  func corner() {
    let whole = MultiPolygon(dissolving: [square(0, 0), square(1, 1)])
    #expect(whole.polygons.count == 2)
    #expect(whole.area == 2)
  }

  @Test("an island in a hole is a polygon of its own, and the hole belongs to the ring around it")
  func island() {
    let shore = (0..<25).filter { ![6, 7, 8, 11, 12, 13, 16, 17, 18].contains($0) }
      .map { square($0 % 5, $0 / 5) }
    let whole = MultiPolygon(dissolving: shore + [square(2, 2)])
    #expect(whole.polygons.count == 2)
    #expect(whole.polygons.map(\.holes.count).sorted() == [0, 1])
    #expect(whole.area == 17)
  }

  @Test("nothing dissolves to nothing")
  func nothing() {
    #expect(MultiPolygon(dissolving: []).polygons.isEmpty)
    #expect(MultiPolygon(dissolving: [MultiPolygon([Polygon(outer: [])])]).polygons.isEmpty)
  }
}

@Suite("Priority queue")
struct PriorityQueueTests {
  @Test("items come out by key and, of equal keys, by number, whatever the order of insertion")
  func order() {
    let keys = [5.0, 1, 3, 3, 0, 5, 2, 3]
    for shift in keys.indices {
      var queue = PriorityQueue()
      for i in keys.indices {
        let item = (i + shift) % keys.count
        queue.insert(item, key: keys[item])
      }
      var items: [Int] = []
      while let entry = queue.removeFirst() { items.append(entry.item) }
      #expect(items == [4, 1, 6, 2, 3, 7, 0, 5])
      #expect(queue.isEmpty)
    }
  }
}
