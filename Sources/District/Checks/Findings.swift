import Hydromet

/// What a check found: faults refuse the district, warnings do not.
struct Findings {
  private(set) var faults: [Fault] = []
  private(set) var warnings: [Fault] = []

  mutating func add(_ fault: Fault) {
    faults.append(fault)
  }

  mutating func add(contentsOf more: [Fault]) {
    faults.append(contentsOf: more)
  }

  mutating func fault(
    _ code: String, at location: Fault.Location?, _ problem: String, remedy: String
  ) {
    faults.append(Fault(code, at: location, problem, remedy: remedy))
  }

  mutating func warn(
    _ code: String, at location: Fault.Location?, _ problem: String, remedy: String
  ) {
    warnings.append(Fault(code, at: location, problem, remedy: remedy))
  }

  mutating func warn(contentsOf more: [Fault]) {
    warnings.append(contentsOf: more)
  }
}

/// A value and the row of the table it stands in.
struct Located<Value> {
  let value: Value
  let row: Int
}

extension Sequence<String> {
  /// The first names and how many more there are: `a, b, c and 12 more`.
  func listed(_ limit: Int = 10) -> String {
    let names = Array(self)
    let shown = names.prefix(limit).joined(separator: ", ")
    return names.count > limit ? "\(shown) and \(names.count - limit) more" : shown
  }
}
