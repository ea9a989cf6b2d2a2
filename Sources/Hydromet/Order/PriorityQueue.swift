/// A queue that gives back the item with the smallest key first, and of equal keys the smallest
/// item: the order does not depend on the order of insertion.
public struct PriorityQueue: Sendable {
  public struct Entry: Sendable, Hashable {
    public let key: Double
    public let item: Int

    public init(key: Double, item: Int) {
      self.key = key
      self.item = item
    }

    func precedes(_ other: Entry) -> Bool {
      key < other.key || (key == other.key && item < other.item)
    }
  }

  private var heap: [Entry] = []

  public init() {}

  public var isEmpty: Bool { heap.isEmpty }
  public var count: Int { heap.count }

  /// Adds an item. Cost: O(log n).
  public mutating func insert(_ item: Int, key: Double) {
    let entry = Entry(key: key, item: item)
    heap.append(entry)
    var child = heap.count - 1
    while child > 0 {
      let parent = (child - 1) / 2
      guard entry.precedes(heap[parent]) else { break }
      heap[child] = heap[parent]
      child = parent
    }
    heap[child] = entry
  }

  /// Takes out the first entry; nil where the queue is empty. Cost: O(log n).
  public mutating func removeFirst() -> Entry? {
    guard let last = heap.popLast() else { return nil }
    guard let first = heap.first else { return last }
    var parent = 0
    while true {
      var child = 2 * parent + 1
      guard child < heap.count else { break }
      if child + 1 < heap.count, heap[child + 1].precedes(heap[child]) { child += 1 }
      guard heap[child].precedes(last) else { break }
      heap[parent] = heap[child]
      parent = child
    }
    heap[parent] = last
    return first
  }
}
