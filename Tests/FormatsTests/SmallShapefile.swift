/// The bytes of a shapefile with one unit square and one text attribute `NAME`.
enum SmallShapefile {
  /// The `.shp`, or the `.shx` that belongs to it.
  static func shapes(isIndex: Bool) -> [UInt8] {
    let square = [(0.0, 0.0), (0, 1), (1, 1), (1, 0), (0, 0)]
    var content: [UInt8] = []
    little(Int32(5), &content)
    for edge in [0.0, 0, 1, 1] { little(edge, &content) }
    for number in [Int32(1), 5, 0] { little(number, &content) }
    for (x, y) in square {
      little(x, &content)
      little(y, &content)
    }
    var record: [UInt8] = []
    big(isIndex ? 50 : 1, &record)
    big(Int32(content.count / 2), &record)
    if !isIndex { record += content }

    var file: [UInt8] = []
    big(9994, &file)
    for _ in 0..<5 { big(0, &file) }
    big(Int32((100 + record.count) / 2), &file)
    little(Int32(1000), &file)
    little(Int32(5), &file)
    for edge in [0.0, 0, 1, 1, 0, 0, 0, 0] { little(edge, &file) }
    return file + record
  }

  /// The `.dbf` with one record.
  static func table(name: [UInt8], languageCode: UInt8) -> [UInt8] {
    var file: [UInt8] = [0x03, 100, 1, 1]
    little(Int32(1), &file)
    file += [65, 0, 21, 0]
    file += [UInt8](repeating: 0, count: 17)
    file += [languageCode, 0, 0]
    file += Array("NAME".utf8) + [UInt8](repeating: 0, count: 7)
    file += [UInt8(ascii: "C"), 0, 0, 0, 0, 20, 0] + [UInt8](repeating: 0, count: 14)
    file.append(0x0D)
    file.append(0x20)
    file += name + [UInt8](repeating: 0x20, count: 20 - name.count)
    file.append(0x1A)
    return file
  }

  private static func little(_ value: Int32, _ bytes: inout [UInt8]) {
    withUnsafeBytes(of: value.littleEndian) { bytes += $0 }
  }

  private static func little(_ value: Double, _ bytes: inout [UInt8]) {
    withUnsafeBytes(of: value.bitPattern.littleEndian) { bytes += $0 }
  }

  private static func big(_ value: Int32, _ bytes: inout [UInt8]) {
    withUnsafeBytes(of: value.bigEndian) { bytes += $0 }
  }
}
