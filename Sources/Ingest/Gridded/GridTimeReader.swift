import Formats
import Hydromet

/// The moments that a file gives for each step of its time dimension.
struct GridTimes {
  let count: Int
  /// One moment per step that names its period.
  var labels: [Timestamp]?
  var starts: [Timestamp]?
  var ends: [Timestamp]?
  /// Words of the label's names and attributes, in lower case.
  var labelWords: Set<String> = []
  /// Whether the values count from the start of a run, so that the period of its first moment is empty.
  var areRunTotals = false
}

/// Reads times: the coordinates of the time dimension with their bounds, or single times beside the
/// grid such as `start_time` and `valid_time`.
struct GridTimeReader {
  let file: NetCDFFile
  let layout: GridLayout

  var place: Fault.Location { Fault.Location(file.path, item: layout.variable.path) }

  /// Steps in the file.
  var count: Int { layout.timePosition.map { layout.variable.dimensions[$0].length } ?? 1 }

  func times() throws(Fault) -> GridTimes {
    guard count > 0 else {
      throw GridTimeReader.fault("no_grid", "the time dimension has no steps", place)
    }
    guard count <= 100_000 else {
      throw GridTimeReader.fault("bad_time", "the file has \(count) steps", place)
    }
    var times = GridTimes(count: count)
    if let coordinates = layout.timeCoordinates {
      try readAxis(coordinates, into: &times)
    } else if layout.timePosition != nil,
      let moments = try WRFModel.times(in: file, count: count)
    {
      times.labels = moments
    } else if layout.timePosition != nil, count > 1 {
      throw GridTimeReader.fault(
        "bad_time", "the file has \(count) steps but no times", place)
    }
    try readCompanions(into: &times)
    try readRun(into: &times)
    if let starts = times.starts, let ends = times.ends {
      for (start, end) in zip(starts, ends)
      where start > end || (start == end && !times.areRunTotals) {
        throw GridTimeReader.fault(
          "bad_time", "a period starts at \(start.iso8601) and ends at \(end.iso8601)", place)
      }
    }
    return times
  }

  private func readAxis(
    _ coordinates: NetCDFVariable, into times: inout GridTimes
  ) throws(Fault) {
    let labels = try moments(of: coordinates, unitFrom: coordinates)
    times.labels = labels
    times.labelWords = words(of: coordinates)
    guard let name = coordinates.text("bounds") else { return }
    let place = Fault.Location(file.path, item: coordinates.path)
    let group = String(coordinates.path.dropLast(coordinates.name.count))
    guard let bounds = file.variable(group + name) ?? file.variable(name),
      bounds.shape == [count, 2], bounds.type.isNumber
    else {
      throw GridTimeReader.fault(
        "bad_bounds", "its bounds “\(name)” are missing or not \(count) pairs", place)
    }
    let pairs = try moments(
      of: bounds, unitFrom: bounds.text("units") == nil ? coordinates : bounds)
    times.starts = stride(from: 0, to: pairs.count, by: 2).map { pairs[$0] }
    times.ends = stride(from: 1, to: pairs.count, by: 2).map { pairs[$0] }
    for (index, label) in labels.enumerated() {
      guard label >= pairs[2 * index], label <= pairs[2 * index + 1] else {
        throw GridTimeReader.fault(
          "bad_bounds",
          "the time \(label.iso8601) lies outside its bounds \(pairs[2 * index].iso8601) to "
            + pairs[2 * index + 1].iso8601, place)
      }
    }
  }

  /// Times that are no dimension of the grid, one for the file or one per step.
  private func readCompanions(into times: inout GridTimes) throws(Fault) {
    let timeName = layout.timePosition.map { layout.variable.dimensions[$0].name }
    for variable in file.variables {
      let isSingle = variable.dimensions.allSatisfy { $0.length == 1 } && count == 1
      let isAlong = variable.dimensions.count == 1 && variable.dimensions[0].name == timeName
      guard variable.type.isNumber, isSingle || isAlong,
        variable.path != layout.timeCoordinates?.path,
        let unit = variable.text("units"), TimeUnit.isTime(unit)
      else { continue }
      let words = words(of: variable)
      let isOther = ["reference", "forecast", "analysis", "issue", "creation", "production", "run"]
      guard words.isDisjoint(with: isOther) else { continue }
      if !words.isDisjoint(with: ["start", "begin", "beginning"]) {
        if times.starts == nil { times.starts = try moments(of: variable, unitFrom: variable) }
      } else if !words.isDisjoint(with: ["end", "ending", "valid"]) {
        if times.ends == nil { times.ends = try moments(of: variable, unitFrom: variable) }
      } else if words.contains("time"), times.labels == nil {
        times.labels = try moments(of: variable, unitFrom: variable)
        times.labelWords = words
      }
    }
    // A label beside a start names the end of the period that begins there.
    if times.starts != nil, times.ends == nil, let labels = times.labels,
      let starts = times.starts, zip(starts, labels).allSatisfy({ $0 < $1 })
    {
      times.ends = labels
    }
  }

  /// Totals of a run of WRF reach from its start to each time.
  private func readRun(into times: inout GridTimes) throws(Fault) {
    guard let model = WRFModel(file), model.isRunTotal(layout.variable), times.starts == nil,
      let labels = times.labels
    else { return }
    try model.checkBuckets(layout.variable)
    guard let start = model.runStart else {
      throw GridTimeReader.fault(
        "bad_time", "the totals of a run, and nothing says when it began (SIMULATION_START_DATE)",
        place)
    }
    times.areRunTotals = true
    times.starts = labels.map { _ in start }
    times.ends = labels
  }

  /// When the forecast in the file was issued: the variable of the standard name
  /// `forecast_reference_time`, or the start of a run of WRF; nil where there is none.
  func issued() throws(Fault) -> Timestamp? {
    if let start = WRFModel(file)?.runStart { return start }
    for variable in file.variables
    where variable.text("standard_name") == "forecast_reference_time" && variable.type.isNumber
      && variable.dimensions.allSatisfy({ $0.length == 1 })
    {
      return try moments(of: variable, unitFrom: variable).first
    }
    return nil
  }

  /// The words of its name, long name and standard name, in lower case.
  private func words(of variable: NetCDFVariable) -> Set<String> {
    let texts = [
      variable.name, variable.text("long_name") ?? "", variable.text("standard_name") ?? "",
    ]
    return Set(
      texts.flatMap { text in
        text.lowercased().split { !$0.isLetter }.map(String.init)
      })
  }

  private func moments(
    of variable: NetCDFVariable, unitFrom source: NetCDFVariable
  ) throws(Fault) -> [Timestamp] {
    let place = Fault.Location(file.path, item: variable.path)
    guard let text = source.text("units"),
      let unit = TimeUnit(text, calendar: source.text("calendar"))
    else {
      throw GridTimeReader.fault(
        "bad_time",
        "its times are in “\(source.text("units") ?? "")” of the calendar "
          + "“\(source.text("calendar") ?? "standard")”", place)
    }
    let values = try GridCoordinates(file: file).values(of: variable)
    var moments: [Timestamp] = []
    for (index, value) in values.enumerated() {
      guard let moment = unit.moment(value) else {
        throw GridTimeReader.fault("bad_time", "its time \(index) is \(value)", place)
      }
      moments.append(moment)
    }
    return moments
  }

  /// - Throws: `implausible_time` before 1950 and after 2200.
  static func checkPlausible(_ moment: Timestamp, _ place: Fault.Location) throws(Fault) {
    guard moment.secondsSince1970 < -631_152_000 || moment.secondsSince1970 >= 7_258_118_400 else {
      return
    }
    throw fault(
      "implausible_time", "its time is \(moment.iso8601), expected one from 1950 to 2200", place)
  }

  static func fault(_ code: String, _ problem: String, _ place: Fault.Location) -> Fault {
    Fault(
      code, at: place, problem,
      remedy: "correct the times of the file: CF units such as “seconds since 1970-01-01”, "
        + "calendar standard or proleptic_gregorian")
  }
}
