import Hydromet

/// What a check found: faults refuse the district, warnings do not. Of each a thousand are kept in
/// words, and the rest is counted: a table of another kind would give one for every cell.
struct Findings {
  private static let limit = 1000
  private var keptFaults: [Fault] = []
  private var keptWarnings: [Fault] = []
  /// What was found in order or could not be found out, in words.
  private(set) var notes: [String] = []
  private var moreFaults = 0
  private var moreWarnings = 0

  var faults: [Fault] { keptFaults + Findings.more(moreFaults, "faults") }
  var warnings: [Fault] { keptWarnings + Findings.more(moreWarnings, "warnings") }

  private static func more(_ count: Int, _ what: String) -> [Fault] {
    guard count > 0 else { return [] }
    return [
      Fault("more_findings", "there are \(count) more \(what)", remedy: "correct these first")
    ]
  }

  mutating func add(_ fault: Fault) {
    if keptFaults.count < Findings.limit { keptFaults.append(fault) } else { moreFaults += 1 }
  }

  mutating func add(contentsOf more: [Fault]) {
    for fault in more { add(fault) }
  }

  private mutating func addWarning(_ warning: Fault) {
    if keptWarnings.count < Findings.limit {
      keptWarnings.append(warning)
    } else {
      moreWarnings += 1
    }
  }

  mutating func tell(_ note: String) {
    if notes.count < Findings.limit { notes.append(note) }
  }

  mutating func fault(
    _ code: String, at location: Fault.Location?, _ problem: String, remedy: String
  ) {
    add(Fault(code, at: location, problem, remedy: remedy))
  }

  mutating func warn(
    _ code: String, at location: Fault.Location?, _ problem: String, remedy: String
  ) {
    addWarning(Fault(code, at: location, problem, remedy: remedy))
  }

  mutating func warn(contentsOf more: [Fault]) {
    for warning in more { addWarning(warning) }
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
