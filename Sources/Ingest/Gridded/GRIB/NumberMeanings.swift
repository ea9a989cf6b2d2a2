import Hydromet

/// What every number that a packed image can hold stands for, looked up instead of worked out cell by
/// cell, with a count of what was met.
struct NumberMeanings {
  /// What a number is, beside its value.
  private enum Kind: UInt8 {
    case value
    case missing
    case uncovered
    /// Rain that the plausibility check refuses or counts.
    case doubtful
  }

  private let values: [Float]
  private let kinds: [UInt8]
  private let exact: [Int: Double]
  private var check: RainPlausibility
  private var uncovered = 0

  /// - Parameters:
  ///   - count: numbers that there can be.
  ///   - check: one that has seen nothing.
  ///   - meaning: of a number, in the unit of the file.
  ///   - factor: from the unit of the file to mm, mm/h or dBZ.
  init(
    count: Int, check: RainPlausibility, factor: Double, _ meaning: (UInt16) -> StoredCell
  ) {
    var values = [Float](repeating: .nan, count: count)
    var kinds = [UInt8](repeating: Kind.missing.rawValue, count: count)
    var exact: [Int: Double] = [:]
    for number in 0..<count {
      switch meaning(UInt16(truncatingIfNeeded: number)) {
      case .value(let value) where value.isFinite:
        var trial = check
        values[number] = trial.accept(value * factor)
        kinds[number] = (trial.isClean ? Kind.value : Kind.doubtful).rawValue
        if !trial.isClean { exact[number] = value * factor }
      case .uncovered: kinds[number] = Kind.uncovered.rawValue
      default: break
      }
    }
    self.values = values
    self.kinds = kinds
    self.exact = exact
    self.check = check
  }

  /// Writes the cells of some numbers; equal ones that follow each other are looked at once.
  mutating func decode(
    _ numbers: UnsafePointer<UInt16>, _ count: Int, into cells: UnsafeMutablePointer<Float>
  ) {
    var valid = 0
    values.withUnsafeBufferPointer { values in
      kinds.withUnsafeBufferPointer { kinds in
        var column = 0
        while column < count {
          let number = numbers[column]
          let end = NumberMeanings.endOfRun(numbers, column, count)
          // Images of one byte have no larger numbers; those of two have entries for all.
          let entry = Int(number) & (values.count - 1)
          let value = values[entry]
          if kinds[entry] == 0 {
            valid += end - column
          } else {
            note(entry, kinds[entry], times: end - column)
          }
          for place in column..<end { cells[place] = value }
          column = end
        }
      }
    }
    check.countValid(valid)
  }

  @inline(__always)
  private static func endOfRun(
    _ numbers: UnsafePointer<UInt16>, _ start: Int, _ count: Int
  ) -> Int {
    let number = numbers[start]
    let four = UInt64(number) &* 0x0001_0001_0001_0001
    var end = start + 1
    while end + 4 <= count,
      UnsafeRawPointer(numbers + end).loadUnaligned(as: UInt64.self) == four
    {
      end += 4
    }
    while end < count, numbers[end] == number { end += 1 }
    return end
  }

  private mutating func note(_ number: Int, _ kind: UInt8, times: Int) {
    if kind == Kind.uncovered.rawValue {
      uncovered += times
    } else if let value = exact[number] {
      _ = check.accept(value, times: times)
    }
  }

  /// - Throws: `negative_rain`, `implausible`.
  func finish(_ place: Fault.Location) throws(Fault) -> CellTally {
    var tally = CellTally()
    tally.uncovered = uncovered
    tally.rejected = try check.finish(place)
    return tally
  }
}
