import Hydromet

/// The text header of a RADOLAN binary composite, up to the ETX byte (03).
///
///     RW102050100000814BY1620134VS 3SW   2.13.1PR E-01INT  60GP 900x 900MS 62<boo,ros,…>␃
///
/// Two letters of the product, day, hour and minute (UTC), 10000 (or a radar's number), month and
/// year; then marks with their values: `BY` bytes of the product, `VS` version of the format, `PR`
/// precision of the stored numbers, `INT` length of the interval in minutes (`U1`: in days), `GP` rows
/// x columns, `VV` minutes of the forecast, `LV` levels of a run-length product, `MS` the stations.
///
/// - Source: DWD, "RADOLAN/RADVOR: Beschreibung des Kompositformats", versions 2.4 to 2.5.
struct RADOLANHeader {
  let product: String
  /// The time in the header.
  let time: Timestamp
  /// Bytes of header and data together.
  let byteCount: Int
  let version: Int
  /// The value of one step of the stored numbers.
  let precision: Double
  let intervalSeconds: Int?
  let rows: Int
  let columns: Int
  let forecastMinutes: Int
  /// Run-length coded levels instead of numbers.
  let hasLevels: Bool
  /// Position of the first byte behind the ETX.
  let dataStart: Int

  private static let marks = [
    "INT", "BY", "VS", "SW", "PR", "GP", "MS", "LV", "CS", "MX", "BG", "ST", "VV", "MF", "QN",
    "VR", "U",
  ]
  /// Headers of real products have some hundred bytes.
  private static let longest = 4000

  /// Two capital letters, eleven digits, four digits, `BY`.
  static func isRADOLAN(_ head: [UInt8]) -> Bool {
    guard head.count >= 26 else { return false }
    let isCapital = { (byte: UInt8) in (65...90).contains(byte) || (48...57).contains(byte) }
    return (65...90).contains(head[0]) && isCapital(head[1])
      && head[2..<17].allSatisfy { (48...57).contains($0) }
      && head[17] == UInt8(ascii: "B") && head[18] == UInt8(ascii: "Y")
  }

  /// - Throws: `bad_header`, `bad_time`.
  init(_ bytes: [UInt8], _ place: Fault.Location) throws(Fault) {
    guard RADOLANHeader.isRADOLAN(bytes),
      let end = bytes.prefix(RADOLANHeader.longest).firstIndex(of: 3)
    else { throw RADOLANHeader.fault("the header does not end with ETX", place) }
    let text = String(decoding: bytes[0..<end], as: UTF8.self)
    let digits = Array(text.utf8)
    let number = { (range: Range<Int>) in range.reduce(0) { $0 * 10 + Int(digits[$1]) - 48 } }
    product = String(text.prefix(2))
    let year = number(15..<17)
    let civil = CivilTime(
      year: year < 70 ? 2000 + year : 1900 + year, month: number(13..<15), day: number(2..<4),
      hour: number(4..<6), minute: number(6..<8))
    guard let time = civil.timestamp() else {
      throw FieldPeriod.bad("the header names the time \(text.prefix(17))", place)
    }
    self.time = time
    let values = RADOLANHeader.values(digits.dropFirst(17))
    guard let byteCount = values["BY"].flatMap({ Int($0) }) else {
      throw RADOLANHeader.fault("the header has no length (BY)", place)
    }
    let size = (values["GP"] ?? "").split(separator: "x").compactMap {
      Int($0.filter { $0 != " " })
    }
    guard size.count == 2 else {
      throw RADOLANHeader.fault("the header has no size of the grid (GP)", place)
    }
    self.byteCount = byteCount
    rows = size[0]
    columns = size[1]
    version = values["VS"].flatMap { Int($0) } ?? 0
    precision = try RADOLANHeader.precision(values["PR"], place)
    forecastMinutes = values["VV"].flatMap { Int($0) } ?? 0
    hasLevels = values["LV"] != nil
    let unit = values["U"] == "1" ? 86_400 : 60
    intervalSeconds = values["INT"].flatMap { Int($0) }.flatMap {
      (1...10_000).contains($0) ? $0 * unit : nil
    }
    dataStart = end + 1
    guard (0...10_000).contains(forecastMinutes) else {
      throw RADOLANHeader.fault("the forecast is for \(forecastMinutes) minutes", place)
    }
  }

  /// `E-01`, `E-02`, `E-00`.
  private static func precision(
    _ text: String?, _ place: Fault.Location
  ) throws(Fault) -> Double {
    guard let text else { return 1 }
    switch text {
    case "E-00", "E+00": return 1
    case "E-01": return 0.1
    case "E-02": return 0.01
    case "E-03": return 0.001
    default: throw fault("the precision is “\(text)”", place)
    }
  }

  /// Marks and their values. A mark is a run of letters that is known and not part of a longer run;
  /// what stands in angle brackets is no mark.
  private static func values(_ text: ArraySlice<UInt8>) -> [String: String] {
    var values: [String: String] = [:]
    var mark: String?
    var value: [UInt8] = []
    var position = text.startIndex
    while position < text.endIndex {
      let byte = text[position]
      if byte == UInt8(ascii: "<") {
        position =
          text[position...].firstIndex(of: UInt8(ascii: ">")).map { $0 + 1 } ?? text.endIndex
      } else if (65...90).contains(byte),
        let found = marks.first(where: { text[position...].starts(with: $0.utf8) })
      {
        if let mark { values[mark] = String(decoding: value, as: UTF8.self) }
        mark = found
        value = []
        position += found.utf8.count
      } else {
        if byte != UInt8(ascii: " ") { value.append(byte) }
        position += 1
      }
    }
    if let mark { values[mark] = String(decoding: value, as: UTF8.self) }
    return values
  }

  static func fault(_ problem: String, _ place: Fault.Location) -> Fault {
    Fault(
      "bad_header", at: place, "the RADOLAN header cannot be used: \(problem)",
      remedy: "fetch the file again, or give a composite of the RADOLAN format")
  }
}
