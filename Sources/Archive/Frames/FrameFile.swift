import Crypto
import Hydromet

/// The bytes of a stored frame. All numbers are little-endian.
///
///     offset  bytes  content
///          0      8  "FRESHFRM"
///          8      4  version of this layout, 1
///         12      4  0: cells as they are; 1: cells packed (see `CellPacking`)
///         16      4  rows
///         20      4  columns
///         24      8  end of the period, seconds since 1970 UTC
///         32      8  length of the period, seconds
///         40     32  hash of the geometry
///         72     32  SHA-256 of bytes 16 to 71 and of the cells as they are
///        104      8  cells that are not missing
///        112      8  length of what follows, bytes
///        120         cells, micrometres, row by row from the north, missing = -2147483648
enum FrameFile {
  static let headerLength = 120
  private static let magic = Array("FRESHFRM".utf8)
  private static let version: UInt32 = 1

  /// The bytes of a frame, in whichever form of the cells is the shorter one, and their content hash.
  static func encode(_ field: DepthField) -> (bytes: [UInt8], contentHash: [UInt8], valid: Int) {
    let cells = field.micrometres
    let wire = littleEndian(cells)
    let packed = CellPacking.pack(cells)
    let isPacked = packed.count < wire.count * 4
    let length = isPacked ? packed.count : wire.count * 4
    let valid = validCells(cells)
    let identity = identity(of: field.geometry, field.period)
    let contentHash = contentHash(identity, wire)
    var bytes: [UInt8] = []
    bytes.reserveCapacity(headerLength + length)
    bytes += magic
    append(version, to: &bytes)
    append(isPacked ? 1 as UInt32 : 0, to: &bytes)
    bytes += identity
    bytes += contentHash
    append(UInt64(valid), to: &bytes)
    append(UInt64(length), to: &bytes)
    if isPacked { bytes += packed } else { wire.withUnsafeBytes { bytes += $0 } }
    return (bytes, contentHash, valid)
  }

  /// - Throws: what is wrong with the bytes, as a clause.
  static func decode(
    _ bytes: [UInt8], geometry: GridGeometry
  ) throws(FrameDamage) -> (field: DepthField, contentHash: [UInt8]) {
    guard bytes.count >= headerLength, Array(bytes[0..<8]) == magic else {
      throw FrameDamage("it does not begin as a frame does")
    }
    let layout: UInt32 = number(bytes, 8)
    guard layout == version else {
      throw FrameDamage("its layout has the number \(layout), this program knows \(version)")
    }
    let payload: UInt64 = number(bytes, 112)
    guard payload == UInt64(bytes.count - headerLength) else {
      throw FrameDamage("it has \(bytes.count) bytes, its header says \(payload) + \(headerLength)")
    }
    let end: Int64 = number(bytes, 24)
    let seconds: Int64 = number(bytes, 32)
    let period = Period(end: Timestamp(secondsSince1970: end), seconds: Int(seconds))
    let identity = Array(bytes[16..<72])
    guard (1...65_535).contains(geometry.rows), (1...65_535).contains(geometry.columns),
      identity == self.identity(of: geometry, period)
    else { throw FrameDamage("it is of another grid than \(geometry.summary)") }
    let cells = try cells(of: bytes, count: geometry.cellCount)
    let hash = Array(bytes[72..<104])
    guard hash == contentHash(identity, littleEndian(cells)) else {
      throw FrameDamage("its cells do not match their checksum")
    }
    guard number(bytes, 104) == UInt64(validCells(cells)) else {
      throw FrameDamage("its number of cells with data does not match them")
    }
    let field = DepthField(geometry: geometry, period: period, micrometres: cells)
    guard field.isHeld else { throw FrameDamage("there is no memory for its cells") }
    return (field, hash)
  }

  private static func cells(of bytes: [UInt8], count: Int) throws(FrameDamage) -> [Int32] {
    let form: UInt32 = number(bytes, 12)
    switch form {
    case 0 where bytes.count - headerLength == count * 4:
      return (0..<count).map { number(bytes, headerLength + $0 * 4) }
    case 1:
      guard let cells = CellPacking.unpack(bytes[headerLength...], count: count) else {
        throw FrameDamage("its cells cannot be unpacked")
      }
      return cells
    default:
      throw FrameDamage("it does not hold \(count) cells")
    }
  }

  /// Bytes 16 to 71: what the cells are about.
  private static func identity(of geometry: GridGeometry, _ period: Period) -> [UInt8] {
    var bytes: [UInt8] = []
    append(UInt32(truncatingIfNeeded: geometry.rows), to: &bytes)
    append(UInt32(truncatingIfNeeded: geometry.columns), to: &bytes)
    append(period.end.secondsSince1970, to: &bytes)
    append(Int64(period.seconds), to: &bytes)
    return bytes + geometry.hashBytes
  }

  private static func contentHash(_ identity: [UInt8], _ wire: [Int32]) -> [UInt8] {
    var hasher = SHA256()
    hasher.update(data: identity)
    wire.withUnsafeBytes { hasher.update(bufferPointer: $0) }
    return Array(hasher.finalize())
  }

  /// A closure and not a key path: in a million cells the difference is that of 1 to 20 ms.
  private static func littleEndian(_ cells: [Int32]) -> [Int32] {
    cells.map { $0.littleEndian }
  }

  private static func validCells(_ cells: [Int32]) -> Int {
    cells.reduce(0) { $0 + ($1 == DepthField.missing ? 0 : 1) }
  }

  private static func append<Number: FixedWidthInteger>(_ number: Number, to bytes: inout [UInt8]) {
    withUnsafeBytes(of: number.littleEndian) { bytes += $0 }
  }

  /// The number at an offset that lies inside the bytes.
  private static func number<Number: FixedWidthInteger>(_ bytes: [UInt8], _ offset: Int) -> Number {
    bytes.withUnsafeBytes {
      Number(littleEndian: $0.loadUnaligned(fromByteOffset: offset, as: Number.self))
    }
  }
}

/// Why bytes are no frame.
struct FrameDamage: Error {
  let clause: String

  init(_ clause: String) {
    self.clause = clause
  }
}
