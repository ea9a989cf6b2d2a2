/// A GRIB message of one field, written byte by byte after the Manual on Codes (WMO-No. 306): regular
/// longitude and latitude, simple packing.
struct SyntheticGRIB {
  var rows = Pattern.rows
  var columns = Pattern.columns
  /// Row 0 north, column 0 west, tenths of the unit; nil is masked by the bitmap.
  var tenths: (Int, Int) -> Int? = { Pattern.tenths(row: $0, column: $1) }
  /// Code table 3.4.
  var scanningMode = 0
  /// Centre of the north-western cell and width of a cell, thousandths of a degree.
  var west = 106_005
  var north = 29_995
  var step = 10
  var discipline = 0
  var centre = 38
  var category = 1
  var number = 8
  /// Product definition template.
  var template = 8
  var year = 2024
  var month = 7
  var day = 9
  var hour = 6
  var minute = 0
  var forecastHours = 0
  var lengthHours = 1
  /// Hour after the reference time at which the interval is said to end; nil: where it does.
  var endHours: Int?
  var statistic = 1
  var member = 0
  /// Of a packed number: 16 or 32.
  var bits = 16
  /// Packed as a grey PNG image whose rows are filtered one after the other by these filters (PNG,
  /// clause 9), instead of plainly.
  var imageFilters: [Int]?
  /// Rows of a Gaussian grid: between pole and equator, and the latitudes of the first and last row, in
  /// millionths of a degree.
  var gaussian: (number: Int, first: Int, last: Int)?
  /// Raised by the test where increments are to contradict.
  var writtenStep: Int?

  /// Points in the order of the message.
  private var stored: [Int?] {
    let isTransposed = scanningMode & 32 != 0
    let lines = isTransposed ? columns : rows
    let length = isTransposed ? rows : columns
    return (0..<lines).flatMap { line -> [Int?] in
      (0..<length).map { position -> Int? in
        let backwards = scanningMode & 16 != 0 && line % 2 == 1
        let along = backwards ? length - 1 - position : position
        let i = isTransposed ? line : along
        let j = isTransposed ? along : line
        let column = scanningMode & 128 != 0 ? columns - 1 - i : i
        let row = scanningMode & 64 != 0 ? rows - 1 - j : j
        return tenths(row, column)
      }
    }
  }

  /// Sections 3 to 7.
  var fieldSections: [UInt8] { grid + product + packing }

  var bytes: [UInt8] { SyntheticGRIB.message(self, fieldSections) }

  /// One message with several fields.
  static func message(of fields: [SyntheticGRIB]) -> [UInt8] {
    message(fields[0], fields.flatMap(\.fieldSections))
  }

  private static func message(_ first: SyntheticGRIB, _ sections: [UInt8]) -> [UInt8] {
    var one = ByteWriter()
    one.big(21, 4)
    one.big(1, 1)
    one.big(first.centre, 2)
    one.big(0, 2)
    one.big(4, 1)
    one.big(0, 1)
    one.big(1, 1)
    one.big(first.year, 2)
    for part in [first.month, first.day, first.hour, first.minute, 0, 0, 1] { one.big(part, 1) }
    let body = one.bytes + sections + Array("7777".utf8)
    var head = ByteWriter()
    head.text("GRIB")
    head.big(0, 2)
    head.big(first.discipline, 1)
    head.big(2, 1)
    head.big(16 + body.count, 8)
    return head.bytes + body
  }

  private var grid: [UInt8] {
    let isWestwards = scanningMode & 128 != 0
    let isNorthwards = scanningMode & 64 != 0
    let east = west + (columns - 1) * step
    let top = gaussian?.first ?? north * 1000
    let bottom = gaussian?.last ?? (north - (rows - 1) * step) * 1000
    // A negative latitude has its sign in the first bit.
    let signed = { (value: Int) in value < 0 ? 1 << 31 | -value : value }
    var section = ByteWriter()
    section.big(72, 4)
    section.big(3, 1)
    section.big(0, 1)
    section.big(rows * columns, 4)
    section.big(0, 2)
    section.big(gaussian == nil ? 0 : 40, 2)
    section.big(6, 1)
    for _ in 0..<3 {
      section.big(0, 1)
      section.big(0, 4)
    }
    section.big(columns, 4)
    section.big(rows, 4)
    section.big(0, 4)
    section.big(0xFFFF_FFFF, 4)
    section.big(signed(isNorthwards ? bottom : top), 4)
    section.big((isWestwards ? east : west) * 1000, 4)
    section.big(48, 1)
    section.big(signed(isNorthwards ? top : bottom), 4)
    section.big((isWestwards ? west : east) * 1000, 4)
    section.big((writtenStep ?? step) * 1000, 4)
    section.big(gaussian?.number ?? (writtenStep ?? step) * 1000, 4)
    section.big(scanningMode, 1)
    return section.bytes
  }

  private var product: [UInt8] {
    var section = ByteWriter()
    for part in [category, number, 2, 0, 0] { section.big(part, 1) }
    section.big(0, 2)
    section.big(0, 1)
    section.big(1, 1)
    section.big(forecastHours, 4)
    section.big(1, 1)
    section.big(0, 1)
    section.big(0, 4)
    section.big(255, 1)
    section.big(0, 1)
    section.big(0, 4)
    switch template {
    case 1, 11:
      for part in [3, member, 51] { section.big(part, 1) }
    case 9:
      // Probability 1 of 1, above the upper limit of 25.0.
      for part in [1, 1, 1, 0] { section.big(part, 1) }
      section.big(0, 4)
      section.big(1, 1)
      section.big(250, 4)
    default: break
    }
    if [8, 9, 11].contains(template) { interval(&section) }
    var whole = ByteWriter()
    whole.big(9 + section.bytes.count, 4)
    whole.big(4, 1)
    whole.big(0, 2)
    whole.big(template, 2)
    whole.raw(section.bytes)
    return whole.bytes
  }

  /// Days pass over the end of no month in these tests.
  private func interval(_ section: inout ByteWriter) {
    let end = hour + (endHours ?? forecastHours + lengthHours)
    section.big(year, 2)
    for part in [month, day + end / 24, end % 24, minute, 0, 1] { section.big(part, 1) }
    section.big(0, 4)
    for part in [statistic, 2, 1] { section.big(part, 1) }
    section.big(lengthHours, 4)
    section.big(255, 1)
    section.big(0, 4)
  }

  private var packing: [UInt8] {
    let values = stored
    let kept = values.compactMap(\.self)
    let least = kept.min() ?? 0
    var five = ByteWriter()
    five.big(21, 4)
    five.big(5, 1)
    five.big(kept.count, 4)
    five.big(imageFilters == nil ? 0 : 41, 2)
    five.big(Int(Float(least).bitPattern), 4)
    five.big(0, 2)
    five.big(1, 2)
    five.big(bits, 1)
    five.big(0, 1)
    var six = ByteWriter()
    let hasMask = kept.count < values.count
    let mask = stride(from: 0, to: values.count, by: 8).map { start in
      (0..<8).reduce(UInt8(0)) { byte, bit in
        let index = start + bit
        return index < values.count && values[index] != nil ? byte | 128 >> UInt8(bit) : byte
      }
    }
    six.big(6 + (hasMask ? mask.count : 0), 4)
    six.big(6, 1)
    six.big(hasMask ? 0 : 255, 1)
    if hasMask { six.raw(mask) }
    var data = ByteWriter()
    if let imageFilters {
      data.raw(
        SyntheticPNG(
          width: scanningMode & 32 != 0 ? rows : columns, depth: bits, filters: imageFilters
        ).bytes(kept.map { $0 - least }))
    } else {
      for value in kept { data.big(value - least, bits / 8) }
    }
    var seven = ByteWriter()
    seven.big(5 + data.bytes.count, 4)
    seven.big(7, 1)
    seven.raw(data.bytes)
    return five.bytes + six.bytes + seven.bytes
  }
}
