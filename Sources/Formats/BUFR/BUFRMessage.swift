import Hydromet

/// An element of a BUFR message with its values in all subsets.
public struct BUFRElement: Sendable, Hashable {
  /// The values: numbers in the units of WMO table B, or texts.
  public enum Values: Sendable, Hashable {
    /// Nil where missing.
    case numbers([Double?])
    case texts([String?])
  }

  /// ecCodes' name of the element, `airTemperature`.
  public let name: String
  /// The descriptor, `12101` for 0 12 101; 0 where it is not known.
  public let code: Int
  /// One for each subset, or one alone that all subsets share.
  public let values: Values
  /// The associated field of the value in each subset, and what it means (table 0 31 021); empty where
  /// there is none.
  public let associated: [Double?]
  public let significance: Int?

  /// The number in a subset, counted from 0; nil where it is missing or a text.
  public func number(_ subset: Int) -> Double? {
    guard case .numbers(let numbers) = values else { return nil }
    return BUFRElement.pick(numbers, subset)
  }

  public func text(_ subset: Int) -> String? {
    guard case .texts(let texts) = values else { return nil }
    return BUFRElement.pick(texts, subset)
  }

  public func associated(_ subset: Int) -> Double? {
    BUFRElement.pick(associated, subset)
  }

  private static func pick<Value>(_ values: [Value?], _ subset: Int) -> Value? {
    if values.count == 1 { return values[0] }
    return values.indices.contains(subset) ? values[subset] : nil
  }
}

/// One BUFR message, unpacked.
public struct BUFRMessage: Sendable {
  /// Where a message stands in a file.
  public struct Place: Sendable, Hashable {
    public let bytes: Range<Int>
    public let edition: Int
  }

  /// A run of elements in the order of the message, of the subsets that it belongs to.
  public struct Run: Sendable {
    /// All subsets of a compressed message, one of any other.
    public let subsets: Range<Int>
    public let elements: [BUFRElement]
  }

  /// Table A: 0 is surface data on land.
  public let category: Int
  /// 0 for the first message, counted up by each that replaces it.
  public let updateSequence: Int
  public let isCompressed: Bool
  public let subsetCount: Int
  /// The descriptors of section 3, `307080`.
  public let descriptors: [Int]
  public let runs: [Run]

  /// The largest messages that are unpacked.
  public static let subsetLimit = 65_535
  static let keyLimit = 5_000_000

  /// Finds the messages of a file by their first and last four bytes and their length.
  ///
  /// - Returns: the messages, and where something began like one and did not end like one.
  public static func places(in bytes: [UInt8]) -> (messages: [Place], broken: [Int]) {
    var messages: [Place] = []
    var broken: [Int] = []
    var position = 0
    while let start = next("BUFR", in: bytes, from: position) {
      guard start + 8 <= bytes.count else {
        broken.append(start)
        break
      }
      let length = Int(bytes[start + 4]) << 16 | Int(bytes[start + 5]) << 8 | Int(bytes[start + 6])
      let end = start + length
      guard length >= 26, end <= bytes.count, bytes[(end - 4)..<end].elementsEqual("7777".utf8)
      else {
        broken.append(start)
        position = start + 4
        continue
      }
      messages.append(Place(bytes: start..<end, edition: Int(bytes[start + 7])))
      position = end
    }
    return (messages, broken)
  }

  private static func next(_ mark: StaticString, in bytes: [UInt8], from start: Int) -> Int? {
    guard bytes.count >= 4 else { return nil }
    var i = start
    while i <= bytes.count - 4 {
      if bytes[i] == 66, bytes[i + 1] == 85, bytes[i + 2] == 70, bytes[i + 3] == 82 { return i }
      i += 1
    }
    return nil
  }
}
