/// One spelling for every way of writing the id of a station.
///
/// Formats and people write the same station as `57612`, `057612`, `0-20000-0-57612`, `５７６１２`,
/// ` a8290 ` or `A8290`. Two ids are one station where their canonical spellings are equal.
public enum StationID {
  /// The canonical spelling:
  ///
  /// * blanks of any width, tabs and control characters are dropped, full-width letters and digits
  ///   become plain ones, letters become capitals;
  /// * a WIGOS identifier of the WMO's own numbers (`0-20000-0-…`, WMO-No. 1160, attachment 2.1) is
  ///   its local part; any other keeps its four parts, the numbers without leading zeros;
  /// * digits alone have no leading zeros beyond five places (WMO block and station number).
  ///
  /// An empty text stays empty.
  public static func canonical(_ text: String) -> String {
    if isPlain(text.utf8) { return text }
    let plain = plainBytes(text)
    if let local = wigosParts(plain) { return local }
    return String(decoding: shortened(plain[...]), as: UTF8.self)
  }

  public static func canonical(_ text: Substring) -> String { canonical(String(text)) }

  /// Whether bytes are a canonical id as nearly all are: capitals and digits, and of digits alone five, or
  /// more without a zero before them. Other ids may be canonical, too.
  ///
  /// - Parameter range: within the bytes.
  public static func isPlain(_ bytes: [UInt8], _ range: Range<Int>) -> Bool {
    isPlain(bytes[range])
  }

  /// The id behind the numeric id of CMA's data sets, in which a leading letter stands as its ASCII
  /// code: 658290 is `A8290`, 57612 stays `57612`.
  ///
  /// Only a field that is known to hold such a number may be read so: six digits may also be an id.
  public static func decoded(cmaNumber number: Int) -> String {
    let lead = number / 10_000
    if (65...90).contains(lead), number < 1_000_000 {
      let letter = Character(Unicode.Scalar(UInt8(lead)))
      return "\(letter)\(padded(number % 10_000, 4))"
    }
    return padded(max(0, number), 5)
  }

  private static func isPlain(_ bytes: some Collection<UInt8>) -> Bool {
    var hasLetter = false
    var count = 0
    for byte in bytes {
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): break
      case UInt8(ascii: "A")...UInt8(ascii: "Z"): hasLetter = true
      default: return false
      }
      count += 1
    }
    return hasLetter || count == 5 || count > 5 && bytes.first != UInt8(ascii: "0")
  }

  private static func plainBytes(_ text: String) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(text.utf8.count)
    for scalar in text.unicodeScalars {
      var value = scalar.value
      if (0xFF01...0xFF5E).contains(value) { value -= 0xFEE0 }
      switch value {
      case ...0x20, 0x7F, 0xFEFF: continue
      case 0x61...0x7A: bytes.append(UInt8(value - 32))
      case ..<0x80: bytes.append(UInt8(value))
      case 0x2010...0x2015, 0x2212: bytes.append(UInt8(ascii: "-"))
      // Asked last: it is a search in the tables of Unicode.
      case _ where scalar.properties.isWhitespace: continue
      default: bytes.append(contentsOf: String(scalar).utf8)
      }
    }
    return bytes
  }

  /// A WIGOS identifier (series-issuer-issue-local) in its canonical spelling; nil for other ids.
  private static func wigosParts(_ bytes: [UInt8]) -> String? {
    guard bytes.contains(UInt8(ascii: "-")) else { return nil }
    let parts = bytes.split(
      separator: UInt8(ascii: "-"), maxSplits: 3, omittingEmptySubsequences: false)
    guard parts.count == 4, !parts[3].isEmpty else { return nil }
    let numbers = parts[..<3].map { Int(String(decoding: $0, as: UTF8.self)) }
    guard let series = numbers[0], let issuer = numbers[1], let issue = numbers[2], series == 0,
      issuer >= 0, issue >= 0
    else { return nil }
    let local = String(decoding: parts[3], as: UTF8.self)
    if issuer == 20_000, issue == 0 {
      return String(decoding: shortened(parts[3]), as: UTF8.self)
    }
    return "0-\(issuer)-\(issue)-\(local)"
  }

  /// Digits alone with exactly as many leading zeros as five places need.
  private static func shortened(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    guard !bytes.isEmpty, bytes.allSatisfy({ (48...57).contains($0) }) else { return bytes }
    let digits = bytes.drop { $0 == 48 }
    if digits.count >= 5 { return digits }
    return ArraySlice([UInt8](repeating: 48, count: 5 - digits.count) + digits)
  }
}

/// The stations of a district by every spelling of their ids.
public struct StationDirectory: Sendable {
  private let spellings: [String: String]

  /// - Parameter ids: ids as the district writes them. Two that are one station by their canonical
  ///   spelling are matched by their exact spelling only.
  public init(_ ids: some Sequence<String>) {
    var spellings: [String: String] = [:]
    var exact: [String] = []
    var disputed: Set<String> = []
    for id in ids {
      exact.append(id)
      if let other = spellings.updateValue(id, forKey: StationID.canonical(id)), other != id {
        disputed.insert(StationID.canonical(id))
      }
    }
    for id in disputed { spellings[id] = nil }
    for id in exact { spellings[id] = id }
    self.spellings = spellings
  }

  /// The district's spelling of a station, or the canonical one where the district does not have it.
  public func spelling(of id: String) -> String {
    if let known = spellings[id] { return known }
    let canonical = StationID.canonical(id)
    return spellings[canonical] ?? canonical
  }
}
