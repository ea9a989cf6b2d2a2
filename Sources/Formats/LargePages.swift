import Glibc

/// Memory for whole grids.
public enum LargePages {
  /// Smaller memory is not worth it, bytes.
  private static let smallest = 8 << 20

  /// Asks the system for large pages, of which it has to find and clear fewer. It may not comply.
  ///
  /// - Parameter memory: fresh, nothing written to it yet.
  public static func advise(_ memory: UnsafeMutableRawBufferPointer) {
    guard memory.count >= smallest, let start = memory.baseAddress else { return }
    let page = max(1, sysconf(Int32(_SC_PAGESIZE)))
    let skipped = (page - Int(bitPattern: start) % page) % page
    madvise(start + skipped, (memory.count - skipped) / page * page, MADV_HUGEPAGE)
  }
}
