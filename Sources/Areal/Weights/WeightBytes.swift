import CLanes

/// Memory that holds weights, as it lies in their file: built in memory or mapped from a file.
///
/// The bytes do not change as long as this object lives.
public final class WeightBytes: @unchecked Sendable {
  let bytes: UnsafeRawBufferPointer
  private let release: () -> Void

  /// - Parameters:
  ///   - bytes: at an address that is a multiple of eight.
  ///   - release: called once, when the bytes are no longer needed.
  public init(_ bytes: UnsafeRawBufferPointer, release: @escaping () -> Void) {
    self.bytes = bytes
    self.release = release
  }

  /// Zeros that `fill` writes into.
  convenience init(count: Int, fill: (UnsafeMutableRawBufferPointer) -> Void) {
    let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: max(count, 1), alignment: 64)
    fr_prefer_large_pages(memory.baseAddress, memory.count)
    memory.initializeMemory(as: UInt8.self, repeating: 0)
    fill(UnsafeMutableRawBufferPointer(rebasing: memory[..<count]))
    self.init(UnsafeRawBufferPointer(rebasing: memory[..<count])) { memory.deallocate() }
  }

  convenience init(copying bytes: [UInt8]) {
    self.init(count: bytes.count) { $0.copyBytes(from: bytes) }
  }

  deinit {
    release()
  }
}
