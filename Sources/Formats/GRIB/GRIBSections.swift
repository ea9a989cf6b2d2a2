import Hydromet

/// Cuts an edition 2 message that holds several fields into messages of one field each.
///
/// Sections 2 to 7 may repeat: a field is what stands in force when its section 7 comes. A bitmap may
/// be "the one defined before" (indicator 254); it is put in again.
///
/// - Source: WMO-No. 306, Manual on Codes, FM 92 GRIB edition 2, 92.1.2 and code table 6.0.
enum GRIBSections {
  /// - Returns: the message itself where it holds one field.
  static func singleFields(
    _ message: [UInt8], path: String, offset: Int
  ) throws(Fault) -> [[UInt8]] {
    guard message.count >= 20, message[7] == 2 else { return [message] }
    let sections = try list(message, path: path, offset: offset)
    guard sections.count(where: { $0.number == 7 }) > 1 else { return [message] }
    var inForce: [Int: ArraySlice<UInt8>] = [:]
    var bitmap: ArraySlice<UInt8>?
    var fields: [[UInt8]] = []
    for section in sections {
      var bytes = message[section.range]
      if section.number == 6 {
        if bytes.count == 6, bytes[bytes.startIndex + 5] == 254 {
          guard let earlier = bitmap else {
            throw GRIBIndex.damaged(path, offset, "a field refers to a bitmap that is not there")
          }
          bytes = earlier
        } else {
          bitmap = bytes
        }
      }
      inForce[section.number] = bytes
      guard section.number == 7 else { continue }
      guard fields.count < 10_000 else {
        throw GRIBIndex.damaged(path, offset, "the message holds more than 10000 fields")
      }
      fields.append(assembled(Array(message[0..<16]), inForce))
    }
    return fields
  }

  private static func list(
    _ message: [UInt8], path: String, offset: Int
  ) throws(Fault) -> [(number: Int, range: Range<Int>)] {
    var sections: [(number: Int, range: Range<Int>)] = []
    var position = 16
    while position + 4 < message.count {
      let length = (0..<4).reduce(0) { $0 << 8 | Int(message[position + $1]) }
      let number = Int(message[position + 4])
      guard length >= 5, position + length <= message.count - 4, (1...7).contains(number) else {
        throw GRIBIndex.damaged(
          path, offset, "section \(number) of \(length) bytes does not fit the message")
      }
      sections.append((number, position..<(position + length)))
      position += length
    }
    return sections
  }

  private static func assembled(_ head: [UInt8], _ sections: [Int: ArraySlice<UInt8>]) -> [UInt8] {
    var bytes = head
    for number in 1...7 { bytes += sections[number] ?? [] }
    bytes += Array("7777".utf8)
    for index in 0..<8 {
      bytes[8 + index] = UInt8(truncatingIfNeeded: bytes.count >> (8 * (7 - index)))
    }
    return bytes
  }
}
