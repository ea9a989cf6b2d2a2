import Foundation
import Hydromet

/// One step of a GRIB file: the values of a field, or the difference of two totals.
struct GRIBStep {
  let entry: GRIBEntry
  /// The total that is taken away: one of the same start and an earlier end.
  let earlier: GRIBEntry?
  let step: GriddedRain.Step
}

/// Turns the fields of one parameter into steps.
///
/// Sums that begin together and end one after another are run totals: each step is the difference to
/// the one before. Sums of their own periods are taken as they are, and a longer sum that others make
/// up is left out.
struct GRIBSteps {
  let steps: [GRIBStep]
  let notes: [String]

  init(
    _ selection: GRIBSelection, _ statement: GridStatement, path: String
  ) throws(Fault) {
    let rain = selection.rain
    var notes = selection.entries.compactMap(\.time).flatMap(\.notes)
    try GRIBSteps.checkStatistic(selection, path, &notes)
    let sums = selection.entries.filter { $0.time?.start != nil }
    let moments = selection.entries.filter { $0.time?.start == nil }
    var steps =
      rain.quantity == .amount
      ? try GRIBSteps.ofSums(sums, statement, path, &notes)
      : try sums.map { entry throws(Fault) in
        try GRIBSteps.step(entry, start: entry.time?.start, rain, statement, path, &notes)
      }
    for entry in moments {
      steps.append(try GRIBSteps.step(entry, start: nil, rain, statement, path, &notes))
    }
    steps.sort { a, b in
      guard let first = a.step.label, let second = b.step.label else { return false }
      return first < second
    }
    for (a, b) in zip(steps, steps.dropFirst()) where a.step.label == b.step.label {
      throw FieldPeriod.bad(
        "\(a.entry.name) and \(b.entry.name) are both for \(a.step.label?.iso8601 ?? "no time"); "
          + "choose one with `variable:` (#\(a.entry.message + 1))", Fault.Location(path))
    }
    self.steps = steps
    var seen: Set<String> = []
    self.notes = selection.notes + notes.filter { seen.insert($0).inserted }
  }

  /// Amounts are sums, rates averages; anything else over an interval is not the rain. An amount over
  /// an interval whose statistic is left open (255) can only be the sum.
  private static func checkStatistic(
    _ selection: GRIBSelection, _ path: String, _ notes: inout [String]
  ) throws(Fault) {
    let names = [
      0: "average", 1: "sum", 2: "maximum", 3: "minimum", 4: "difference", 6: "deviation",
    ]
    let expected = selection.rain.quantity == .amount ? 1 : 0
    for entry in selection.entries {
      guard let statistic = entry.time?.statistic, statistic != expected else { continue }
      if statistic == 255, expected == 1 {
        notes.append("the statistic over the interval is left open: taken for a sum")
        continue
      }
      throw Fault(
        "not_rain", at: Fault.Location(path, item: entry.name),
        "the \(names[statistic] ?? "statistic \(statistic)") of \(selection.rain.name) over an "
          + "interval is not \(expected == 1 ? "an amount" : "a rate") of rain",
        remedy: "give \(expected == 1 ? "sums" : "averages or moments")")
    }
  }

  private static func ofSums(
    _ sums: [GRIBEntry], _ statement: GridStatement, _ path: String, _ notes: inout [String]
  ) throws(Fault) -> [GRIBStep] {
    let spans = sums.compactMap { entry -> Span? in
      guard let time = entry.time, let start = time.start else { return nil }
      return Span(entry: entry, start: start, end: time.end)
    }
    let own = Set(spans.map { Period(start: $0.start, end: $0.end) })
    var steps: [GRIBStep] = []
    var differences = 0
    for span in spans {
      let earlier = spans.filter { $0.start == span.start && $0.end < span.end }
        .max { $0.end < $1.end }
      guard let earlier else {
        // A sum that others of the file make up is no step of its own.
        let parts = spans.filter {
          $0.start >= span.start && $0.end <= span.end
            && ($0.start, $0.end) != (span.start, span.end)
        }
        if parts.reduce(0, { $0 + $1.seconds }) >= span.seconds, !parts.isEmpty {
          notes.append("\(span.entry.name) is left out: other sums of the file make it up")
          continue
        }
        steps.append(try step(span.entry, start: span.start, nil, statement, path, &notes))
        continue
      }
      if own.contains(Period(start: earlier.end, end: span.end)) {
        notes.append("\(span.entry.name) is left out: other sums of the file make it up")
        continue
      }
      differences += 1
      let label = try FieldPeriod(start: earlier.end, end: span.end)
        .step(statement, Fault.Location(path, item: span.entry.name), &notes)
      steps.append(GRIBStep(entry: span.entry, earlier: earlier.entry, step: label))
    }
    if differences > 0 {
      notes.append("totals since one start: \(differences) steps are differences of two totals")
    }
    return steps
  }

  private struct Span {
    let entry: GRIBEntry
    let start: Timestamp
    let end: Timestamp
    var seconds: Int { end.seconds(since: start) }
  }

  private static func step(
    _ entry: GRIBEntry, start: Timestamp?, _ rain: GRIBRain?, _ statement: GridStatement,
    _ path: String, _ notes: inout [String]
  ) throws(Fault) -> GRIBStep {
    let place = Fault.Location(path, item: entry.name)
    var period = FieldPeriod(start: start, end: entry.time?.end)
    if start == nil, let rain {
      period.implied = try GRIBHabits.period(of: rain, entry, statement, path, place, &notes)
    }
    return GRIBStep(
      entry: entry, earlier: nil, step: try period.step(statement, place, &notes))
  }
}

/// What products of known makers leave unsaid.
enum GRIBHabits {
  /// The length of an amount whose message has no accumulation template.
  ///
  /// The hourly analyses of the CMA (CMPAS) are written as an instant, with the end of the hour as
  /// their time. Their names say `HOR`, and hold the hour in Beijing time (in UTC in some sources);
  /// the time in the message holds, and the name's hour must be it in one of the two zones.
  static func period(
    of rain: GRIBRain, _ entry: GRIBEntry, _ statement: GridStatement, _ path: String,
    _ place: Fault.Location, _ notes: inout [String]
  ) throws(Fault) -> (seconds: Int, reason: String)? {
    if let seconds = rain.impliedSeconds {
      return (seconds, "\(rain.name) by the table of the parameter")
    }
    guard rain.quantity == .amount else { return nil }
    notes.append("an amount without an accumulation template: its time is the end of the period")
    let name = String(path.split(separator: "/").last ?? "")
    guard name.contains("_P_CMPA_"), let hour = name.range(of: "HOR-PRE-") else { return nil }
    try checkName(name[hour.upperBound...].prefix(10), entry, statement, place, &notes)
    return (3600, "hourly product of the CMA, by its name")
  }

  private static func checkName(
    _ digits: Substring, _ entry: GRIBEntry, _ statement: GridStatement, _ place: Fault.Location,
    _ notes: inout [String]
  ) throws(Fault) {
    guard digits.count == 10,
      let named = Timestamp(iso8601: "\(digits.prefix(8))T\(digits.suffix(2))00"),
      let end = entry.time?.end
    else { return }
    let zones = statement.zoneOffsetSeconds.map { [$0] } ?? [BeijingTime.offsetSeconds, 0]
    guard let zone = zones.first(where: { named - $0 == end }) else {
      throw Fault(
        "contradiction", at: place,
        "the message is for \(end.iso8601), its name for hour \(digits) "
          + (statement.zoneOffsetSeconds == nil ? "of Beijing time or UTC" : "of the stated zone"),
        remedy: "state the zone of the name with `zone:`, or correct the file")
    }
    notes.append(
      "the hour in the name is the message's in \(zone == 0 ? "UTC" : zone == BeijingTime.offsetSeconds ? "Beijing time" : "the stated zone")"
    )
  }
}
