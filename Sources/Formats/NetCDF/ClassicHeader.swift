import Hydromet

/// Checks that a classic netCDF file is as long as its header needs. The library reads what is
/// missing as zeros, and a cut file would look dry.
///
///     magic "CDF" version | numrecs | dim_list | gatt_list | var_list | data
///     version 1: 4-byte counts and offsets; 2: 8-byte offsets; 5: 8-byte counts and offsets
///
/// - Source: NetCDF Users Guide, "The NetCDF Classic Format Specification".
struct ClassicHeader {
  private var cursor: HeaderCursor
  private let version: UInt8
  private var dimensionLengths: [UInt64] = []
  private var recordDimension: Int?
  private var recordCount: UInt64 = 0

  static func requireComplete(path: String) throws(Fault) {
    let file = try FileHead(path: path)
    var header = ClassicHeader(file)
    guard let needed = header.neededSize() else {
      throw file.truncated("its header is cut off or damaged")
    }
    if needed > UInt64(file.size) {
      throw file.truncated("its header says \(needed) bytes")
    }
  }

  private init(_ file: FileHead) {
    cursor = HeaderCursor(file)
    version = file.read(at: 3, count: 1).first ?? 1
  }

  /// The first byte behind the last value of any variable; nil where the header cannot be read.
  private mutating func neededSize() -> UInt64? {
    guard cursor.skip(4), let frames = count() else { return nil }
    // All bits set: the file is being written as a stream and its length says how many there are.
    let isStreaming = frames == (version == 5 ? UInt64.max : 0xFFFF_FFFF)
    recordCount = isStreaming ? 0 : frames
    guard readDimensions(), skipAttributes(), let tag = cursor.number(4), let total = count(),
      tag == 0x0B || (tag == 0 && total == 0), total <= 1_000_000
    else { return nil }
    var needed: UInt64 = 0
    var records: [(begin: UInt64, size: UInt64)] = []
    for _ in 0..<total {
      guard let variable = readVariable() else { return nil }
      if variable.isRecord {
        records.append((variable.begin, variable.size))
      } else {
        guard let end = sum(variable.begin, variable.size) else { return nil }
        needed = max(needed, end)
      }
    }
    guard let end = endOfRecords(records) else { return nil }
    return max(needed, end, UInt64(cursor.position))
  }

  private func endOfRecords(_ variables: [(begin: UInt64, size: UInt64)]) -> UInt64? {
    guard recordCount > 0, let last = variables.max(by: { $0.begin < $1.begin }) else { return 0 }
    // A lone record variable is not padded to four bytes.
    var recordSize: UInt64 = 0
    for variable in variables {
      let padded = variables.count == 1 ? variable.size : (variable.size &+ 3) / 4 * 4
      guard let total = sum(recordSize, padded) else { return nil }
      recordSize = total
    }
    let (before, overflow) = recordSize.multipliedReportingOverflow(by: recordCount - 1)
    guard !overflow, let start = sum(last.begin, before) else { return nil }
    return sum(start, last.size)
  }

  private mutating func readDimensions() -> Bool {
    guard let tag = cursor.number(4), let total = count(), tag == 0x0A || (tag == 0 && total == 0),
      total <= 1_000_000
    else { return false }
    for index in 0..<Int(total) {
      guard skipName(), let length = count() else { return false }
      if length == 0 { recordDimension = index }
      dimensionLengths.append(length)
    }
    return true
  }

  private mutating func skipAttributes() -> Bool {
    guard let tag = cursor.number(4), let total = count(), tag == 0x0C || (tag == 0 && total == 0),
      total <= 1_000_000
    else { return false }
    for _ in 0..<total {
      guard skipName(), let type = cursor.number(4), let width = ClassicHeader.width(of: type),
        let length = count(), length < 1 << 40, cursor.skip(Int((length * width + 3) / 4 * 4))
      else { return false }
    }
    return true
  }

  /// Where a variable begins and how many bytes its values take (of one record for a record variable),
  /// without padding.
  private mutating func readVariable() -> (begin: UInt64, size: UInt64, isRecord: Bool)? {
    guard skipName(), let rank = count(), rank <= 1024 else { return nil }
    var isRecord = false
    var size: UInt64 = 1
    for position in 0..<rank {
      guard let identifier = count(), identifier < UInt64(dimensionLengths.count) else {
        return nil
      }
      if position == 0, recordDimension == Int(identifier) {
        isRecord = true
        continue
      }
      let (product, overflow) = size.multipliedReportingOverflow(
        by: dimensionLengths[Int(identifier)])
      guard !overflow else { return nil }
      size = product
    }
    guard skipAttributes(), let type = cursor.number(4), let width = ClassicHeader.width(of: type),
      count() != nil, let begin = cursor.number(version == 1 ? 4 : 8)
    else { return nil }
    let (bytes, overflow) = size.multipliedReportingOverflow(by: width)
    return overflow ? nil : (begin, bytes, isRecord)
  }

  private mutating func count() -> UInt64? {
    cursor.number(version == 5 ? 8 : 4)
  }

  private mutating func skipName() -> Bool {
    guard let length = count(), length < 1 << 20 else { return false }
    return cursor.skip(Int((length + 3) / 4 * 4))
  }

  private func sum(_ a: UInt64, _ b: UInt64) -> UInt64? {
    let (total, overflow) = a.addingReportingOverflow(b)
    return overflow ? nil : total
  }

  private static func width(of type: UInt64) -> UInt64? {
    switch type {
    case 1, 2, 7: 1
    case 3, 8: 2
    case 4, 5, 9: 4
    case 6, 10, 11: 8
    default: nil
    }
  }
}

/// Reads big-endian numbers from the front of a file, in pieces.
private struct HeaderCursor {
  private let file: FileHead
  private(set) var position = 0
  private var piece: [UInt8] = []
  private var pieceStart = 0

  init(_ file: FileHead) {
    self.file = file
  }

  mutating func skip(_ count: Int) -> Bool {
    guard count >= 0, count <= file.size - position else { return false }
    position += count
    return true
  }

  mutating func number(_ width: Int) -> UInt64? {
    guard width <= file.size - position else { return nil }
    if position < pieceStart || position + width > pieceStart + piece.count {
      piece = file.read(at: position, count: 65_536)
      pieceStart = position
    }
    let first = position - pieceStart
    guard first + width <= piece.count else { return nil }
    position += width
    return piece[first..<(first + width)].reduce(0) { $0 << 8 | UInt64($1) }
  }
}
