public import Hydromet

/// Where the time stands in the names of files that hold none, as a pattern: `yyyy`, `MM`, `dd`,
/// `HH`, `mm`, `ss` are digits of the time, `?` is any letter, `*` any letters, everything else is
/// itself.
public struct NameTime: Sendable, Hashable {
  private enum Part: Hashable {
    case literal(UInt8)
    case any
    case anyRun
    case number(Field, Int)
  }

  private enum Field: String, CaseIterable {
    case year = "yyyy"
    case month = "MM"
    case day = "dd"
    case hour = "HH"
    case minute = "mm"
    case second = "ss"
  }

  private let parts: [Part]

  /// - Returns: nil for a pattern without year, month and day, with a field twice, or with more than
  /// three `*`.
  public init?(_ pattern: String) {
    var parts: [Part] = []
    var seen: Set<Field> = []
    var rest = Substring(pattern)
    while let first = rest.utf8.first {
      if let field = Field.allCases.first(where: { rest.hasPrefix($0.rawValue) }),
        seen.insert(field).inserted
      {
        parts.append(.number(field, field.rawValue.count))
        rest = rest.dropFirst(field.rawValue.count)
        continue
      }
      switch first {
      case UInt8(ascii: "*"): parts.append(.anyRun)
      case UInt8(ascii: "?"): parts.append(.any)
      default: parts.append(contentsOf: rest.prefix(1).utf8.map { .literal($0) })
      }
      rest = rest.dropFirst()
    }
    guard seen.isSuperset(of: [.year, .month, .day]), parts.count <= 500,
      parts.count(where: { $0 == .anyRun }) <= 3
    else { return nil }
    self.parts = parts
  }

  /// The time in the name of a file; nil where the name does not fit or the calendar lacks the date.
  public func moment(in path: String, offsetSeconds: Int) -> Timestamp? {
    let name = Array((path.split(separator: "/").last ?? "").utf8)
    guard name.count <= 255, let found = match(name[...], parts[...]) else { return nil }
    return found.timestamp(offsetSeconds: offsetSeconds)
  }

  private func match(_ name: ArraySlice<UInt8>, _ parts: ArraySlice<Part>) -> CivilTime? {
    guard let part = parts.first else {
      return name.isEmpty ? CivilTime(year: 0, month: 0, day: 0) : nil
    }
    let others = parts.dropFirst()
    switch part {
    case .literal(let byte): return name.first == byte ? match(name.dropFirst(), others) : nil
    case .any: return name.isEmpty ? nil : match(name.dropFirst(), others)
    case .anyRun:
      for count in 0...name.count {
        if let found = match(name.dropFirst(count), others) { return found }
      }
      return nil
    case .number(let field, let width):
      guard let value = NameTime.number(name.prefix(width), width),
        var found = match(name.dropFirst(width), others)
      else { return nil }
      switch field {
      case .year: found.year = value
      case .month: found.month = value
      case .day: found.day = value
      case .hour: found.hour = value
      case .minute: found.minute = value
      case .second: found.second = value
      }
      return found
    }
  }

  private static func number(_ digits: ArraySlice<UInt8>, _ width: Int) -> Int? {
    guard digits.count == width else { return nil }
    var value = 0
    for digit in digits {
      guard (48...57).contains(digit) else { return nil }
      value = value * 10 + Int(digit - 48)
    }
    return value
  }
}
