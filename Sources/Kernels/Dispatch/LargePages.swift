import CLanes

extension Array {
  /// So many equal elements, in large pages where they are many and the system has such pages:
  /// walking over rows of them costs fewer look-ups of addresses.
  public init(inLargePages element: Element, count: Int) {
    self.init(unsafeUninitializedCapacity: count) { memory, filled in
      let raw = UnsafeMutableRawBufferPointer(memory)
      fr_prefer_large_pages(raw.baseAddress, raw.count)
      memory.initialize(repeating: element)
      filled = count
    }
  }
}
