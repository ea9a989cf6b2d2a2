import Formats
import Hydromet

/// What a file comes to once everything was gathered.
extension ReadingCollector {
  /// Everything that was gathered.
  ///
  /// - Parameter locate: the location of a place; asked for in ascending order.
  /// - Parameter further: faults that have their locations already.
  /// - Throws: `no_usable_rows` where no reading is left.
  consuming func finish(
    _ format: StationFormat, refused further: [Fault] = [], notes: [Fault] = [],
    locate: @escaping (Int) -> Fault.Location
  ) throws(Fault) -> StationFile.Result {
    addContradictions(locate)
    var faults = further + ReadingCollector.resolved(refusals, locate)
    faults.sort {
      ($0.location?.line ?? 0, $0.location?.column ?? 0)
        < ($1.location?.line ?? 0, $1.location?.column ?? 0)
    }
    let readings = readings()
    guard !readings.isEmpty else {
      let reason = faults.first.map { "; the first refusal: \($0)" } ?? ""
      throw Fault(
        "no_usable_rows", at: .init(file),
        "the file (\(format.rawValue)) has no usable row\(reason)",
        remedy: "check that the file was written whole and that its values are plain numbers")
    }
    return StationFile.Result(
      format: format, readings: readings,
      refusals: Array(faults.prefix(StationFile.refusalLimit)),
      refusalCount: refusalCount + further.count,
      notes: notes + ReadingCollector.resolved(doubts, locate), assumptions: assumptions,
      places: places)
  }

  /// What stands, in the order of the file.
  private func readings() -> [GaugeReading] {
    [GaugeReading](unsafeUninitializedCapacity: entries.count) { buffer, count in
      LargePages.advise(UnsafeMutableRawBufferPointer(buffer))
      for (index, entry) in entries.enumerated()
      where contradicted.isEmpty || !contradicted.contains(index) {
        buffer.initializeElement(
          at: count,
          to: GaugeReading(
            station: stations[Int(entry.station)], element: entry.element,
            period: Period(
              end: Timestamp(secondsSince1970: entry.end), seconds: Int(entry.seconds)),
            tenths: entry.hasValue ? entry.tenths : nil, isTrace: entry.state == .trace,
            quality: entry.quality, correction: Int(entry.correction)))
        count += 1
      }
    }
  }

  private mutating func addContradictions(_ locate: (Int) -> Fault.Location) {
    for index in contradicted.sorted() {
      let entry = entries[index]
      let id = stations[Int(entry.station)]
      let all = ([entry.place] + (repeats[index] ?? [])).sorted()
      let shown = refusals.count < StationFile.refusalLimit
      let lines =
        shown
        ? all.prefix(20).map { locate($0).line.map(String.init) ?? "\($0)" }.joined(separator: ", ")
        : ""
      for place in all {
        refuse(
          "contradicting_rows", at: place, item: nil,
          "lines \(lines) give different \(entry.element.rawValue) for station "
            + "\(id) at "
            + Timestamp(secondsSince1970: entry.end).iso8601,
          remedy: "send the right value alone; none of them is used")
      }
    }
  }

  private static func resolved(
    _ pending: [Pending], _ locate: (Int) -> Fault.Location
  ) -> [Fault] {
    pending.sorted { $0.place < $1.place }.map { fault in
      var location = locate(fault.place)
      if let item = fault.item { location.item = item }
      return Fault(fault.code, at: location, fault.problem, remedy: fault.remedy)
    }
  }
}
