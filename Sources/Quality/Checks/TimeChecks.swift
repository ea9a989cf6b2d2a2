public import Hydromet

/// Checks along the time of one station and element.
public enum TimeChecks {
  /// One value of a series, tenths of its unit.
  public struct Value: Sendable {
    public let end: Int64
    public let seconds: Int
    public let tenths: Int32
    /// Place in the list that the caller holds.
    public let place: Int

    public init(end: Int64, seconds: Int, tenths: Int32, place: Int) {
      self.end = end
      self.seconds = seconds
      self.tenths = tenths
      self.place = place
    }
  }

  public struct Finding: Sendable, Equatable {
    public let reason: QualityReason
    public let severity: Findings.Severity
    public let places: [Int]
  }

  /// Rain of one size in step after step, or in every second one: a bucket or a counter that is stuck.
  ///
  /// Few tenths in a row are steady drizzle; the longer the run and the larger the value, the less
  /// likely is weather.
  ///
  /// - Parameter values: rain of one period length, by end; gaps in time end a run.
  public static func stuckBucket(_ values: [Value]) -> [Finding] {
    var findings: [Finding] = []
    var start = 0
    while start < values.count {
      var end = start + 1
      while end < values.count, values[end].tenths == values[start].tenths,
        follows(values[end], values[end - 1])
      {
        end += 1
      }
      if values[start].tenths > 0, end - start >= leastRun(values[start]) {
        findings.append(
          Finding(
            reason: .stuckBucket, severity: .suspect,
            places: values[start..<end].map(\.place)))
      }
      start = end
    }
    return findings + alternating(values)
  }

  /// Equal values in a row that no rain gives.
  private static func leastRun(_ value: Value) -> Int {
    let perHour = Double(value.tenths) * 3600 / Double(max(1, value.seconds))
    let isFine = value.seconds < 3600
    switch value.tenths {
    case 1: return isFine ? 60 : 10
    case 2: return isFine ? 40 : 8
    case 3...5: return isFine ? (perHour > 100 ? 8 : 12) : 6
    case 6...10: return isFine ? 8 : 5
    default: return isFine ? 6 : 4
    }
  }

  /// `v 0 v 0 v 0` with v of at least half a millimetre.
  private static func alternating(_ values: [Value]) -> [Finding] {
    var findings: [Finding] = []
    var start = 0
    while start + 1 < values.count {
      let size = max(values[start].tenths, values[start + 1].tenths)
      var end = start + 1
      while end < values.count, follows(values[end], values[end - 1]),
        values[end].tenths != values[end - 1].tenths,
        values[end].tenths == 0 || values[end].tenths == size,
        values[end - 1].tenths == 0 || values[end - 1].tenths == size
      {
        end += 1
      }
      if size >= 5, end - start >= 10 {
        findings.append(
          Finding(
            reason: .oscillation, severity: .suspect, places: values[start..<end].map(\.place)))
      }
      start = max(end - 1, start + 1)
    }
    return findings
  }

  private static func follows(_ value: Value, _ before: Value) -> Bool {
    value.seconds == before.seconds && value.end &- before.end == Int64(value.seconds)
  }

  /// Jumps, flat lines and oscillation of elements other than rain.
  ///
  /// - Parameter values: of one element, by end.
  public static func series(_ values: [Value], of element: Element) -> [Finding] {
    guard let habits = Habits(element) else { return [] }
    return jumps(values, habits) + flatLines(values, habits) + oscillation(values, habits)
  }

  /// What an element does not do.
  struct Habits {
    /// Largest change within ten minutes and within an hour, tenths.
    let tenMinutes: Int32
    let hour: Int32
    /// Hours with the same value after which it is doubted; nil where that is natural.
    let flatHours: Double?
    /// Values for which a flat line is natural, tenths.
    let natural: ClosedRange<Int32>?

    /// - Source: steps of 地面气象要素上传文件数据质量控制方法 and WMO-No. 8, part V, chosen wide.
    init?(_ element: Element) {
      switch element {
      case .temperature: self.init(60, 120, 12, nil)
      case .humidity: self.init(300, 600, 24, 950...1000)
      case .pressure: self.init(30, 80, 12, nil)
      case .windSpeed: self.init(300, 400, 12, 0...5)
      case .rain, .windDirection: return nil
      }
    }

    private init(
      _ tenMinutes: Int32, _ hour: Int32, _ flatHours: Double?, _ natural: ClosedRange<Int32>?
    ) {
      self.tenMinutes = tenMinutes
      self.hour = hour
      self.flatHours = flatHours
      self.natural = natural
    }

    /// Largest change over some seconds; nil beyond three hours, over which anything may happen.
    func largestChange(over seconds: Int64) -> Int32? {
      if seconds <= 600 { return tenMinutes }
      if seconds <= 3600 { return hour }
      return seconds <= 10_800 ? hour * 2 : nil
    }
  }

  /// A value that jumps and comes back is to blame itself; where it stays, the jump is.
  private static func jumps(_ values: [Value], _ habits: Habits) -> [Finding] {
    var places: [Int] = []
    for index in values.indices.dropFirst() {
      guard isJump(values[index - 1], values[index], habits) else { continue }
      let comesBack =
        index + 1 < values.count && !isJump(values[index - 1], values[index + 1], habits)
      let startsAlone = index == 1 && index + 1 < values.count
      if startsAlone, !comesBack {
        places.append(values[index - 1].place)
      } else if !(places.last == values[index - 1].place) {
        places.append(values[index].place)
      }
    }
    return places.isEmpty
      ? [] : [Finding(reason: .step, severity: .suspect, places: places)]
  }

  private static func isJump(_ a: Value, _ b: Value, _ habits: Habits) -> Bool {
    guard let largest = habits.largestChange(over: b.end &- a.end) else { return false }
    return abs(Int64(b.tenths) - Int64(a.tenths)) > Int64(largest)
  }

  private static func flatLines(_ values: [Value], _ habits: Habits) -> [Finding] {
    guard let hours = habits.flatHours else { return [] }
    var findings: [Finding] = []
    var start = 0
    while start < values.count {
      var end = start + 1
      while end < values.count, values[end].tenths == values[start].tenths { end += 1 }
      let length = Double(values[end - 1].end &- values[start].end) / 3600
      if length >= hours, end - start >= 6,
        !(habits.natural?.contains(values[start].tenths) ?? false)
      {
        findings.append(
          Finding(
            reason: .flatLine, severity: .suspect, places: values[start..<end].map(\.place)))
      }
      start = end
    }
    return findings
  }

  /// Six swings in turn, each more than half of the largest change.
  private static func oscillation(_ values: [Value], _ habits: Habits) -> [Finding] {
    var findings: [Finding] = []
    var start = 0
    var index = 1
    while index <= values.count {
      var isSwing = false
      if index < values.count {
        let largest = habits.largestChange(over: values[index].end &- values[index - 1].end)
        let change = Int64(values[index].tenths) - Int64(values[index - 1].tenths)
        isSwing = largest.map { abs(change) * 2 > Int64($0) } ?? false
        if isSwing, index - 1 > start {
          let before = Int64(values[index - 1].tenths) - Int64(values[index - 2].tenths)
          isSwing = (before < 0) != (change < 0)
        }
      }
      if !isSwing {
        if index - start >= 7 {
          findings.append(
            Finding(
              reason: .oscillation, severity: .suspect,
              places: values[start..<index].map(\.place)))
        }
        start = index
      }
      index += 1
    }
    return findings
  }
}
