import Hydromet

extension NetCDFFile {
  /// Smaller slabs the library reads as fast.
  private static let smallestSlab = 1 << 16

  /// A slab as `Double`, box by box; nil where the library had better read it.
  func doublesByChunks(
    _ variable: NetCDFVariable, _ start: [Int], _ count: [Int]
  ) throws(Fault) -> [Double]? {
    try numbers(variable, start, count) { block, line, target in
      switch variable.type {
      case .byte: line.copy(of: block, to: target) { (number: Int8) in Double(number) }
      case .ubyte: line.copy(of: block, to: target) { (number: UInt8) in Double(number) }
      case .short: line.copy(of: block, to: target) { (number: Int16) in Double(number) }
      case .ushort: line.copy(of: block, to: target) { (number: UInt16) in Double(number) }
      case .int: line.copy(of: block, to: target) { (number: Int32) in Double(number) }
      case .uint: line.copy(of: block, to: target) { (number: UInt32) in Double(number) }
      case .int64: line.copy(of: block, to: target) { (number: Int64) in Double(number) }
      case .uint64: line.copy(of: block, to: target) { (number: UInt64) in Double(number) }
      case .float: line.copy(of: block, to: target) { (number: Float) in Double(number) }
      default: line.copy(of: block, to: target) { (number: Double) in number }
      }
    }
  }

  /// A slab as `Float`, box by box; nil where the library had better read it.
  func floatsByChunks(
    _ variable: NetCDFVariable, _ start: [Int], _ count: [Int]
  ) throws(Fault) -> [Float]? {
    try numbers(variable, start, count) { block, line, target in
      switch variable.type {
      case .byte: line.copy(of: block, to: target) { (number: Int8) in Float(number) }
      case .ubyte: line.copy(of: block, to: target) { (number: UInt8) in Float(number) }
      case .short: line.copy(of: block, to: target) { (number: Int16) in Float(number) }
      case .ushort: line.copy(of: block, to: target) { (number: UInt16) in Float(number) }
      case .int: line.copy(of: block, to: target) { (number: Int32) in Float(number) }
      case .uint: line.copy(of: block, to: target) { (number: UInt32) in Float(number) }
      case .int64: line.copy(of: block, to: target) { (number: Int64) in Float(number) }
      case .uint64: line.copy(of: block, to: target) { (number: UInt64) in Float(number) }
      case .float: line.copy(of: block, to: target) { (number: Float) in number }
      default: line.copy(of: block, to: target) { (number: Double) in Float(number) }
      }
    }
  }

  private func numbers<Number>(
    _ variable: NetCDFVariable, _ start: [Int], _ count: [Int],
    _ copy: @Sendable (StoredBlock, BlockLine, UnsafeMutablePointer<Number>) -> Void
  ) throws(Fault) -> [Number]? {
    let total = try numberCount(variable, start, count)
    guard total >= NetCDFFile.smallestSlab, try chunks(of: variable, count: count) != nil else {
      return nil
    }
    var failure: Fault?
    let strides = BoxGrid.strides(of: count)
    let values = [Number](unsafeUninitializedCapacity: total) { buffer, filled in
      LargePages.advise(UnsafeMutableRawBufferPointer(buffer))
      guard let first = buffer.baseAddress else { return }
      let target = SlabTarget(first: first)
      do throws(Fault) {
        try forEachBlock(of: variable, start: start, count: count) { block in
          var corner = 0
          for axis in strides.indices {
            corner += (block.start[axis] - start[axis]) * strides[axis]
          }
          block.forEachLine(beside: strides) { offset, other in
            let line = BlockLine(offset: offset, length: block.count.last ?? 1)
            copy(block, line, target.first + corner + other)
          }
        }
        filled = total
      } catch {
        failure = error
      }
    }
    if let failure { throw failure }
    return values
  }
}

/// Where the numbers of a slab go; different boxes go to different places.
private struct SlabTarget<Number>: @unchecked Sendable {
  let first: UnsafeMutablePointer<Number>
}

/// A line of a block along its last dimension.
private struct BlockLine {
  let offset: Int
  let length: Int

  @inline(__always)
  func copy<Stored, Number>(
    of block: StoredBlock, to target: UnsafeMutablePointer<Number>, _ convert: (Stored) -> Number
  ) {
    // Blocks of this type are aligned for it.
    let numbers = block.first.assumingMemoryBound(to: Stored.self) + offset
    for place in 0..<length { (target + place).initialize(to: convert(numbers[place])) }
  }
}
