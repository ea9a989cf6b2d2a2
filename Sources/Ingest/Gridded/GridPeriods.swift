import Formats
import Hydromet

/// The times of a grid file: one entry per step, in order of time.
struct GridPeriods {
  struct Step: Equatable {
    /// Position along the time dimension of the file; 0 where there is none.
    let position: Int
    /// The end of the period, or what the file labels the step with where its length is not known.
    let label: Timestamp?
    let period: Period?
  }

  let steps: [Step]
  /// What was assumed, in words.
  let notes: [String]

  /// The length of a period comes from bounds, from start and end times, from the interval that
  /// `cell_methods` names, from the statement, or at last from the spacing of the times.
  ///
  /// - Throws: `bad_time`, `contradiction`, `implausible_time`.
  init(of layout: GridLayout, in file: NetCDFFile, statement: GridStatement) throws(Fault) {
    let reader = GridTimeReader(file: file, layout: layout)
    let times = try reader.times()
    var notes: [String] = []
    let lengths = try GridPeriods.lengths(times, layout, statement, reader.place, &notes)
    let label = GridPeriods.label(times, statement, &notes)
    var steps: [Step] = []
    for position in 0..<reader.count {
      if times.areRunTotals, times.starts?[position] == times.ends?[position] { continue }
      steps.append(
        try GridPeriods.step(
          position, times, length: lengths[position], label: label, reader.place))
    }
    guard !steps.isEmpty else {
      throw GridTimeReader.fault(
        "bad_time", "the file holds only the start of the run, when nothing has fallen",
        reader.place)
    }
    if steps.count > 1 {
      steps.sort { ($0.label ?? .distantPast) < ($1.label ?? .distantPast) }
      for (earlier, later) in zip(steps, steps.dropFirst()) where earlier.label == later.label {
        throw GridTimeReader.fault(
          "bad_time", "the time \(earlier.label?.iso8601 ?? "?") occurs twice", reader.place)
      }
    }
    if reader.count == 1, times.labels == nil, times.starts == nil {
      notes.append("the file has no time")
    }
    self.steps = steps
    self.notes = notes
  }

  private static func step(
    _ position: Int, _ times: GridTimes, length: Int?, label: GridStatement.Label,
    _ place: Fault.Location
  ) throws(Fault) -> Step {
    let period: Period?
    if let starts = times.starts, let ends = times.ends {
      period = Period(start: starts[position], end: ends[position])
    } else if let starts = times.starts, let length {
      period = Period(end: starts[position] + length, seconds: length)
    } else if let moment = times.ends?[position], let length {
      period = Period(end: moment, seconds: length)
    } else if let moment = times.labels?[position], let length {
      switch label {
      case .end: period = Period(end: moment, seconds: length)
      case .start: period = Period(end: moment + length, seconds: length)
      case .middle: period = Period(end: moment + length / 2, seconds: length)
      }
    } else {
      period = nil
    }
    let shown =
      period?.end ?? times.ends?[position] ?? times.labels?[position] ?? times.starts?[position]
    if let period {
      guard period.seconds > 0, period.seconds <= 366 * 86_400 else {
        throw GridTimeReader.fault(
          "bad_time",
          "the period from \(period.start.iso8601) to \(period.end.iso8601) is no accumulation",
          place)
      }
    }
    if let shown { try GridTimeReader.checkPlausible(shown, place) }
    return Step(position: position, label: shown, period: period)
  }

  /// Seconds of each step; nil where nothing says them.
  private static func lengths(
    _ times: GridTimes, _ layout: GridLayout, _ statement: GridStatement, _ place: Fault.Location,
    _ notes: inout [String]
  ) throws(Fault) -> [Int?] {
    let count = times.count
    if let starts = times.starts, let ends = times.ends {
      let lengths = zip(starts, ends).map { start, end in end.seconds(since: start) }
      if !times.areRunTotals, let stated = statement.stepSeconds,
        let other = lengths.first(where: { $0 != stated })
      {
        throw contradiction(stated, "\(other) s by its start and end times", place)
      }
      return lengths
    }
    if let interval = CellMethods.interval(layout.variable) {
      if let stated = statement.stepSeconds, stated != interval {
        throw contradiction(stated, "\(interval) s by its attributes", place)
      }
      notes.append("period of \(interval) s by the attributes of the variable")
      return [Int?](repeating: interval, count: count)
    }
    if let stated = statement.stepSeconds {
      notes.append("period stated: \(stated) s")
      return [Int?](repeating: stated, count: count)
    }
    if let spacing = spacing(of: times.ends ?? times.labels ?? times.starts ?? []) {
      notes.append("period of \(spacing) s by the spacing of the times")
      return [Int?](repeating: spacing, count: count)
    }
    notes.append("nothing says how long a period is: state it with `step:` or --step")
    return [Int?](repeating: nil, count: count)
  }

  /// The smallest distance of neighbouring times, where every other is a multiple of it: a gap in the
  /// file does not make periods longer.
  private static func spacing(of moments: [Timestamp]) -> Int? {
    let ordered = moments.sorted()
    let distances = zip(ordered, ordered.dropFirst()).map { $1.seconds(since: $0) }
    guard let smallest = distances.min(), smallest > 0,
      distances.allSatisfy({ $0 % smallest == 0 })
    else { return nil }
    return smallest
  }

  /// Which moment of its period a label names: stated, else by the words of the time variable, else
  /// the end, as in every radar archive.
  private static func label(
    _ times: GridTimes, _ statement: GridStatement, _ notes: inout [String]
  ) -> GridStatement.Label {
    if let stated = statement.label { return stated }
    // "Time since the start of the run" is no label at the start of a period.
    let words = times.labelWords
    if !words.isDisjoint(with: ["period", "accumulation", "interval", "integration"]) {
      if !words.isDisjoint(with: ["start", "beginning", "begin"]) { return .start }
      if !words.isDisjoint(with: ["middle", "mid", "centre", "center", "midpoint"]) {
        return .middle
      }
    }
    if times.labels != nil, times.starts == nil, times.ends == nil {
      notes.append("times are taken as the ends of periods")
    }
    return .end
  }

  private static func contradiction(
    _ stated: Int, _ other: String, _ place: Fault.Location
  ) -> Fault {
    Fault(
      "contradiction", at: place,
      "the step is stated to be \(stated) s, the file's periods have \(other)",
      remedy: "remove the statement, or correct the file")
  }
}

/// The period that `cell_methods` or an attribute of the variable names.
enum CellMethods {
  /// - Returns: seconds, from `time: sum (interval: 5 minutes)` or `accumulation_period = "10 min"`.
  static func interval(_ variable: NetCDFVariable) -> Int? {
    for name in ["accumulation_period", "accumulation_time", "integration_period"] {
      if let text = variable.text(name), let seconds = seconds(of: Substring(text)) {
        return seconds
      }
    }
    guard let methods = variable.text("cell_methods"), methods.contains("time:") else { return nil }
    var rest = Substring(methods)
    while let colon = rest.firstIndex(of: ":") {
      let isInterval = rest[..<colon].hasSuffix("interval")
      rest = rest[rest.index(after: colon)...]
      guard isInterval else { continue }
      let words = rest.prefix { $0 != ")" && $0 != "," }.split { $0.isWhitespace }
      return seconds(of: Substring(words.prefix { !$0.hasSuffix(":") }.joined(separator: " ")))
    }
    return nil
  }

  /// `5 minutes`, `1 h`, `10min`.
  private static func seconds(of text: Substring) -> Int? {
    guard let unit = PhysicalUnit(String(text)), let seconds = unit.seconds else { return nil }
    let whole = seconds.rounded()
    guard whole >= 1, whole <= 366 * 86_400, abs(whole - seconds) < 1e-6 else { return nil }
    return Int(whole)
  }
}

extension Timestamp {
  /// Before every moment that a file can hold.
  fileprivate static let distantPast = Timestamp(secondsSince1970: .min / 2)
}
