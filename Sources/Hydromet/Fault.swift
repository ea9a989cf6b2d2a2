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
      var text = file
      if let line { text += ":\(line)" }
      if let column { text += ":\(column)" }
      if let item { text += " (\(item))" }
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

  public init(_ code: String, at location: Location? = nil, _ problem: String, remedy: String) {
    self.code = code
    self.location = location
    self.problem = problem
    self.remedy = remedy
  }

  /// One line: `place: problem; remedy`.
  public var description: String {
    let place = location.map { "\($0): " } ?? ""
    return "\(place)\(problem); \(remedy)"
  }
}
