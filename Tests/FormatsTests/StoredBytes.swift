import Formats
import Foundation
import Hydromet
import Synchronization

/// A slab put together from its blocks.
enum StoredBytes {
  /// - Throws: what the reading throws, and `seen_twice` where a number is in two blocks or in none.
  static func read(
    _ file: NetCDFFile, _ variable: NetCDFVariable, start: [Int], count: [Int], threads: Int
  ) throws(Fault) -> [UInt8] {
    let total = count.reduce(1, *)
    let slab = Mutex<(bytes: [UInt8], seen: [UInt8])>(([], [UInt8](repeating: 0, count: total)))
    var strides = [Int](repeating: 1, count: count.count)
    for axis in count.indices.dropLast().reversed() {
      strides[axis] = strides[axis + 1] * count[axis + 1]
    }
    let targets = strides
    try file.forEachBlock(of: variable, start: start, count: count, threads: threads) { block in
      slab.withLock { slab in
        if slab.bytes.isEmpty { slab.bytes = [UInt8](repeating: 0, count: total * block.width) }
        var corner = 0
        for axis in targets.indices { corner += (block.start[axis] - start[axis]) * targets[axis] }
        block.forEachLine(beside: targets) { offset, other in
          for place in 0..<(block.count.last ?? 1) {
            slab.seen[corner + other + place] += 1
            for byte in 0..<block.width {
              slab.bytes[(corner + other + place) * block.width + byte] =
                block.first.load(
                  fromByteOffset: (offset + place) * block.width + byte, as: UInt8.self)
            }
          }
        }
      }
    }
    return try slab.withLock { slab throws(Fault) in
      guard slab.seen.allSatisfy({ $0 == 1 }) else {
        throw Fault("seen_twice", "a number is in two blocks or in none", remedy: "none")
      }
      return slab.bytes
    }
  }
}

/// What this process has in use.
enum ResidentMemory {
  static var bytes: Int {
    let text = (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8)) ?? ""
    let fields = text.split(separator: " ").map { Int($0) ?? 0 }
    return fields.count > 1 ? fields[1] * 4096 : 0
  }
}
