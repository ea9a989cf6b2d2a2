import Hydromet

/// SYNOP bulletins (FM 12): headings, `AAXX YYGGiw`, then reports that end with `=`.
///
/// Read are the wind (mean of ten minutes), temperature, humidity (29UUU, else derived from the dew
/// point, which is said), station pressure and rain of sections 1 and 3, and the rain of 24 hours in
/// section 3. The number in `CCA`, `CCB` … of a heading is the correction number of its
/// reports. A report gives the day of the month; year and month come from the time in the file's name
/// (WMO-No. 386, attachment II-15), else from the time of arrival.
///
/// - Source: WMO-No. 306, volume I.1, FM 12; code tables 1819 (iR), 1855 (iw), 3590 (RRR), 4019 (tR).
enum SynopBulletins {
  static func read(
    _ bytes: [UInt8], file: String, statement: StationStatement
  ) throws(Fault) -> StationFile.Result {
    let text = StationText(bytes, file: file)
    var reader = SynopReader(text, reference: try reference(file, statement))
    if FileNameTime.moment(in: file) == nil {
      reader.collector.assume("year and month are those of the file's arrival")
    } else {
      reader.collector.assume("year and month are those of the time in the file's name")
    }
    reader.readAll()
    return try reader.collector.finish(.synop, locate: text.locator())
  }

  private static func reference(
    _ file: String, _ statement: StationStatement
  ) throws(Fault) -> Timestamp {
    if let moment = FileNameTime.moment(in: file) ?? statement.arrival { return moment }
    throw Fault(
      "unknown_month", at: .init(file),
      "SYNOP reports name the day of the month only, and the file's name holds no time",
      remedy: "keep the name of the exchange (…_yyyymmddhhMMss_…), or put a time into the name")
  }
}

/// The time in a file's name.
enum FileNameTime {
  /// The first run of 14 or 12 digits that is a time, or of 8 that is a date (its end); UTC.
  static func moment(in path: String) -> Timestamp? {
    let name = Array(path.utf8.suffix(while: { $0 != UInt8(ascii: "/") }))
    let text = StationText(name, file: path)
    var runs: [Range<Int>] = []
    var i = 0
    while i < name.count {
      guard StationText.isDigit(name[i]) else {
        i += 1
        continue
      }
      let start = i
      while i < name.count, StationText.isDigit(name[i]) { i += 1 }
      runs.append(start..<i)
    }
    for width in [14, 12] {
      for run in runs where run.count == width {
        if let moment = text.compactTime(run), isPlausible(moment) { return moment }
      }
    }
    for run in runs where run.count == 8 {
      let start = run.lowerBound
      guard let year = text.digits(start..<start + 4),
        let month = text.digits(start + 4..<start + 6),
        let day = text.digits(start + 6..<start + 8),
        let moment = CivilTime(year: year, month: month, day: day, hour: 24).timestamp(),
        isPlausible(moment)
      else { continue }
      return moment
    }
    return nil
  }

  private static func isPlausible(_ moment: Timestamp) -> Bool {
    (1950...2150).contains(CivilTime(moment).year)
  }

  /// The latest day of that number and hour that is at most a few hours after a moment.
  static func latest(day: Int, hour: Int, notAfter moment: Timestamp) -> Timestamp? {
    let bound = moment + 3 * 3600
    var civil = CivilTime(bound)
    for _ in 0..<12 {
      let candidate = CivilTime(year: civil.year, month: civil.month, day: day, hour: hour)
        .timestamp()
      if let candidate, candidate <= bound { return candidate }
      civil.month -= 1
      if civil.month == 0 {
        civil.month = 12
        civil.year -= 1
      }
    }
    return nil
  }
}

extension BidirectionalCollection {
  /// The elements at the end that satisfy a condition.
  fileprivate func suffix(while condition: (Element) -> Bool) -> SubSequence {
    var start = endIndex
    while start > startIndex {
      let before = index(before: start)
      guard condition(self[before]) else { break }
      start = before
    }
    return self[start...]
  }
}
