import Hydromet

/// The period of one field, from what its file says and what is stated.
struct FieldPeriod {
  /// The start of the period where the file names it.
  var start: Timestamp?
  /// The end of the period, or the only time that the file names.
  var end: Timestamp?
  /// Length that the kind of product implies, seconds, with the reason in words.
  var implied: (seconds: Int, reason: String)?

  /// - Throws: `contradiction` where the stated length is another one than the file's, `bad_time`,
  ///   `implausible_time`.
  func step(
    _ statement: GridStatement, _ place: Fault.Location, _ notes: inout [String]
  ) throws(Fault) -> GriddedRain.Step {
    guard let end else {
      notes.append("the file has no time")
      return GriddedRain.Step(label: nil, period: nil)
    }
    try GridTimeReader.checkPlausible(end, place)
    if let start {
      let period = Period(start: start, end: end)
      guard (1...366 * 86_400).contains(period.seconds) else {
        throw FieldPeriod.bad(
          "the period from \(start.iso8601) to \(end.iso8601) is no accumulation", place)
      }
      try FieldPeriod.check(period.seconds, against: statement, place)
      return GriddedRain.Step(label: end, period: period)
    }
    guard let seconds = try length(statement, place, &notes) else {
      return GriddedRain.Step(label: end, period: nil)
    }
    let period: Period
    switch statement.label {
    case .start?: period = Period(end: end + seconds, seconds: seconds)
    case .middle?: period = Period(end: end + seconds / 2, seconds: seconds)
    case .end?, nil: period = Period(end: end, seconds: seconds)
    }
    if statement.label == nil { notes.append("the time is taken as the end of the period") }
    return GriddedRain.Step(label: period.end, period: period)
  }

  private func length(
    _ statement: GridStatement, _ place: Fault.Location, _ notes: inout [String]
  ) throws(Fault) -> Int? {
    if let implied {
      try FieldPeriod.check(implied.seconds, against: statement, place)
      notes.append("period of \(implied.seconds) s: \(implied.reason)")
      return implied.seconds
    }
    if let stated = statement.stepSeconds {
      notes.append("period stated: \(stated) s")
      return stated
    }
    notes.append("nothing says how long a period is: state it with `step:` or --step")
    return nil
  }

  static func check(
    _ seconds: Int, against statement: GridStatement, _ place: Fault.Location
  ) throws(Fault) {
    guard let stated = statement.stepSeconds, stated != seconds else { return }
    throw Fault(
      "contradiction", at: place,
      "the step is stated to be \(stated) s, the file's period has \(seconds) s",
      remedy: "state the true step, or correct the file")
  }

  static func bad(_ problem: String, _ place: Fault.Location) -> Fault {
    Fault("bad_time", at: place, problem, remedy: "correct the times of the file")
  }
}
