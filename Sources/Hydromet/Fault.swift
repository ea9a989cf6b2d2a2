/// An operating fault or a refused input: says what happened, where, what was expected and what to do.
public struct Fault: Error, Sendable, Hashable, CustomStringConvertible {
  /// Where something is wrong: a file, and as far as known the line, column, variable or byte.
  public struct Location: Sendable, Hashable, CustomStringConvertible {
    public var file: String
    public var line: Int?
    public var column: Int?
    /// A variable, field, feature or byte range inside the file.
    public var item: String?

    public init(_ file: String, line: Int? = nil, column: Int? = nil, item: String? = nil) {
      self.file = file
      self.line = line
      self.column = column
      self.item = item
    }

    public var description: String {
      var text = Fault.line(file, limit: 1024)
      if let line { text += ":\(line)" }
      if let column { text += ":\(column)" }
      if let item { text += " (\(Fault.line(item, limit: 256)))" }
      return text
    }
  }

  /// A short, stable word for programs: `not_netcdf`, `negative_rain`, `unknown_unit`.
  public let code: String
  public let location: Location?
  /// What was found and what was expected, a clause without a full stop.
  public let problem: String
  /// What the reader can do about it, a clause without a full stop.
  public let remedy: String

  /// - Parameters:
  ///   - problem: foreign words in it lose their control characters, and what is very long is cut: a
  ///     fault is one line in a log, whatever a file holds.
  public init(_ code: String, at location: Location? = nil, _ problem: String, remedy: String) {
    self.code = code
    self.location = location
    self.problem = Fault.line(problem, limit: 1536)
    self.remedy = Fault.line(remedy, limit: 1024)
  }

  /// A text as one line of at most about so many bytes: control characters become `·`.
  private static func line(_ text: String, limit: Int) -> String {
    let isPlain = text.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F }
    guard !isPlain || text.utf8.count > limit else { return text }
    var line = String.UnicodeScalarView()
    var bytes = 0
    for scalar in text.unicodeScalars {
      bytes += UTF8.width(scalar)
      guard bytes <= limit else {
        line.append("…")
        break
      }
      line.append(scalar.value < 0x20 || scalar.value == 0x7F ? "·" : scalar)
    }
    return String(line)
  }

  /// One line: `place: problem; remedy`.
  public var description: String {
    let place = location.map { "\($0): " } ?? ""
    return "\(place)\(problem); \(remedy)"
  }
}
