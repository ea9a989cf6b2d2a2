public import Hydromet

/// Rolling sums of one gauge network.
///
/// Stations send steps, minutes and hourly totals side by side. For each window the readings are
/// chosen whose periods lie wholly inside it and do not overlap, so that they cover as much time as
/// possible; of the choices that cover the same, the one with the most readings, hence the finest;
/// of those, the larger sum. So an hourly total stands in where its ten-minute readings have a gap,
/// and no rain is counted twice.
public struct GaugeSums: Sendable {
  public let stepSeconds: Int
  public let windows: [TimeSpan]
  private let longestSeconds: Int

  /// - Parameter windows: positive multiples of the step.
  /// - Throws: `wrong_step` or `wrong_window`.
  public init(stepSeconds: Int, windows: [TimeSpan]) throws(Fault) {
    try checkStep(stepSeconds)
    for window in windows { _ = try stepCount(of: window, stepSeconds: stepSeconds) }
    self.stepSeconds = stepSeconds
    self.windows = windows
    longestSeconds = windows.map(\.seconds).max() ?? 0
  }

  /// Sums of one station over every window that ends at `time`, in the order of `windows`.
  ///
  /// A suspect reading fills a gap where nothing better does: its rain counts, so that it can raise an
  /// alarm, and its time does not, so that it can clear none.
  ///
  /// Other elements than rain, readings without a value, with a negative one or of quality wrong,
  /// not installed or missing do not count. Of several readings for the same period the best quality
  /// counts, then the larger depth.
  ///
  /// - Parameter readings: of one station, in any order.
  /// - Returns: coverage in whole steps: the covered seconds divided by the step, cut.
  public func sums(of readings: [GaugeReading], at time: Timestamp) -> [Accumulation] {
    let pieces = pieces(of: readings, at: time)
    let fillings = fillings(of: pieces)
    return windows.map { window in
      let inside = pieces.partitioningIndex { $0.startAge > window.seconds }
      let filling = inside > 0 ? fillings[inside - 1] : Filling()
      let micrometres = Int32(clamping: min(filling.tenths, Int64(Int32.max)) * 100)
      return Accumulation(
        period: Period(end: time, seconds: window.seconds),
        depth: filling.seconds > 0 ? Depth(micrometres: micrometres) : nil,
        coverage: Coverage(
          received: filling.trusted / stepSeconds, expected: window.seconds / stepSeconds))
    }
  }
}

/// A reading that counts, seen from the end of the windows.
private struct Piece {
  /// Seconds from its start to the end of the windows.
  let startAge: Int
  let seconds: Int
  let tenths: Int32
  /// 0 for checked and corrected, 1 for unchecked, 2 for suspect.
  let doubt: Int

  /// Seconds from its end to the end of the windows.
  var endAge: Int { startAge - seconds }

  func hasPeriod(of other: Piece) -> Bool {
    startAge == other.startAge && seconds == other.seconds
  }

  /// Latest start first; of one start the shortest, of one period the one that counts.
  static func precedes(_ a: Piece, _ b: Piece) -> Bool {
    if a.startAge != b.startAge { return a.startAge < b.startAge }
    if a.seconds != b.seconds { return a.seconds < b.seconds }
    if a.doubt != b.doubt { return a.doubt < b.doubt }
    return a.tenths > b.tenths
  }
}

/// The best choice of readings between a moment and the end of the windows.
private struct Filling {
  /// Seconds of readings that nobody doubts.
  var trusted = 0
  var seconds = 0
  var readings = 0
  var tenths: Int64 = 0

  func with(_ piece: Piece) -> Filling {
    Filling(
      trusted: trusted + (piece.doubt < 2 ? piece.seconds : 0),
      seconds: seconds + piece.seconds, readings: readings + 1, tenths: tenths + Int64(piece.tenths)
    )
  }

  func isBetter(than other: Filling) -> Bool {
    if trusted != other.trusted { return trusted > other.trusted }
    if seconds != other.seconds { return seconds > other.seconds }
    if readings != other.readings { return readings > other.readings }
    return tenths > other.tenths
  }
}

extension GaugeSums {
  /// The readings that count and lie wholly in the longest window, each period once, latest start
  /// first.
  private func pieces(of readings: [GaugeReading], at time: Timestamp) -> [Piece] {
    var pieces: [Piece] = []
    pieces.reserveCapacity(readings.count)
    var isSorted = true
    for reading in readings.reversed() where reading.element == .rain {
      guard let tenths = reading.tenths, tenths >= 0, let doubt = doubt(reading.quality) else {
        continue
      }
      let (endAge, overflow) = time.secondsSince1970.subtractingReportingOverflow(
        reading.period.end.secondsSince1970)
      let length = reading.period.seconds
      guard !overflow, endAge >= 0, endAge <= longestSeconds, length > 0,
        length <= longestSeconds - Int(endAge)
      else { continue }
      let piece = Piece(
        startAge: Int(endAge) + length, seconds: length, tenths: tenths, doubt: doubt)
      if let last = pieces.last, last.hasPeriod(of: piece) || !Piece.precedes(last, piece) {
        isSorted = false
      }
      pieces.append(piece)
    }
    // Archives hand readings out in order of time; only mixed ones need sorting.
    if isSorted { return pieces }
    pieces.sort(by: Piece.precedes)
    var unique: [Piece] = []
    unique.reserveCapacity(pieces.count)
    for piece in pieces {
      if let last = unique.last, last.hasPeriod(of: piece) { continue }
      unique.append(piece)
    }
    return unique
  }

  /// For each piece the best choice from it and the pieces before it: without it, or with it and the
  /// best choice of what starts at or after its end.
  private func fillings(of pieces: [Piece]) -> [Filling] {
    var fillings: [Filling] = []
    fillings.reserveCapacity(pieces.count)
    for (i, piece) in pieces.enumerated() {
      let later =
        i == 0 || pieces[i - 1].startAge <= piece.endAge
        ? i : pieces[..<i].partitioningIndex { $0.startAge > piece.endAge }
      let with = (later > 0 ? fillings[later - 1] : Filling()).with(piece)
      let without = fillings.last ?? Filling()
      fillings.append(with.isBetter(than: without) ? with : without)
    }
    return fillings
  }

  private func doubt(_ quality: QualityCode) -> Int? {
    switch quality {
    case .correct, .corrected, .modified: 0
    case .unchecked: 1
    case .suspect: 2
    case .wrong, .notInstalled, .missing: nil
    }
  }
}
